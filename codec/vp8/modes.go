package vp8

// Prediction modes of a macroblock's luma, and the first four of its chroma (RFC 6386 8). The motion modes come last.
const (
	modeDC = iota
	modeVertical
	modeHorizontal
	modeTrueMotion
	modeSubblocks // each 4x4 sub-block has its own submode
	modeZeroMotion
	modeMotion // nearest, near or new: one vector for all
	modeSplit
)

// Prediction modes of a luma sub-block (RFC 6386 11.2), in the order of the rows of keyframeSubmodeProbs.
const (
	subDC = iota
	subTrueMotion
	subVertical
	subHorizontal
	subRightDown
	subVerticalRight
	subLeftDown
	subVerticalLeft
	subHorizontalDown
	subHorizontalUp
	numSubmodes
)

// macroblock is what later macroblocks look at in their neighbors to predict their motion. The zero value stands for one
// outside of the frame.
type macroblock struct {
	ref     uint8
	mode    uint8
	split   uint8      // how it is split, with modeSplit
	motion  vector     // that of the last sub-block with modeSplit; zero if intra
	motions [16]vector // with modeSplit only
}

// mbFilter is what the loop filter has to know of a macroblock.
type mbFilter struct {
	level uint8
	inner bool // edges inside of the macroblock are filtered too
}

// mbState is the state of a Decoder from macroblock to macroblock.
type mbState struct {
	// The rows above and of the current macroblock, each with one macroblock on the left that is outside of the frame.
	aboveRow, row []macroblock
	filterRow     []mbFilter
	aboveTokens   []tokenContext
	leftTokens    tokenContext
	aboveSubmodes [][4]uint8
	leftSubmodes  [4]uint8
	lines         [3][]byte // the last row of samples above, before the loop filter; see linePad

	// The current macroblock.
	chromaMode uint8
	submodes   [16]uint8
	coeffs     [numBlock][16]int16 // zero between macroblocks
	ends       [numBlock]uint8     // see readBlock

	edgeBlock [2*edgeStride*edgeRows + planeSlack]byte // see copyExtended; one of luma, or two of chroma
	passState
}

// linePad is how many bytes mbState.lines have before the first sample and after the last.
const linePad = 8

// resizeRows makes room for rows of mbw macroblocks.
func (s *mbState) resizeRows(mbw int) {
	s.aboveRow = make([]macroblock, mbw+1)
	s.row = make([]macroblock, mbw+1)
	s.filterRow = make([]mbFilter, mbw)
	s.aboveTokens = make([]tokenContext, mbw)
	s.aboveSubmodes = make([][4]uint8, mbw)
	s.lines[0] = make([]byte, mbw*16+2*linePad)
	s.lines[1] = make([]byte, mbw*8+2*linePad)
	s.lines[2] = make([]byte, mbw*8+2*linePad)
}

// readModes decodes the modes and motion of the macroblock at (mbx, mby) (RFC 6386 11, 16, 19.3). It returns the
// macroblock's segment and whether it is flagged to have no coefficients.
func (d *Decoder) readModes(mbx, mby int) (segment uint8, skip bool) {
	r := &d.first
	s := r.ready(r.bitState, 6)
	if d.hdr.segmentation.enabled {
		s, segment = d.readSegment(s, mby*d.mbw+mbx)
	}
	if d.frameProbs.skipEnabled {
		s, skip = s.bit(d.frameProbs.skip)
	}
	mb := &d.row[mbx+1]
	if d.hdr.Keyframe {
		mb.ref, mb.motion = refIntra, vector{}
		r.bitState = d.readKeyframeModes(s, mb, mbx)
		return segment, skip
	}
	s, inter := s.bit(d.frameProbs.intra)
	if !inter {
		mb.ref, mb.motion = refIntra, vector{}
		r.bitState = d.readIntraModes(s, mb)
		return segment, skip
	}
	mb.ref = refLast
	s, other := s.bit(d.frameProbs.last)
	if other {
		s, other = s.bit(d.frameProbs.golden)
		mb.ref = refGolden + uint8(toInt(other))
	}
	r.bitState = d.readMotion(s, mb, mbx, mby)
	return segment, skip
}

