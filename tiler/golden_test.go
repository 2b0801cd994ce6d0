//go:build !race

package tiler_test

// A Tiler has no goroutine: the race detector would find nothing here and take a minute for it.

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/tiler"
)

var (
	update = flag.Bool("update", false, "write the golden pictures and the gallery of docs instead of comparing with them")
	sheets = flag.String("sheets", "", "a folder in which to write one picture for each layout with all its golden pictures")
)

var goldenCounts = []int{1, 2, 3, 4, 5, 6, 7, 9, 12, 16, 25, 49}

// TestGolden draws every layout with many numbers of participants, of whom one shares a screen where the layout is for
// that, and with every other number where it is automatic.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, name := range goldenLayouts {
		for i, n := range goldenCounts {
			t.Run(fmt.Sprint(name, n), func(t *testing.T) {
				t.Parallel()
				share := name == "presentation" || name == "auto" && i%2 == 1
				canvas := drawCast(t, name, image.Pt(640, 360), n, share)
				checkGolden(t, filepath.Join("testdata", fmt.Sprintf("%s-%02d.png", name, n)), canvas)
			})
		}
	}
}

func drawCast(t *testing.T, layout string, size image.Point, n int, share bool) *image.RGBA {
	t.Helper()
	l, err := tiler.ParseLayout(layout)
	require.NoError(t, err)
	canvas, _ := newTiler(t, tiler.Config{Width: size.X, Height: size.Y, Layout: l}).Compose(cast(n, share))
	return toRGB(canvas)
}

// TestGoldenOptions draws what a Tiler may add: a watermark and a time stamp.
func TestGoldenOptions(t *testing.T) {
	t.Parallel()
	checkGolden(t, filepath.Join("testdata", "options.png"), drawOptions(t, image.Pt(640, 360)))
}

func drawOptions(t *testing.T, size image.Point) *image.RGBA {
	t.Helper()
	mark := tiler.Watermark{Image: portrait(t, color.NRGBA{0xff, 0xc8, 0x40, 0xff}, true), Width: size.X / 12, Opacity: 70}
	tl := newTiler(t, tiler.Config{Width: size.X, Height: size.Y, Watermark: &mark, StampCorner: tiler.TopLeft})
	tl.SetStamp([]byte("2026-11-05 09:41:07 UTC"))
	canvas, _ := tl.Compose(cast(4, false))
	return toRGB(canvas)
}

// TestGallery draws the pictures of docs/gallery.md.
func TestGallery(t *testing.T) {
	if !*update {
		t.Skip("the gallery is drawn with -update; TestGolden holds what it shows")
	}
	size := image.Pt(960, 540)
	for name, draw := range map[string]func() *image.RGBA{
		"grid-9":         func() *image.RGBA { return drawCast(t, "grid", size, 9, false) },
		"grid-3":         func() *image.RGBA { return drawCast(t, "grid", size, 3, false) },
		"grid-25":        func() *image.RGBA { return drawCast(t, "grid", size, 25, false) },
		"speaker-7":      func() *image.RGBA { return drawCast(t, "speaker", size, 7, false) },
		"presentation-5": func() *image.RGBA { return drawCast(t, "presentation", size, 5, true) },
		"options-4":      func() *image.RGBA { return drawOptions(t, size) },
	} {
		checkGolden(t, filepath.Join("..", "docs", "gallery", name+".png"), draw())
	}
}

// TestSheets puts the golden pictures of each layout on a sheet, for people to look at.
func TestSheets(t *testing.T) {
	if *sheets == "" {
		t.Skip("no -sheets")
	}
	const columns, gap = 3, 8
	for _, name := range append(goldenLayouts, "options") {
		paths, err := filepath.Glob(filepath.Join("testdata", name+"*.png"))
		require.NoError(t, err)
		rows := (len(paths) + columns - 1) / columns
		sheet := image.NewRGBA(image.Rect(0, 0, columns*(640+gap), rows*(360+gap)))
		draw.Draw(sheet, sheet.Rect, image.White, image.Point{}, draw.Src)
		for i, path := range paths {
			at := image.Pt(i%columns*(640+gap), i/columns*(360+gap))
			m := readPNG(t, path)
			draw.Draw(sheet, m.Bounds().Add(at), m, image.Point{}, draw.Src)
		}
		writePNG(t, filepath.Join(*sheets, name+".png"), sheet)
	}
}

func checkGolden(t *testing.T, path string, got *image.RGBA) {
	t.Helper()
	if *update {
		writePNG(t, path, got)
		return
	}
	m := readPNG(t, path)
	want := image.NewRGBA(got.Rect)
	require.Equal(t, want.Rect, m.Bounds())
	draw.Draw(want, want.Rect, m, image.Point{}, draw.Src)
	for i := range want.Pix {
		if want.Pix[i] != got.Pix[i] {
			require.Failf(t, "differs", "at %d,%d", i/4%got.Rect.Dx(), i/4/got.Rect.Dx())
		}
	}
}

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	m, err := png.Decode(f)
	require.NoError(t, err)
	return m
}

func writePNG(t *testing.T, path string, m image.Image) {
	t.Helper()
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	require.NoError(t, enc.Encode(&b, m))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
}
