package tiler_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/font/gofont/goregular"

	"github.com/callrec/callrec/tiler"
)

// TestRotation compares a picture that is turned by the Tiler with one that was turned before.
func TestRotation(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 0))
	for _, size := range []image.Point{{160, 90}, {90, 160}, {64, 64}, {17, 33}, {1, 1}, {2, 300}} {
		upright := paint(newPicture(size.X, size.Y, 0, 0), func(int, int) (uint8, uint8, uint8) {
			v := r.Uint32() // far enough from the limits that nothing has to be clipped between the passes
			return uint8(80 + v%96), uint8(80 + v>>8%96), uint8(80 + v>>16%96)
		})
		for n := range tiler.Rotation(4) {
			lying := upright
			for range (4 - n) % 4 {
				lying = turnRight(lying)
			}
			for _, canvas := range []image.Point{{160, 90}, {90, 160}, {320, 180}, {40, 40}} {
				if size.X%2 != 0 && n != 0 {
					continue // chroma of an odd size is not the same when turned
				}
				want, _ := newTiler(t, tiler.Config{Width: canvas.X, Height: canvas.Y}).Compose([]tiler.Tile{{Picture: upright}})
				got, _ := newTiler(t, tiler.Config{Width: canvas.X, Height: canvas.Y}).Compose([]tiler.Tile{{Picture: lying, Rotation: n}})
				worst := 0
				for i, v := range want.Y {
					worst = max(worst, int(v)-int(got.Y[i]), int(got.Y[i])-int(v))
				}
				require.LessOrEqual(t, worst, 3, "%v turned by %d on %v", size, n, canvas) // passes change places
			}
		}
	}
}

// turnRight turns a picture clockwise.
func turnRight(p *image.YCbCr) *image.YCbCr {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	return paint(newPicture(h, w, 0, 0), func(x, y int) (uint8, uint8, uint8) {
		c := p.COffset(y, h-1-x)
		return p.Y[p.YOffset(y, h-1-x)], p.Cb[c], p.Cr[c]
	})
}

// TestFill checks that a picture covers its tile and that the middle of it is shown, also when it is turned.
func TestFill(t *testing.T) {
	t.Parallel()
	// The middle ninth of the picture is bright.
	middle := func(w, h int) *image.YCbCr {
		return paint(newPicture(w, h, 0, 0), func(x, y int) (uint8, uint8, uint8) {
			if x/(w/3) == 1 && y/(h/3) == 1 {
				return 200, 128, 128
			}
			return 60, 128, 128
		})
	}
	for _, row := range []struct {
		size     image.Point
		rotation tiler.Rotation
		bright   image.Rectangle // on a canvas of 180x180
	}{
		{image.Pt(180, 180), 0, image.Rect(60, 60, 120, 120)},
		{image.Pt(360, 180), 0, image.Rect(30, 60, 150, 120)},
		{image.Pt(180, 360), 0, image.Rect(60, 30, 120, 150)},
		{image.Pt(180, 360), 1, image.Rect(30, 60, 150, 120)},
		{image.Pt(720, 360), 3, image.Rect(60, 30, 120, 150)},
	} {
		tl := newTiler(t, tiler.Config{Width: 180, Height: 180, Layout: only{image.Rect(0, 0, 180, 180)}})
		tile := tiler.Tile{Picture: middle(row.size.X, row.size.Y), Rotation: row.rotation, Fill: true, Color: asIs}
		canvas, _ := tl.Compose([]tiler.Tile{tile})
		for y := 2; y < 180; y += 8 {
			for x := 2; x < 180; x += 8 {
				want := uint8(60)
				if image.Pt(x, y).In(row.bright) {
					want = 200
				}
				require.Equal(t, want, canvas.Y[canvas.YOffset(x, y)], "%+v at (%d, %d)", row, x, y)
			}
		}
		tile.Share = true
		tile.Serial++
		_, damage := tl.Compose([]tiler.Tile{tile})
		if row.size.X != row.size.Y {
			require.NotEqual(t, canvas.Y[canvas.YOffset(2, 2)], uint8(60), "a share is not cropped: %v", damage)
		}
	}
}

