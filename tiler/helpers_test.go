package tiler_test

import (
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/tiler"
)

func newTiler(t testing.TB, cfg tiler.Config) *tiler.Tiler {
	t.Helper()
	tl, err := tiler.New(cfg)
	require.NoError(t, err)
	return tl
}

// only is a layout of given rectangles.
type only []image.Rectangle

func (o only) Arrange(dst []image.Rectangle, _ image.Point, subjects []tiler.Subject) []image.Rectangle {
	return append(dst, o[:len(subjects)]...)
}

// newPicture returns a picture of the given size that is cut out of a larger one at (left, top), so that its planes
// have a stride and its rectangle an offset. What surrounds it is bright, to show if it is read.
func newPicture(w, h, left, top int) *image.YCbCr {
	whole := image.NewYCbCr(image.Rect(0, 0, left+w+5, top+h+3), image.YCbCrSubsampleRatio420)
	for i := range whole.Y {
		whole.Y[i] = 255
	}
	for i := range whole.Cb {
		whole.Cb[i], whole.Cr[i] = 255, 255
	}
	return whole.SubImage(image.Rect(left, top, left+w, top+h)).(*image.YCbCr)
}

// paint sets every sample of p from a color in BT.601 limited range given at each luma sample.
func paint(p *image.YCbCr, at func(x, y int) (lum, cb, cr uint8)) *image.YCbCr {
	b := p.Rect
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			lum, cb, cr := at(x-b.Min.X, y-b.Min.Y)
			p.Y[p.YOffset(x, y)] = lum
			p.Cb[p.COffset(x, y)], p.Cr[p.COffset(x, y)] = cb, cr
		}
	}
	return p
}

func flat(p *image.YCbCr, lum, cb, cr uint8) *image.YCbCr {
	return paint(p, func(int, int) (uint8, uint8, uint8) { return lum, cb, cr })
}

// scene draws a figure before a wall, in colors that depend on n, with a thin white frame on the picture's border.
func scene(w, h, n int) *image.YCbCr {
	return paint(newPicture(w, h, 0, 0), func(x, y int) (uint8, uint8, uint8) {
		if x == 0 || y == 0 || x == w-1 || y == h-1 {
			return 235, 128, 128
		}
		// Position in 1/1000 of the height, from the middle of the picture.
		u, v := (2*x-w)*500/h, (2*y-h)*500/h
		wall := uint8(90 + n*23%60 + v*30/1000)
		switch {
		case u*u+(v+80)*(v+80) < 150*150:
			return uint8(150 - n*17%50 - u/10), 112, 150
		case u*u*9/4+(v-420)*(v-420)*2 < 420*420:
			return 70, uint8(100 + n*37%60), uint8(100 + n*53%60)
		case (x*16/w+y*9/h)%2 == 0:
			return wall, 128, 128
		default:
			return wall - 12, uint8(118 + n*29%20), uint8(118 + n*41%20)
		}
	})
}

func noise(p *image.YCbCr, r *rand.Rand) *image.YCbCr {
	return paint(p, func(int, int) (uint8, uint8, uint8) {
		v := r.Uint32()
		return uint8(v), uint8(v >> 8), uint8(v >> 16)
	})
}

func clone(m *image.YCbCr) *image.YCbCr {
	c := image.NewYCbCr(m.Rect, m.SubsampleRatio)
	copy(c.Y, m.Y)
	copy(c.Cb, m.Cb)
	copy(c.Cr, m.Cr)
	return c
}

// cut returns the samples of r, luma then chroma.
func cut(m *image.YCbCr, r image.Rectangle) []uint8 {
	var s []uint8
	for y := r.Min.Y; y < r.Max.Y; y++ {
		s = append(s, m.Y[m.YOffset(r.Min.X, y):][:r.Dx()]...)
	}
	for y := r.Min.Y; y < r.Max.Y; y += 2 {
		o := m.COffset(r.Min.X, y)
		s = append(s, m.Cb[o:][:r.Dx()/2]...)
		s = append(s, m.Cr[o:][:r.Dx()/2]...)
	}
	return s
}

// toRGB converts a BT.709 limited range canvas for viewing. Integers keep it the same on every machine.
func toRGB(m *image.YCbCr) *image.RGBA {
	out := image.NewRGBA(m.Rect)
	b := m.Rect
	to8 := func(v int) uint8 { return uint8(min(max((v+1<<15)>>16, 0), 255)) }
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			lum := 76309 * (int(m.Y[m.YOffset(x, y)]) - 16)
			cb := int(m.Cb[m.COffset(x, y)]) - 128
			cr := int(m.Cr[m.COffset(x, y)]) - 128
			out.SetRGBA(x, y, color.RGBA{to8(lum + 117489*cr), to8(lum - 13975*cb - 34925*cr), to8(lum + 138438*cb), 255})
		}
	}
	return out
}

// names in the scripts the font has, and awkward ones.
var names = []string{
	"Ada Lovelace", "Ελένη Παπαδοπούλου", "Юлия Щербакова", "Bo", "Zoë Šťastná-Łukasiewicz",
	"Wolfeschlegelsteinhausenbergerdorff Adolph Blaine Charles Senior", "Søren  \t Ångström\u202e\n", "Gyp & jqy (guest)", "",
	"李雷 Li Lei",
}

// group returns n participants with pictures of many sizes, every fourth without one.
func group(n int) []tiler.Tile {
	sizes := []image.Point{{640, 360}, {320, 240}, {360, 640}, {}, {639, 359}, {1280, 720}, {}, {480, 480}, {176, 99}, {33, 17}, {961, 541}}
	tiles := make([]tiler.Tile, n)
	for i := range tiles {
		tiles[i] = tiler.Tile{ID: fmt.Sprintf("participant-%d", i), Name: names[i%len(names)], Serial: uint64(i)}
		if s := sizes[i%len(sizes)]; s.X > 0 {
			tiles[i].Picture = scene(s.X, s.Y, i)
		}
	}
	return tiles
}

// subjectsOf is what a layout gets to know of tiles without rotation.
func subjectsOf(tiles []tiler.Tile) []tiler.Subject {
	subjects := make([]tiler.Subject, len(tiles))
	for i, tile := range tiles {
		subjects[i] = tiler.Subject{ID: tile.ID, Name: tile.Name, Share: tile.Share, Active: tile.Active}
		if p := tile.Picture; p != nil {
			subjects[i].Width, subjects[i].Height = p.Rect.Dx(), p.Rect.Dy()
		}
	}
	return subjects
}
