package tiler

import "image"

// fit returns where in the tile a picture of the given size goes: centered, all of it, in its own shape. A bar that
// would be thinner than 1/64 of the tile is left out by stretching the picture a little.
func fit(tile image.Rectangle, size image.Point) image.Rectangle {
	w, h := tile.Dx(), tile.Dy()
	if size.X*h > size.Y*w {
		h = fitSide(h, size.Y*w, size.X)
	} else {
		w = fitSide(w, size.X*h, size.Y)
	}
	at := tile.Min.Add(image.Pt(even((tile.Dx()-w)/2), even((tile.Dy()-h)/2)))
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(w, h))}
}

// fitSide returns num/den as an even number from 2 to whole, or whole if that is only a little more.
func fitSide(whole, num, den int) int {
	side := min(max(2, nearestEven(num, den)), whole)
	if whole-side <= max(2, whole/32) {
		return whole
	}
	return side
}

// usable reports whether p can be drawn: it is there, 4:2:0, of a size within the limits, and its planes are as long as
// that size asks for.
func usable(p *image.YCbCr) bool {
	if p == nil || p.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		return false
	}
	r := p.Rect
	if r.Min.X < 0 || r.Min.Y < 0 || r.Min.X >= r.Max.X || r.Min.Y >= r.Max.Y {
		return false
	}
	w, h := r.Dx(), r.Dy()
	if w > MaxSide || h > MaxSide {
		return false
	}
	cw, ch := (r.Min.X&1+w+1)/2, (r.Min.Y&1+h+1)/2
	return covers(p.Y, p.YStride, w, h) && covers(p.Cb, p.CStride, cw, ch) && covers(p.Cr, p.CStride, cw, ch)
}

// covers reports whether a plane has h rows of w samples. The division keeps a huge stride from overflowing.
func covers(pix []uint8, stride, w, h int) bool {
	return stride >= w && len(pix) >= w && (len(pix)-w)/stride >= h-1
}
