//go:build !purego

package vp8

// The interpolation filters of version 0 in assembly, with SSE2. They write w by h samples and no byte beyond. They read
// eight samples of a row where w is 4, so up to four more than they use: callers have tapsAfter and planeSlack, or the
// rest of a row of edgeBlock or middle, behind the last one.

// sixtapRowsSSE2 filters h rows of w samples horizontally, the first of which is at tapsBefore of src. It reads from src
// on. w is 4, 8 or 16, h is at least 1.
//
//go:noescape
func sixtapRowsSSE2(dst *byte, dstStride int, src *byte, srcStride, w, h int, taps *[6]uint8)

// sixtapColumnsSSE2 does the same vertically, the first row being tapsBefore rows below src.
//
//go:noescape
func sixtapColumnsSSE2(dst *byte, dstStride int, src *byte, srcStride, w, h int, taps *[6]uint8)

// passState is what the interpolation filters keep between their two passes.
type passState struct {
	lanes  [2 * edgeRows]uint64          // in plain Go; see filterRows
	middle [middleStride * edgeRows]byte // in assembly: rows of samples
}

const middleStride = 16

// sixtap predicts w by h samples with the filters of version 0 (RFC 6386 18.3), fx and fy eighths of a sample away from
// (tapsBefore, tapsBefore) of src. w is 4, 8 or 16. dst and src must not overlap.
func (d *Decoder) sixtap(dst []byte, dstStride int, src []byte, srcStride, w, h int, fx, fy uint) {
	const taps = tapsBefore + tapsAfter
	tx, ty := &sixtapFilters[fx&7], &sixtapFilters[fy&7]
	// What is read at most: all rows, the last of them up to the eighth sample of a block of four.
	_ = src[(h+taps-1)*srcStride+max(w, 8)+taps-1]
	_ = dst[(h-1)*dstStride+w-1]
	switch {
	case fy == 0:
		sixtapRowsSSE2(&dst[0], dstStride, &src[tapsBefore*srcStride], srcStride, w, h, tx)
	case fx == 0:
		sixtapColumnsSSE2(&dst[0], dstStride, &src[tapsBefore], srcStride, w, h, ty)
	default:
		sixtapRowsSSE2(&d.middle[0], middleStride, &src[0], srcStride, w, h+taps, tx)
		sixtapColumnsSSE2(&dst[0], dstStride, &d.middle[0], middleStride, w, h, ty)
	}
}
