//go:build !purego

package intra

import (
	"github.com/callrec/callrec/codec/h264/internal/pixel"
	"github.com/callrec/callrec/internal/cpu"
)

// The kernels in assembly. All of them need AVX2.

// load16AVX2 reads the 16 samples left of pix, the one above left of it, and the 16 above, and returns the mean of the first
// and the last.
//
//go:noescape
func load16AVX2(top, left *[16]byte, pix *byte, stride int) (mean byte)

// loadChromaAVX2 reads the 8 samples left of cb and of cr, and the 8 above. The blocks have all neighbors.
//
//go:noescape
func loadChromaAVX2(top, left *[2][8]byte, means *[2][4]byte, cb, cr *byte, stride int)

// No sum of the plane predictions exceeds 20000, so that words hold them.
//
//go:noescape
func plane16AVX2(dst *[256]byte, top, left *[16]byte, corner byte)

//go:noescape
func plane8AVX2(dst *[64]byte, top, left *[8]byte, corner byte)

// load is Load for a block that has all neighbors.
func (n *Edges16) load(pix []byte, at, stride int) {
	if !cpu.AVX2() {
		n.loadPlain(pix, at, stride)
		return
	}
	n.topLeft = pix[at-stride-1]
	_, _ = pix[at-stride:][15], pix[uint(at+15*stride-1)]
	n.mean = load16AVX2(&n.top, &n.left, &pix[at], stride)
}

// plane is the prediction of Plane16.
func (n *Edges16) plane(dst *[256]byte) {
	if !cpu.AVX2() {
		n.planePlain(dst)
		return
	}
	plane16AVX2(dst, &n.top, &n.left, n.topLeft)
}

// load is Load for blocks that have all neighbors.
func (n *EdgesChroma) load(cb, cr []byte, at, stride int) {
	if !cpu.AVX2() {
		n.loadPlain(cb, cr, at, stride)
		return
	}
	above := at - stride
	n.topLeft = [2]byte{cb[above-1], cr[above-1]}
	_, _, _, _ = cb[above:][7], cr[above:][7], cb[uint(at+7*stride-1)], cr[uint(at+7*stride-1)]
	loadChromaAVX2(&n.top, &n.left, &n.means, &cb[at], &cr[at], stride)
}

// plane is the prediction of PlaneChroma of one plane.
func (n *EdgesChroma) plane(dst *[64]byte, i int) {
	if !cpu.AVX2() {
		n.planePlain(dst, i)
		return
	}
	plane8AVX2(dst, &n.top[i], &n.left[i], n.topLeft[i])
}

// load8AVX2 reads the 8 samples left of pix, the one above left of it, and the 8 or 16 above.
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

// candidates4AVX2 reads the 4 samples left of pix, the one above left of it, and the 8 above, of which it
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
