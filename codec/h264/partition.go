package h264

import "github.com/callrec/callrec/codec/h264/internal/mb"

// shape is how an inter macroblock is divided into partitions, numbered as mb_type (table 7-13).
type shape uint8

const (
	whole shape = iota
	rows        // 16x8
	cols        // 8x16
	quads       // 8x8
)

// rect is a partition in units of 4x4 blocks.
type rect struct{ x, y, w, h int }

// part is a partition's motion.
type part struct {
	mv, pred mb.MV // the vector, and its prediction
	ref      int8
}

// blockAt is the block (x4, y4), counted from the macroblock's upper left one, as a neighbor of a partition. Of the
// macroblock itself only blocks may be asked for that come before that partition, or are to the right of it all.
func (m *macro) blockAt(x4, y4 int) mb.Neighbor {
	switch {
	case y4 < 0 && x4 < 0:
		return mb.At(m.topLeft, 3, 3)
	case y4 < 0 && x4 > 3:
		return mb.At(m.topRight, 0, 3)
	case y4 < 0:
		return mb.At(m.top, x4, 3)
	case x4 < 0:
		return mb.At(m.left, 3, y4)
	case x4 > 3:
		return mb.Unavailable()
	}
	return mb.At(m.info, x4, y4)
}

// predict is the prediction of the vector of partition i of a shape (clause 8.4.1.3), those before it being in m.info.
func (m *macro) predict(s shape, i int, ref int8) mb.MV {
	p := &shapes[s].at[i]
	a, b, c := m.blockAt(p.x-1, p.y), m.blockAt(p.x, p.y-1), m.blockAt(p.x+p.w, p.y-1)
	if c.Ref == -2 {
		c = m.blockAt(p.x-1, p.y-1)
	}
	switch {
	case s == rows && i == 0 && b.Ref == ref:
		return b.MV
	case (s == rows && i == 1 || s == cols && i == 0) && a.Ref == ref:
		return a.MV
	case s == cols && i == 1 && c.Ref == ref:
		return c.MV
	}
	return mb.Median(ref, a, b, c)
}

// place notes the motion of partition i of a shape in m.info.
func (m *macro) place(s shape, i int, v mb.MV, ref int8) {
	p := &shapes[s].at[i]
	m.info.SetBlocks(p.x, p.y, p.w, p.h, v)
	for y := p.y >> 1; y < (p.y+p.h)>>1; y++ {
		for x := p.x >> 1; x < (p.x+p.w)>>1; x++ {
			m.info.Ref[2*y+x] = ref
		}
	}
}

// settle makes m.info an inter macroblock of m.shape with the motion in m.part.
func (m *macro) settle() {
	m.info.SetMotion(mb.Inter, m.part[0].mv)
	m.info.Ref = [4]int8{m.part[0].ref, m.part[0].ref, m.part[0].ref, m.part[0].ref}
	if m.shape == whole {
		return
	}
	for i := range shapes[m.shape].n {
		p := &m.part[i]
		m.place(m.shape, i, p.mv, p.ref)
		m.info.One = m.info.One && p.mv == m.part[0].mv && p.ref == m.part[0].ref
	}
}
