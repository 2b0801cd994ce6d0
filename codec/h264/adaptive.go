package h264

// detail says how much there is to see in a macroblock. Where there is little, errors are seen best: a quantizer swallows a
// difference of a few levels, and a flat area gets blotches and tints that stay, because what follows skips them. So
// macroblocks that are not textured are skipped with more care, and those of one color, as canvases have between and in the
// place of cameras, get a fine quantizer, which costs them next to nothing.
//
// A finer quantizer for all macroblocks without texture does not pay: cameras that are enlarged to a canvas consist of
// them, with noise that the enlargement has made smooth. Six steps for them took twice the bits for half a dB, in PSNR as
// in SSIM.
type detail uint8

const (
	textured detail = iota
	smooth          // a gradient or faint noise
	flat            // one color
)

// The largest differences from its central sample that a smooth macroblock's samples have, in luma and chroma.
const (
	smoothRange       = 6
	smoothChromaRange = 4
)

// flatQP codes any difference of a level or more: the quantizer's step for the mean of a 4x4 block is one level.
const flatQP = 16

// chooseQP sets the quantizer of the macroblock, whose source is loaded, from that of its row.
func (e *sliceEncoder) chooseQP(row int) {
	m := &e.m
	m.detail = m.detailOf()
	if m.detail == flat && !e.fixed {
		row = min(row, flatQP)
	}
	m.setQP(row)
}

func (m *macro) detailOf() detail {
	y, cb, cr := m.luma[8*16+8], m.chroma[0][4*8+4], m.chroma[1][4*8+4]
	if !within(m.luma[:], y, smoothRange) ||
		!within(m.chroma[0][:], cb, smoothChromaRange) || !within(m.chroma[1][:], cr, smoothChromaRange) {
		return textured
	}
	if within(m.luma[:], y, 0) && within(m.chroma[0][:], cb, 0) && within(m.chroma[1][:], cr, 0) {
		return flat
	}
	return smooth
}

// The mean differences from its prediction with which a macroblock without texture may be skipped: three quarters of a level for
// each plane, and two and a half levels in a 4x4 block, which leaves room for what the deblocking filter does to an edge.
const (
	flatSAD  = 256 * 3 / 4
	flatSAD4 = 16 * 5 / 2
	flatSAD8 = 64 * 3 / 4
)

// trySkipFlat codes a macroblock without texture as P_Skip if what that predicts is close to the source.
func (e *sliceEncoder) trySkipFlat() bool {
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
