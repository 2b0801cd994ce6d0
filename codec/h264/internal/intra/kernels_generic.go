//go:build !amd64 || purego

package intra

import "github.com/callrec/callrec/codec/h264/internal/pixel"

func plane(dst []byte, size, a, b, c int) { planePlain(dst, size, a, b, c) }

func (n *Edges8) load(pix []byte, at, stride int, topRight bool) {
	n.loadPlain(pix, at, stride, true, true, true, topRight)
}

func (n *Edges8) predict(dst []byte, stride int, r *pixel.Rows) { n.predictPlain(dst, stride, r) }

func (b *Block4) load(src []byte, srcStride int, pix []byte, at, stride int, topRight bool) {
	b.loadPlain(src, srcStride, pix, at, stride, true, true, topRight)
}
