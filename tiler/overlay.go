package tiler

import (
	"fmt"
	"image"
)

// Corner is a corner of the canvas.
type Corner uint8

// The four corners.
const (
	TopRight Corner = iota
	TopLeft
	BottomRight
	BottomLeft
)

// place returns a rectangle of an even size in the corner, at a margin, or an empty one if there is no room.
func (c Corner) place(canvas, size image.Point, margin int) image.Rectangle {
	if size.X+2*margin > canvas.X || size.Y+2*margin > canvas.Y {
		return image.Rectangle{}
	}
	at := image.Pt(margin, margin)
	if c == TopRight || c == BottomRight {
		at.X = canvas.X - margin - size.X
	}
	if c == BottomRight || c == BottomLeft {
		at.Y = canvas.Y - margin - size.Y
	}
	return image.Rectangle{Min: at, Max: at.Add(size)}
}

// Watermark is an image in a corner of the canvas.
type Watermark struct {
	Image *Image // has to be there
	// Width is how wide it is drawn, in luma samples of the canvas, in its own shape; 0 means an eighth of the canvas.
	Width int
	// Opacity is 1 to 100 percent; 0 means 100.
	Opacity int
	Corner  Corner
}

// overlayMargin is the distance of watermark and time stamp from the edges of the canvas.
func overlayMargin(canvas image.Point) int { return even(max(2, min(canvas.X, canvas.Y)/45)) }

// overlay is something that is painted over the tiles. It keeps what is below it, so that it can be taken away before
// that changes.
type overlay struct {
	rect  image.Rectangle // empty if there is nothing to paint
	below []uint8
	laid  bool
}

// lay keeps what is below. The caller paints then.
func (o *overlay) lay(m *image.YCbCr) {
	p := planesOf(m, o.rect)
	buf := o.below[:0]
	for _, q := range [...]plane{p.y, p.cb, p.cr} {
		for y := range q.h {
			buf = append(buf, q.row(y)...)
		}
	}
	o.below, o.laid = buf, true
}

// lift puts back what is below.
func (o *overlay) lift(m *image.YCbCr) {
	if !o.laid {
		return
	}
	o.laid = false
	p := planesOf(m, o.rect)
	buf := o.below
	for _, q := range [...]plane{p.y, p.cb, p.cr} {
		for y := range q.h {
			buf = buf[copy(q.row(y), buf):]
		}
	}
}

// overlays are the watermark and, over it, the time stamp.
type overlays struct {
	mark      overlay
	watermark *sticker // nil if there is none
	stamp     stamp
}

func (o *overlays) init(canvas *image.YCbCr, cfg Config, scale *scaler, set *typesetter) error {
	size := canvas.Rect.Size()
	o.stamp.init(size, cfg.StampCorner, set)
	w := cfg.Watermark
	if w == nil {
		return nil
	}
	if w.Image == nil || w.Width < 0 || w.Opacity < 0 || w.Opacity > 100 {
		return fmt.Errorf("%w: watermark of width %d and opacity %d, want an image, a positive width and up to 100", ErrImage, w.Width, w.Opacity)
	}
	width, opacity := w.Width, w.Opacity
	if width == 0 {
		width = size.X / 8
	}
	if opacity == 0 {
		opacity = 100
	}
	width = max(2, even(width))
	height := max(2, nearestEven(width*w.Image.h, w.Image.w))
	o.mark.rect = w.Corner.place(size, image.Pt(width, height), overlayMargin(size))
	if o.mark.rect.Empty() {
		return fmt.Errorf("%w: watermark of %dx%d on a canvas of %dx%d", ErrImage, width, height, size.X, size.Y)
	}
	all := image.Rect(0, 0, w.Image.w, w.Image.h)
	o.watermark = w.Image.sticker(scale, all, width, height, nil, int32(opacity*256/100))
	return nil
}

// lift takes both away, if r touches one of them: they may overlap.
func (o *overlays) lift(m *image.YCbCr, r image.Rectangle) {
	if o.mark.laid && r.Overlaps(o.mark.rect) || o.stamp.laid && r.Overlaps(o.stamp.rect) {
		o.stamp.lift(m)
		o.mark.lift(m)
	}
}

// lay paints what is not there, and returns what changed by that beyond what has been touched.
func (o *overlays) lay(m *image.YCbCr) (changed image.Rectangle) {
	if o.stamp.changed {
		o.stamp.lift(m)
		changed = o.stamp.rect
		o.stamp.render()
		changed = changed.Union(o.stamp.rect)
	}
	if o.watermark != nil && !o.mark.laid {
		o.stamp.lift(m)
		o.mark.lay(m)
		o.watermark.paint(m, o.mark.rect.Min)
	}
	if !o.stamp.rect.Empty() && !o.stamp.laid {
		o.stamp.lay(m)
		o.stamp.paint(m)
	}
	return changed
}
