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

	edgeBlock [edgeStride*edgeRows + planeSlack]byte
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
	if d.hdr.segmentation.enabled {
		segment = d.readSegment(mby*d.mbw + mbx)
	}
	if d.frameProbs.skipEnabled {
		skip = r.bit(d.frameProbs.skip)
	}
	mb := &d.row[mbx+1]
	switch {
	case d.hdr.Keyframe:
		mb.ref, mb.motion = refIntra, vector{}
		d.readKeyframeModes(mb, mbx)
	case r.bit(d.frameProbs.intra):
		mb.ref = refLast
		if r.bit(d.frameProbs.last) {
			mb.ref = refGolden
			if r.bit(d.frameProbs.golden) {
				mb.ref = refAltRef
			}
		}
		d.readMotion(mb, mbx, mby)
	default:
		mb.ref, mb.motion = refIntra, vector{}
		d.readIntraModes(mb)
	}
	return segment, skip
}

// readSegment decodes the segment of macroblock i, or recalls it if the frame does not send the map (RFC 6386 10).
func (d *Decoder) readSegment(i int) uint8 {
	s := &d.hdr.segmentation
	if s.updateMap {
		segment := uint8(0)
		if d.first.bit(s.treeProbs[0]) {
			segment = 2
			if d.first.bit(s.treeProbs[2]) {
				segment = 3
			}
		} else if d.first.bit(s.treeProbs[1]) {
			segment = 1
		}
		d.segmentMap[i] = segment
	}
	return d.segmentMap[i] & 3
}

// readKeyframeModes decodes the modes of a macroblock of a keyframe, where those of sub-blocks depend on the ones above
// and to the left (RFC 6386 11.2 to 11.4).
func (d *Decoder) readKeyframeModes(mb *macroblock, mbx int) {
	r := &d.first
	above, left := &d.aboveSubmodes[mbx], &d.leftSubmodes
	mb.mode = readKeyframeLumaMode(r)
	if mb.mode == modeSubblocks {
		for i := range d.submodes {
			x, y := i&3, i>>2
			m := readSubmode(r, &keyframeSubmodeProbs[above[x]%numSubmodes][left[y]%numSubmodes])
			above[x], left[y] = m, m
			d.submodes[i] = m
		}
	} else {
		m := impliedSubmode[mb.mode&3]
		*above = [4]uint8{m, m, m, m}
		*left = *above
	}
	d.chromaMode = readChromaMode(r, &keyframeChromaProbs)
}

// readIntraModes decodes the modes of an intra macroblock of an inter frame (RFC 6386 16.1).
func (d *Decoder) readIntraModes(mb *macroblock) {
	r := &d.first
	mb.mode = readLumaMode(r, &d.probs.lumaMode)
	if mb.mode == modeSubblocks {
		for i := range d.submodes {
			d.submodes[i] = readSubmode(r, &interFrameSubmodeProb)
		}
	}
	d.chromaMode = readChromaMode(r, &d.probs.chromaMode)
}

func readKeyframeLumaMode(r *boolReader) uint8 {
	p := &keyframeLumaProbs
	switch {
	case !r.bit(p[0]):
		return modeSubblocks
	case !r.bit(p[1]):
		if !r.bit(p[2]) {
			return modeDC
		}
		return modeVertical
	case !r.bit(p[3]):
		return modeHorizontal
	}
	return modeTrueMotion
}

func readLumaMode(r *boolReader, p *[4]uint8) uint8 {
	switch {
	case !r.bit(p[0]):
		return modeDC
	case !r.bit(p[1]):
		if !r.bit(p[2]) {
			return modeVertical
		}
		return modeHorizontal
	case !r.bit(p[3]):
		return modeTrueMotion
	}
	return modeSubblocks
}

func readChromaMode(r *boolReader, p *[3]uint8) uint8 {
	switch {
	case !r.bit(p[0]):
		return modeDC
	case !r.bit(p[1]):
		return modeVertical
	case !r.bit(p[2]):
		return modeHorizontal
	}
	return modeTrueMotion
}

func readSubmode(r *boolReader, p *[9]uint8) uint8 {
	switch {
	case !r.bit(p[0]):
		return subDC
	case !r.bit(p[1]):
		return subTrueMotion
	case !r.bit(p[2]):
		return subVertical
	case !r.bit(p[3]):
		switch {
		case !r.bit(p[4]):
			return subHorizontal
		case !r.bit(p[5]):
			return subRightDown
		}
		return subVerticalRight
	case !r.bit(p[6]):
		return subLeftDown
	case !r.bit(p[7]):
		return subVerticalLeft
	case !r.bit(p[8]):
		return subHorizontalDown
	}
	return subHorizontalUp
}
