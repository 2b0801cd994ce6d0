package h264

// detail says how much there is to see in a macroblock. Where there is little, the errors of a coarse quantizer are seen
// best: it swallows a difference of a few levels, and a flat area gets blotches and tints that stay, because what follows
// skips them. Flat macroblocks cost few bits at any quantizer, so these get a fine one.
type detail uint8

const (
	textured detail = iota
	smooth          // a gradient or faint noise
	flat            // one color
)

// The largest differences from its central sample that a flat and a smooth macroblock's samples have, in luma and chroma.
const (
	flatRange         = 2
	smoothRange       = 6
	smoothChromaRange = 4
)

const (
	// flatQP codes any difference of a level or more: the quantizer's step for the mean of a 4x4 block is one level.
	flatQP = 16
	// smoothQP has a step of 2.5 levels.
	smoothQP = 24
	// smoothGain bounds how much finer than others smooth macroblocks are coded; they do cost bits.
	smoothGain = 12
)

// chooseQP sets the quantizer of the macroblock, whose source is loaded, from that of its row.
func (e *Encoder) chooseQP(row int) {
	m := &e.m
	m.detail = textured
	if e.cfg.QP == 0 {
		m.detail = m.detailOf()
	}
	switch m.detail {
	case flat:
		row = min(row, flatQP)
	case smooth:
		row = min(row, max(row-smoothGain, smoothQP))
	}
	m.setQP(row)
}

func (m *macro) detailOf() detail {
	y, cb, cr := m.luma[8*16+8], m.chroma[0][4*8+4], m.chroma[1][4*8+4]
	if !within(m.luma[:], y, smoothRange) ||
		!within(m.chroma[0][:], cb, smoothChromaRange) || !within(m.chroma[1][:], cr, smoothChromaRange) {
		return textured
	}
	if within(m.luma[:], y, flatRange) && within(m.chroma[0][:], cb, flatRange) && within(m.chroma[1][:], cr, flatRange) {
		return flat
	}
	return smooth
}

// The mean differences from its prediction with which a flat macroblock may be skipped: three quarters of a level for
// each plane, and two and a half levels in a 4x4 block, which leaves room for what the deblocking filter does to an edge.
const (
	flatSAD  = 256 * 3 / 4
	flatSAD4 = 16 * 5 / 2
	flatSAD8 = 64 * 3 / 4
)

// trySkipFlat codes a flat macroblock as P_Skip if what that predicts is close to the source.
func (e *Encoder) trySkipFlat() bool {
	m := &e.m
	m.shape = whole
	m.part[0] = part{mv: m.skipMV}
	e.predictLuma()
	if sad16(&m.luma, m.pred[:], 0, 16) > flatSAD {
		return false
	}
	for b := range 16 {
		if sad4(&m.luma, &m.pred, b>>2*64+b&3*4) > flatSAD4 {
			return false
		}
	}
	e.predictChroma()
	for i := range m.chroma {
		if sad8(&m.chroma[i], &m.predC[i]) > flatSAD8 {
			return false
		}
	}
	e.skip()
	return true
}