// readSegment decodes the segment of macroblock i, or recalls it if the frame does not send the map (RFC 6386 10). It
// takes two decisions.
func (d *Decoder) readSegment(s bitState, i int) (bitState, uint8) {
	h := &d.hdr.segmentation
	if !h.updateMap {
		return s, d.segmentMap[i] & 3
	}
	s, high := s.bit(h.treeProbs[0])
	n := toInt(high)
	s, low := s.bit(h.treeProbs[1+n])
	segment := uint8(2*n + toInt(low))
	d.segmentMap[i] = segment
	return s, segment
}

// readKeyframeModes decodes the modes of a macroblock of a keyframe, where those of sub-blocks depend on the ones above
// and to the left (RFC 6386 11.2 to 11.4).
func (d *Decoder) readKeyframeModes(s bitState, mb *macroblock, mbx int) bitState {
	r := &d.first
	above, left := &d.aboveSubmodes[mbx], &d.leftSubmodes
	s, mb.mode = readKeyframeLumaMode(r.ready(s, 3))
	if mb.mode == modeSubblocks {
		for i := range d.submodes {
			x, y := i&3, i>>2
			var m uint8
			s, m = readSubmode(r.ready(s, 7), &keyframeSubmodeProbs[above[x]%numSubmodes][left[y]%numSubmodes])
			above[x], left[y] = m, m
			d.submodes[i] = m
		}
	} else {
		m := impliedSubmode[mb.mode&3]
		*above = [4]uint8{m, m, m, m}
		*left = *above
	}
	s, d.chromaMode = readChromaMode(r.ready(s, 3), &keyframeChromaProbs)
	return s
}

// readIntraModes decodes the modes of an intra macroblock of an inter frame (RFC 6386 16.1).
func (d *Decoder) readIntraModes(s bitState, mb *macroblock) bitState {
	r := &d.first
	s, mb.mode = readLumaMode(r.ready(s, 3), &d.probs.lumaMode)
	if mb.mode == modeSubblocks {
		for i := range d.submodes {
			s, d.submodes[i] = readSubmode(r.ready(s, 7), &interFrameSubmodeProb)
		}
	}
	s, d.chromaMode = readChromaMode(r.ready(s, 3), &d.probs.chromaMode)
	return s
}

// choose decodes a decision between two values.
func (s bitState) choose(prob, no, yes uint8) (bitState, uint8) {
	s, bit := s.bit(prob)
	if bit {
		return s, yes
	}
	return s, no
}

func readKeyframeLumaMode(s bitState) (bitState, uint8) {
	p := &keyframeLumaProbs
	s, bit := s.bit(p[0])
	if !bit {
		return s, modeSubblocks
	}
	if s, bit = s.bit(p[1]); !bit {
		return s.choose(p[2], modeDC, modeVertical)
	}
	return s.choose(p[3], modeHorizontal, modeTrueMotion)
}

func readLumaMode(s bitState, p *[4]uint8) (bitState, uint8) {
	s, bit := s.bit(p[0])
	if !bit {
		return s, modeDC
	}
	if s, bit = s.bit(p[1]); !bit {
		return s.choose(p[2], modeVertical, modeHorizontal)
	}
	return s.choose(p[3], modeTrueMotion, modeSubblocks)
}

func readChromaMode(s bitState, p *[3]uint8) (bitState, uint8) {
	s, bit := s.bit(p[0])
	if !bit {
		return s, modeDC
	}
	if s, bit = s.bit(p[1]); !bit {
		return s, modeVertical
	}
	return s.choose(p[2], modeHorizontal, modeTrueMotion)
}

// readSubmode takes up to seven decisions.
func readSubmode(s bitState, p *[9]uint8) (bitState, uint8) {
	s, bit := s.bit(p[0])
	if !bit {
		return s, subDC
	}
	if s, bit = s.bit(p[1]); !bit {
		return s, subTrueMotion
	}
	if s, bit = s.bit(p[2]); !bit {
		return s, subVertical
	}
	if s, bit = s.bit(p[3]); !bit {
		if s, bit = s.bit(p[4]); !bit {
			return s, subHorizontal
		}
		return s.choose(p[5], subRightDown, subVerticalRight)
	}
	if s, bit = s.bit(p[6]); !bit {
		return s, subLeftDown
	}
	if s, bit = s.bit(p[7]); !bit {
		return s, subVerticalLeft
	}
	return s.choose(p[8], subHorizontalDown, subHorizontalUp)
}
