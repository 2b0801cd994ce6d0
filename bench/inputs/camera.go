package inputs

import (
	"image"
	"math/rand/v2"
)

// camera turns footage into the pictures of one participant's camera: a window of it, maybe mirrored, brought to size,
// a little lighter or darker, with noise that is new in every picture.
type camera struct {
	footage []*image.YCbCr
	first   int // picture of the footage to begin with
	light   int // added to luma
	columns []tap
	rows    []tap
	chroma  struct{ columns, rows []tap }
	noise   noise
	rand    *rand.Rand
	picture *image.YCbCr
}

// tap says which two samples a sample is made of: sample at and the next one with a weight of weight/256.
type tap struct{ at, weight int }

// newCamera makes camera number i of a call.
func newCamera(s Spec, i int, footage []*image.YCbCr) *camera {
	r := rand.New(rand.NewPCG(s.Seed, uint64(i)))
	c := &camera{
		footage: footage,
		first:   r.IntN(len(footage)),
		light:   r.IntN(17) - 8,
		noise:   newNoise(r),
		rand:    r,
		picture: image.NewYCbCr(image.Rect(0, 0, s.Width, s.Height), image.YCbCrSubsampleRatio420),
	}
	src := footage[0].Rect
	keep := 218 + r.IntN(39) // the window has 85 % to 100 % of the picture's sides, in 256ths
	window := image.Pt(src.Dx()*keep/256&^1, src.Dy()*keep/256&^1)
	corner := image.Pt(r.IntN(src.Dx()-window.X+1)&^1, r.IntN(src.Dy()-window.Y+1)&^1)
	mirror := r.IntN(2) == 1
	c.columns = taps(s.Width, corner.X, window.X, mirror)
	c.rows = taps(s.Height, corner.Y, window.Y, false)
	c.chroma.columns = taps(s.Width/2, corner.X/2, window.X/2, mirror)
	c.chroma.rows = taps(s.Height/2, corner.Y/2, window.Y/2, false)
	return c
}

// taps maps n samples to a window, with the centers of the first and last samples on one another.
func taps(n, corner, window int, mirror bool) []tap {
	list := make([]tap, n)
	for i := range list {
		at := i * (window - 1) * 256 / max(n-1, 1)
		t := tap{corner + at/256, at % 256}
		if t.weight == 0 && at > 0 { // so that the next sample is there
			t = tap{t.at - 1, 256}
		}
		if mirror {
			list[n-1-i] = t
		} else {
			list[i] = t
		}
	}
	return list
}

// next returns picture number k, valid until the following call. The footage is shown to and fro, so that there is no
// cut at its end.
func (c *camera) next(k int) *image.YCbCr {
	n := len(c.footage)
	at := (c.first + k) % max(2*n-2, 1)
	if at >= n {
		at = 2*n - 2 - at
	}
	src, dst := c.footage[at], c.picture
	scalePlane(dst.Y, dst.YStride, src.Y, src.YStride, c.columns, c.rows, c.light)
	scalePlane(dst.Cb, dst.CStride, src.Cb, src.CStride, c.chroma.columns, c.chroma.rows, 0)
	scalePlane(dst.Cr, dst.CStride, src.Cr, src.CStride, c.chroma.columns, c.chroma.rows, 0)
	c.noise.addTo(c.rand, dst.Y, 0)
	c.noise.addTo(c.rand, dst.Cb, 1)
	c.noise.addTo(c.rand, dst.Cr, 1)
	return dst
}

// scalePlane brings the window that the taps name to the size of dst.
func scalePlane(dst []byte, dstStride int, src []byte, srcStride int, columns, rows []tap, add int) {
	for y, r := range rows {
		upper := src[r.at*srcStride:]
		lower := src[(r.at+1)*srcStride:]
		row := dst[y*dstStride:][:len(columns)]
		for x, t := range columns {
			a := int(upper[t.at])*(256-t.weight) + int(upper[t.at+1])*t.weight
			b := int(lower[t.at])*(256-t.weight) + int(lower[t.at+1])*t.weight
			v := (a*(256-r.weight)+b*r.weight+1<<15)>>16 + add
			row[x] = byte(min(max(v, 0), 255))
		}
	}
}
