package deblock

// Strengths are the bS of the four blocks along an edge (clause 8.7.2.1).
type Strengths [4]uint8

// Thresholds are those of one plane's edge (clause 8.7.2.2). The kernels know the layout.
type Thresholds struct {
	alpha, beta int16
	near        int16 // alpha/4 + 2: below it the strong filter reaches far
	_           int16
	tc0         [8]int8 // by bS; nothing is filtered where that is -1
}

// NewThresholds gives the thresholds between macroblocks with the quantizers p and q, those of chroma for chroma.
func NewThresholds(p, q int, o Offsets) Thresholds {
	mean := (p + q + 1) >> 1
	a := min(max(mean+o.A, 0), 51)
	b := min(max(mean+o.B, 0), 51)
	alpha := int16(alphaTable[a])
	return Thresholds{alpha: alpha, beta: int16(betaTable[b]), near: alpha>>2 + 2, tc0: tc0Table[a]}
}

// Off tells whether nothing is filtered whatever the samples.
func (t *Thresholds) Off() bool { return t.alpha == 0 || t.beta == 0 }

// LumaEdge filters the 16 lines across an edge (clauses 8.7.2.3 and 8.7.2.4). pix[at] is q0 of the first line, across the
// step from p0 to q0 and along that to the next line. One of them is 1.
func LumaEdge(pix []byte, at, across, along int, s *Strengths, t *Thresholds) {
	if !t.Off() {
		lumaEdge(pix, at, across, along, s, t)
	}
}

// ChromaEdges filters the 8 lines across the same edge of both chroma planes, which have the same stride. cb[at] and
// cr[at] are q0 of the first lines, across the step from p0 to q0 and along that to the next line. One of them is 1.
func ChromaEdges(cb, cr []byte, at, across, along int, s *Strengths, t *[2]Thresholds) {
	if !t[0].Off() || !t[1].Off() {
		chromaEdges(cb, cr, at, across, along, s, t)
	}
}

// steps are across and along of edges in a direction.
func (d direction) steps(stride int) (across, along int) {
	if d == vertical {
		return 1, stride
	}
	return stride, 1
}

// lumaEdgesPlain is the twin of lumaEdges, which filters the edges of the macroblock at pix[at] in one direction, the first one
// by other thresholds. A strength of 4 goes for all of an edge.
func lumaEdgesPlain(pix []byte, at, stride int, d direction, s *[4]Strengths, outer, own *Thresholds) {
	across, along := d.steps(stride)
	t := outer
	for i := range s {
		if s[i] != (Strengths{}) {
			lumaPlain(pix, at+4*i*across, across, along, &s[i], t)
		}
		t = own
	}
}

// chromaEdgePairsPlain is the twin of chromaEdgePairs, which filters the first and the third edge of both chroma planes.
func chromaEdgePairsPlain(cb, cr []byte, at, stride int, d direction, s *[4]Strengths, outer, own *[2]Thresholds) {
	across, along := d.steps(stride)
	t := outer
	for i := 0; i < 4; i += 2 {
		if s[i] != (Strengths{}) {
			chromaPlain(cb, at+2*i*across, across, along, &s[i], &t[0])
			chromaPlain(cr, at+2*i*across, across, along, &s[i], &t[1])
		}
		t = own
	}
}
