//go:build !amd64 || purego

package intra

import "github.com/callrec/callrec/codec/h264/internal/pixel"

func (n *Edges) load16(pix []byte, at, stride int) { n.loadPlain(pix, at, stride, 16) }

func (n *Edges) plane16(dst *[256]byte) { n.plane16Plain(dst) }

func (n *Edges) plane8(dst *[64]byte) { n.plane8Plain(dst) }

func (n *Edges8) load(pix []byte, at, stride int, topRight bool) {
	n.loadPlain(pix, at, stride, true, true, true, topRight)
}

func (n *Edges8) predict(dst []byte, stride int, r *pixel.Rows) { n.predictPlain(dst, stride, r) }

func (b *Block4) load(src []byte, srcStride int, pix []byte, at, stride int, topRight bool) {
	b.loadPlain(src, srcStride, pix, at, stride, true, true, topRight)
}
