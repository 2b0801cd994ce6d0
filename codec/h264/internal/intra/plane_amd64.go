//go:build !purego

package intra

import "github.com/callrec/callrec/internal/cpu"

// planeAVX2 needs AVX2. No sum of the plane predictions exceeds 20000, so that words hold them.
//
//go:noescape
func planeAVX2(dst *byte, size, a, b, c int)

// plane fills the square, 8 or 16 samples wide.
func plane(dst []byte, size, a, b, c int) {
	if !cpu.AVX2() {
		planePlain(dst, size, a, b, c)
		return
	}
	_ = dst[uint(size*size-1)]
	planeAVX2(&dst[0], size, a, b, c)
}
