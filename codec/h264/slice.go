package h264

import (
	"image"
	"math"

	"github.com/callrec/callrec/codec/h264/internal/bits"
	"github.com/callrec/callrec/codec/h264/internal/cabac"
	"github.com/callrec/callrec/codec/h264/internal/intra"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// job is what the slices of a picture have in common. Each has a copy of it.
type job struct {
	tools    tools
	mbw, mbh int
	level    level
	fixed    bool     // the quantizer is
	damage   []damage // by macroblock

	source   *image.YCbCr
	cur      *coded // the picture being coded
	refs     [maxRefs]*coded
	numRefs  int // references in use
	idr      bool
	frameNum int
	idrID    int
	number   uint64 // in coded.content, of what is coded anew
}

// sliceEncoder codes slices, one at a time: whole macroblock rows. What it changes is its own, or is kept for each
// macroblock, so several of them can code one picture at once.
type sliceEncoder struct {
	job
	first, end int // macroblock rows of the slice, end not included
	half       [maxRefs]halfPlanes
	rate       rateControl // of the slice's share
	spent      []int32     // bits of each macroblock row of the picture, if there is more than one slice

	w         bits.Writer
	c         cabac.Encoder
	skipRun   int  // skipped macroblocks not yet written
	lastQP    int  // QPY of the last macroblock that sent one
	lastDelta bool // the last macroblock sent one that differed
	undo      [2]undo
	pcm       [384]byte

	m       macro
	fours   [4]transform.Four // scaled coefficients of luma blocks
	coeffs8 [4][64]int32
	foursC  [2]transform.Four // of chroma
	spare   [256]byte

	edges16     intra.Edges16
	edgesChroma intra.EdgesChroma
	straight16  [3]int32 // costs of Intra_16x16 by mode, Plane16 aside
	block4      intra.Block4
	kept        kept
	costs8      [4]int // of Intra_8x8 after each quarter
	vain        int    // scans in a row that have found nothing

	// what became of the slice
	payload      []byte // borrowed until the next slice; nil if rate control wants another quantizer
	sumQP, count int    // quantizers of the damaged macroblocks, and their number
	starved      bool   // macroblocks were left without residual for want of bits
}

// begin makes rows first up to end, not included, of the picture the next slice.
func (e *sliceEncoder) begin(j *job, first, end int) {
	e.job, e.first, e.end = *j, first, end
	for i := range e.numRefs {
		e.half[i] = e.refs[i].half
	}
}

// code codes the slice.
func (e *sliceEncoder) code() {
	e.payload, e.sumQP, e.count, e.starved, e.vain = nil, 0, 0, false, 0
	e.putSliceHeader(mainPPS, e.rate.base)
	if e.tools.cabac {
		e.startCABAC(e.rate.base)
	}
	e.skipRun, e.lastQP, e.lastDelta = 0, e.rate.base, false
	if !e.codeRows() {
		return
	}
	if e.tools.cabac {
		e.payload = e.c.Finish()
		return
	}
	if e.skipRun > 0 {
		e.w.Reserve(16)
		e.w.UE(uint32(e.skipRun))
	}
	e.payload = e.w.Finish()
}

// The columns of initial contexts for I slices, and for P slices with the cabac_init_idc in use.
const (
	contextsI    = 0
	cabacInitIDC = 0
	contextsP    = 1 + cabacInitIDC
)

// startCABAC begins the slice data after the header.
func (e *sliceEncoder) startCABAC(qp int) {
	column := contextsP
	if e.idr {
		column = contextsI
	}
	e.c.Contexts.Init(column, qp)
	e.c.Reset(e.w.Bytes())
}

// codeRows codes the macroblocks of the slice. It gives up, with false, if rate control wants another quantizer.
func (e *sliceEncoder) codeRows() bool {
	for y := e.first; y < e.end; y++ {
		before := e.written()
		qp := e.rate.row(before)
		if e.rate.missed() {
			return false
		}
		for x := range e.mbw {
			e.startMacro(x, y)
			e.codeAny(qp)
			e.endMacro()
		}
		if e.spent != nil {
			e.spent[y] = int32(e.written() - before)
		}
	}
	return true
}

// codeAny codes the macroblock that is set up, in a row with the given quantizer, or repeats it if it is not to be looked at.
func (e *sliceEncoder) codeAny(qp int) {
	state := e.stateOf(e.m.index, qp)
	if state == undamaged {
		e.copyStill()
		return
	}
	e.m.still = !e.idr && e.damage[e.m.index] == stale && e.refs[0].quality[e.m.index] != owed
	e.m.loadSource(e.source)
	e.chooseQP(qp)
	if state == beside && e.m.detail != flat {
		e.copyStill()
		return
	}
	e.cur.quality[e.m.index] = uint8(e.m.qp)
	e.cur.content[e.m.index] = e.number
	e.codeMacro()
	if state == damaged {
		e.rate.done(qp)
		e.sumQP += e.m.qp
		e.count++
	}
}

// stateOf says whether macroblock i is to be looked at in a row with the given quantizer.
func (e *sliceEncoder) stateOf(i, qp int) damage {
	switch {
	case e.idr:
		return damaged
	case e.damage[i] != stale:
		return e.damage[i]
	case int(e.refs[0].quality[i]) <= qp:
		e.rate.done(qp)
		return undamaged
	}
	return damaged
}

// codeMacro codes the macroblock: as its samples if its levels take more bits than a macroblock may. If that leaves too
// few bits for those that follow, it is coded again in the cheapest way there is.
func (e *sliceEncoder) codeMacro() {
	u := &e.undo[0]
	e.save(u)
	before := e.written()
	if e.idr {
		e.compareIntra16()
		e.codeIntra(math.MaxInt)
	} else {
		e.codeInter()
	}
	if e.written()-before > maxMacroBits {
		e.rewind(u)
		e.codePCM()
	}
	if !e.short() {
		return
	}
	e.starved = true
	e.rewind(u)
	e.m.setQP(e.lastQP)
	if e.idr {
		e.cur.quality[e.m.index] = owed
		e.codeBareIntra()
	} else {
		e.codeBareInter()
	}
}

// short tells whether what is written leaves too few bits for the macroblocks of the slice that follow the current one.
func (e *sliceEncoder) short() bool {
	return e.rate.short(e.written(), e.end*e.mbw-e.m.index-1, e.mbw)
}
