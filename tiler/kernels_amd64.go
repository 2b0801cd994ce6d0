//go:build !purego

package tiler

import "github.com/callrec/callrec/internal/cpu"

// The kernels in assembly. All of them need AVX2. They give the same bytes as their twins in plain Go, and read and
// write what those do and no byte beyond.

// verticalAVX2 weighs rows of n samples, at least 16, of a plane: pairs holds the weights of two rows each, a quarter of
// those of an axis, the first in the lower half; the last one's upper half is 0 if the rows are odd.
//
//go:noescape
func verticalAVX2(dst, src *byte, stride, n int, pairs *uint32, rows int)

// horizontalAVX2 scales a row to n samples, at least 8. table holds groups entries for each eight.
//
//go:noescape
func horizontalAVX2(dst, src *byte, n int, table *lanes, groups int)

// convertLimitedAVX2 is rowsLimited for n chroma samples, a multiple of 16.
//
//go:noescape
func convertLimitedAVX2(y0, y1, cb, cr *byte, n int, factors *[3]uint32)

// hasVectors says whether there are kernels for this processor.
func hasVectors() bool { return cpu.AVX2() }

// maxVectorRows is how many rows verticalVector weighs at most. More are seldom, and reduced by so much that the plain
// form is good enough.
const maxVectorRows = 32

// verticalVector is verticalNarrow for rows that are long enough, else it returns false.
func verticalVector(dst []uint8, src plane, o int, w []int32) bool {
	if len(dst) < 16 || len(w) > maxVectorRows || !hasVectors() {
		return false
	}
	var pairs [maxVectorRows / 2]uint32
	for i, k := range w {
		pairs[i/2] |= uint32(uint16(k/weightGrain)) << (16 * (i & 1))
	}
	from := src.pix[o*src.stride : (o+len(w)-1)*src.stride+len(dst)]
	verticalAVX2(&dst[0], &from[0], src.stride, len(dst), &pairs[0], len(w))
	return true
}

// horizontalVector scales a row by the table of the axis, which has one.
func horizontalVector(dst, src []uint8, a *axis) {
	_, _ = dst[len(a.off)-1], src[a.samples-1]
	horizontalAVX2(&dst[0], &src[0], len(a.off), &a.vector[0], a.groups)
}

// convertVector is rowsLimited for the first chroma samples, and returns how many those are.
func (v *conversion) convertVector(y0, y1, cb, cr []uint8) int {
	n := len(cb) &^ 15
	if n == 0 || !hasVectors() {
		return 0
	}
	pair := func(a, b int32) uint32 {
		return uint32(uint16(a/weightGrain)) | uint32(uint16(b/weightGrain))<<16
	}
	factors := [3]uint32{pair(v.ycb, v.ycr), pair(v.cbcb, v.cbcr), pair(v.crcb, v.crcr)}
	_, _, _ = y0[2*n-1], y1[2*n-1], cr[n-1]
	convertLimitedAVX2(&y0[0], &y1[0], &cb[0], &cr[0], n, &factors)
	return n
}
