package tiler_test

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/tiler"
)

func TestNew(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		width, height int
		ok            bool
	}{
		{0, 0, true},
		{2, 2, true},
		{1280, 0, true},
		{tiler.MaxSide, 2, true},
		{tiler.MaxSide + 2, 2, false},
		{2, tiler.MaxSide + 2, false},
		{641, 360, false},
		{640, 361, false},
		{-2, 2, false},
		{2, math.MinInt, false},
	} {
		tl, err := tiler.New(tiler.Config{Width: row.width, Height: row.height})
		require.Equal(t, row.ok, err == nil, "%dx%d", row.width, row.height)
		require.Equal(t, row.ok, tl != nil, "%dx%d", row.width, row.height)
	}
	canvas, damage := newTiler(t, tiler.Config{}).Compose(nil)
	require.Equal(t, image.Rect(0, 0, 1920, 1080), canvas.Rect)
	require.Equal(t, []image.Rectangle{canvas.Rect}, damage)
}

func TestBackground(t *testing.T) {
	t.Parallel()
	tl := newTiler(t, tiler.Config{Width: 6, Height: 4, Background: color.NRGBA{255, 255, 255, 0}})
	canvas, _ := tl.Compose(nil)
	require.Equal(t, slices.Repeat([]uint8{235}, 24), canvas.Y)
	require.Equal(t, slices.Repeat([]uint8{128}, 6), canvas.Cb)
	require.Equal(t, slices.Repeat([]uint8{128}, 6), canvas.Cr)
}

// TestCalls plays calls of random events, on the grid and on random layouts, and holds every canvas to three laws: it
// is what a new Tiler draws from the same tiles, and what a second one drew that got the same calls; and what is not
// damaged is as it was.
func TestCalls(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			layout := &changing{}
			cfg := tiler.Config{Width: 160 + 2*int(seed), Height: 90 + 4*int(seed), Layout: layout}
			if seed%2 == 0 {
				cfg.Layout = tiler.Grid{}
			}
			r := rand.New(rand.NewPCG(seed, 1))
			a, b := newTiler(t, cfg), newTiler(t, cfg)
			before, _ := a.Compose(nil)
			b.Compose(nil)
			c := newCall(seed, 80)
			for range 60 {
				tiles, changed := c.next()
				if changed && r.IntN(3) == 0 || len(layout.rects) != len(tiles) {
					layout.rects = rectangles(r, before.Rect.Size(), len(tiles))
					changed = true
				}
				last := clone(before)
				canvas, damage := a.Compose(tiles)
				require.NoError(t, checkDamage(last, canvas, damage))
				if !changed {
					require.Empty(t, damage)
				}
				again, damageAgain := b.Compose(tiles)
				require.Equal(t, damage, damageAgain)
				require.True(t, equal(canvas, again))
				fresh, _ := newTiler(t, cfg).Compose(tiles)
				require.True(t, equal(canvas, fresh), "differs from what a new Tiler draws")
				before = canvas
			}
		})
	}
}

// changing is a layout of rectangles that a test changes.
type changing struct{ rects only }

func (c *changing) Arrange(dst []image.Rectangle, canvas image.Point, subjects []tiler.Subject) []image.Rectangle {
	return c.rects.Arrange(dst, canvas, subjects)
}

func equal(a, b *image.YCbCr) bool {
	return a.Rect == b.Rect && slices.Equal(a.Y, b.Y) && slices.Equal(a.Cb, b.Cb) && slices.Equal(a.Cr, b.Cr)
}

