package inter

import "github.com/callrec/callrec/codec/h264/internal/pixel"

// Plane numbers of a Step: the reference itself and the three half-sample positions.
const (
	Full     = iota // G
	Right           // b: half a sample to the right
	Below           // h: half a sample down
	Diagonal        // j: both
)

// Part is one of the sample planes a quarter-sample position is made from, moved by whole samples.
type Part struct{ Plane, DX, DY uint8 }

// Luma writes to dst the w by h luma prediction for the whole-sample position src[so] and the fraction xFrac, yFrac in
// quarter samples. w is a multiple of 8 and at most 16, h at most 16; src is read from 2 columns and rows before the
// block to 6 columns and 4 rows after.
func Luma(dst []byte, dStride int, src []byte, so, sStride, xFrac, yFrac, w, h int) {
	step := &Steps[4*yFrac+xFrac]
	part(dst, dStride, src, so, sStride, step.A, w, h)
	if !step.Two {
		return
	}
	var second [256]byte
	part(second[:], 16, src, so, sStride, step.B, w, h)
	pixel.Mean(dst, dStride, dst, dStride, second[:], 16, w, h)
}

func part(dst []byte, dStride int, src []byte, so, sStride int, p Part, w, h int) {
	so += int(p.DY)*sStride + int(p.DX)
	switch p.Plane {
	case Full:
		for y := range h {
			copy(dst[y*dStride:][:w], src[so+y*sStride:])
		}
	case Right:
		HalfH(dst, 0, dStride, src, so, sStride, w, h)
	case Below:
		HalfV(dst, 0, dStride, src, so, sStride, w, h)
	case Diagonal:
		HalfHV(dst, 0, dStride, src, so, sStride, w, h)
	}
}

// Chroma writes to dst the 8-wide (or, in its first 4 columns, 4-wide) prediction of h rows for the whole-sample position
// src[so] and the fraction xFrac, yFrac in eighths (clause 8.4.2.2.2). Eight columns are written and nine read whatever
// the block's width.
func Chroma(dst []byte, dStride int, src []byte, so, sStride, xFrac, yFrac, h int) {
	if xFrac|yFrac == 0 {
		for y := range h {
			store(dst, y*dStride, load(src, so+y*sStride))
		}
		return
	}
	wa, wb := uint64((8-xFrac)*(8-yFrac)), uint64(xFrac*(8-yFrac))
	wc, wd := uint64((8-xFrac)*yFrac), uint64(xFrac*yFrac)
	a, b := load(src, so), load(src, so+1)
	for y := range h {
		so += sStride
		c, d := load(src, so), load(src, so+1)
		even := (a&bytes8)*wa + (b&bytes8)*wb + (c&bytes8)*wc + (d&bytes8)*wd + 32*lanes
		odd := (a>>8&bytes8)*wa + (b>>8&bytes8)*wb + (c>>8&bytes8)*wc + (d>>8&bytes8)*wd + 32*lanes
		store(dst, y*dStride, even>>6&bytes8|odd>>6&bytes8<<8)
		a, b = c, d
	}
}
