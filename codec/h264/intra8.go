package h264

import (
	"math"

	"github.com/callrec/callrec/codec/h264/internal/intra"
	"github.com/callrec/callrec/codec/h264/internal/mb"
	"github.com/callrec/callrec/codec/h264/internal/pixel"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// kept is what Intra_8x8 made of a macroblock, put by while Intra_4x4 is tried.
type kept struct {
	luma  [256]byte
	modes [16]uint8
	cbp   int
}

// keepIntra8 puts by what tryIntra8 has made.
func (e *sliceEncoder) keepIntra8() {
	m := &e.m
	e.kept.modes, e.kept.cbp = m.info.Modes, m.cbp
	p := &e.cur.frame.Y
	at := p.At(16*m.x, 16*m.y)
	pixel.Copy(e.kept.luma[:], 16, p.Pix[at:], p.Stride, 16, 16)
}

// restoreIntra8 takes up again what keepIntra8 put by.
func (e *sliceEncoder) restoreIntra8() {
	m := &e.m
	m.info.Modes, m.cbp = e.kept.modes, e.kept.cbp
	p := &e.cur.frame.Y
	copyBlock16(p.Pix, p.At(16*m.x, 16*m.y), p.Stride, &e.kept.luma)
}

// tryIntra8 codes luma as Intra_8x8 into the picture, best mode by best mode, and returns its cost. It gives up, with a
// cost of at least limit, as soon as that is exceeded.
func (e *sliceEncoder) tryIntra8(limit int) int {
	m := &e.m
	p := &e.cur.frame.Y
	m.info.Kind = mb.Intra8x8
	m.cbp = 0
	cost := intra8Overhead * m.q.lambda
	hasLeft, hasTop := m.left != nil, m.top != nil
	var n intra.Edges8
	for q := range 4 {
		x, y := q&1, q>>1
		var corner, topRight bool
		switch q {
		case 0:
			corner, topRight = m.topLeft != nil, hasTop
		case 1:
			corner, topRight = hasTop, m.topRight != nil
		case 2:
			corner, topRight = hasLeft, true
		default:
			corner = true
		}
		at := p.At(16*m.x+8*x, 16*m.y+8*y)
		n.Load(p.Pix, at, p.Stride, hasLeft || x > 0, hasTop || y > 0, corner, topRight)
		cost += e.chooseIntra8(&n, q)
		e.costs8[q] = cost
		if cost >= limit {
			return cost
		}
		e.codeIntra8(&n, q)
		if m.marks8[q].Set != 0 {
			m.cbp |= 1 << q
		}
	}
	return cost
}

// intra8Overhead is how many bits an Intra_8x8 macroblock is thought to spend besides its modes and levels more than an
// Intra_16x16 one.
const intra8Overhead = 4

// chooseIntra8 finds the best mode of an 8x8 block, leaves it in m.info.Modes and returns the cost.
func (e *sliceEncoder) chooseIntra8(n *intra.Edges8, q int) int {
	m := &e.m
	b := 8*(q>>1) + 2*(q&1) // its first 4x4 block
	guess, allowed := m.guessMode(b), n.Modes()
	src := m.luma[q>>1*128+q&1*8:]
	var costs [9]int32
	n.Straight(&costs, src, 16)
	todo := (e.tools.firstModes | 1<<guess) & allowed
	n.Costs(&costs, src, 16, todo&^straightModes)
	costs[guess] -= int32(3 * m.q.lambda)
	best, bestMode := cheapest(&costs, todo, math.MaxInt32, modeDC)
	for tried := todo; e.idr || !e.tools.straight; tried |= todo {
		if todo = besideMode[bestMode] & allowed &^ tried; todo == 0 {
			break
		}
		n.Costs(&costs, src, 16, todo)
		best, bestMode = cheapest(&costs, todo, best, bestMode)
	}
	mode := uint8(bestMode)
	modes := m.info.Modes[b : b+6 : b+6]
	modes[0], modes[1], modes[4], modes[5] = mode, mode, mode, mode
	return int(best) + 4*m.q.lambda
}

// codeIntra8 predicts, transforms, quantizes and reconstructs 8x8 luma block q.
func (e *sliceEncoder) codeIntra8(n *intra.Edges8, q int) {
	m := &e.m
	p := &e.cur.frame.Y
	to := p.Pix[p.At(16*m.x+q&1*8, 16*m.y+q>>1*8):]
	n.Predict(to, p.Stride, int(m.info.Modes[quarterBlocks[q][0]]))
	c := &e.coeffs8[q]
	transform.Forward8(c, m.luma[q>>1*128+q&1*8:], 16, to, p.Stride)
	m.marks8[q] = transform.Quantize8(&m.levels8[q], c, &m.q.intra8)
	if m.marks8[q].Set != 0 {
		transform.Inverse8(to, p.Stride, c)
	}
}
