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

// HalfH writes to dst[do:] the w by h samples half way between src[so:] and its right neighbors (b of figure 8-4). w is
// 8 or 16; src is read from 2 columns before to 5 after the block.
func HalfH(dst []byte, do, dStride int, src []byte, so, sStride, w, h int) {
	halfH(dst[do:], dStride, src, so, sStride, w, h, false)
}

// HalfV writes to dst[do:] the w by h samples half way between src[so:] and those below (h of figure 8-4). w is 8 or 16;
// src is read from 2 rows before to 3 after the block.
func HalfV(dst []byte, do, dStride int, src []byte, so, sStride, w, h int) {
	halfV(dst[do:], dStride, src, so, sStride, w, h, false)
}

// HalfHV writes to dst[do:] the w by h samples half way in both directions (j of figure 8-4). w is 8 or 16, h at most 16;
// src is read from 2 columns and rows before the block to 5 columns and 3 rows after.
func HalfHV(dst []byte, do, dStride int, src []byte, so, sStride, w, h int) {
	halfHV(dst[do:], dStride, src, so, sStride, w, h, false)
}

// Luma writes to dst the w by h luma prediction for the whole-sample position src[so] and the fraction xFrac, yFrac in
// quarter samples. w is 4, 8 or 16 and h at most 16; src is read from 2 columns and rows before the block to 6 columns
// (10, if w is 4) and 4 rows after.
func Luma(dst []byte, dStride int, src []byte, so, sStride, xFrac, yFrac, w, h int) {
	step := &Steps[4*yFrac+xFrac]
	part(dst, dStride, src, so, sStride, step.A, w, h, false)
	if step.Two {
		part(dst, dStride, src, so, sStride, step.B, w, h, true)
	}
}

// part writes one part of a prediction to dst, or makes dst the mean of what is there and that.
func part(dst []byte, dStride int, src []byte, so, sStride int, p Part, w, h int, mean bool) {
	so += int(p.DY)*sStride + int(p.DX)
	switch p.Plane {
	case Full:
		if mean {
			pixel.Mean(dst, dStride, dst, dStride, src[so:], sStride, w, h)
			return
		}
		pixel.Copy(dst, dStride, src[so:], sStride, w, h)
	case Right:
		halfH(dst, dStride, src, so, sStride, w, h, mean)
	case Below:
		halfV(dst, dStride, src, so, sStride, w, h, mean)
	case Diagonal:
		halfHV(dst, dStride, src, so, sStride, w, h, mean)
	}
}

// plain makes one of the half positions with its twin, by way of a buffer where that can't write to dst: the twins know
// neither means nor blocks of four columns.
func plain(plane uint8, dst []byte, dStride int, src []byte, so, sStride, w, h int, mean bool) {
	if !mean && w >= 8 {
		halfPlain(plane, dst, dStride, src, so, sStride, w, h)
		return
	}
	var block [256]byte
	halfPlain(plane, block[:], 16, src, so, sStride, max(w, 8), h)
	if mean {
		pixel.Mean(dst, dStride, dst, dStride, block[:], 16, w, h)
		return
	}
	pixel.Copy(dst, dStride, block[:], 16, w, h)
}

func halfPlain(plane uint8, dst []byte, dStride int, src []byte, so, sStride, w, h int) {
	switch plane {
	case Right:
		halfHPlain(dst, 0, dStride, src, so, sStride, w, h)
	case Below:
		halfVPlain(dst, 0, dStride, src, so, sStride, w, h)
	default:
		halfHVPlain(dst, 0, dStride, src, so, sStride, w, h)
	}
}

// Chroma writes to dst the w by h prediction for the whole-sample position src[so] and the fraction xFrac, yFrac in
// eighths (clause 8.4.2.2.2). w is 2, 4 or 8. Nine columns are read whatever the block's width, and a row more.
func Chroma(dst []byte, dStride int, src []byte, so, sStride, xFrac, yFrac, w, h int) {
	if xFrac|yFrac == 0 {
		pixel.Copy(dst, dStride, src[so:], sStride, w, h)
		return
	}
	x, y := uint8(xFrac), uint8(yFrac)
	chroma(dst, dStride, src, so, sStride, &[4]uint8{(8 - x) * (8 - y), x * (8 - y), (8 - x) * y, x * y}, w, h)
}
