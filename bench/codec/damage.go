package main

import (
	"bytes"
	"image"
)

// damageFinder tells what changed from picture to picture, as a recording's canvas does by itself.
type damageFinder struct {
	last  *image.YCbCr
	rects []image.Rectangle
}

// find returns rectangles of whole macroblocks outside of which the picture equals the last one, which is kept until the
// next call. known is false for the first picture.
func (d *damageFinder) find(pic *image.YCbCr) (rects []image.Rectangle, known bool) {
	if d.last != nil {
		known = true
		d.rects = d.rects[:0]
		for y := 0; y < pic.Rect.Dy(); y += 16 {
			if d.rowDiffers(pic, y) {
				d.findRow(pic, y)
			}
		}
	}
	d.last = pic
	return d.rects, known
}

// rowDiffers tells whether anything in the row of macroblocks at y has changed. Its samples follow each other in memory.
func (d *damageFinder) rowDiffers(pic *image.YCbCr, y int) bool {
	h := min(16, pic.Rect.Dy()-y)
	luma, luma1 := y*pic.YStride, (y+h)*pic.YStride
	chroma, chroma1 := y/2*pic.CStride, (y+h+1)/2*pic.CStride
	return !bytes.Equal(pic.Y[luma:luma1], d.last.Y[luma:luma1]) ||
		!bytes.Equal(pic.Cb[chroma:chroma1], d.last.Cb[chroma:chroma1]) ||
		!bytes.Equal(pic.Cr[chroma:chroma1], d.last.Cr[chroma:chroma1])
}

// findRow looks at a row of macroblocks.
func (d *damageFinder) findRow(pic *image.YCbCr, y int) {
	for x := 0; x < pic.Rect.Dx(); x += 16 {
		r := image.Rect(x, y, x+16, y+16).Intersect(pic.Rect)
		if !d.differs(pic, r) {
			continue
		}
		if n := len(d.rects) - 1; n >= 0 && d.rects[n].Min.Y == y && d.rects[n].Max.X == x {
			d.rects[n].Max.X = r.Max.X
			continue
		}
		d.rects = append(d.rects, r)
	}
}

func (d *damageFinder) differs(pic *image.YCbCr, r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		at := y*pic.YStride + r.Min.X
		if !bytes.Equal(pic.Y[at:at+r.Dx()], d.last.Y[at:at+r.Dx()]) {
			return true
		}
	}
	for y := r.Min.Y / 2; y < r.Max.Y/2; y++ {
		at := y*pic.CStride + r.Min.X/2
		n := r.Dx() / 2
		if !bytes.Equal(pic.Cb[at:at+n], d.last.Cb[at:at+n]) || !bytes.Equal(pic.Cr[at:at+n], d.last.Cr[at:at+n]) {
			return true
		}
	}
	return false
}
