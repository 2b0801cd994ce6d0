package tiler_test

import (
	"fmt"
	"image"
	"testing"
	"time"

	"github.com/callrec/callrec/tiler"
)

// BenchmarkCompose draws tiles of 640x360 pictures on the 1080p canvas, of which some move from call to call.
func BenchmarkCompose(b *testing.B) {
	for _, row := range []struct{ tiles, moving int }{{1, 1}, {4, 4}, {9, 9}, {9, 1}, {9, 0}} {
		b.Run(fmt.Sprintf("tiles=%d/moving=%d", row.tiles, row.moving), func(b *testing.B) {
			benchmarkCompose(b, image.Pt(640, 360), row.tiles, row.moving)
		})
	}
	b.Run("720p/tiles=4/moving=4", func(b *testing.B) { benchmarkCompose(b, image.Pt(1280, 720), 4, 4) })
	b.Run("720p/tiles=9/moving=9", func(b *testing.B) { benchmarkCompose(b, image.Pt(1280, 720), 9, 9) })
}

func benchmarkCompose(b *testing.B, size image.Point, n, moving int) {
	tl := newTiler(b, tiler.Config{})
	tiles := make([]tiler.Tile, n)
	for i := range tiles {
		tiles[i] = tiler.Tile{ID: fmt.Sprint(i), Name: names[i], Picture: scene(size.X, size.Y, i)}
	}
	tl.Compose(tiles)
	b.ReportAllocs()
	b.SetBytes(int64(moving * size.X * size.Y * 3 / 2)) // of new pictures
	for b.Loop() {
		for i := range moving {
			tiles[i].Serial++
		}
		tl.Compose(tiles)
	}
}

// BenchmarkOneOfNine compares a canvas of nine tiles of which one changes with a ninth of one of which all change, in
// turns. ratio is to stay below 1.3.
func BenchmarkOneOfNine(b *testing.B) {
	tl := newTiler(b, tiler.Config{})
	tiles := make([]tiler.Tile, 9)
	for i := range tiles {
		tiles[i] = tiler.Tile{ID: fmt.Sprint(i), Name: names[i], Picture: scene(640, 360, i)}
	}
	tl.Compose(tiles)
	var one, all time.Duration
	for b.Loop() {
		for i := range tiles { // each alone, as some have no name
			tiles[i].Serial++
			began := time.Now()
			tl.Compose(tiles)
			one += time.Since(began)
		}
		for i := range tiles {
			tiles[i].Serial++
		}
		began := time.Now()
		tl.Compose(tiles)
		all += time.Since(began)
	}
	b.ReportMetric(float64(one)/float64(all), "ratio")
}
