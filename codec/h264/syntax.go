package h264

import (
	"github.com/callrec/callrec/codec/h264/internal/bits"
	"github.com/callrec/callrec/codec/h264/internal/cabac"
	"github.com/callrec/callrec/codec/h264/internal/mb"
)

// mb_type values of P slices (table 7-13), where intra types follow from mbIntraInP on, and of I slices (table 7-11).
const (
	mbIntraInP = 5
	mbPCM      = 25
)

const (
	// maxMacroBits bounds macroblock_layer: 128 more than its samples have (clause A.3.1).
	maxMacroBits = 128 + 384*8
	// maxMacroBytes bounds what is written with CAVLC of one macroblock before it is found to be too long: 384 levels and 25
	// further ones of at most 28 bits, with their tokens.
	maxMacroBytes = 409 * 8
	// maxMacroBins bounds what is written with CABAC: as many levels of at most 36 bins and two in the map of significant
	// ones, and what comes before.
	maxMacroBins = 409*38 + 256
)

// undo is a position in what is written, to go back to.
type undo struct {
	w               bits.Mark
	c               cabac.Mark
	skipRun, lastQP int
	lastDelta       bool
}

// save remembers in u what has been written.
func (e *sliceEncoder) save(u *undo) {
	u.skipRun, u.lastQP, u.lastDelta = e.skipRun, e.lastQP, e.lastDelta
	if e.tools.cabac {
		e.c.Save(&u.c)
	} else {
		u.w = e.w.Mark()
	}
}

// rewind takes back all that was written since u was saved.
func (e *sliceEncoder) rewind(u *undo) {
	e.skipRun, e.lastQP, e.lastDelta = u.skipRun, u.lastQP, u.lastDelta
	if e.tools.cabac {
		e.c.Rewind(&u.c)
	} else {
		e.w.Rewind(u.w)
	}
}

// written is the number of bits of the slice so far.
func (e *sliceEncoder) written() int {
	if e.tools.cabac {
		return e.c.Len()
	}
	return e.w.Len()
}

// putSkipped writes that the macroblock is skipped.
func (e *sliceEncoder) putSkipped() {
	e.lastDelta = false
	if e.tools.cabac {
		e.cabacSkip(true)
	} else {
		e.skipRun++
	}
}

// putInter writes an inter macroblock.
func (e *sliceEncoder) putInter() {
	m := &e.m
	if e.tools.cabac {
		e.cabacInter()
	} else {
		e.cavlcInter()
	}
	if m.cbp == 0 {
		e.lastDelta = false
		e.inheritQP()
		return
	}
	e.putResidual(false)
}

// putIntra16 writes an Intra_16x16 macroblock.
func (e *sliceEncoder) putIntra16() {
	m := &e.m
	t := 1 + m.mode16 + 4*(m.cbp>>4)
	if m.cbp&15 != 0 {
		t += 12
	}
	if e.tools.cabac {
		e.cabacIntraType(t)
		e.cabacChromaMode()
	} else {
		e.cavlcIntraType(t)
		e.w.UE(uint32(m.modeChroma))
	}
	e.putResidual(true)
}

// putIntraNxN writes an Intra_4x4 or Intra_8x8 macroblock.
func (e *sliceEncoder) putIntraNxN() {
	m := &e.m
	if e.tools.cabac {
		e.cabacIntraType(0)
		e.cabacModes()
		e.cabacChromaMode()
		e.cabacCBP()
	} else {
		e.cavlcIntraNxN()
	}
	if m.cbp == 0 {
		e.lastDelta = false
		e.inheritQP()
		return
	}
	e.putResidual(false)
}

// putPCM writes an I_PCM macroblock.
func (e *sliceEncoder) putPCM() {
	e.lastDelta = false
	if !e.tools.cabac {
		e.cavlcPCM()
		return
	}
	e.cabacIntraType(mbPCM)
	samples := e.pcm[:0]
	samples = append(samples, e.m.luma[:]...)
	for i := range e.m.chroma {
		samples = append(samples, e.m.chroma[i][:]...)
	}
	e.c.Raw(samples)
}

// putResidual writes mb_qp_delta and the residual (clauses 7.3.5 and 7.3.5.3).
func (e *sliceEncoder) putResidual(intra16 bool) {
	m := &e.m
	delta := qpDelta(m.qp - e.lastQP)
	e.lastQP = m.qp
	m.info.QP, m.info.QPC = uint8(m.qp), uint8(chromaQP(m.qp))
	if e.tools.cabac {
		e.cabacQPDelta(delta)
		e.lastDelta = delta != 0
		e.cabacResidual(intra16)
	} else {
		e.w.SE(delta)
		e.cavlcResidual(intra16)
	}
}

// endMacro ends the macroblock: with CABAC each is followed by end_of_slice_flag.
func (e *sliceEncoder) endMacro() {
	if e.tools.cabac {
		e.c.Terminate(e.m.index == e.end*e.mbw-1)
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

// guessMode is predIntra4x4PredMode of raster block b (clause 8.3.1.1): the lesser of the modes to the left and above,
// DC for both if either is outside of the slice, and for one that is not Intra_4x4.
func (m *macro) guessMode(b int) int {
	left, top := modeDC, modeDC
	switch {
	case b&3 != 0:
		left = int(m.info.Modes[b-1])
	case m.left == nil:
		return modeDC
	case isNxN(m.left):
		left = int(m.left.Modes[b+3])
	}
	switch {
	case b >= 4:
		top = int(m.info.Modes[b-4])
	case m.top == nil:
		return modeDC
	case isNxN(m.top):
		top = int(m.top.Modes[b+12])
	}
	return min(left, top)
}

// modeDC is Intra_4x4_DC.
const modeDC = 2

// isNxN tells whether a macroblock has prediction modes of its own.
func isNxN(m *mb.Info) bool { return m.Kind == mb.Intra4x4 || m.Kind == mb.Intra8x8 }
