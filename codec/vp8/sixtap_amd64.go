//go:build !purego

package vp8

import "github.com/callrec/callrec/internal/cpu"

// sixtapAVX2 predicts two blocks of w by h samples, the second of which is dstHalf and srcHalf behind the first, from
// (tapsBefore, tapsBefore) of src, by the taps of a horizontal and a vertical filter in the order of tapPairs, of which
// one may be nil. It writes these samples and no byte beyond. It reads three samples more than the filters take, and a row
// of four as one of eight: up to tapsOver behind the last one. rows is scratch. w is 4 or 8, h is even.
//
//go:noescape
func sixtapAVX2(
	dst *byte, dstStride, dstHalf int, src *byte, srcStride, srcHalf, w, h int, tx, ty *[6]int8, rows *[passRows * 32]byte,
)

// copyHalves copies two blocks of eight by h samples, the second of which is dstHalf and srcHalf behind the first. h is
// even.
//
//go:noescape
func copyHalves(dst *byte, dstStride, dstHalf int, src *byte, srcStride, srcHalf, h int)

const (
	taps     = tapsBefore + tapsAfter
	tapsOver = 7
	passRows = 16 + taps
)

// passState is what the interpolation filters keep between their two passes.
type passState struct {
	lanes  [2 * edgeRows]uint64 // in plain Go; see filterRows
	middle [passRows * 32]byte  // in assembly: rows of samples, eight in each half
}

// tapsAt returns the taps for a displacement of f eighths, nil for none.
func tapsAt(f uint) *[6]int8 {
	if f == 0 {
		return nil
	}
	return &tapPairs[f&7]
}

// sixtap predicts w by h samples with the filters of version 0 (RFC 6386 18.3), fx and fy eighths of a sample away from
// (tapsBefore, tapsBefore) of src. w is 4, 8 or 16. dst and src must not overlap.
func (d *Decoder) sixtap(dst []byte, dstStride int, src []byte, srcStride, w, h int, fx, fy uint) {
	if !cpu.AVX2() {
		d.sixtapPlain(dst, dstStride, src, srcStride, w, h, fx, fy)
		return
	}
	_ = src[(h+taps-1)*srcStride+w+taps+tapsOver-1]
	_ = dst[(h-1)*dstStride+w-1]
	// The two halves of a row of 16, or the upper and the lower half of a smaller block.
	dstHalf, srcHalf := 8, 8
	if w == 16 {
		w = 8
	} else {
		h /= 2
		dstHalf, srcHalf = h*dstStride, h*srcStride
	}
	sixtapAVX2(&dst[0], dstStride, dstHalf, &src[0], srcStride, srcHalf, w, h, tapsAt(fx), tapsAt(fy), &d.middle)
}

// sixtapPair does the same for two blocks, the second of which is dstHalf and srcHalf behind the first. w is 4 or 8.
func (d *Decoder) sixtapPair(
	dst []byte, dstStride, dstHalf int, src []byte, srcStride, srcHalf, w, h int, fx, fy uint,
) {
	if !cpu.AVX2() {
		d.sixtapPlain(dst, dstStride, src, srcStride, w, h, fx, fy)
		d.sixtapPlain(dst[dstHalf:], dstStride, src[srcHalf:], srcStride, w, h, fx, fy)
		return
	}
	_ = src[srcHalf+(h+taps-1)*srcStride+w+taps+tapsOver-1]
	_ = dst[dstHalf+(h-1)*dstStride+w-1]
	sixtapAVX2(&dst[0], dstStride, dstHalf, &src[0], srcStride, srcHalf, w, h, tapsAt(fx), tapsAt(fy), &d.middle)
}

// copyPair copies two blocks of w by h samples, the second of which is dstHalf and srcHalf behind the first. w is 4 or 8,
// h is even.
func copyPair(dst []byte, dstStride, dstHalf int, src []byte, srcStride, srcHalf, w, h int) {
	if w != 8 {
		copyPairPlain(dst, dstStride, dstHalf, src, srcStride, srcHalf, w, h)
		return
	}
	_ = src[srcHalf+(h-1)*srcStride+7]
	_ = dst[dstHalf+(h-1)*dstStride+7]
	copyHalves(&dst[0], dstStride, dstHalf, &src[0], srcStride, srcHalf, h)
}
