//go:build !purego

package transform

import "github.com/callrec/callrec/internal/cpu"

// quantizeFoursAVX2 takes as many rows of four blocks, and leaves dc alone if it is nil. The bits of blocks with levels that it
// returns are the uppermost ones.
//
//go:noescape
func quantizeFoursAVX2(
	levels *[16]int16, marks *Marks, c *Four, dc *int16, a0, a1 *byte, aStride int, b0, b1 *byte, bStride, rows int,
	q *FourQuantizer,
) uint32

// reconstructFoursAVX2 gives up, with false, where coefficients are so large that it can't be sure of words to hold sums.
//
//go:noescape
func reconstructFoursAVX2(
	dst0, dst1 *byte, stride int, pred0, pred1 *byte, predStride int, c *Four, which uint32, rows int, quads *[16][4]int64,
) bool

//go:noescape
func quantizeChromaDCAVX2(levels *[2][4]int16, c *[2]Four, dc *[8]int16, q *dcQuantizer) uint8

func quantizeChromaDC(levels *[2][4]int16, c *[2]Four, dc *[8]int16, q *dcQuantizer) uint8 {
	if !cpu.AVX2() {
		return quantizeChromaDCPlain(levels, c, dc, q)
	}
	return quantizeChromaDCAVX2(levels, c, dc, q)
}

func quantizeFours(levels [][16]int16, marks []Marks, c []Four, dc []int16, a, b halves, q *FourQuantizer) uint32 {
	if !cpu.AVX2() {
		return quantizeFoursPlain(levels, marks, c, dc, a, b, q)
	}
	last := 4*len(c) - 1
	_, _ = levels[last], marks[last]
	var first *int16
	if dc != nil {
		_ = dc[last]
		first = &dc[0]
	}
	a.check(len(c))
	b.check(len(c))
	coded := quantizeFoursAVX2(
		&levels[0], &marks[0], &c[0], first, &a.left[0], &a.right[0], a.stride, &b.left[0], &b.right[0], b.stride, len(c), q)
	return coded >> uint(31-last)
}

func reconstructFours(dst, pred halves, c []Four, which uint32) {
	dst.check(len(c))
	pred.check(len(c))
	if !cpu.AVX2() || !reconstructFoursAVX2(
		&dst.left[0], &dst.right[0], dst.stride, &pred.left[0], &pred.right[0], pred.stride, &c[0], which, len(c), &quadsOf) {
		reconstructFoursPlain(dst, pred, c, which)
	}
}