// checkDamage checks that damage is even, within the canvas, and holds every sample that differs.
func checkDamage(before, after *image.YCbCr, damage []image.Rectangle) error {
	for _, d := range damage {
		if !isEven(d) || d.Empty() || !d.In(after.Rect) {
			return fmt.Errorf("damaged rectangle %v on a canvas of %v", d, after.Rect)
		}
	}
	for y := range after.Rect.Dy() {
		for x := range after.Rect.Dx() {
			o, c := after.YOffset(x, y), after.COffset(x, y)
			if before.Y[o] == after.Y[o] && before.Cb[c] == after.Cb[c] && before.Cr[c] == after.Cr[c] {
				continue
			}
			if !slices.ContainsFunc(damage, func(r image.Rectangle) bool { return image.Pt(x, y).In(r) }) {
				return fmt.Errorf("(%d, %d) changed outside of %v", x, y, damage)
			}
		}
	}
	return nil
}

func isEven(r image.Rectangle) bool { return (r.Min.X|r.Min.Y|r.Max.X|r.Max.Y)&1 == 0 }

// TestDamage says what is damaged by one change.
func TestDamage(t *testing.T) {
	t.Parallel()
	left, right := image.Rect(0, 0, 160, 90), image.Rect(160, 0, 320, 90)
	inLeft := image.Rect(54, 0, 104, 90) // where a picture of 9:16 is shown
	for _, row := range []struct {
		name   string
		change func(tiles []tiler.Tile) []tiler.Tile
		want   []image.Rectangle
	}{
		{"nothing", func(tiles []tiler.Tile) []tiler.Tile { return tiles }, nil},
		{"picture", func(tiles []tiler.Tile) []tiler.Tile { tiles[0].Serial++; return tiles }, []image.Rectangle{inLeft}},
		{"both pictures", func(tiles []tiler.Tile) []tiler.Tile {
			tiles[0].Serial++
			tiles[1].Serial++
			return tiles
		}, []image.Rectangle{inLeft, right}},
		{"name", func(tiles []tiler.Tile) []tiler.Tile { tiles[0].Name = "Bo"; return tiles }, []image.Rectangle{left}},
		{"ID", func(tiles []tiler.Tile) []tiler.Tile { tiles[0].ID = "c"; return tiles }, []image.Rectangle{inLeft}},
		{"color", func(tiles []tiler.Tile) []tiler.Tile { tiles[0].Color.BT709 = true; return tiles }, []image.Rectangle{inLeft}},
		{"a repeated share", func(tiles []tiler.Tile) []tiler.Tile {
			tiles[1].Share = true
			tiles[1].Serial++
			return tiles
		}, nil},
		{"a share with a change", func(tiles []tiler.Tile) []tiler.Tile {
			tiles[1].Share = true
			tiles[1].Serial++
			tiles[1].Color = asIs
			p := scene(160, 90, 2)
			p.Y[p.YOffset(33, 41)] ^= 64
			tiles[1].Picture = p
			return tiles
		}, []image.Rectangle{image.Rect(192, 40, 194, 42)}},
		{"a share with chroma that changes", func(tiles []tiler.Tile) []tiler.Tile {
			tiles[1].Share = true
			tiles[1].Serial++
			p := scene(160, 90, 2)
			p.Cr[p.COffset(30, 20)] ^= 64
			p.Cb[p.COffset(50, 26)] ^= 64
			tiles[1].Picture = p
			return tiles
		}, []image.Rectangle{image.Rect(190, 20, 212, 28)}},
		{"camera off", func(tiles []tiler.Tile) []tiler.Tile { tiles[1].Picture = nil; return tiles }, []image.Rectangle{right}},
		{"leaves", func(tiles []tiler.Tile) []tiler.Tile { return tiles[:1] }, []image.Rectangle{right}},
		{"change places", func(tiles []tiler.Tile) []tiler.Tile {
			return []tiler.Tile{tiles[1], tiles[0]}
		}, []image.Rectangle{left, right}},
		{"name beyond what is looked at", func(tiles []tiler.Tile) []tiler.Tile {
			tiles[1].Name += "more"
			return tiles
		}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			tl := newTiler(t, tiler.Config{Width: 320, Height: 90, Layout: only{left, right}})
			tiles := []tiler.Tile{
				{ID: "a", Name: "Ada", Picture: scene(90, 160, 1)},
				{ID: "b", Name: strings.Repeat("x", tiler.MaxNameRunes), Picture: scene(160, 90, 2), Color: asIs},
			}
			tl.Compose(tiles)
			_, damage := tl.Compose(row.change(tiles))
			require.Equal(t, row.want, append([]image.Rectangle(nil), damage...))
		})
	}
}

