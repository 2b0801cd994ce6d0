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

// load8AVX2 needs AVX2. It reads the 8 samples left of pix, the one above left of it, and the 8 or 16 above.
//
//go:noescape
func load8AVX2(lines *[linesSize]byte, pix *byte, stride int, topRight bool) (mean byte)

// load is Load with all neighbors but, maybe, those above right.
func (n *Edges8) load(pix []byte, at, stride int, topRight bool) {
	if !cpu.AVX2() {
		n.loadPlain(pix, at, stride, true, true, true, topRight)
		return
	}
	_, _ = pix[at-stride-1], pix[uint(at+7*stride-1)]
	_ = pix[at-stride:][:16]
	n.mean = load8AVX2(&n.lines, &pix[at], stride, topRight)
}
