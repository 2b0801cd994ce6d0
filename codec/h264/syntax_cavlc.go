package h264

import (
	"math/bits"

	"github.com/callrec/callrec/codec/h264/internal/cavlc"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// cavlcType ends the run of skipped macroblocks, in P slices, and writes mb_type.
func (e *sliceEncoder) cavlcType(t int) {
	e.w.Reserve(maxMacroBytes)
	if !e.idr {
		e.w.UE(uint32(e.skipRun)) // mb_skip_run
		e.skipRun = 0
	}
	e.w.UE(uint32(t))
}

// cavlcIntraType is cavlcType for an intra type numbered as in I slices (table 7-11).
func (e *sliceEncoder) cavlcIntraType(t int) {
	if !e.idr {
		t += mbIntraInP
	}
	e.cavlcType(t)
}

// cavlcInter writes an inter macroblock up to its residual.
func (e *sliceEncoder) cavlcInter() {
	m := &e.m
	e.cavlcType(int(m.shape))
	if m.shape == quads {
		e.w.Put(15, 4) // sub_mb_type 8x8 each
	}
	parts := m.part[:shapes[m.shape].n]
	if e.numRefs > 1 {
		for i := range parts {
			e.w.Put(uint32(1-parts[i].ref), 1) // ref_idx_l0 of two
		}
	}
	for i := range parts {
		p := &parts[i]
		e.w.SE(int(p.mv.X) - int(p.pred.X))
		e.w.SE(int(p.mv.Y) - int(p.pred.Y))
	}
	e.w.UE(uint32(cavlc.CBPInter[m.cbp]))
}

// cavlcIntraNxN writes an Intra_4x4 macroblock up to its residual.
func (e *sliceEncoder) cavlcIntraNxN() {
	m := &e.m
	e.cavlcIntraType(0)
	for blk := range 16 {
		b := int(transform.BlockY[blk])*4 + int(transform.BlockX[blk])
		mode, guess := int(m.info.Modes[b]), m.guessMode(b)
		switch {
		case mode == guess:
			e.w.Put(1, 1) // prev_intra4x4_pred_mode_flag
		case mode < guess:
			e.w.Put(uint32(mode), 4) // and rem_intra4x4_pred_mode
		default:
			e.w.Put(uint32(mode-1), 4)
		}
	}
	e.w.UE(uint32(m.modeChroma))
	e.w.UE(uint32(cavlc.CBPIntra[m.cbp]))
}

// cavlcPCM writes an I_PCM macroblock.
func (e *sliceEncoder) cavlcPCM() {
	e.cavlcIntraType(mbPCM)
	e.w.Align()
	for _, v := range e.m.luma {
		e.w.Put(uint32(v), 8)
	}
	for i := range e.m.chroma {
		for _, v := range e.m.chroma[i] {
			e.w.Put(uint32(v), 8)
		}
	}
}

// cavlcResidual writes the levels of luma and chroma (clause 7.3.5.3).
func (e *sliceEncoder) cavlcResidual(intra16 bool) {
	m := &e.m
	m.keepTotals()
	from := 0
	if intra16 {
		cavlc.WriteBlock(&e.w, m.dc[:], bits.OnesCount32(m.dcSet), m.lumaContext(0))
		from = 1
	}
	for blk := range 16 {
		if m.cbp>>(blk>>2)&1 != 0 {
			b := int(transform.BlockY[blk])*4 + int(transform.BlockX[blk])
			cavlc.WriteBlock(&e.w, m.levels[b][from:], m.marks[b].Total(), m.lumaContext(b))
		}
	}
	if m.cbp>>4 == 0 {
		return
	}
	for p := range 2 {
		cavlc.WriteBlock(&e.w, m.chromaDC[p][:], bits.OnesCount32(m.dcSetC[p]), cavlc.ChromaDC)
	}
	if m.cbp>>4 != 2 {
		return
	}
	for p := range 2 {
		for b := range 4 {
			at := transform.ChromaBlock(p, b)
			cavlc.WriteBlock(&e.w, m.levelsC[at][1:], m.marksC[at].Total(), m.chromaContext(p, b))
		}
	}
}

// keepTotals notes in the macroblock's info how many levels its blocks have.
func (m *macro) keepTotals() {
	info := m.info
	for b, marks := range m.marks {
		if info.Coded>>b&1 != 0 {
			info.NNZ[b] = uint8(marks.Total())
		}
	}
	for p := range 2 {
		for b := range 4 {
			if at := transform.ChromaBlock(p, b); info.CodedC>>at&1 != 0 {
				info.NNZ[16+4*p+b] = uint8(m.marksC[at].Total())
			}
		}
	}
}

// lumaContext is nC of the luma block with raster index b (clause 9.2.1).
func (m *macro) lumaContext(b int) int {
	left, top := -1, -1
	if b&3 != 0 {
		left = int(m.info.NNZ[b-1])
	} else if m.left != nil {
		left = int(m.left.NNZ[b+3])
	}
	if b >= 4 {
		top = int(m.info.NNZ[b-4])
	} else if m.top != nil {
		top = int(m.top.NNZ[b+12])
	}
	return context(left, top)
}

// chromaContext is nC of AC block b of chroma plane p.
func (m *macro) chromaContext(p, b int) int {
	left, top := -1, -1
	at := 16 + 4*p + b
	if b&1 != 0 {
		left = int(m.info.NNZ[at-1])
	} else if m.left != nil {
		left = int(m.left.NNZ[at+1])
	}
	if b >= 2 {
		top = int(m.info.NNZ[at-2])
	} else if m.top != nil {
		top = int(m.top.NNZ[at+2])
	}
	return context(left, top)
}

// context combines the counts of both neighbors, -1 for one that does not exist.
func context(left, top int) int {
	switch {
	case left < 0:
		return max(top, 0)
	case top < 0:
		return left
	}
	return (left + top + 1) >> 1
}
