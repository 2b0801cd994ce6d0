//go:build !amd64 || purego

package intra

import "github.com/callrec/callrec/codec/h264/internal/pixel"

func (n *Edges16) load(pix []byte, at, stride int) { n.loadPlain(pix, at, stride) }

func (n *Edges16) plane(dst *[256]byte) { n.planePlain(dst) }

func (n *EdgesChroma) load(cb, cr []byte, at, stride int) { n.loadPlain(cb, cr, at, stride) }

func (n *EdgesChroma) plane(dst *[64]byte, i int) { n.planePlain(dst, i) }

func (n *Edges8) load(pix []byte, at, stride int, topRight bool) {
	n.loadPlain(pix, at, stride, true, true, true, topRight)
}

func (n *Edges8) predict(dst []byte, stride int, r *pixel.Rows) { n.predictPlain(dst, stride, r) }

func (b *Block4) load(src []byte, srcStride int, pix []byte, at, stride int, topRight bool) {
	b.loadPlain(src, srcStride, pix, at, stride, true, true, topRight)
}
