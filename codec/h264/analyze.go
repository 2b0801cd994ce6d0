package h264

import (
	"github.com/callrec/callrec/codec/h264/internal/intra"
	"github.com/callrec/callrec/codec/h264/internal/mb"
)

// codeInter decides how to code a macroblock of a P picture and codes it.
func (e *sliceEncoder) codeInter() {
	m := &e.m
	m.predictVectors()
	b := e.vectorBounds(m.x, m.y)
	skippable := b.holds(m.skipMV)
	if skippable && e.trySkip() {
		return
	}
	m.shape = whole
	m.part[0] = part{pred: m.predMV}
	if !m.still {
		cost := e.searchWhole(b)
		if e.tools.parts && cost > m.q.lambda*splitBits {
			cost = e.searchParts(b, cost)
		}
		if e.intraMayWin(cost) && e.codeIntra(cost-intraPenalty*m.q.lambda) {
			return
		}
	}
	e.predictLuma()
	e.predictChroma()
	m.settle()
	e.chooseTransform()
	e.quantizeInter()
	e.quantizeChroma(true)
	if m.cbp == 0 && skippable && m.shape == whole && m.part[0].mv == m.skipMV && m.part[0].ref == 0 {
		e.skip()
		return
	}
	e.reconstructInter()
	e.reconstructChroma()
	m.keepCoded()
	e.putInter()
}

// splitBits is the cost, in bits, of a whole macroblock from which on it is worth looking at its parts.
const splitBits = 420

// searchWhole finds the vector and the reference for the whole macroblock, leaves them in m.part[0] and returns the cost.
func (e *sliceEncoder) searchWhole(b bounds) int {
	m := &e.m
	best := 1 << 30
	for ref := range e.numRefs {
		pred := m.predMV
		if ref > 0 {
			if best < m.q.lambda*secondBits {
				break
			}
			pred = m.predict(whole, 0, int8(ref))
		}
		s := e.searcherOf(&shapes[whole].at[0], int8(ref), b, pred)
		s.candidate(pred)
		s.candidate(mb.MV{})
		for _, n := range [...]*mb.Info{m.left, m.top, m.topRight, &e.refs[0].info[m.index]} {
			if n != nil && !n.Kind.IsIntra() {
				s.candidate(n.MV[5])
			}
		}
		s.walk()
		if s.cost > poor && (e.vain < vainScans || (m.x+m.y)%rareScan == 0) {
			before := s.cost
			s.scan()
			e.vain++
			if s.cost < before-before/8 {
				e.vain = 0
			}
		}
		s.refine(e.tools.moves)
		if e.numRefs > 1 {
			s.cost += m.q.lambda * (1 + ref)
		}
		if s.cost < best {
			best = s.cost
			m.part[0] = part{s.best, pred, int8(ref)}
		}
	}
	return best
}

const (
	// vainScans is after how many scans in a row that have not made the cost an eighth less they become rare: where there is
	// noise in place of motion.
	vainScans = 8
	// rareScan is the distance of the macroblocks in a row then from which a scan begins.
	rareScan = 4
)

// secondBits is the cost, in bits, from which on the second reference is looked at.
const secondBits = 60

// searchParts tries to divide the macroblock, whose cost as a whole is given, and returns the cost of the best division.
func (e *sliceEncoder) searchParts(b bounds, cost int) int {
	m := &e.m
	seed := m.part[0]
	var vectors [4]mb.MV // of the quarters
	best, bestShape, bestParts := cost, whole, [4]part{seed}
	for _, s := range [...]shape{quads, rows, cols} {
		total := m.q.lambda * int(shapeBits[s])
		for i := range shapes[s].n {
			m.part[i] = e.searchPart(s, i, b, seed, &vectors)
			total += m.partCost
			if total >= best {
				break
			}
			m.place(s, i, m.part[i].mv, m.part[i].ref)
		}
		if total < best {
			best, bestShape, bestParts = total, s, m.part
		}
		if s == quads && total >= cost {
			break // its parts move alike
		}
	}
	m.shape, m.part = bestShape, bestParts
	return best
}

// searchPart finds the vector of partition i of a shape around that of the whole macroblock and those of the quarters
// that it covers, and leaves the cost in m.partCost.
func (e *sliceEncoder) searchPart(s shape, i int, b bounds, seed part, vectors *[4]mb.MV) part {
	m := &e.m
	r := &shapes[s].at[i]
	pred := m.predict(s, i, seed.ref)
	search := e.searcherOf(r, seed.ref, b, pred)
	search.candidate(seed.mv)
	search.candidate(pred)
	if s != quads {
		for q := range vectors {
			if x, y := 2*(q&1), 2*(q>>1); x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h {
				search.candidate(vectors[q])
			}
		}
	}
	search.near(2)
	search.refine(1)
	if s == quads {
		vectors[i] = search.best
	}
	m.partCost = search.cost
	return part{search.best, pred, seed.ref}
}

