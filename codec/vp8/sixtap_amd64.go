//go:build !purego

package vp8

import "github.com/callrec/callrec/internal/cpu"

// sixtapAVX2 predicts w by h samples, (tapsBefore, tapsBefore) from src on, by the taps of a horizontal and a vertical
// filter in the order of tapPairs, of which one may be nil. It writes w by h samples and no byte beyond. It reads three
// samples more than the filters take, and a row of four as one of eight: up to tapsOver behind the last one. rows is
// scratch. w is 4, 8 or 16, h is even.
//
//go:noescape
func sixtapAVX2(dst *byte, dstStride int, src *byte, srcStride, w, h int, tx, ty *[6]int8, rows *[passRows * 32]byte)

const (
	tapsOver = 7
	passRows = 16 + tapsBefore + tapsAfter
)

// passState is what the interpolation filters keep between their two passes.
type passState struct {
	lanes  [2 * edgeRows]uint64 // in plain Go; see filterRows
	middle [passRows * 32]byte  // in assembly: rows of samples, eight in each half
}

// tapPairs are the taps of sixtapFilters with their signs, in the order in which the kernel multiplies them.
var tapPairs = [8][6]int8{
	1: {-6, 123, 12, -1, 0, 0},
	2: {-11, 108, 36, -8, 2, 1},
	3: {-9, 93, 50, -6, 0, 0},
	4: {-16, 77, 77, -16, 3, 3},
	5: {-6, 50, 93, -9, 0, 0},
	6: {-8, 36, 108, -11, 1, 2},
	7: {-1, 12, 123, -6, 0, 0},
}

// sixtap predicts w by h samples with the filters of version 0 (RFC 6386 18.3), fx and fy eighths of a sample away from
// (tapsBefore, tapsBefore) of src. w is 4, 8 or 16. dst and src must not overlap.
func (d *Decoder) sixtap(dst []byte, dstStride int, src []byte, srcStride, w, h int, fx, fy uint) {
	if !cpu.AVX2() {
		d.sixtapPlain(dst, dstStride, src, srcStride, w, h, fx, fy)
		return
	}
	const taps = tapsBefore + tapsAfter
	_ = src[(h+taps-1)*srcStride+w+taps+tapsOver-1]
	_ = dst[(h-1)*dstStride+w-1]
	var tx, ty *[6]int8
	if fx != 0 {
		tx = &tapPairs[fx&7]
	}
	if fy != 0 {
		ty = &tapPairs[fy&7]
	}
	sixtapAVX2(&dst[0], dstStride, &src[0], srcStride, w, h, tx, ty, &d.middle)
}
