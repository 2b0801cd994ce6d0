package deblock

import (
	"github.com/callrec/callrec/codec/h264/internal/mb"
	"github.com/callrec/callrec/codec/h264/internal/picture"
)

// Offsets are FilterOffsetA and FilterOffsetB of the slice (clause 7.4.3).
type Offsets struct{ A, B int }

// Macroblock filters the left and upper edges and the inner ones of the macroblock at (mbx, mby) (clause 8.7). left and
// top are the neighbors across the outer edges, nil where that edge is not to be filtered. The macroblocks of a picture
// are to be filtered in order of their addresses, after all of it is decoded.
func Macroblock(f *picture.Frame, mbx, mby int, cur, left, top *mb.Info, o Offsets) {
	e := edges{
		frame: f, luma: f.Y.At(16*mbx, 16*mby), chroma: f.C[0].At(8*mbx, 8*mby),
		inner: cur.Kind.IsIntra() || cur.Coded != 0 || !cur.One, offsets: o,
	}
	if e.inner {
		e.own.set(cur, cur, o)
	}
	e.filter(cur, left, vertical)
	e.filter(cur, top, horizontal)
}

// edges are those of a macroblock.
type edges struct {
	frame        *picture.Frame
	luma, chroma int  // its first samples
	inner        bool // those inside may have to be filtered
	offsets      Offsets
	own          thresholds // of these
	outer        thresholds // of an edge to a macroblock of another quantizer
}

// thresholds are those of the three planes.
type thresholds struct {
	luma   Thresholds
	chroma [2]Thresholds
}

func (t *thresholds) set(p, q *mb.Info, o Offsets) {
	t.luma = NewThresholds(int(p.QP), int(q.QP), o)
	t.chroma[0] = NewThresholds(int(p.QPC), int(q.QPC), o)
	t.chroma[1] = t.chroma[0]
}

type direction int

const (
	vertical direction = iota
	horizontal
)

// filter filters the edges in one direction, of which the first is shared with nb.
func (e *edges) filter(cur, nb *mb.Info, d direction) {
	var s [4]Strengths
	outer := &e.own
	if nb != nil {
		s[0] = outerStrength(cur, nb, d)
		if s[0] != (Strengths{}) && (!e.inner || nb.QP != cur.QP || nb.QPC != cur.QPC) {
			outer = &e.outer
			outer.set(cur, nb, e.offsets)
		}
	}
	if e.inner {
		innerStrengths(&s, cur, d)
	}
	if s == ([4]Strengths{}) {
		return
	}
	y, cb, cr := &e.frame.Y, &e.frame.C[0], &e.frame.C[1]
	lumaEdges(y.Pix, e.luma, y.Stride, d, &s, &outer.luma, &e.own.luma)
	chromaEdgePairs(cb.Pix, cr.Pix, e.chroma, cb.Stride, d, &s, &outer.chroma, &e.own.chroma)
}

// outerStrength derives bS (clause 8.7.2.1) between cur and the neighbor nb to the left or above.
func outerStrength(cur, nb *mb.Info, d direction) Strengths {
	if cur.Kind.IsIntra() || nb.Kind.IsIntra() {
		return Strengths{4, 4, 4, 4}
	}
	coded := cur.Coded | nb.Coded>>12
	if d == vertical {
		coded = alongColumn(cur.Coded | nb.Coded>>3)
	}
	s := CodedStrengths[coded&15]
	e := &edgeBlocks[d]
	if cur.One && nb.One {
		if moved(cur.MV[0], nb.MV[0]) || cur.Ref[0] != nb.Ref[0] {
			s.raise()
		}
		return s
	}
	for i := range s {
		if s[i] == 0 {
			s[i] = motionStrength(cur, nb, e.first[i], e.last[i])
		}
	}
	return s
}

// innerStrengths derives bS for the inner edges.
func innerStrengths(s *[4]Strengths, cur *mb.Info, d direction) {
	step := 1
	if cur.Transform8 {
		step = 2
	}
	if cur.Kind.IsIntra() {
		for i := step; i < 4; i += step {
			s[i] = Strengths{3, 3, 3, 3}
		}
		return
	}
	for i := step; i < 4; i += step {
		s[i] = innerStrength(cur, i, d)
	}
}

// innerStrength derives bS for inner edge 1, 2 or 3 of an inter macroblock.
func innerStrength(cur *mb.Info, edge int, d direction) Strengths {
	var coded uint16 // bit i: block i, or the one before it, has coefficients
	if d == vertical {
		coded = alongColumn((cur.Coded | cur.Coded<<1) >> edge)
	} else {
		coded = (cur.Coded | cur.Coded<<4) >> (4 * edge)
	}
	s := CodedStrengths[coded&15]
	if cur.One {
		return s
	}
	e := &edgeBlocks[d]
	for i := range s {
		if s[i] == 0 {
			q := e.first[i] + edge*e.step
			s[i] = motionStrength(cur, cur, q, q-e.step)
		}
	}
	return s
}

// alongColumn gathers the bits of the first column of blocks.
func alongColumn(bits uint16) uint16 {
	return bits&1 | bits>>3&2 | bits>>6&4 | bits>>9&8
}

// raise makes strengths of 0 ones of 1.
func (s *Strengths) raise() {
	for i, v := range s {
		s[i] = max(v, 1)
	}
}

// motionStrength is bS between blocks without coefficients.
func motionStrength(cur, nb *mb.Info, q, p int) uint8 {
	if cur.Ref[q>>3<<1|q>>1&1] != nb.Ref[p>>3<<1|p>>1&1] || moved(cur.MV[q&15], nb.MV[p&15]) {
		return 1
	}
	return 0
}

// moved tells whether two vectors differ by a whole sample or more.
func moved(a, b mb.MV) bool {
	return uint(int(a.X)-int(b.X)+3) > 6 || uint(int(a.Y)-int(b.Y)+3) > 6
}
