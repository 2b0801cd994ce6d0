package vp8

// vector is a motion vector in quarters of a luma sample, which are eighths of a chroma sample.
type vector struct {
	x, y int16
}

func (v vector) isZero() bool { return v == vector{} }

// bounds is how far vectors that are predicted from neighbors may point, in quarter samples.
type bounds struct {
	left, right, top, bottom int32
}

func (b *bounds) clamp(v vector) vector {
	return vector{
		x: int16(min(max(int32(v.x), b.left), b.right)),
		y: int16(min(max(int32(v.y), b.top), b.bottom)),
	}
}

// motionBounds lets the macroblock at (mbx, mby) reach just one macroblock beyond the frame (RFC 6386 5, 16.3).
func (d *Decoder) motionBounds(mbx, mby int) bounds {
	const mbSize = 16 * 4
	return bounds{
		left:   int32(-(mbx + 1) * mbSize),
		right:  int32((d.mbw - mbx) * mbSize),
		top:    int32(-(mby + 1) * mbSize),
		bottom: int32((d.mbh - mby) * mbSize),
	}
}

// nearby is what the neighbors of a macroblock say of its motion (RFC 6386 16.3).
type nearby struct {
	// vectors are zero, the nearest and the next nearest that differ, and room for a third.
	vectors [4]vector
	// weights are how much of the neighborhood moves by each of the vectors.
	weights [4]uint8
	used    int // last vector in use
}

// add counts the motion of a neighbor.
func (n *nearby) add(mb *macroblock, bias *[4]bool, ref, weight uint8) {
	if mb.ref == refIntra {
		return
	}
	v := mb.motion
	if v.isZero() {
		n.weights[0] += weight
		return
	}
	if bias[mb.ref&3] != bias[ref&3] {
		v.x, v.y = -v.x, -v.y
	}
	if n.used == 0 || v != n.vectors[n.used&3] {
		n.used++
		n.vectors[n.used&3] = v
	}
	n.weights[n.used&3] += weight
}

// rank puts the vector that most of the neighborhood has first.
func (n *nearby) rank() {
	// The third vector comes from the macroblock above and to the left. It may be the first again.
	if n.weights[3] > 0 && n.vectors[3] == n.vectors[1] {
		n.weights[1]++
	}
	if n.weights[2] > n.weights[1] {
		n.weights[1], n.weights[2] = n.weights[2], n.weights[1]
		n.vectors[1], n.vectors[2] = n.vectors[2], n.vectors[1]
	}
}

// readMotion decodes motion mode and vectors of the macroblock mb at (mbx, mby), whose reference is known (RFC 6386
// 16.3).
func (d *Decoder) readMotion(s bitState, mb *macroblock, mbx, mby int) bitState {
	above, left, corner := &d.aboveRow[mbx+1], &d.row[mbx], &d.aboveRow[mbx]
	var n nearby
	n.add(above, &d.signBias, mb.ref, 2)
	n.add(left, &d.signBias, mb.ref, 2)
	n.add(corner, &d.signBias, mb.ref, 1)

	mb.mode, mb.motion = modeZeroMotion, vector{}
	s, bit := d.first.ready(s, 4).bit(motionModeProbs[n.weights[0]][0])
	if !bit {
		return s
	}
	n.rank()
	mb.mode = modeMotion
	limits := d.motionBounds(mbx, mby)
	if s, bit = s.bit(motionModeProbs[n.weights[1]][1]); !bit {
		mb.motion = limits.clamp(n.vectors[1])
		return s
	}
	if s, bit = s.bit(motionModeProbs[n.weights[2]][2]); !bit {
		mb.motion = limits.clamp(n.vectors[2])
		return s
	}
	best := vector{}
	if n.weights[1] >= n.weights[0] {
		best = limits.clamp(n.vectors[1])
	}
	splits := 2*(isSplit(above)+isSplit(left)) + isSplit(corner)
	if s, bit = s.bit(motionModeProbs[splits][3]); !bit {
		s, mb.motion = d.readVector(s, best)
		return s
	}
	mb.mode = modeSplit
	s = d.readSplit(s, mb, above, left, best)
	mb.motion = mb.motions[15]
	return s
}

func isSplit(mb *macroblock) int {
	if mb.mode == modeSplit {
		return 1
	}
	return 0
}

