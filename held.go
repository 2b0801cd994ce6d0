package callrec

import "image"

// heldFrame is a composed video frame.
type heldFrame struct {
	number   int64
	position int64
	canvas   *image.YCbCr
	damage   []image.Rectangle
	afterCut bool
}

// heldFrames keeps copies of composed frames until their sound is there. Only the two or three frames before a cut have
// to wait; their memory is used again.
type heldFrames struct {
	queue []heldFrame
	free  []heldFrame
}

func (h *heldFrames) empty() bool { return len(h.queue) == 0 }

// first is the oldest frame. It stays valid until pop.
func (h *heldFrames) first() heldFrame { return h.queue[0] }

// pop drops the oldest frame.
func (h *heldFrames) pop() {
	h.free = append(h.free, h.queue[0])
	h.queue = h.queue[:copy(h.queue, h.queue[1:])]
}

// push adds a copy of a frame.
func (h *heldFrames) push(f heldFrame) {
	var spare heldFrame
	if n := len(h.free); n > 0 {
		spare, h.free = h.free[n-1], h.free[:n-1]
	}
	if spare.canvas == nil || spare.canvas.Rect != f.canvas.Rect {
		spare.canvas = image.NewYCbCr(f.canvas.Rect, f.canvas.SubsampleRatio)
	}
	size := f.canvas.Rect.Size()
	copyPlane(spare.canvas.Y, spare.canvas.YStride, f.canvas.Y, f.canvas.YStride, size)
	half := image.Pt((size.X+1)/2, (size.Y+1)/2)
	copyPlane(spare.canvas.Cb, spare.canvas.CStride, f.canvas.Cb, f.canvas.CStride, half)
	copyPlane(spare.canvas.Cr, spare.canvas.CStride, f.canvas.Cr, f.canvas.CStride, half)
	f.canvas, f.damage = spare.canvas, append(spare.damage[:0], f.damage...)
	h.queue = append(h.queue, f)
}

func copyPlane(dst []byte, dstStride int, src []byte, srcStride int, size image.Point) {
	for y := range size.Y {
		copy(dst[y*dstStride:y*dstStride+size.X], src[y*srcStride:y*srcStride+size.X])
	}
}
