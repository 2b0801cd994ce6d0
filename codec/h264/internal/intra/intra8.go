package intra

import "github.com/callrec/callrec/codec/h264/internal/pixel"

// Edges8 holds the filtered neighbors of an 8x8 block (clause 8.3.2.2.1) and what the directional modes make of them. The
// modes of Intra_8x8 prediction are numbered as those of Intra_4x4 (table 8-3).
type Edges8 struct {
	lines [linesSize]byte
	// HasLeft and HasTop tell which neighbors exist, HasAll whether these do and the one above left too.
	HasLeft, HasTop, HasAll bool
}

// The lines begin at these indices of Edges8.lines. Each row of a prediction is eight samples of a line.
const (
	// Neighbors: 0 to 7 left, from the bottom up, 8 above left, 9 to 24 above and above right.
	lineE = 0
	// Means of two neighbors, i and i+1.
	line2 = 32
	// Neighbors i-1, i and i+1 weighted 1 2 1; at both ends the last one stands in for what is beyond.
	line3 = 64
	// Rows 6 and 7 of VerticalRight4, and what is right of them in the rows above.
	lineEven, lineOdd = 96, 112
	// Row 7 of HorizontalDown4, and what is right of it in the rows above.
	lineDown = 128
	// Row 0 of HorizontalUp4, and what is right of it in the rows below.
	lineUp = 152
	// All rows of Horizontal4, and the one of DC4.
	lineLeft, lineMean = 176, 240

	linesSize = 248
)

// Load takes the neighbors of the block at pix[at] that are available, and filters them.
func (n *Edges8) Load(pix []byte, at, stride int, left, top, corner, topRight bool) {
	n.HasLeft, n.HasTop, n.HasAll = left, top, left && top && corner
	if n.HasAll {
		n.load(pix, at, stride, topRight)
		return
	}
	n.loadPlain(pix, at, stride, left, top, corner, topRight)
}

// loadPlain is Load, and with all neighbors but those above right the twin of load.
func (n *Edges8) loadPlain(pix []byte, at, stride int, left, top, corner, topRight bool) {
	var raw [34]byte // the neighbors, from raw[1] on
	if left {
		for y := range 8 {
			raw[8-y] = pix[at+y*stride-1]
		}
	}
	if corner {
		raw[9] = pix[at-stride-1]
	}
	if top {
		copy(raw[10:18], pix[at-stride:])
		if topRight {
			copy(raw[18:26], pix[at-stride+8:])
		} else {
			fill(raw[18:26], raw[17])
		}
	}
	n.filter(&raw, left, top, corner)
	mean := uint64(128)
	switch l := n.lines[lineE:]; {
	case left && top:
		mean = (sum8(load64(l)) + sum8(load64(l[9:])) + 8) >> 4
	case left:
		mean = (sum8(load64(l)) + 4) >> 3
	case top:
		mean = (sum8(load64(l[9:])) + 4) >> 3
	}
	fill(n.lines[lineMean:][:8], byte(mean))
	n.draw()
}

// filter is the reference sample filter: a sample at the end of what is available is filtered with itself.
func (n *Edges8) filter(raw *[34]byte, left, top, corner bool) {
	raw[0], raw[26] = raw[1], raw[25]
	switch {
	case !corner:
		raw[9] = raw[10]
	case !left:
		raw[8] = raw[9]
	}
	if corner && !top {
		raw[10] = raw[9]
	}
	for i := 0; i < 32; i += 8 {
		store64(n.lines[lineE+i:], means3(load64(raw[i:]), load64(raw[i+1:]), load64(raw[i+2:])))
	}
	if left && !corner {
		n.lines[lineE+7] = byte((int(raw[7]) + 3*int(raw[8]) + 2) >> 2)
	}
}

// draw makes the other lines of the neighbors.
func (n *Edges8) draw() {
	l := &n.lines
	var e [34]byte
	e[0], e[26] = l[lineE], l[lineE+24]
	copy(e[1:26], l[lineE:])
	for i := 0; i < 32; i += 8 {
		before, here, after := load64(e[i:]), load64(e[i+1:]), load64(e[i+2:])
		store64(l[line2+i:], means2(here, after))
		store64(l[line3+i:], means3(before, here, after))
	}
	for i := range 3 {
		l[lineEven+i], l[lineOdd+i] = l[line3+3+2*i], l[line3+2+2*i]
	}
	copy(l[lineEven+3:][:8], l[line2+8:])
	copy(l[lineOdd+3:][:8], l[line3+8:])
	for i := range 8 {
		l[lineDown+2*i], l[lineDown+2*i+1] = l[line2+i], l[line3+1+i]
		l[lineUp+14-2*i], l[lineUp+15-2*i] = l[line2+i-1], l[line3+i-1]
	}
	copy(l[lineDown+16:][:8], l[line3+9:])
	fill(l[lineUp+14:][:8], l[lineE])
	for i := range 8 {
		fill(l[lineLeft+8*i:][:8], l[lineE+7-i])
	}
}

const low7 = 0x7f7f7f7f7f7f7f7f

// means2 is the rounded means of eight pairs of samples.
func means2(a, b uint64) uint64 { return (a | b) - (a^b)>>1&low7 }

// means3 is (a + 2*b + c + 2) >> 2 for eight samples each.
func means3(a, b, c uint64) uint64 { return means2(b, a&c+(a^c)>>1&low7) }

// Allowed tells whether the mode's neighbors exist.
func (n *Edges8) Allowed(mode int) bool { return n.Modes()>>mode&1 != 0 }

// Modes are the allowed modes, as bits.
func (n *Edges8) Modes() uint16 { return modesFor(n.HasLeft, n.HasTop, n.HasAll) }

// Predict writes eight rows of eight samples, the prediction of an allowed mode (clause 8.3.2.2), to dst. With the
// neighbors in one line each direction is a walk along it, or along a line of means.
func (n *Edges8) Predict(dst []byte, stride, mode int) { n.predict(dst, stride, blocks8.Rows(mode)) }

// predictPlain is the twin of predict.
func (n *Edges8) predictPlain(dst []byte, stride int, r *pixel.Rows) {
	even, odd := r.Even, r.Odd
	for y := 0; y < 8; y += 2 {
		store64(dst[y*stride:], load64(n.lines[even:]))
		store64(dst[(y+1)*stride:], load64(n.lines[odd:]))
		even, odd = even+r.Step, odd+r.Step
	}
}

// Straight gives in costs the SATD8 of the block at src and its predictions by Vertical4, Horizontal4 and DC4. Those of
// modes that are not allowed are of no use.
func (n *Edges8) Straight(costs *[9]int32, src []byte, stride int) {
	pixel.Straight8((*[3]int32)(costs[:]), src, stride, (*[8]byte)(n.lines[lineE+9:]), (*[8]byte)(n.lines[lineE:]), n.lines[lineMean])
}

// Costs gives in costs the SATD8 of the block at src and its predictions by some allowed modes.
func (n *Edges8) Costs(costs *[9]int32, src []byte, stride int, modes uint16) {
	pixel.SATD8s(costs, src, stride, n.lines[:], blocks8, modes)
}