// readSplit decodes the vectors of the parts of a split macroblock. Each sub-block may take over the vector of the
// sub-block to its left or above, whichever macroblock that is in.
func (d *Decoder) readSplit(s bitState, mb, above, left *macroblock, best vector) bitState {
	s, mb.split = readSplitKind(d.first.ready(s, 3))
	parts := &splitParts[mb.split&3]
	for part := range splitCount[mb.split&3] {
		first := splitFirst[mb.split&3][part&15] & 15
		var l, a vector
		if first&3 != 0 {
			l = mb.motions[first-1]
		} else {
			l = left.subMotion(first + 3)
		}
		if first>>2 != 0 {
			a = mb.motions[first-4]
		} else {
			a = above.subMotion(first + 12)
		}
		var v vector
		s, v = d.readSubMotion(s, l, a, best)
		for i := range parts {
			if parts[i] == uint8(part) {
				mb.motions[i] = v
			}
		}
	}
	return s
}

func readSplitKind(s bitState) (bitState, uint8) {
	s, bit := s.bit(splitProbs[0])
	if !bit {
		return s, 3
	}
	if s, bit = s.bit(splitProbs[1]); !bit {
		return s, 2
	}
	return s.choose(splitProbs[2], 0, 1)
}

// subMotion returns the vector of sub-block i.
func (mb *macroblock) subMotion(i uint8) vector {
	if mb.mode == modeSplit {
		return mb.motions[i&15]
	}
	return mb.motion
}

// readSubMotion decodes the vector of a part whose neighbors have the vectors left and above.
func (d *Decoder) readSubMotion(s bitState, left, above, best vector) (bitState, vector) {
	p := &submotionProbs[submotionContext(left, above)]
	s, bit := d.first.ready(s, 3).bit(p[0])
	if !bit {
		return s, left
	}
	if s, bit = s.bit(p[1]); !bit {
		return s, above
	}
	if s, bit = s.bit(p[2]); !bit {
		return s, vector{}
	}
	return d.readVector(s, best)
}

func submotionContext(left, above vector) int {
	switch {
	case left == above && above.isZero():
		return 4
	case left == above:
		return 3
	case above.isZero():
		return 2
	case left.isZero():
		return 1
	}
	return 0
}

// readVector decodes a vector as its difference from base (RFC 6386 17).
func (d *Decoder) readVector(s bitState, base vector) (bitState, vector) {
	s, y := d.readComponent(s, &d.probs.mv[0])
	s, x := d.readComponent(s, &d.probs.mv[1])
	return s, vector{x: base.x + x, y: base.y + y}
}

func (d *Decoder) readComponent(s bitState, p *[numMVProbs]uint8) (bitState, int16) {
	s, long := d.first.ready(s, 5).bit(p[mvIsLong])
	var v int16
	if long {
		s, v = d.readLong(s, p)
	} else {
		s, v = readShort(s, p)
	}
	if v == 0 {
		return s, 0
	}
	s, negative := s.bit(p[mvSign])
	if negative {
		return s, -v
	}
	return s, v
}

// readLong decodes a value of 8 or more, whose three lowest bits come first. On return there are bits for the sign.
func (d *Decoder) readLong(s bitState, p *[numMVProbs]uint8) (bitState, int16) {
	v := int32(0)
	var bit bool
	for i := range 3 {
		s, bit = s.bit(p[mvLong+i])
		v |= toInt(bit) << i
	}
	s = d.first.ready(s, mvLongBits-4)
	for i := mvLongBits - 1; i > 3; i-- {
		s, bit = s.bit(p[mvLong+i])
		v |= toInt(bit) << (i & 15)
	}
	s = d.first.ready(s, 2)
	// Without a higher bit, bit 3 is set and not coded.
	if v&^15 != 0 {
		if s, bit = s.bit(p[mvLong+3]); !bit {
			return s, int16(v)
		}
	}
	return s, int16(v | 8)
}

// readShort decodes a value of 0 to 7 by its tree: three bits, each with a probability by those before.
func readShort(s bitState, p *[numMVProbs]uint8) (bitState, int16) {
	s, high := s.bit(p[mvShort])
	v := toInt(high)
	s, middle := s.bit(p[(mvShort+1+3*v)&15])
	node := mvShort + 2 + 3*v + toInt(middle)
	v = 2*v + toInt(middle)
	s, low := s.bit(p[node&15])
	return s, int16(2*v + toInt(low))
}
