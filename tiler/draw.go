package tiler

import "image"

// yuv is one color of the canvas: BT.709, limited range.
type yuv struct{ y, cb, cr uint8 }

// lumaPlane returns the luma samples of r, which lies within m on even positions.
func lumaPlane(m *image.YCbCr, r image.Rectangle) plane {
	return plane{m.Y[m.YOffset(r.Min.X, r.Min.Y):], m.YStride, r.Dx(), r.Dy()}
}

// chromaPlanes returns the chroma samples of r, which lies within m on even positions.
func chromaPlanes(m *image.YCbCr, r image.Rectangle) (cb, cr plane) {
	o := m.COffset(r.Min.X, r.Min.Y)
	w, h := r.Dx()/2, r.Dy()/2
	return plane{m.Cb[o:], m.CStride, w, h}, plane{m.Cr[o:], m.CStride, w, h}
}

// fill paints r, which may be empty.
func fill(m *image.YCbCr, r image.Rectangle, c yuv) {
	if r.Empty() {
		return
	}
	cb, cr := chromaPlanes(m, r)
	fillPlane(lumaPlane(m, r), c.y)
	fillPlane(cb, c.cb)
	fillPlane(cr, c.cr)
}

func fillPlane(p plane, v uint8) {
	first := p.row(0)
	for x := range first {
		first[x] = v
	}
	for y := 1; y < p.h; y++ {
		copy(p.row(y), first)
	}
}

// fillAround paints what of outer is not in inner, which lies within outer.
func fillAround(m *image.YCbCr, outer, inner image.Rectangle, c yuv) {
	fill(m, image.Rect(outer.Min.X, outer.Min.Y, outer.Max.X, inner.Min.Y), c)
	fill(m, image.Rect(outer.Min.X, inner.Max.Y, outer.Max.X, outer.Max.Y), c)
	fill(m, image.Rect(outer.Min.X, inner.Min.Y, inner.Min.X, inner.Max.Y), c)
	fill(m, image.Rect(inner.Max.X, inner.Min.Y, outer.Max.X, inner.Max.Y), c)
}

// mask is a shape: pix[y*w+x] says how much of a luma sample it covers, 0 to 255. Width and height are even.
type mask struct {
	w, h int
	pix  []uint8
}

// rect returns the extent of the mask as a rectangle at the origin.
func (k *mask) rect() image.Rectangle { return image.Rect(0, 0, k.w, k.h) }

// blend paints the shape k in color c with its top left corner at an even position. opacity is 0 to 256. The shape has
// to lie within m.
func blend(m *image.YCbCr, at image.Point, k *mask, c yuv, opacity int32) {
	r := k.rect().Add(at)
	luma := lumaPlane(m, r)
	cb, cr := chromaPlanes(m, r)
	for y := 0; y < k.h; y += 2 {
		k0 := k.pix[y*k.w : (y+1)*k.w]
		k1 := k.pix[(y+1)*k.w : (y+2)*k.w]
		mixRow(luma.row(y), k0, c.y, opacity)
		mixRow(luma.row(y+1), k1, c.y, opacity)
		cbRow, crRow := cb.row(y/2), cr.row(y/2)
		for x := range cbRow {
			sum := int32(k0[2*x]) + int32(k0[2*x+1]) + int32(k1[2*x]) + int32(k1[2*x+1])
			cbRow[x] = mix(cbRow[x], c.cb, sum*opacity, 4*255*256)
			crRow[x] = mix(crRow[x], c.cr, sum*opacity, 4*255*256)
		}
	}
}

func mixRow(row, cover []uint8, v uint8, opacity int32) {
	for x, k := range cover {
		if k != 0 {
			row[x] = mix(row[x], v, int32(k)*opacity, 255*256)
		}
	}
}

// mix moves from by part/whole of the way to to, rounded to nearest.
func mix(from, to uint8, part, whole int32) uint8 {
	return uint8((int32(from)*(whole-part) + int32(to)*part + whole/2) / whole)
}
