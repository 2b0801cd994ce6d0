package h264_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"testing"
)

// blank makes a mid-gray picture.
func blank(w, h int) *image.YCbCr {
	p := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for _, plane := range [][]byte{p.Y, p.Cb, p.Cr} {
		for i := range plane {
			plane[i] = 128
		}
	}
	return p
}

// source makes picture after picture of a scene.
type source func(n int) *image.YCbCr

// noise is random samples, the worst there is.
func noise(w, h int) source {
	r := rand.New(rand.NewPCG(1, 2))
	return func(int) *image.YCbCr {
		p := blank(w, h)
		for _, plane := range [][]byte{p.Y, p.Cb, p.Cr} {
			for i := range plane {
				plane[i] = byte(r.Uint32())
			}
		}
		return p
	}
}

// extremes is blocks of black and white, the largest coefficients there are.
func extremes(w, h int) source {
	r := rand.New(rand.NewPCG(5, 6))
	return func(int) *image.YCbCr {
		p := blank(w, h)
		for _, plane := range [][]byte{p.Y, p.Cb, p.Cr} {
			for i := range plane {
				plane[i] = byte(255 * (r.Uint32() >> 31))
			}
		}
		for y := range h {
			for x := range w {
				if (x/32+y/32)%2 == 0 {
					p.Y[y*p.YStride+x] = byte(255 * ((x/4 + y/4) % 2))
				}
			}
		}
		return p
	}
}

// camera is a gradient with a textured disk that moves, under sensor noise of the given amplitude.
func camera(w, h, amplitude int, seed uint64) source {
	r := rand.New(rand.NewPCG(seed, 4))
	return func(n int) *image.YCbCr {
		p := blank(w, h)
		cx, cy := w/2+n*w/40%(w/3), h/2+n*3%(h/3)
		radius := min(w, h) / 4
		for y := range h {
			row := p.Y[y*p.YStride : y*p.YStride+w]
			for x := range row {
				v := 60 + 100*x/w + 40*y/h
				dx, dy := x-cx, y-cy
				if dx*dx+dy*dy < radius*radius {
					v = 90 + (dx*dx/16+dy*5)%64 + (dx*dy/32)%32
				}
				if amplitude > 0 {
					u := r.Uint32()
					v += (int(u&255)+int(u>>8&255)+int(u>>16&255)-382)*amplitude/256 + 0
				}
				row[x] = byte(min(max(v, 0), 255))
			}
		}
		for y := range h / 2 {
			for x := range w / 2 {
				u := 0
				if amplitude > 0 {
					u = int(r.Uint32()>>24)*amplitude/512 - amplitude/4
				}
				i := y*p.CStride + x
				p.Cb[i] = byte(110 + 30*x/w + u)
				p.Cr[i] = byte(130 + 30*y/h - u)
				dx, dy := 2*x-cx, 2*y-cy
				if dx*dx+dy*dy < radius*radius {
					p.Cr[i] = byte(160 + u)
				}
			}
		}
		return p
	}
}

// text is glyph-like marks that scroll upwards by an odd number of rows per picture.
func text(w, h int) source {
	return func(n int) *image.YCbCr {
		p := blank(w, h)
		for y := range h {
			line := (y + 3*n) / 12
			inner := (y + 3*n) % 12
			for x := range w {
				v := byte(235)
				hash := uint32(line*7919+x/7*104729) * 2654435761
				if inner < 9 && x%7 < 5 && hash>>(uint(inner/2*5+x%7)%31)&1 != 0 && hash>>28 > 3 {
					v = 16
				}
				p.Y[y*p.YStride+x] = v
			}
		}
		return p
	}
}

// still repeats the first picture of a source.
func still(s source) source {
	first := s(0)
	return func(int) *image.YCbCr { return first }
}

// cuts changes from one source to another every few pictures.
func cuts(every int, list ...source) source {
	return func(n int) *image.YCbCr { return list[n/every%len(list)](n) }
}

// paste copies src into dst with its upper left corner at (x, y), both even.
func paste(dst, src *image.YCbCr, x, y int) {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	for r := range h {
		copy(dst.Y[(y+r)*dst.YStride+x:][:w], src.Y[r*src.YStride:])
	}
	for r := range h / 2 {
		copy(dst.Cb[(y/2+r)*dst.CStride+x/2:][:w/2], src.Cb[r*src.CStride:])
		copy(dst.Cr[(y/2+r)*dst.CStride+x/2:][:w/2], src.Cr[r*src.CStride:])
	}
}

// clone copies a picture.
func clone(p *image.YCbCr) *image.YCbCr {
	c := image.NewYCbCr(p.Rect, p.SubsampleRatio)
	copy(c.Y, p.Y)
	copy(c.Cb, p.Cb)
	copy(c.Cr, p.Cr)
	return c
}

// tight appends the samples of a picture without gaps.
func tight(dst []byte, p *image.YCbCr) []byte {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	for y := range h {
		dst = append(dst, p.Y[y*p.YStride:][:w]...)
	}
	for _, plane := range [][]byte{p.Cb, p.Cr} {
		for y := range h / 2 {
			dst = append(dst, plane[y*p.CStride:][:w/2]...)
		}
	}
	return dst
}

// annexB appends an access unit with lengths as a byte stream with start codes.
func annexB(dst, au []byte) []byte {
	for len(au) > 0 {
		n := binary.BigEndian.Uint32(au)
		dst = append(dst, 0, 0, 0, 1)
		dst = append(dst, au[4:4+n]...)
		au = au[4+n:]
	}
	return dst
}

// psnr is the peak signal-to-noise ratio of luma in dB.
func psnr(a, b *image.YCbCr) float64 {
	w, h := a.Rect.Dx(), a.Rect.Dy()
	sum := 0
	for y := range h {
		p, q := a.Y[y*a.YStride:][:w], b.Y[y*b.YStride:][:w]
		for x := range p {
			d := int(p[x]) - int(q[x])
			sum += d * d
		}
	}
	return 10 * math.Log10(255*255*float64(w*h)/float64(max(sum, 1)))
}

// same fails with the first differing sample's place.
func same(t *testing.T, want, got []byte, w, h int) {
	t.Helper()
	if bytes.Equal(want, got) {
		return
	}
	size := w * h * 3 / 2
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			in := i % size
			place := fmt.Sprintf("luma x=%d y=%d", in%w, in/w)
			if in >= w*h {
				place = fmt.Sprintf("chroma at %d of %d", in-w*h, w*h/2)
			}
			t.Fatalf("picture %d of %d, %s: got %d, want %d", i/size, len(want)/size, place, got[i], want[i])
		}
	}
	t.Fatalf("got %d pictures, want %d", len(got)/size, len(want)/size)
}
