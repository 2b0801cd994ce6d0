//go:build !amd64 || purego

package vp8

// passState is what the interpolation filters keep between their two passes.
type passState struct {
	lanes [2 * edgeRows]uint64 // see filterRows
}

// sixtap predicts w by h samples with the filters of version 0 (RFC 6386 18.3), fx and fy eighths of a sample away from
// (tapsBefore, tapsBefore) of src. w is 4, 8 or 16. dst and src must not overlap.
func (d *Decoder) sixtap(dst []byte, dstStride int, src []byte, srcStride, w, h int, fx, fy uint) {
	d.sixtapPlain(dst, dstStride, src, srcStride, w, h, fx, fy)
}

// sixtapPair does the same for two blocks, the second of which is dstHalf and srcHalf behind the first. w is 4 or 8.
func (d *Decoder) sixtapPair(
	dst []byte, dstStride, dstHalf int, src []byte, srcStride, srcHalf, w, h int, fx, fy uint,
) {
	d.sixtapPlain(dst, dstStride, src, srcStride, w, h, fx, fy)
	d.sixtapPlain(dst[dstHalf:], dstStride, src[srcHalf:], srcStride, w, h, fx, fy)
}

// copyPair copies two blocks of w by h samples, the second of which is dstHalf and srcHalf behind the first. w is 4 or 8,
// h is even.
func copyPair(dst []byte, dstStride, dstHalf int, src []byte, srcStride, srcHalf, w, h int) {
	copyPairPlain(dst, dstStride, dstHalf, src, srcStride, srcHalf, w, h)
}
