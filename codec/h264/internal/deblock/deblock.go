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
	if left != nil {
		if s := outerStrength(cur, left, vertical); s != (Strengths{}) {
			edgeOf(f, mbx, mby, 0, vertical, s, thresholdsOf(cur, left, o))
		}
	}
	inner := cur.Kind.IsIntra() || cur.Coded != 0 || !cur.One
	step := 1
	if cur.Transform8 {
		step = 2
	}
	var own [2]Thresholds
	if inner {
		own = thresholdsOf(cur, cur, o)
		for edge := step; edge < 4; edge += step {
			if s := innerStrength(cur, edge, vertical); s != (Strengths{}) {
				edgeOf(f, mbx, mby, edge, vertical, s, own)
			}
		}
	}
	if top != nil {
		if s := outerStrength(cur, top, horizontal); s != (Strengths{}) {
			edgeOf(f, mbx, mby, 0, horizontal, s, thresholdsOf(cur, top, o))
		}
	}
	if inner {
		for edge := step; edge < 4; edge += step {
			if s := innerStrength(cur, edge, horizontal); s != (Strengths{}) {
				edgeOf(f, mbx, mby, edge, horizontal, s, own)
			}
		}
	}
}

// thresholdsOf gives those of luma and chroma.
func thresholdsOf(p, q *mb.Info, o Offsets) [2]Thresholds {
	return [2]Thresholds{NewThresholds(int(p.QP), int(q.QP), o), NewThresholds(int(p.QPC), int(q.QPC), o)}
}

type direction int

const (
	vertical direction = iota
	horizontal
)

// outerStrength derives bS (clause 8.7.2.1) between cur and the neighbor nb to the left or above.
func outerStrength(cur, nb *mb.Info, d direction) (s Strengths) {
	if cur.Kind.IsIntra() || nb.Kind.IsIntra() {
		return Strengths{4, 4, 4, 4}
	}
	if cur.Coded|nb.Coded == 0 && cur.One && nb.One {
		if !moved(cur.MV[0], nb.MV[0]) && cur.Ref[0] == nb.Ref[0] {
			return Strengths{}
		}
		return Strengths{1, 1, 1, 1}
	}
	e := &edgeBlocks[d]
	for i := range 4 {
		s[i] = interStrength(cur, nb, e.first[i], e.last[i])
	}
	return s
}

// innerStrength derives bS for inner edge 1, 2 or 3.
func innerStrength(cur *mb.Info, edge int, d direction) (s Strengths) {
	if cur.Kind.IsIntra() {
		return Strengths{3, 3, 3, 3}
	}
	e := &edgeBlocks[d]
	for i := range 4 {
		q := e.first[i] + edge*e.step
		s[i] = interStrength(cur, cur, q, q-e.step)
	}
	return s
}

func interStrength(cur, nb *mb.Info, q, p int) uint8 {
	if cur.Coded>>q&1 != 0 || nb.Coded>>p&1 != 0 {
		return 2
	}
	if cur.Ref[q>>3<<1|q>>1&1] != nb.Ref[p>>3<<1|p>>1&1] || moved(cur.MV[q&15], nb.MV[p&15]) {
		return 1
	}
	return 0
}

// moved tells whether two vectors differ by a whole sample or more.
func moved(a, b mb.MV) bool {
	return uint(int(a.X)-int(b.X)+3) > 6 || uint(int(a.Y)-int(b.Y)+3) > 6
}

// edgeOf filters edge 0 to 3 of luma and, if even, that of chroma.
func edgeOf(f *picture.Frame, mbx, mby, edge int, d direction, s Strengths, t [2]Thresholds) {
	y := &f.Y
	if d == vertical {
		LumaEdge(y.Pix, y.At(16*mbx+4*edge, 16*mby), 1, y.Stride, &s, &t[0])
	} else {
		LumaEdge(y.Pix, y.At(16*mbx, 16*mby+4*edge), y.Stride, 1, &s, &t[0])
	}
	if edge&1 != 0 {
		return
	}
	cb, cr, both := &f.C[0], &f.C[1], [2]Thresholds{t[1], t[1]}
	if d == vertical {
		ChromaEdges(cb.Pix, cr.Pix, cb.At(8*mbx+2*edge, 8*mby), 1, cb.Stride, &s, &both)
	} else {
		ChromaEdges(cb.Pix, cr.Pix, cb.At(8*mbx, 8*mby+2*edge), cb.Stride, 1, &s, &both)
	}
}
