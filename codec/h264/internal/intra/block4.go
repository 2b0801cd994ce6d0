package intra

import (
	"math/bits"

	"github.com/callrec/callrec/codec/h264/internal/pixel"
)

// Block4 is what the modes predict of a 4x4 block of a source and how far that is from it. It is filled once and used again.
type Block4 struct {
	preds [9][16]byte
	costs [9]int32
	made  uint16 // the modes whose prediction and cost are there, as bits
	modes uint16
	src   [16]byte
	edges Edges4 // of a block without all its neighbors
}

// Load takes the source, with its stride, and the neighbors of the block at pix[at] that exist, as Edges4.Load does.
func (b *Block4) Load(src []byte, srcStride int, pix []byte, at, stride int, hasLeft, hasTop, hasTopRight bool) {
	if hasLeft && hasTop {
		b.load(src, srcStride, pix, at, stride, hasTopRight)
		return
	}
	b.loadPlain(src, srcStride, pix, at, stride, hasLeft, hasTop, hasTopRight)
}

// loadPlain is Load, and with the neighbors left and above the twin of load. It leaves predictions for when they are
// asked for.
func (b *Block4) loadPlain(src []byte, srcStride int, pix []byte, at, stride int, hasLeft, hasTop, hasTopRight bool) {
	b.edges.Load(pix, at, stride, hasLeft, hasTop, hasTopRight)
	b.modes, b.made = b.edges.Modes(), 0
	for y := range 4 {
		copy(b.src[4*y:4*y+4], src[y*srcStride:])
	}
}

// Modes are the allowed modes, as bits.
func (b *Block4) Modes() uint16 { return b.modes }

// Costs gives the SATD of the source and its predictions by mode; those of some allowed modes are there from now on. The
// caller may change them until the next Load.
func (b *Block4) Costs(modes uint16) *[9]int32 {
	for left := modes &^ b.made; left != 0; left &= left - 1 {
		b.make(bits.TrailingZeros16(left))
	}
	return &b.costs
}

// Prediction is the prediction by an allowed mode whose cost was asked for, four rows of four samples. It is borrowed until
// the next Load.
func (b *Block4) Prediction(mode int) *[16]byte { return &b.preds[mode] }

func (b *Block4) make(mode int) {
	pred := &b.preds[mode]
	b.edges.Predict(pred, mode)
	b.costs[mode] = int32(pixel.SATD(b.src[:], 4, pred[:], 4, 4, 4))
	b.made |= 1 << mode
}