// TestBorderDamage checks that a speaker's border damages itself alone, in a layout with room for it, and that there is
// none without room.
func TestBorderDamage(t *testing.T) {
	t.Parallel()
	size := image.Pt(1920, 1080)
	require.Equal(t, 4, tiler.Border(size))
	for _, row := range []struct {
		name    string
		layout  only
		borders [2]bool
	}{
		{"apart", only{image.Rect(4, 4, 100, 100), image.Rect(108, 4, 200, 100)}, [2]bool{true, true}},
		{"too near", only{image.Rect(4, 4, 100, 100), image.Rect(106, 4, 200, 100)}, [2]bool{false, false}},
		{"at the edge", only{image.Rect(2, 4, 100, 100), image.Rect(200, 4, 300, 100)}, [2]bool{false, true}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			tl := newTiler(t, tiler.Config{Layout: row.layout})
			tiles := []tiler.Tile{{ID: "a"}, {ID: "b"}}
			before := clone(first(tl.Compose(tiles)))
			for i := range tiles {
				tiles[i].Speaking = true
				canvas, damage := tl.Compose(tiles)
				require.NoError(t, checkDamage(before, canvas, damage))
				if !row.borders[i] {
					require.Empty(t, damage)
					require.True(t, equal(before, canvas))
				} else {
					require.Len(t, damage, 4)
					for _, d := range damage {
						require.False(t, d.Overlaps(row.layout[i]))
						require.True(t, d.In(row.layout[i].Inset(-4)))
					}
				}
				tiles[i].Speaking = false
				canvas, _ = tl.Compose(tiles)
				require.True(t, equal(before, canvas), "the border is gone")
			}
		})
	}
}

// TestMuted checks that the mark is there, with and without a name, and goes.
func TestMuted(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Ada", "a name that is much too long for the tile on which it is shown"} {
		tl := newTiler(t, tiler.Config{Width: 320, Height: 180})
		plain := clone(first(tl.Compose([]tiler.Tile{{Name: name}})))
		canvas, damage := tl.Compose([]tiler.Tile{{Name: name, Muted: true}})
		require.Len(t, damage, 1)
		require.False(t, equal(plain, canvas), "%q", name)
		canvas, _ = tl.Compose([]tiler.Tile{{Name: name}})
		require.True(t, equal(plain, canvas), "%q", name)
	}
}

// TestAvatar checks that an avatar takes the place of the initials, at the center, and its colors.
func TestAvatar(t *testing.T) {
	t.Parallel()
	blue := image.NewUniform(color.NRGBA{0, 0, 255, 255})
	m := image.NewRGBA(image.Rect(5, 5, 45, 25))
	for y := 5; y < 25; y++ {
		for x := 5; x < 45; x++ {
			m.Set(x, y, blue.C)
		}
	}
	avatar, err := tiler.NewImage(m)
	require.NoError(t, err)
	canvas, _ := newTiler(t, tiler.Config{Width: 320, Height: 180}).Compose([]tiler.Tile{{ID: "a", Name: "Ada", Avatar: avatar}})
	require.Equal(t, color.YCbCr{Y: 32, Cb: 240, Cr: 118}, canvas.YCbCrAt(160, 90))
	require.Equal(t, color.YCbCr{Y: 32, Cb: 240, Cr: 118}, canvas.YCbCrAt(160, 54), "a circle of 9/20 of the height")
	require.NotEqual(t, uint8(32), canvas.Y[canvas.YOffset(160, 46)])
	require.NotEqual(t, uint8(32), canvas.Y[canvas.YOffset(124, 54)], "its corners are cut off")
}

func TestDecodeImage(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 20, 10))
	var asPNG, asJPEG, large bytes.Buffer
	require.NoError(t, png.Encode(&asPNG, m))
	require.NoError(t, jpeg.Encode(&asJPEG, m, nil))
	require.NoError(t, png.Encode(&large, image.NewGray(image.Rect(0, 0, tiler.MaxImageSide+1, 1))))
	for _, row := range []struct {
		name string
		file []byte
		ok   bool
	}{
		{"PNG", asPNG.Bytes(), true},
		{"JPEG", asJPEG.Bytes(), true},
		{"cut off PNG", asPNG.Bytes()[:asPNG.Len()-30], false},
		{"cut off JPEG", asJPEG.Bytes()[:200], false},
		{"too large", large.Bytes(), false},
		{"GIF", []byte("GIF89a"), false},
		{"nothing", nil, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p, err := tiler.DecodeImage(row.file)
			require.Equal(t, row.ok, err == nil, "%v", err)
			require.Equal(t, row.ok, p != nil)
			if !row.ok {
				require.ErrorIs(t, err, tiler.ErrImage)
			}
		})
	}
	_, err := tiler.NewImage(image.NewGray(image.Rectangle{}))
	require.ErrorIs(t, err, tiler.ErrImage)
}