// TestAlone checks that a tile looks the same wherever it is and whatever is beside it.
func TestAlone(t *testing.T) {
	t.Parallel()
	size := image.Pt(960, 540)
	for _, n := range []int{2, 6, 12, 25} {
		tiles := group(n)
		canvas, _ := newTiler(t, tiler.Config{Width: size.X, Height: size.Y}).Compose(tiles)
		for i, r := range (tiler.Grid{}).Arrange(nil, size, subjectsOf(tiles)) {
			own := only{image.Rectangle{Max: r.Size()}}
			alone, _ := newTiler(t, tiler.Config{Width: r.Dx(), Height: r.Dy(), Layout: own}).Compose(tiles[i : i+1])
			require.True(t, slices.Equal(cut(alone, alone.Rect), cut(canvas, r)), "tile %d of %d", i, n)
		}
	}
}

// TestBadPictures checks that what cannot be shown is shown as if there were no picture.
func TestBadPictures(t *testing.T) {
	t.Parallel()
	good := func() *image.YCbCr { return scene(40, 30, 1) }
	const huge = int(^uint(0) >> 1)
	for _, row := range []struct {
		name  string
		spoil func(p *image.YCbCr)
	}{
		{"4:2:2", func(p *image.YCbCr) { p.SubsampleRatio = image.YCbCrSubsampleRatio422 }},
		{"4:4:4", func(p *image.YCbCr) { p.SubsampleRatio = image.YCbCrSubsampleRatio444 }},
		{"unknown subsampling", func(p *image.YCbCr) { p.SubsampleRatio = -1 }},
		{"empty", func(p *image.YCbCr) { p.Rect = image.Rectangle{} }},
		{"no height", func(p *image.YCbCr) { p.Rect.Max.Y = 0 }},
		{"inside out", func(p *image.YCbCr) { p.Rect.Min, p.Rect.Max = p.Rect.Max, p.Rect.Min }},
		{"negative position", func(p *image.YCbCr) { p.Rect = p.Rect.Sub(image.Pt(2, 0)) }},
		{"whole plane of numbers", func(p *image.YCbCr) { p.Rect = image.Rect(-huge-1, -huge-1, huge, huge) }},
		{"too wide", func(p *image.YCbCr) { p.Rect.Max.X = tiler.MaxSide + 1 }},
		{"too high", func(p *image.YCbCr) { p.Rect.Max.Y = huge }},
		{"short luma", func(p *image.YCbCr) { p.Y = p.Y[:p.YStride*29+39] }},
		{"short Cb", func(p *image.YCbCr) { p.Cb = p.Cb[:p.CStride*14+19] }},
		{"short Cr", func(p *image.YCbCr) { p.Cr = p.Cr[:p.CStride*14+19] }},
		{"no planes", func(p *image.YCbCr) { p.Y, p.Cb, p.Cr = nil, nil, nil }},
		{"no stride", func(p *image.YCbCr) { p.YStride = 0 }},
		{"small stride", func(p *image.YCbCr) { p.CStride = 19 }},
		{"negative stride", func(p *image.YCbCr) { p.YStride = -40 }},
		{"huge stride", func(p *image.YCbCr) { p.YStride = huge }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			compose := func(p *image.YCbCr) *image.YCbCr {
				canvas, _ := newTiler(t, tiler.Config{Width: 64, Height: 36}).Compose([]tiler.Tile{{ID: "a", Picture: p}})
				return canvas
			}
			p := good()
			require.False(t, equal(compose(nil), compose(p)))
			row.spoil(p)
			require.True(t, equal(compose(nil), compose(p)))
		})
	}
	t.Run("just long enough", func(t *testing.T) {
		t.Parallel()
		p := good()
		p.Y, p.Cb, p.Cr = p.Y[:p.YStride*29+40], p.Cb[:p.CStride*14+20], p.Cr[:p.CStride*14+20]
		a, _ := newTiler(t, tiler.Config{Width: 64, Height: 36}).Compose([]tiler.Tile{{Picture: p}})
		b, _ := newTiler(t, tiler.Config{Width: 64, Height: 36}).Compose([]tiler.Tile{{Picture: good()}})
		require.True(t, equal(a, b))
	})
}

