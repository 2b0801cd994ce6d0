package tiler

import (
	"encoding/binary"
	"image"
)

// maxAxes bounds the cache of filters: four for each of 49 tiles of different sources, and some for changes.
const maxAxes = 256

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
	lanes []uint64 // two source rows side by side, one sample of each per element
	pair  []uint8  // two rows between the passes
	mid   []uint8  // a plane between the passes
}

// axis returns the filter for a key, from the cache if it is there.
func (s *scaler) axis(k axisKey) *axis {
	a, ok := s.axes.get(k)
	if !ok {
		a = newAxis(k)
		s.axes.put(k, a)
	}
	return a
}

// picture scales all of src into r of dst, which lies within dst on even positions. src has been checked by usable.
func (s *scaler) picture(dst *image.YCbCr, r image.Rectangle, src *image.YCbCr) {
	b := src.Rect
	w, h := b.Dx(), b.Dy()
	luma := plane{src.Y, src.YStride, w, h}
	s.plane(lumaPlane(dst, r), luma,
		s.axis(axisKey{w, 0, 2 * w, r.Dx()}),
		s.axis(axisKey{h, 0, 2 * h, r.Dy()}))

	// In chroma samples the picture is w/2 by h/2 and begins half a sample late if its position is odd.
	startX, startY := b.Min.X&1, b.Min.Y&1
	cw, ch := (startX+w+1)/2, (startY+h+1)/2
	ax := s.axis(axisKey{cw, startX, w, r.Dx() / 2})
	ay := s.axis(axisKey{ch, startY, h, r.Dy() / 2})
	cb, cr := chromaPlanes(dst, r)
	s.plane(cb, plane{src.Cb, src.CStride, cw, ch}, ax, ay)
	s.plane(cr, plane{src.Cr, src.CStride, cw, ch}, ax, ay)
}

// plane scales one plane. A vertical enlargement comes last and a vertical reduction first, so that the horizontal pass
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
	case ay.enlarges:
		mid := plane{grow(&s.mid, dst.w*src.h), dst.w, dst.w, src.h}
		s.horizontal(mid, src, ax)
		for y := range dst.h {
			vertical(dst.row(y), mid, ay, y)
		}
	default:
		pair := plane{grow(&s.pair, 2*src.w), src.w, src.w, 2}
		for y := 0; y < dst.h; y += 2 {
			next := min(y+1, dst.h-1)
			vertical(pair.row(0), src, ay, y)
			vertical(pair.row(1), src, ay, next)
			s.rows(dst.row(y), dst.row(next), pair.row(0), pair.row(1), ax)
		}
	}
}

// horizontal scales the rows of src to those of dst, which are as many.
func (s *scaler) horizontal(dst, src plane, a *axis) {
	for y := 0; y < dst.h; y += 2 {
		next := min(y+1, dst.h-1)
		s.rows(dst.row(y), dst.row(next), src.row(y), src.row(next), a)
	}
}

// rows scales two rows at once: a 64-bit word holds a sample of each in its halves, and one multiplication weighs both.
// The sums may borrow from one half to the other on the way, but both are non-negative in the end (bias), and then the
// halves hold exactly what separate sums would.
func (s *scaler) rows(d0, d1, s0, s1 []uint8, a *axis) {
	in := grow(&s.lanes, len(s0))
	s1 = s1[:len(s0)]
	for x, v := range s0 {
		in[x] = uint64(v) | uint64(s1[x])<<32
	}
	d1 = d1[:len(d0)]
	off := a.off[:len(d0)]
	if a.taps != 4 {
		w := a.w
		for x, o := range off {
			acc := uint64(bias)
			for i, v := range in[o:][:a.taps] {
				acc += v * uint64(w[i])
			}
			w = w[a.taps:]
			d0[x] = clip[acc>>weightBits&clipMask]
			d1[x] = clip[acc>>(32+weightBits)&clipMask]
		}
		return
	}
	w := a.w[:4*len(d0)]
	for x, o := range off {
		p := (*[4]uint64)(in[o:])
		k := (*[4]int32)(w[4*x:])
		acc := bias + p[0]*uint64(k[0]) + p[1]*uint64(k[1]) + p[2]*uint64(k[2]) + p[3]*uint64(k[3])
		d0[x] = clip[acc>>weightBits&clipMask]
		d1[x] = clip[acc>>(32+weightBits)&clipMask]
	}
}

// vertical computes row y of the vertically scaled src into dst.
func vertical(dst []uint8, src plane, a *axis, y int) {
	o := int(a.off[y])
	w := a.w[y*a.taps : (y+1)*a.taps]
	switch {
	case len(dst) < 8:
		verticalNarrow(dst, src, o, w)
	case len(w) == 4:
		vertical4(dst, src.row(o), src.row(o+1), src.row(o+2), src.row(o+3), (*[4]int32)(w))
	default:
		verticalArea(dst, src, o, w)
	}
}

