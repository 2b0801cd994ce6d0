//go:build !purego

package intra

import (
	"github.com/callrec/callrec/codec/h264/internal/pixel"
	"github.com/callrec/callrec/internal/cpu"
)

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
func load8AVX2(lines *[linesSize]byte, pix *byte, stride int, topRight bool)

// load is Load with all neighbors but, maybe, those above right.
func (n *Edges8) load(pix []byte, at, stride int, topRight bool) {
	if !cpu.AVX2() {
		n.loadPlain(pix, at, stride, true, true, true, topRight)
		return
	}
	_, _ = pix[at-stride-1], pix[uint(at+7*stride-1)]
	_ = pix[at-stride:][:16]
	load8AVX2(&n.lines, &pix[at], stride, topRight)
}

// predict8 takes rows 0, 2, 4 and 6 from even on, the others from odd on.
//
//go:noescape
func predict8(dst *byte, stride int, even, odd *byte, step int)

// predict writes the rows of a prediction to dst.
func (n *Edges8) predict(dst []byte, stride int, r *pixel.Rows) {
	_ = dst[uint(7*stride+7)]
	predict8(&dst[0], stride, &n.lines[r.Even], &n.lines[r.Odd], r.Step)
}

// candidates4AVX2 needs AVX2. It reads the 4 samples left of pix, the one above left of it, and the 8 above, of which it
// uses the last 4 only with topRight.
//
//go:noescape
func candidates4AVX2(preds *[9][16]byte, costs *[9]int32, src *byte, srcStride int, pix *byte, stride int, topRight bool)

// load is Load with the neighbors left and above. It makes the predictions of all modes, which takes little longer than one.
func (b *Block4) load(src []byte, srcStride int, pix []byte, at, stride int, topRight bool) {
	if !cpu.AVX2() {
		b.loadPlain(src, srcStride, pix, at, stride, true, true, topRight)
		return
	}
	_, _, _ = src[uint(3*srcStride+3)], pix[at-stride-1], pix[uint(at+3*stride-1)]
	_ = pix[at-stride:][:8]
	candidates4AVX2(&b.preds, &b.costs, &src[0], srcStride, &pix[at], stride, topRight)
	b.modes, b.made = allModes, allModes
}