// TestOverlays moves pictures below a watermark and a time stamp that overlap it, and holds the canvas to what a new Tiler
// draws, and the damage to what changed.
func TestOverlays(t *testing.T) {
	t.Parallel()
	mark := tiler.Watermark{Image: portrait(t, color.NRGBA{255, 200, 60, 255}, true), Width: 150, Opacity: 60}
	cfg := tiler.Config{Width: 320, Height: 180, Watermark: &mark, StampCorner: tiler.TopRight}
	tl := newTiler(t, cfg)
	c := newCall(3, 80)
	before := clone(first(tl.Compose(nil)))
	for i := range 80 {
		tiles, changed := c.next()
		stamp := []byte("12:34:5" + string(rune('0'+i/4%10)))
		if i/8%3 == 2 {
			stamp = nil
		}
		tl.SetStamp(stamp)
		canvas, damage := tl.Compose(tiles)
		require.NoError(t, checkDamage(before, canvas, damage))
		if !changed && i%4 != 0 {
			require.Empty(t, damage)
		}
		fresh := newTiler(t, cfg)
		fresh.SetStamp(stamp)
		require.True(t, equal(canvas, first(fresh.Compose(tiles))), "call %d", i)
		before = clone(canvas)
	}
}

// TestStampAllocates checks that a clock that ticks costs no memory.
func TestStampAllocates(t *testing.T) {
	tl := newTiler(t, tiler.Config{Width: 640, Height: 360})
	text := []byte("2026-11-05 09:41:00 UTC")
	tick := func() {
		text[18] = '0' + (text[18]-'0'+1)%10
		tl.SetStamp(text)
		if _, damage := tl.Compose(nil); len(damage) != 1 {
			t.Errorf("damage %v", damage)
		}
	}
	for range 11 {
		tick()
	}
	require.Zero(t, testing.AllocsPerRun(20, tick))
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	image := portrait(t, color.NRGBA{255, 200, 60, 255}, false)
	for name, cfg := range map[string]tiler.Config{
		"no image":         {Watermark: &tiler.Watermark{}},
		"negative width":   {Watermark: &tiler.Watermark{Image: image, Width: -1}},
		"too wide":         {Watermark: &tiler.Watermark{Image: image, Width: 4000}},
		"too opaque":       {Watermark: &tiler.Watermark{Image: image, Opacity: 101}},
		"not a font":       {Font: []byte("not a font")},
		"an empty font":    {Font: []byte{}},
		"a font's first k": {Font: goregular.TTF[:1000]},
	} {
		_, err := tiler.New(cfg)
		require.Error(t, err, name)
	}
}

// TestFont checks that names are set in a given font.
func TestFont(t *testing.T) {
	t.Parallel()
	draw := func(font []byte, name string) *image.YCbCr {
		return first(newTiler(t, tiler.Config{Width: 320, Height: 180, Font: font}).Compose([]tiler.Tile{{ID: "a", Name: name}}))
	}
	require.False(t, equal(draw(nil, "Ada"), draw(goregular.TTF, "Ada")))
}

// TestParseLayout checks all names, and that a layout is changed in the next call.
func TestParseLayout(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]tiler.Layout{
		"grid": tiler.Grid{}, "speaker": tiler.Speaker{}, "presentation": tiler.Presentation{}, "single": tiler.Single{}, "auto": tiler.Auto{},
	} {
		got, err := tiler.ParseLayout(name)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := tiler.ParseLayout("spiral")
	require.ErrorIs(t, err, tiler.ErrLayout)

	tl := newTiler(t, tiler.Config{})
	require.Equal(t, tiler.MaxGridTiles, tl.Capacity(0))
	tl.SetLayout(tiler.Auto{})
	require.Equal(t, tiler.MaxGridTiles, tl.Capacity(0))
	require.Equal(t, 1+tiler.MaxPresentationOthers, tl.Capacity(1))
	tl.SetLayout(only{})
	require.Greater(t, tl.Capacity(0), 1<<30)
	tiles := cast(3, false)
	before := clone(first(tl.Compose(nil)))
	tl.SetLayout(tiler.Speaker{})
	canvas, damage := tl.Compose(tiles)
	require.NoError(t, checkDamage(before, canvas, damage))
	want := newTiler(t, tiler.Config{Layout: tiler.Speaker{}})
	require.True(t, equal(canvas, first(want.Compose(tiles))))
}
