package h264

import (
	"github.com/callrec/callrec/codec/h264/internal/cavlc"
	"github.com/callrec/callrec/codec/h264/internal/mb"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// mb_type values of P slices (table 7-13), where intra types follow from mbIntraInP on, and of I slices (table 7-11).
const (
	mbP16x16   = 0
	mbIntraInP = 5
	mbPCM      = 25
)

const (
	// maxMacroBits bounds macroblock_layer: 128 more than its samples have (clause A.3.1).
	maxMacroBits = 128 + 384*8
	// maxMacroBytes bounds what is written of one macroblock before it is found to be too long: 384 levels and 25 further
	// ones of at most 28 bits, with their tokens.
	maxMacroBytes = 4096
)

// putSkipped counts the macroblock as skipped.
func (e *Encoder) putSkipped() { e.skipRun++ }

// putType ends the run of skipped macroblocks, in P slices, and writes mb_type.
func (e *Encoder) putType(t int) {
	e.w.Reserve(maxMacroBytes)
	if !e.idr {
		e.w.UE(uint32(e.skipRun)) // mb_skip_run
		e.skipRun = 0
	}
	e.w.UE(uint32(t))
}

// putIntraType is putType for an intra type numbered as in I slices (table 7-11).
func (e *Encoder) putIntraType(t int) {
	if !e.idr {
		t += mbIntraInP
	}
	e.putType(t)
}

// putInter16 writes a P_L0_16x16 macroblock.
func (e *Encoder) putInter16() {
	m := &e.m
	e.putType(mbP16x16)
	e.w.SE(int(m.mv.X) - int(m.predMV.X))
	e.w.SE(int(m.mv.Y) - int(m.predMV.Y))
	e.w.UE(uint32(cavlc.CBPInter[m.cbp]))
	e.putResidual(false)
}

// putIntra16 writes an Intra_16x16 macroblock.
func (e *Encoder) putIntra16() {
	m := &e.m
	t := 1 + m.mode16 + 4*(m.cbp>>4)
	if m.cbp&15 != 0 {
		t += 12
	}
	e.putIntraType(t)
	e.w.UE(uint32(m.modeChroma))
	e.putResidual(true)
}

// putIntra4 writes an Intra_4x4 macroblock.
func (e *Encoder) putIntra4() {
	m := &e.m
	e.putIntraType(0)
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
	e.putResidual(false)
}

// putPCM writes an I_PCM macroblock.
func (e *Encoder) putPCM() {
	e.putIntraType(mbPCM)
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

// guessMode is predIntra4x4PredMode of raster block b (clause 8.3.1.1): the lesser of the modes to the left and above,
// DC for both if either is outside of the picture, and for one that is not Intra_4x4.
func (m *macro) guessMode(b int) int {
	left, top := modeDC, modeDC
	switch {
	case b&3 != 0:
		left = int(m.info.Modes[b-1])
	case m.left == nil:
		return modeDC
	case m.left.Kind == mb.Intra4x4:
		left = int(m.left.Modes[b+3])
	}
	switch {
	case b >= 4:
		top = int(m.info.Modes[b-4])
	case m.top == nil:
		return modeDC
	case m.top.Kind == mb.Intra4x4:
		top = int(m.top.Modes[b+12])
	}
	return min(left, top)
}

// modeDC is Intra_4x4_DC.
const modeDC = 2

// putResidual writes mb_qp_delta and the residual (clauses 7.3.5 and 7.3.5.3), if there is any.
func (e *Encoder) putResidual(intra16 bool) {
	m := &e.m
	if m.cbp == 0 && !intra16 {
		m.info.QP, m.info.QPC = uint8(e.lastQP), uint8(chromaQP(e.lastQP))
		return
	}
	e.w.SE(qpDelta(m.qp - e.lastQP))
	e.lastQP = m.qp
	m.info.QP, m.info.QPC = uint8(m.qp), uint8(chromaQP(m.qp))
	from := 0
	if intra16 {
		cavlc.WriteBlock(&e.w, m.dc[:], m.dcTotal, m.lumaContext(0))
		from = 1
	}
	for blk := range 16 {
		if m.cbp>>(blk>>2)&1 != 0 {
			b := int(transform.BlockY[blk])*4 + int(transform.BlockX[blk])
			cavlc.WriteBlock(&e.w, m.levels[b][from:], int(m.totals[b]), m.lumaContext(b))
		}
	}
	if m.cbp>>4 == 0 {
		return
	}
	for p := range 2 {
		cavlc.WriteBlock(&e.w, m.chromaDC[p][:], m.dcTotalC[p], cavlc.ChromaDC)
	}
	if m.cbp>>4 != 2 {
		return
	}
	for p := range 2 {
		for b := range 4 {
			cavlc.WriteBlock(&e.w, m.levelsC[p][b][1:], int(m.totalsC[p][b]), m.chromaContext(p, b))
		}
	}
}

// qpDelta brings a difference of QPs into the range of mb_qp_delta, -26 to 25: the decoder adds it modulo 52.
func qpDelta(d int) int {
	switch {
	case d < -26:
		return d + 52
	case d > 25:
		return d - 52
	}
	return d
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
