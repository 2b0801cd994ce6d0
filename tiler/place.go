package tiler

import "image"

// Rotation says how far a picture has to be turned clockwise to stand upright, in quarter turns. Only the two lowest bits
// count.
type Rotation uint8

// The four rotations.
const (
	Rotate0 Rotation = iota
	Rotate90
	Rotate180
	Rotate270
)

// sideways says whether width and height change places.
func (r Rotation) sideways() bool { return r&1 != 0 }

// apply returns the size of a picture after the rotation.
func (r Rotation) apply(size image.Point) image.Point {
	if r.sideways() {
		return image.Pt(size.Y, size.X)
	}
	return size
}

// place returns what of the tile's picture is shown, and where in r.
func place(r image.Rectangle, tile *Tile) (view image.YCbCr, where image.Rectangle) {
	view = *tile.Picture
	if !tile.Fill || tile.Share {
		return view, fit(r, tile.Rotation.apply(view.Rect.Size()))
	}
	return crop(view, cover(view.Rect, tile.Rotation.apply(r.Size()))), r
}

// cover returns the largest part, in the middle of a picture, of the shape of size.
func cover(picture image.Rectangle, size image.Point) image.Rectangle {
	w, h := picture.Dx(), picture.Dy()
	if w*size.Y > h*size.X {
		w = max(1, (h*size.X+size.Y/2)/size.Y)
	} else {
		h = max(1, (w*size.Y+size.X/2)/size.X)
	}
	at := picture.Min.Add(image.Pt((picture.Dx()-w)/2, (picture.Dy()-h)/2))
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(w, h))}
}

// crop is p.SubImage(r) without an allocation. r lies within the picture.
func crop(p image.YCbCr, r image.Rectangle) image.YCbCr {
	y, c := p.YOffset(r.Min.X, r.Min.Y), p.COffset(r.Min.X, r.Min.Y)
	p.Y, p.Cb, p.Cr, p.Rect = p.Y[y:], p.Cb[c:], p.Cr[c:], r
	return p
}

// turn fills dst with src turned by r. Their sizes fit.
func turn(dst, src plane, r Rotation) {
	if r&3 == Rotate180 {
		for y := range dst.h {
			from := src.row(dst.h - 1 - y)
			for x, v := range from {
				dst.pix[y*dst.stride+dst.w-1-x] = v
			}
		}
		return
	}
	// The sample right of one in dst is above (90 degrees) or below it in src. Blocks keep both in the cache.
	const block = 16
	for top := 0; top < dst.h; top += block {
		for left := 0; left < dst.w; left += block {
			for y := top; y < min(top+block, dst.h); y++ {
				row := dst.row(y)
				for x := left; x < min(left+block, dst.w); x++ {
					if r&3 == Rotate90 {
						row[x] = src.pix[(src.h-1-x)*src.stride+y]
					} else {
						row[x] = src.pix[x*src.stride+src.w-1-y]
					}
				}
			}
		}
	}
}
