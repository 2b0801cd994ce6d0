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
		if s := outerStrength(cur, left, vertical); s != 0 {
			vEdge(f, mbx, mby, 0, s, thresholdsOf(cur, left, o))
		}
	}
	inner := cur.Kind.IsIntra() || cur.Coded != 0 || !cur.One
	var own [2]thresholds
	if inner {
		own = thresholdsOf(cur, cur, o)
		for edge := 1; edge < 4; edge++ {
			if s := innerStrength(cur, edge, vertical); s != 0 {
				vEdge(f, mbx, mby, edge, s, own)
			}
		}
	}
	if top != nil {
		if s := outerStrength(cur, top, horizontal); s != 0 {
			hEdge(f, mbx, mby, 0, s, thresholdsOf(cur, top, o))
		}
	}
	if inner {
		for edge := 1; edge < 4; edge++ {
			if s := innerStrength(cur, edge, horizontal); s != 0 {
				hEdge(f, mbx, mby, edge, s, own)
			}
		}
	}
}

// thresholds of one plane's edge (clause 8.7.2.2).
type thresholds struct {
	alpha, beta int
	tc0         *[3]uint8
}

// thresholdsOf gives those of luma and chroma.
func thresholdsOf(p, q *mb.Info, o Offsets) [2]thresholds {
	return [2]thresholds{newThresholds(int(p.QP), int(q.QP), o), newThresholds(int(p.QPC), int(q.QPC), o)}
}

func newThresholds(p, q int, o Offsets) thresholds {
	mean := (p + q + 1) >> 1
	a := min(max(mean+o.A, 0), 51)
	b := min(max(mean+o.B, 0), 51)
	return thresholds{int(alphaTable[a]), int(betaTable[b]), &tc0Table[a]}
}

// strengths are the four bS along an edge, a byte each, the first in the lowest.
type strengths uint32

func (s strengths) at(i int) int { return int(s >> (8 * i) & 255) }

type direction int

const (
	vertical direction = iota
	horizontal
)

// outerStrength derives bS (clause 8.7.2.1) between cur and the neighbor nb to the left or above.
func outerStrength(cur, nb *mb.Info, d direction) strengths {
	if cur.Kind.IsIntra() || nb.Kind.IsIntra() {
		return 0x04040404
	}
	if cur.Coded|nb.Coded == 0 && cur.One && nb.One {
		if !moved(cur.MV[0], nb.MV[0]) && cur.Ref[0] == nb.Ref[0] {
			return 0
		}
		return 0x01010101
	}
	e := &edgeBlocks[d]
	var s strengths
	for i := range 4 {
		s |= interStrength(cur, nb, e.first[i], e.last[i]) << (8 * i)
	}
	return s
}

// innerStrength derives bS for inner edge 1, 2 or 3.
func innerStrength(cur *mb.Info, edge int, d direction) strengths {
	if cur.Kind.IsIntra() {
		return 0x03030303
	}
	e := &edgeBlocks[d]
	var s strengths
	for i := range 4 {
		q := e.first[i] + edge*e.step
		s |= interStrength(cur, cur, q, q-e.step) << (8 * i)
	}
	return s
}

func interStrength(cur, nb *mb.Info, q, p int) strengths {
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

// vEdge filters vertical edge 0 to 3 of luma and, if even, that of chroma.
func vEdge(f *picture.Frame, mbx, mby, edge int, s strengths, t [2]thresholds) {
	for i := range 4 {
		if bs := s.at(i); bs != 0 {
			lumaRun(f.Y.Pix, f.Y.At(16*mbx+4*edge, 16*mby+4*i), 1, f.Y.Stride, bs, &t[0])
		}
	}
	if edge&1 != 0 {
		return
	}
	for c := range f.C {
		p := &f.C[c]
		for i := range 4 {
			if bs := s.at(i); bs != 0 {
				chromaRun(p.Pix, p.At(8*mbx+2*edge, 8*mby+2*i), 1, p.Stride, bs, &t[1])
			}
		}
	}
}

// hEdge filters horizontal edge 0 to 3 of luma and, if even, that of chroma.
func hEdge(f *picture.Frame, mbx, mby, edge int, s strengths, t [2]thresholds) {
	for i := range 4 {
		if bs := s.at(i); bs != 0 {
			lumaRun(f.Y.Pix, f.Y.At(16*mbx+4*i, 16*mby+4*edge), f.Y.Stride, 1, bs, &t[0])
		}
	}
	if edge&1 != 0 {
		return
	}
	for c := range f.C {
		p := &f.C[c]
		for i := range 4 {
			if bs := s.at(i); bs != 0 {
				chromaRun(p.Pix, p.At(8*mbx+2*i, 8*mby+2*edge), p.Stride, 1, bs, &t[1])
			}
		}
	}
}
