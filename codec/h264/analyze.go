package h264

import "github.com/callrec/callrec/codec/h264/internal/mb"

// codeInter decides how to code a macroblock of a P picture and codes it.
func (e *Encoder) codeInter() {
	m := &e.m
	m.predictVectors()
	b := e.vectorBounds(m.x, m.y)
	skippable := b.holds(m.skipMV)
	if skippable && e.trySkip() {
		return
	}
	m.mv = mb.MV{}
	if !m.still {
		s := searcher{e: e, b: b, pred: m.predMV, lambda: m.q.lambda, cost: 1 << 30}
		e.search(&s)
		if e.intraWins(s.cost) {
			e.codeIntra()
			return
		}
		m.mv = s.best
	}
	e.predictInter(m.mv)
	e.quantizeInter()
	e.quantizeChroma(true)
	if m.cbp == 0 && skippable && m.mv == m.skipMV {
		e.skip()
		return
	}
	m.info.Kind = mb.Inter
	m.info.SetMotion(m.mv)
	e.reconstructInter()
	e.reconstructChroma()
	m.keepTotals()
	e.putInter16()
}

// search finds the vector for the whole macroblock.
func (e *Encoder) search(s *searcher) {
	m := &e.m
	s.candidate(m.predMV)
	s.candidate(mb.MV{})
	for _, n := range [...]*mb.Info{m.left, m.top, m.topRight, &e.ref.info[m.index]} {
		if n != nil && !n.Kind.IsIntra() {
			s.candidate(n.MV[5])
		}
	}
	s.walk()
	s.refine()
	// The prediction itself may lie between whole samples and costs the fewest bits.
	if s.b.holds(m.predMV) && m.predMV != s.best {
		s.fraction(int(m.predMV.X), int(m.predMV.Y))
	}
}

// trySkip codes the macroblock as P_Skip if what that predicts is good enough: nothing of the difference would survive
// quantization.
func (e *Encoder) trySkip() bool {
	m := &e.m
	if m.detail == flat {
		return e.trySkipFlat()
	}
	e.predictLuma(m.skipMV)
	// A block that differs by much more than what quantizes to zero is not worth transforming.
	if sad16(&m.luma, m.pred[:], 0, 16) > 16*2*m.q.zeroSAD {
		return false
	}
	e.predictChroma(m.skipMV)
	e.quantizeInter()
	if m.cbp != 0 {
		return false
	}
	e.quantizeChroma(true)
	if m.cbp != 0 {
		return false
	}
	e.skip()
	return true
}

// skip codes the macroblock as P_Skip; its prediction is in place.
func (e *Encoder) skip() {
	m := &e.m
	m.info.Kind = mb.Skip
	m.info.SetMotion(m.skipMV)
	clearTotals(m.info)
	m.info.QP, m.info.QPC = uint8(e.lastQP), uint8(chromaQP(e.lastQP))
	m.cbp = 0
	m.totals = [16]uint8{}
	e.reconstructInter()
	e.reconstructChroma()
	e.putSkipped()
}

// intraWins tells whether Intra_16x16 is cheaper than the inter cost given.
func (e *Encoder) intraWins(cost int) bool {
	m := &e.m
	if cost <= excellent && m.detail != flat {
		return false
	}
	if e.costDC16() > 2*cost {
		return false // the other modes are seldom twice as good
	}
	return e.chooseIntra16()+intraPenalty*m.q.lambda < cost
}

// excellent is the cost of an inter prediction that intra ones are not compared with: two for each sample.
const excellent = 256 * 2

// intraPenalty is the bits by which an intra macroblock's type and levels are dearer than its cost says.
const intraPenalty = 12

// codeBareInter codes the macroblock of a P picture as P_Skip, whatever that predicts; where its vector points too far
// out, as the copy of the one at the same place.
func (e *Encoder) codeBareInter() {
	m := &e.m
	b := e.vectorBounds(m.x, m.y)
	if !b.holds(m.skipMV) {
		e.copyStill()
		e.cur.quality[m.index] = owed
		return
	}
	e.cur.quality[m.index] = owed
	e.predictInter(m.skipMV)
	e.skip()
}

// copyStill codes an undamaged macroblock: it equals the one at the same place in the reference.
func (e *Encoder) copyStill() {
	m := &e.m
	e.cur.quality[m.index] = e.ref.quality[m.index]
	m.predictVectors()
	m.mv = mb.MV{}
	m.info.SetMotion(m.mv)
	clearTotals(m.info)
	m.info.QP, m.info.QPC = uint8(e.lastQP), uint8(chromaQP(e.lastQP))
	e.copyMacro()
	if m.skipMV == m.mv {
		m.info.Kind = mb.Skip
		e.putSkipped()
		return
	}
	m.info.Kind = mb.Inter
	m.cbp = 0
	mark, skipRun := e.w.Mark(), e.skipRun
	e.putInter16()
	if b := e.vectorBounds(m.x, m.y); e.short() && b.holds(m.skipMV) {
		e.w.Rewind(mark)
		e.skipRun = skipRun
		e.codeBareInter()
	}
}

// copyMacro copies the macroblock's samples from the reference.
func (e *Encoder) copyMacro() {
	m := &e.m
	src, dst := &e.ref.frame.Y, &e.cur.frame.Y
	at := dst.At(16*m.x, 16*m.y)
	for range 16 {
		copy(dst.Pix[at:at+16], src.Pix[at:at+16])
		at += dst.Stride
	}
	for i := range 2 {
		src, dst := &e.ref.frame.C[i], &e.cur.frame.C[i]
		at := dst.At(8*m.x, 8*m.y)
		for range 8 {
			copy(dst.Pix[at:at+8], src.Pix[at:at+8])
			at += dst.Stride
		}
	}
}
