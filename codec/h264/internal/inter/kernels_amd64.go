//go:build !purego

package inter

import "github.com/callrec/callrec/internal/cpu"

// The kernels in assembly. All of them need AVX2. src is the first sample of the block at the whole-sample position; the
// taps reach from 2 columns or rows before it to 3 after. The kernels for 16 columns read nothing else, those for 8 or 4
// columns (w) read 8 whatever the width. With mean set, dst becomes the mean of what is there and what is computed.

// half16AVX2 filters along step, the distance of the taps: 1 or the stride.
//
//go:noescape
func half16AVX2(dst *byte, dStride int, src *byte, sStride, step, h int, mean bool)

//go:noescape
func half8AVX2(dst *byte, dStride int, src *byte, sStride, step, w, h int, mean bool)

// center16AVX2 filters in both directions; h is at most 16.
//
//go:noescape
func center16AVX2(dst *byte, dStride int, src *byte, sStride, h int, mean bool)

//go:noescape
func center8AVX2(dst *byte, dStride int, src *byte, sStride, w, h int, mean bool)

// chromaAVX2 weighs four neighbors. w is 2, 4 or 8; nine columns and h+1 rows are read.
//
//go:noescape
func chromaAVX2(dst *byte, dStride int, src *byte, sStride int, weights *[4]uint8, w, h int)

// check panics unless dst has room for the block and src holds what is read: from before samples ahead of src[so], to
// after samples behind it.
func check(dst []byte, dStride int, src []byte, so, before, after, w, h int) (*byte, *byte) {
	_ = dst[uint((h-1)*dStride+w-1)]
	_ = src[uint(so-before)]
	_ = src[uint(so+after)]
	return &dst[0], &src[so]
}

func halfH(dst []byte, dStride int, src []byte, so, sStride, w, h int, mean bool) {
	if !cpu.AVX2() {
		plain(Right, dst, dStride, src, so, sStride, w, h, mean)
		return
	}
	d, s := check(dst, dStride, src, so, 2, (h-1)*sStride+max(w, 8)+2, w, h)
	if w == 16 {
		half16AVX2(d, dStride, s, sStride, 1, h, mean)
	} else {
		half8AVX2(d, dStride, s, sStride, 1, w, h, mean)
	}
}

func halfV(dst []byte, dStride int, src []byte, so, sStride, w, h int, mean bool) {
	if !cpu.AVX2() {
		plain(Below, dst, dStride, src, so, sStride, w, h, mean)
		return
	}
	d, s := check(dst, dStride, src, so, 2*sStride, (h+2)*sStride+max(w, 8)-1, w, h)
	if w == 16 {
		half16AVX2(d, dStride, s, sStride, sStride, h, mean)
	} else {
		half8AVX2(d, dStride, s, sStride, sStride, w, h, mean)
	}
}

func halfHV(dst []byte, dStride int, src []byte, so, sStride, w, h int, mean bool) {
	if !cpu.AVX2() {
		plain(Diagonal, dst, dStride, src, so, sStride, w, h, mean)
		return
	}
	_ = [17]struct{}{}[h]
	d, s := check(dst, dStride, src, so, 2*sStride+2, (h+2)*sStride+max(w, 8)+2, w, h)
	if w == 16 {
		center16AVX2(d, dStride, s, sStride, h, mean)
	} else {
		center8AVX2(d, dStride, s, sStride, w, h, mean)
	}
}

func chroma(dst []byte, dStride int, src []byte, so, sStride int, weights *[4]uint8, w, h int) {
	if !cpu.AVX2() {
		chromaPlain(dst, dStride, src, so, sStride, weights, w, h)
		return
	}
	d, s := check(dst, dStride, src, so, 0, h*sStride+8, w, h)
	chromaAVX2(d, dStride, s, sStride, weights, w, h)
}