// trySkip codes the macroblock as P_Skip if what that predicts is good enough: nothing of the difference would survive
// quantization.
func (e *sliceEncoder) trySkip() bool {
	m := &e.m
	if m.detail != textured {
		return e.trySkipFlat()
	}
	m.shape = whole
	m.part[0] = part{mv: m.skipMV}
	// A block that differs by much more than what quantizes to zero is not worth transforming.
	if !e.predictSkip(16*2*m.q.zeroSAD) || !e.lumaVanishes() {
		return false
	}
	e.predictChroma()
	m.info.Transform8 = false
	m.cbp = 0
	e.quantizeChroma(true)
	if m.cbp != 0 {
		return false
	}
	e.skip()
	return true
}

// skip codes the macroblock as P_Skip; its prediction is in place.
func (e *sliceEncoder) skip() {
	m := &e.m
	m.info.SetMotion(mb.Skip, m.skipMV)
	e.inheritQP()
	m.cbp = 0
	e.reconstructInter()
	e.reconstructChroma()
	e.putSkipped()
}

// inheritQP gives a macroblock that sends no quantizer the last one.
func (e *sliceEncoder) inheritQP() {
	m := &e.m
	m.info.QP, m.info.QPC = uint8(e.lastQP), uint8(chromaQP(e.lastQP))
}

// intraMayWin tells whether an intra macroblock may be cheaper than the inter cost given, after compareIntra16 if so.
func (e *sliceEncoder) intraMayWin(cost int) bool {
	if cost <= excellent && e.m.detail != flat {
		return false
	}
	e.compareIntra16()
	return int(e.straight16[intra.DC16]) <= 2*cost // the other modes are seldom twice as good
}

// excellent is the cost of an inter prediction that intra ones are not compared with: two for each sample.
const excellent = 256 * 2

// intraPenalty is the bits by which an intra macroblock's type and levels are dearer than its cost says.
const intraPenalty = 12

// codeBareInter codes the macroblock of a P picture as P_Skip, whatever that predicts; where its vector points too far
// out, as the copy of the one at the same place.
func (e *sliceEncoder) codeBareInter() {
	m := &e.m
	m.predictVectors()
	b := e.vectorBounds(m.x, m.y)
	if !b.holds(m.skipMV) {
		e.copyStill()
		e.cur.quality[m.index] = owed
		return
	}
	e.cur.quality[m.index] = owed
	e.predictWhole(m.skipMV)
	e.skip()
}

// copyStill codes an undamaged macroblock: it equals the one at the same place in the reference.
func (e *sliceEncoder) copyStill() {
	m := &e.m
	e.cur.quality[m.index] = e.refs[0].quality[m.index]
	e.copyMacro()
	still := mb.SkipsStill(mb.At(m.left, 3, 0), mb.At(m.top, 0, 3))
	if !still {
		m.predictVectors()
		still = m.skipMV == mb.MV{}
	}
	if still {
		m.info.SetStill()
		e.inheritQP()
		e.putSkipped()
		return
	}
	m.shape = whole
	m.part[0] = part{pred: m.predMV}
	m.settle()
	m.cbp = 0
	e.save(&e.undo[1])
	e.putInter()
	if b := e.vectorBounds(m.x, m.y); e.short() && b.holds(m.skipMV) {
		e.rewind(&e.undo[1])
		e.cur.content[m.index] = e.number
		e.codeBareInter()
	}
}

// copyMacro copies the macroblock's samples from the reference, unless they are there still from an earlier picture.
func (e *sliceEncoder) copyMacro() {
	m := &e.m
	content := e.refs[0].content[m.index]
	if e.cur.content[m.index] == content {
		return
	}
	e.cur.content[m.index] = content
	ref := e.refs[0].frame
	src, dst := &ref.Y, &e.cur.frame.Y
	at := dst.At(16*m.x, 16*m.y)
	for range 16 {
		copy(dst.Pix[at:at+16], src.Pix[at:at+16])
		at += dst.Stride
	}
	for i := range 2 {
		src, dst := &ref.C[i], &e.cur.frame.C[i]
		at := dst.At(8*m.x, 8*m.y)
		for range 8 {
			copy(dst.Pix[at:at+8], src.Pix[at:at+8])
			at += dst.Stride
		}
	}
}