// TestLargePictures shrinks the largest pictures there may be in each direction.
func TestLargePictures(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{4096, 2304}, {tiler.MaxSide, 1}, {1, tiler.MaxSide}, {tiler.MaxSide, 33}} {
		p := image.NewYCbCr(image.Rectangle{Max: size}, image.YCbCrSubsampleRatio420)
		for i := range p.Y {
			p.Y[i] = 77
		}
		for i := range p.Cb {
			p.Cb[i], p.Cr[i] = 90, 200
		}
		canvas, where := show(t, p, image.Pt(64, 36), asIs)
		for _, at := range []image.Point{where.Min, where.Max.Sub(image.Pt(1, 1))} {
			require.Equal(t, color.YCbCr{Y: 77, Cb: 90, Cr: 200}, canvas.YCbCrAt(at.X, at.Y), "%v", size)
		}
	}
}

// TestBadLayouts checks what becomes of rectangles that do not keep to the rules.
func TestBadLayouts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		in   []image.Rectangle
		want []image.Rectangle
	}{
		{"odd", []image.Rectangle{image.Rect(1, 3, 9, 9)}, []image.Rectangle{image.Rect(2, 4, 8, 8)}},
		{"odd and thin", []image.Rectangle{image.Rect(1, 0, 3, 9), image.Rect(11, 0, 12, 9)}, []image.Rectangle{image.Rect(0, 0, 0, 0)}},
		{"beyond the canvas", []image.Rectangle{image.Rect(-5, -5, 99, 5)}, []image.Rectangle{image.Rect(0, 0, 32, 4)}},
		{"outside", []image.Rectangle{image.Rect(40, 0, 60, 9), image.Rect(-9, -9, 0, 0)}, nil},
		{"inside out", []image.Rectangle{{Min: image.Pt(9, 9), Max: image.Pt(2, 2)}}, nil},
		{
			"overlap",
			[]image.Rectangle{image.Rect(0, 0, 8, 8), image.Rect(6, 6, 12, 12), image.Rect(8, 8, 12, 12)},
			[]image.Rectangle{image.Rect(0, 0, 8, 8), image.Rect(8, 8, 12, 12)},
		},
		{"too few", []image.Rectangle{image.Rect(0, 0, 8, 8)}, []image.Rectangle{image.Rect(0, 0, 8, 8)}},
		{"none", nil, nil},
		{"too many", slices.Repeat([]image.Rectangle{image.Rect(0, 0, 8, 8)}, 99), []image.Rectangle{image.Rect(0, 0, 8, 8)}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			own := slices.Clone(row.in)
			cfg := tiler.Config{Width: 32, Height: 18, Layout: returning{own}}
			tl := newTiler(t, cfg)
			tiles := []tiler.Tile{{ID: "a"}, {ID: "b"}, {ID: "c"}}
			empty := clone(first(tl.Compose(nil)))
			for range 3 { // a layout's own slice must not become the Tiler's
				canvas, _ := tl.Compose(tiles)
				require.Equal(t, row.in, own)
				for y := range 18 {
					for x := range 32 {
						inside := slices.ContainsFunc(row.want, image.Pt(x, y).In)
						o := canvas.YOffset(x, y)
						require.Equal(t, inside, canvas.Y[o] != empty.Y[o], "(%d, %d)", x, y)
					}
				}
			}
			_, damage := tl.Compose(tiles)
			require.Empty(t, damage)
		})
	}
}

