package h264

import (
	"image"

	"github.com/callrec/callrec/codec"
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
	e.source, e.frameNum, e.idrID = pic, e.state.frameNum, e.state.idrID
	if active == 0 || coarsest > 0 && coarsest <= base {
		dst = e.appendStill(dst)
	} else {
		e.survey()
		for attempt := range maxAttempts {
			var ok bool
			e.rate.settled = e.rate.settled || attempt == maxAttempts-1
			dst, qp, ok = e.codePicture(dst[:start], attempt)
			if bits := 8 * (len(dst) - start); ok && !e.rate.exceeded(bits) && !e.rate.misjudged(bits) {
				break
			}
		}
		e.learn()
		e.state.refs[0], e.state.refs[1] = e.next(), e.state.refs[0]
	}
	e.source = nil
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
	s := e.slices[0]
	s.job, s.first, s.source = e.job, 0, nil
	s.putSliceHeader(pps, initQP)
	s.w.UE(uint32(e.mbw * e.mbh))
	return appendSlice(dst, false, s.w.Finish())
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
func (e *Encoder) codePicture(dst []byte, attempt int) (au []byte, meanQP float64, ok bool) {
	e.cur = &e.pics[e.next()]
	e.numRefs = 0
	if !e.idr {
		e.numRefs = min(e.tools.refs, e.state.sinceIDR)
		for i := range e.numRefs {
			e.refs[i] = &e.pics[e.state.refs[i]]
		}
	}
	e.number += 2
	n := e.divide(attempt)
	if n == 1 {
		e.slices[0].code()
	} else {
		e.workers.run(n, e.codeSlice)
	}
	if meanQP, ok = e.gather(n); !ok {
		return dst, 0, false
	}
	e.markTouched()
	e.deblock(n)
	e.cur.frame.Extend()
	e.cur.half.reset(&e.cur.frame.Y)
	for _, s := range e.slices[:n] {
		dst = appendSlice(dst, e.idr, s.payload)
	}
	return dst, meanQP, true
}