// verticalNarrow is the plain form, for rows shorter than a word.
func verticalNarrow(dst []uint8, src plane, o int, w []int32) {
	for x := range dst {
		acc := int32(laneBias)
		for i, k := range w {
			acc += k * int32(src.pix[(o+i)*src.stride+x])
		}
		dst[x] = clip[acc>>weightBits&clipMask]
	}
}

// vertical4 weighs four rows, eight columns at a time. The last eight columns may overlap those before them.
func vertical4(dst, r0, r1, r2, r3 []uint8, w *[4]int32) {
	w0, w1, w2, w3 := uint64(w[0]), uint64(w[1]), uint64(w[2]), uint64(w[3])
	n := len(dst)
	r0, r1, r2, r3 = r0[:n], r1[:n], r2[:n], r3[:n]
	for x := 0; x < n; x += 8 {
		x = min(x, n-8)
		v0 := binary.LittleEndian.Uint64(r0[x:])
		v1 := binary.LittleEndian.Uint64(r1[x:])
		v2 := binary.LittleEndian.Uint64(r2[x:])
		v3 := binary.LittleEndian.Uint64(r3[x:])
		a := bias + v0&lane*w0 + v1&lane*w1 + v2&lane*w2 + v3&lane*w3
		b := bias + v0>>8&lane*w0 + v1>>8&lane*w1 + v2>>8&lane*w2 + v3>>8&lane*w3
		c := bias + v0>>16&lane*w0 + v1>>16&lane*w1 + v2>>16&lane*w2 + v3>>16&lane*w3
		d := bias + v0>>24&lane*w0 + v1>>24&lane*w1 + v2>>24&lane*w2 + v3>>24&lane*w3
		binary.LittleEndian.PutUint64(dst[x:], join(a, b, c, d))
	}
}

// verticalArea weighs any number of rows, eight columns at a time.
func verticalArea(dst []uint8, src plane, o int, w []int32) {
	n := len(dst)
	for x := 0; x < n; x += 8 {
		x = min(x, n-8)
		a, b, c, d := uint64(bias), uint64(bias), uint64(bias), uint64(bias)
		at := o*src.stride + x
		for _, k := range w {
			v := binary.LittleEndian.Uint64(src.pix[at : at+8])
			a += v & lane * uint64(k)
			b += v >> 8 & lane * uint64(k)
			c += v >> 16 & lane * uint64(k)
			d += v >> 24 & lane * uint64(k)
			at += src.stride
		}
		binary.LittleEndian.PutUint64(dst[x:], join(a, b, c, d))
	}
}

// Two samples share a 64-bit word, each in its half: lane masks them. A weighted sum starts from laneBias, which holds
// clipBias to keep the result of negative weights positive and half a unit for rounding.
const (
	lane     = 0x000000ff_000000ff
	laneBias = clipBias<<weightBits + weightOne/2
	bias     = laneBias<<32 | laneBias
)

// join shifts the sums of eight samples down, clips them to 0..255 and packs them. Byte i and i+4 are in the halves of
// argument i. The results come with clipBias added and are below 512.
func join(a, b, c, d uint64) uint64 {
	const (
		low  = 0x0000ffff_0000ffff
		high = low << 16
	)
	return clampLanes(a>>weightBits&low|c&high) | clampLanes(b>>weightBits&low|d&high)<<8
}

// clampLanes takes clipBias from each of four 16-bit lanes and limits them to 0..255.
func clampLanes(v uint64) uint64 {
	const (
		ones = 0x0001_0001_0001_0001
		sign = 0x8000 * ones
	)
	v += sign - clipBias*ones // the sign bit is now set where the result is not negative
	positive := v >> 15 & ones
	over := v >> 8 & ones
	v |= over<<8 - over
	return v & (positive<<8 - positive)
}

// Values from -clipBias to 511-clipBias are limited to 0..255 by looking them up, with clipBias added, in clip.
const (
	clipBias = 96
	clipMask = 511
)

var clip = clipTable()

func clipTable() (t [clipMask + 1]uint8) {
	for i := range t {
		t[i] = uint8(min(max(i-clipBias, 0), 255))
	}
	return t
}

// grow returns n elements of *buf, which it replaces if it is too short. Their content is undefined.
func grow[T any](buf *[]T, n int) []T {
	if cap(*buf) < n {
		*buf = make([]T, n)
	}
	return (*buf)[:n]
}