// returning is a layout that returns a slice of its own.
type returning struct{ rects []image.Rectangle }

func (r returning) Arrange([]image.Rectangle, image.Point, []tiler.Subject) []image.Rectangle {
	return r.rects
}

func first(m *image.YCbCr, _ []image.Rectangle) *image.YCbCr { return m }

// TestSubjects checks what a layout gets to know.
func TestSubjects(t *testing.T) {
	t.Parallel()
	var got []tiler.Subject
	var canvas image.Point
	layout := layoutFunc(func(dst []image.Rectangle, size image.Point, subjects []tiler.Subject) []image.Rectangle {
		got, canvas = slices.Clone(subjects), size
		return append(dst, make([]image.Rectangle, len(subjects))...)
	})
	tl := newTiler(t, tiler.Config{Width: 32, Height: 18, Layout: layout})
	_, damage := tl.Compose([]tiler.Tile{{}, {Picture: newPicture(7, 5, 1, 0)}, {Picture: &image.YCbCr{}}})
	require.Equal(t, []tiler.Subject{{}, {Width: 7, Height: 5}, {}}, got)
	require.Equal(t, image.Pt(32, 18), canvas)
	require.Len(t, damage, 1)
}

type layoutFunc func([]image.Rectangle, image.Point, []tiler.Subject) []image.Rectangle

func (f layoutFunc) Arrange(dst []image.Rectangle, canvas image.Point, subjects []tiler.Subject) []image.Rectangle {
	return f(dst, canvas, subjects)
}

// TestNames draws awkward names on tiles of many sizes. A name only touches the tile it is on.
func TestNames(t *testing.T) {
	t.Parallel()
	awkward := append(slices.Clone(names), strings.Repeat("W", 1000), strings.Repeat("\u0301", 1000), "\x00\x01\u202e", "\xff\xfe",
		"שלום עולם", "👩‍👩‍👧", strings.Repeat(" ", 100), "a\u0301e\u0308")
	inner := image.Rect(20, 20, 0, 0)
	for _, size := range []image.Point{{2, 2}, {8, 200}, {20, 60}, {60, 48}, {60, 50}, {320, 46}, {300, 200}, {46, 400}} {
		inner.Max = inner.Min.Add(size)
		tl := newTiler(t, tiler.Config{Width: size.X + 40, Height: size.Y + 40, Layout: only{inner}})
		before := clone(first(tl.Compose(nil)))
		for _, name := range awkward {
			for _, id := range []string{"", "id", name} {
				canvas, _ := tl.Compose([]tiler.Tile{{ID: id, Name: name}})
				require.NoError(t, checkDamage(before, canvas, []image.Rectangle{inner}), "%q", name)
			}
		}
	}
}

// TestNoAllocations checks the steady state of a call: pictures change, a screen is shared, cameras go on and off, people
// speak and change places.
func TestNoAllocations(t *testing.T) {
	tiles := group(9)
	tiles[1].Share, tiles[2].Rotation, tiles[4].Fill = true, tiler.Rotate90, true
	tiles[6].Avatar = portrait(t, color.NRGBA{90, 90, 200, 255}, false)
	mark := tiler.Watermark{Image: tiles[6].Avatar}
	tl := newTiler(t, tiler.Config{Width: 480, Height: 270, Watermark: &mark})
	off := 0
	saved := tiles[0].Picture
	compose := func() {
		for i := range tiles {
			tiles[i].Serial++
		}
		tiles[0].Picture = nil
		if off++; off%2 == 0 {
			tiles[0].Picture = saved
		}
		tiles[4], tiles[5] = tiles[5], tiles[4]
		tiles[3].Speaking, tiles[7].Muted = off%3 == 0, off%2 == 0
		tl.Compose(tiles)
	}
	for range 6 {
		compose()
	}
	require.Zero(t, testing.AllocsPerRun(10, compose))
}
