package h264

import (
	"math"
	mathbits "math/bits"

	"github.com/callrec/callrec/codec/h264/internal/bits"
	"github.com/callrec/callrec/codec/h264/internal/intra"
	"github.com/callrec/callrec/codec/h264/internal/mb"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// compareIntra16 loads the neighbors of luma and compares the source with what Intra_16x16 makes of them, Plane16 aside.
func (e *sliceEncoder) compareIntra16() {
	m := &e.m
	p := &e.cur.frame.Y
	e.edges16.Load(p.Pix, p.At(16*m.x, 16*m.y), p.Stride, m.left != nil, m.top != nil)
	e.edges16.Straight(&e.straight16, &m.luma)
}

// chooseIntra16 finds the best Intra_16x16 mode after compareIntra16, leaves it in m.mode16 and returns its cost.
func (e *sliceEncoder) chooseIntra16() int {
	m := &e.m
	best := 1 << 30
	for mode := range 4 {
		if !e.edges16.Allowed(mode) {
			continue
		}
		cost := m.q.lambda * bits.UELen(uint32(mode+1))
		if mode == intra.Plane16 {
			e.edges16.Predict(&m.pred, mode)
			cost += satd16(&m.luma, m.pred[:], 0, 16)
		} else {
			cost += int(e.straight16[mode])
		}
		if cost < best {
			best, m.mode16 = cost, mode
		}
	}
	return best
}

// chooseChroma finds the best chroma mode of an intra macroblock, leaves it in m.modeChroma and its prediction in m.predC.
func (e *sliceEncoder) chooseChroma() {
	m := &e.m
	n := e.loadChroma()
	var straight [3]int32
	n.Straight(&straight, &m.chroma)
	best := 1 << 30
	for mode := range intra.PlaneChroma {
		cost := int(straight[mode]) + m.q.lambda*bits.UELen(uint32(mode))
		if n.Allowed(mode) && cost < best {
			best, m.modeChroma = cost, mode
		}
	}
	if n.Allowed(intra.PlaneChroma) {
		n.Predict(&m.predC, intra.PlaneChroma)
		cost := m.q.lambda*bits.UELen(intra.PlaneChroma) +
			satd8(&m.chroma[0], &m.predC[0]) + satd8(&m.chroma[1], &m.predC[1])
		if cost < best {
			m.modeChroma = intra.PlaneChroma
			return
		}
	}
	n.Predict(&m.predC, m.modeChroma)
}

// loadChroma loads the neighbors of chroma.
func (e *sliceEncoder) loadChroma() *intra.EdgesChroma {
	m := &e.m
	cb, cr := &e.cur.frame.C[0], &e.cur.frame.C[1]
	e.edgesChroma.Load(cb.Pix, cr.Pix, cb.At(8*m.x, 8*m.y), cb.Stride, m.left != nil, m.top != nil)
	return &e.edgesChroma
}

// tryIntra4 codes luma as Intra_4x4 into the picture, best mode by best mode, and returns its cost. It gives up, with a
// cost of at least limit, as soon as that is exceeded, and after a quarter that makes it worse than Intra_8x8 was.
func (e *sliceEncoder) tryIntra4(limit int) int {
	m := &e.m
	p := &e.cur.frame.Y
	at := p.At(16*m.x, 16*m.y)
	m.info.Kind = mb.Intra4x4
	m.cbp = 0
	overhead := int(e.tools.intra4Overhead) * m.q.lambda
	cost := overhead
	for blk := range 16 {
		bx, by := int(transform.BlockX[blk]), int(transform.BlockY[blk])
		b := 4*by + bx
		hasLeft, hasTop := bx > 0 || m.left != nil, by > 0 || m.top != nil
		topRight := topRightInside[b]
		if by == 0 {
			topRight = hasTop && (bx < 3 || m.topRight != nil)
		}
		e.block4.Load(m.luma[64*by+4*bx:], 16, p.Pix, at+4*by*p.Stride+4*bx, p.Stride, hasLeft, hasTop, topRight)
		cost += e.chooseIntra4(b)
		if cost >= limit || blk&3 == 3 && cost-overhead > e.costs8[blk>>2] {
			return limit
		}
		e.codeIntra4(b)
		if m.marks[b] != 0 {
			m.cbp |= 1 << (blk >> 2)
		}
	}
	return cost
}

// chooseIntra4 finds the best mode of the block that is loaded, b in raster order, leaves it in m.info.Modes and returns the
// cost.
func (e *sliceEncoder) chooseIntra4(b int) int {
	m := &e.m
	guess, allowed := m.guessMode(b), e.block4.Modes()
	todo := (e.tools.firstModes | 1<<guess) & allowed
	costs := e.block4.Costs(todo)
	costs[guess] -= int32(3 * m.q.lambda)
	best, bestMode := cheapest(costs, todo, math.MaxInt32, modeDC)
	for tried := todo; ; tried |= todo {
		if todo = besideMode[bestMode] & allowed &^ tried; todo == 0 {
			break
		}
		best, bestMode = cheapest(e.block4.Costs(todo), todo, best, bestMode)
	}
	m.info.Modes[b] = uint8(bestMode)
	return int(best) + 4*m.q.lambda
}

// cheapest finds the first mode of some whose cost is below the best one so far.
func cheapest(costs *[9]int32, modes uint16, best int32, bestMode int) (int32, int) {
	if modes&straightModes == straightModes {
		modes &^= straightModes
		if costs[intra.Vertical4] < best {
			best, bestMode = costs[intra.Vertical4], intra.Vertical4
		}
		if costs[intra.Horizontal4] < best {
			best, bestMode = costs[intra.Horizontal4], intra.Horizontal4
		}
		if costs[intra.DC4] < best {
			best, bestMode = costs[intra.DC4], intra.DC4
		}
	}
	for ; modes != 0; modes &= modes - 1 {
		if mode := mathbits.TrailingZeros16(modes); costs[mode] < best {
			best, bestMode = costs[mode], mode
		}
	}
	return best, bestMode
}

// codeIntra4 predicts, transforms, quantizes and reconstructs the luma block that is loaded, b in raster order.
func (e *sliceEncoder) codeIntra4(b int) {
	m := &e.m
	p := &e.cur.frame.Y
	to := p.Pix[p.At(16*m.x+b&3*4, 16*m.y+b>>2*4):]
	pred := e.block4.Prediction(int(m.info.Modes[b]))
	m.marks[b] = transform.Code(&m.levels[b], to, p.Stride, m.luma[b>>2*64+b&3*4:], 16, pred, &m.q.intra4)
	m.coded &^= 1 << b
	if m.marks[b] != 0 {
		m.coded |= 1 << b
	}
}

// codeIntra codes the macroblock as the best of Intra_16x16, Intra_8x8 and Intra_4x4 after compareIntra16, if that costs less
// than limit, and tells whether it did.
func (e *sliceEncoder) codeIntra(limit int) bool {
	m := &e.m
	cost16 := e.chooseIntra16()
	best := min(cost16, limit)
	m.info.SetIntra(mb.Intra16x16)
	kind := mb.Intra16x16
	// Where Intra_16x16 is far off, the others seldom win; where all is well predicted already, neither.
	if m.detail != flat && (cost16 < limit || cost16 < limit+limit/4) {
		e.costs8 = [4]int{math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt}
		if e.tools.transform8 {
			if cost := e.tryIntra8(best); cost < best {
				best, kind = cost, mb.Intra8x8
				e.keepIntra8()
			}
		}
		if e.mayBeIntra4(kind, best, limit) {
			if cost := e.tryIntra4(best); cost < best {
				best, kind = cost, mb.Intra4x4
			}
		}
	}
	if best >= limit {
		return false
	}
	switch kind {
	case mb.Intra16x16:
		e.edges16.Predict(&m.pred, m.mode16)
		e.codeIntra16()
	case mb.Intra8x8:
		e.restoreIntra8()
	}
	m.info.Transform8 = kind == mb.Intra8x8
	e.finishIntra(kind)
	return true
}

// mayBeIntra4 tells whether Intra_4x4 is worth a try after the best kind so far: where Intra_8x8 has won already, or there
// is sharp detail. In P pictures what is best must also be much better than the limit, which an inter macroblock has set,
// unless the detail comes from nowhere.
func (e *sliceEncoder) mayBeIntra4(kind mb.Kind, best, limit int) bool {
	switch {
	case e.idr:
		return kind == mb.Intra8x8 || !e.tools.transform8 || best > poor
	case limit > 2*poor && e.tools.intra4:
		return true
	case !e.tools.intra4:
		return false
	}
	return (kind == mb.Intra8x8 || !e.tools.transform8) && best < limit/4*3
}

// codeBareIntra codes the macroblock of an I picture as Intra_16x16 without residual, which takes at most bareBits.
func (e *sliceEncoder) codeBareIntra() {
	m := &e.m
	e.compareIntra16()
	e.chooseIntra16()
	e.edges16.Predict(&m.pred, m.mode16)
	m.info.SetIntra(mb.Intra16x16)
	m.cbp, m.dcSet, m.modeChroma = 0, 0, intra.DCChroma
	p := &e.cur.frame.Y
	copyBlock16(p.Pix, p.At(16*m.x, 16*m.y), p.Stride, &m.pred)
	e.loadChroma().Predict(&m.predC, m.modeChroma)
	e.reconstructChroma()
	m.keepCoded()
	e.putIntra16()
}

// codePCM codes the macroblock as I_PCM: exactly.
func (e *sliceEncoder) codePCM() {
	m := &e.m
	m.info.SetIntra(mb.IntraPCM) // with QP 0, which is what deblocking takes (clause 8.7.2.2)
	m.info.Coded, m.info.CodedC = 0xffff, 0xff
	for i := range m.info.NNZ {
		m.info.NNZ[i] = 16 // clause 9.2.1
	}
	p := &e.cur.frame.Y
	copyBlock16(p.Pix, p.At(16*m.x, 16*m.y), p.Stride, &m.luma)
	m.predC, m.cbp = m.chroma, 0
	e.reconstructChroma()
	m.info.CBP = mb.CBPPCM
	e.putPCM()
}

// finishIntra codes chroma and writes the macroblock, whose luma is coded.
func (e *sliceEncoder) finishIntra(kind mb.Kind) {
	m := &e.m
	m.info.Kind = kind
	e.chooseChroma()
	e.quantizeChroma(false)
	e.reconstructChroma()
	m.keepCoded()
	if kind == mb.Intra16x16 {
		e.putIntra16()
	} else {
		e.putIntraNxN()
	}
}
