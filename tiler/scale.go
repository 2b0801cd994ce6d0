package tiler

import "image"

// axesLimit bounds the cache of filters, in bytes. The four of one of 49 tiles take some 20 kB, those of a single tile
// on a canvas of 8192x8192 half a megabyte.
const axesLimit = 4 << 20

// plane is a window of samples: row y is pix[y*stride:y*stride+w].
type plane struct {
	pix    []uint8
	stride int
	w, h   int
}

// row returns row y, its capacity cut to its length.
func (p plane) row(y int) []uint8 {
	o := y * p.stride
	return p.pix[o : o+p.w : o+p.w]
}

// scaler scales planes in two passes, one per direction.
type scaler struct {
	axes  lru[axisKey, *axis]
	lanes [][2]uint64 // four source rows side by side, one sample of each per element
	four  []uint8     // four rows between the passes
	mid   []uint8     // a plane between the passes
	lying []uint8     // a picture that has to be turned
}

// axis returns the filter for a key, from the cache if it is there.
func (s *scaler) axis(k axisKey) *axis {
	a, ok := s.axes.get(k)
	if !ok {
		a = newAxis(k)
		s.axes.put(k, a, a.bytes())
	}
	return a
}

// planes are the samples of a picture or of a part of the canvas.
type planes struct{ y, cb, cr plane }

// planesOf returns the samples of r, which lies within m on even positions.
func planesOf(m *image.YCbCr, r image.Rectangle) planes {
	cb, cr := chromaPlanes(m, r)
	return planes{lumaPlane(m, r), cb, cr}
}

// picture scales all of src, turned by rotation, into r of dst, which lies within dst on even positions. src has been
// checked by usable.
func (s *scaler) picture(dst *image.YCbCr, r image.Rectangle, src *image.YCbCr, rotation Rotation) {
	to := planesOf(dst, r)
	if rotation&3 == Rotate0 {
		s.scale(to, src)
		return
	}
	size := rotation.apply(r.Size())
	w, h := size.X, size.Y
	n := w * h
	buf := grow(&s.lying, n*3/2)
	lying := planes{plane{buf[:n], w, w, h}, plane{buf[n : n+n/4], w / 2, w / 2, h / 2}, plane{buf[n+n/4:], w / 2, w / 2, h / 2}}
	s.scale(lying, src)
	turn(to.y, lying.y, rotation)
	turn(to.cb, lying.cb, rotation)
	turn(to.cr, lying.cr, rotation)
}

// scale scales all of src into dst, whose luma has even sizes.
func (s *scaler) scale(dst planes, src *image.YCbCr) {
	b := src.Rect
	w, h := b.Dx(), b.Dy()
	luma := plane{src.Y, src.YStride, w, h}
	s.plane(dst.y, luma,
		s.axis(axisKey{w, 0, 2 * w, dst.y.w}),
		s.axis(axisKey{h, 0, 2 * h, dst.y.h}))

	// In chroma samples the picture is w/2 by h/2 and begins half a sample late if its position is odd.
	startX, startY := b.Min.X&1, b.Min.Y&1
	cw, ch := (startX+w+1)/2, (startY+h+1)/2
	ax := s.axis(axisKey{cw, startX, w, dst.cb.w})
	ay := s.axis(axisKey{ch, startY, h, dst.cb.h})
	s.plane(dst.cb, plane{src.Cb, src.CStride, cw, ch}, ax, ay)
	s.plane(dst.cr, plane{src.Cr, src.CStride, cw, ch}, ax, ay)
}

// plane scales one plane. Vertical interpolation comes last and a vertical reduction first, so that the horizontal pass
// has the smaller number of rows.
func (s *scaler) plane(dst, src plane, ax, ay *axis) {
	switch {
	case ax.identity && ay.identity:
		for y := range dst.h {
			copy(dst.row(y), src.row(y))
		}
	case ax.identity:
		for y := range dst.h {
			vertical(dst.row(y), src, ay, y)
		}
	case ay.identity:
		s.horizontal(dst, src, ax)
	case ay.spline:
		mid := plane{grow(&s.mid, dst.w*src.h), dst.w, dst.w, src.h}
		s.horizontal(mid, src, ax)
		for y := range dst.h {
			vertical(dst.row(y), mid, ay, y)
		}
	default:
		four := plane{grow(&s.four, 4*src.w), src.w, src.w, 4}
		for y := 0; y < dst.h; y += 4 {
			n := min(4, dst.h-y)
			for i := range n {
				vertical(four.row(i), src, ay, y+i)
			}
			s.rows(dst, y, four, 0, n, ax)
		}
	}
}

// horizontal scales the rows of src to those of dst, which are as many.
func (s *scaler) horizontal(dst, src plane, a *axis) {
	for y := 0; y < dst.h; y += 4 {
		s.rows(dst, y, src, y, min(4, dst.h-y), a)
	}
}

// grow returns n elements of *buf, which it replaces if it is too short. Their content is undefined.
func grow[T any](buf *[]T, n int) []T {
	if cap(*buf) < n {
		*buf = make([]T, n)
	}
	return (*buf)[:n]
}
