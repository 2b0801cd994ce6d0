package h264

import (
	"image"
	"math"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264/internal/deblock"
	"github.com/callrec/callrec/codec/h264/internal/mb"
)

// maxAttempts bounds how often a picture is coded: again when its quantizer turns out to be far too fine, and when
// emulation prevention takes it over its limit.
const maxAttempts = 5

// encode codes the picture and appends its access unit to dst.
func (e *Encoder) encode(dst []byte, pic *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture) {
	active, coarsest := e.mbw*e.mbh, 0
	if !e.idr {
		var damaged int
		damaged, active, coarsest = e.markActive(opt)
		if damaged > 0 {
			coarsest = 0
		}
		e.state.changed += damaged
	}
	activity := 0
	if e.idr && e.cfg.QP == 0 {
		activity = e.activity(pic)
	}
	base := e.rate.start(&e.state.rate, e.idr, coarsest, active, activity, 8*opt.MaxSize, e.cfg.KeyframeInterval-e.state.sinceIDR)
	start, qp := len(dst), float64(base)
	if active == 0 || coarsest > 0 && coarsest <= base {
		dst = e.appendStill(dst)
	} else {
		for range maxAttempts {
			var ok bool
			dst, qp, ok = e.codePicture(dst[:start], pic)
			if bits := 8 * (len(dst) - start); ok && !e.rate.exceeded(bits) && !e.rate.misjudged(bits) {
				break
			}
		}
		e.state.refs[0], e.state.refs[1] = e.next(), e.state.refs[0]
	}
	e.rate.finish(&e.state.rate, 8*(len(dst)-start))
	return dst, codec.EncodedPicture{Keyframe: e.idr, QP: qp}
}

// appendStill appends a picture that equals its reference, which stays in place: all of its macroblocks are skipped with
// zero vectors, and none of their edges is filtered. As a reference it counts, so the one before it moves away. Beside
// CABAC, which writes each skipped macroblock, the picture has a parameter set that chooses CAVLC, which writes their number.
func (e *Encoder) appendStill(dst []byte) []byte {
	e.state.refs[1] = e.state.refs[0]
	e.numRefs = 1
	pps := mainPPS
	if e.tools.cabac {
		pps = stillPPS
	}
	e.putSliceHeader(pps, false, initQP)
	e.w.UE(uint32(e.mbw * e.mbh))
	return appendSlice(dst, false, e.w.Finish())
}

// next is the index of the picture that is being coded: one that is no reference.
func (e *Encoder) next() int {
	for i := range e.pics {
		if i != e.state.refs[0] && (e.tools.refs == 1 || i != e.state.refs[1]) {
			return i
		}
	}
	panic("h264: more references than pictures")
}

// codePicture codes all of the picture, appends its access unit to dst and returns the mean quantizer of its active
// macroblocks. It leaves the state alone. ok is false if rate control has chosen another quantizer meanwhile.
func (e *Encoder) codePicture(dst []byte, pic *image.YCbCr) (au []byte, meanQP float64, ok bool) {
	e.cur = &e.pics[e.next()]
	e.numRefs = 0
	if !e.idr {
		e.numRefs = min(e.tools.refs, e.state.sinceIDR)
		for i := range e.numRefs {
			e.refs[i] = &e.pics[e.state.refs[i]]
		}
	}
	e.putSliceHeader(mainPPS, e.idr, e.rate.base)
	if e.tools.cabac {
		e.startCABAC(e.rate.base)
	}
	e.skipRun, e.lastQP, e.lastDelta = 0, e.rate.base, false
	if meanQP, ok = e.codeMacroblocks(pic); !ok {
		return dst, 0, false
	}
	if e.skipRun > 0 {
		e.w.Reserve(16)
		e.w.UE(uint32(e.skipRun))
	}
	e.deblock()
	e.cur.frame.Extend()
	e.cur.half.reset(&e.cur.frame.Y)
	if e.tools.cabac {
		return appendSlice(dst, e.idr, e.c.Finish()), meanQP, true
	}
	return appendSlice(dst, e.idr, e.w.Finish()), meanQP, true
}

// The columns of initial contexts for I slices, and for P slices with the cabac_init_idc in use.
const (
	contextsI    = 0
	cabacInitIDC = 0
	contextsP    = 1 + cabacInitIDC
)

// startCABAC begins the slice data after the header.
func (e *Encoder) startCABAC(qp int) {
	column := contextsP
	if e.idr {
		column = contextsI
	}
	e.c.Contexts.Init(column, qp)
	e.c.Reset(e.w.Bytes())
}

// codeMacroblocks codes all macroblocks of the picture and returns the mean quantizer of the active ones; not ok is as for
// codePicture.
func (e *Encoder) codeMacroblocks(pic *image.YCbCr) (meanQP float64, ok bool) {
	sumQP, count := 0, 0
	for y := range e.mbh {
		qp := e.rate.row(e.written())
		if e.rate.missed() {
			return 0, false
		}
		for x := range e.mbw {
			e.startMacro(x, y)
			state := e.stateOf(e.m.index, qp)
			if state == undamaged {
				e.copyStill()
				e.endMacro()
				continue
			}
			e.m.still = !e.idr && e.damage[e.m.index] == stale && e.refs[0].quality[e.m.index] != owed
			e.m.loadSource(pic)
			e.chooseQP(qp)
			if state == beside && e.m.detail != flat {
				e.copyStill()
				e.endMacro()
				continue
			}
			e.cur.quality[e.m.index] = uint8(e.m.qp)
			e.codeMacro()
			e.endMacro()
			if state == damaged {
				e.rate.done(qp)
				sumQP += e.m.qp
				count++
			}
		}
	}
	return float64(sumQP) / float64(max(count, 1)), true
}

// stateOf says whether macroblock i is to be looked at in a row with the given quantizer.
func (e *Encoder) stateOf(i, qp int) damage {
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
func (e *Encoder) codeMacro() {
	u := &e.undo[0]
	e.save(u)
	before := e.written()
	if e.idr {
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
	e.rewind(u)
	e.m.setQP(e.lastQP)
	if e.idr {
		e.cur.quality[e.m.index] = owed
		e.codeBareIntra()
	} else {
		e.codeBareInter()
	}
}

// short tells whether what is written leaves too few bits for the macroblocks that follow the current one.
func (e *Encoder) short() bool {
	return e.rate.short(e.written(), e.mbw*e.mbh-e.m.index-1, e.mbw)
}

// deblock filters the picture.
func (e *Encoder) deblock() {
	info := e.cur.info
	for y := range e.mbh {
		for x := range e.mbw {
			i := y*e.mbw + x
			var left, top *mb.Info
			if x > 0 {
				left = &info[i-1]
			}
			if y > 0 {
				top = &info[i-e.mbw]
			}
			deblock.Macroblock(e.cur.frame, x, y, &info[i], left, top, deblock.Offsets{})
		}
	}
}
