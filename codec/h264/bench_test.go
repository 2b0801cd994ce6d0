package h264_test

import (
	"image"
	"testing"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// canvases makes n pictures of a call of nine noisy tiles, of which the first moving ones move, and the damage of each.
func canvases(n, moving int) ([]*image.YCbCr, []image.Rectangle) {
	const cols, w, h = 3, 640, 360
	tiles := make([]source, 9)
	for i := range tiles {
		tiles[i] = camera(w, h, 10, uint64(i))
	}
	canvas := blank(cols*w, cols*h)
	list := make([]*image.YCbCr, n)
	var damage []image.Rectangle
	for i := range list {
		damage = damage[:0]
		for k, tile := range tiles {
			x, y := k%cols*w, k/cols*h
			if i == 0 || k < moving {
				paste(canvas, tile(i+5*k), x, y)
				damage = append(damage, image.Rect(x, y, x+w, y+h))
			}
		}
		list[i] = clone(canvas)
	}
	return list, damage
}

func benchmarkCall(b *testing.B, moving int, known bool) {
	list, damage := canvases(9, moving)
	if moving == 0 {
		damage = nil
	}
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: 1920, Height: 1080, KeyframeInterval: 1 << 16})
	if err != nil {
		b.Fatal(err)
	}
	var au []byte
	i, bytes := 0, 0
	encode := func(opt codec.VideoEncodeOptions) {
		// There and back again, so that the scene never cuts.
		k := i % (2*len(list) - 2)
		if k >= len(list) {
			k = 2*len(list) - 2 - k
		}
		au, _, err = e.Encode(au[:0], list[k], opt)
		if err != nil {
			b.Fatal(err)
		}
		i++
		bytes += len(au)
	}
	for range 4 {
		encode(codec.VideoEncodeOptions{})
	}
	b.SetBytes(1920 * 1080 * 3 / 2)
	b.ReportAllocs()
	bytes = 0
	for b.Loop() {
		encode(codec.VideoEncodeOptions{DamageKnown: known, Damage: damage})
	}
	b.ReportMetric(float64(bytes)/float64(b.N), "bytes/picture")
}

func BenchmarkEncodeAllMoving(b *testing.B)    { benchmarkCall(b, 9, false) }
func BenchmarkEncode70Still(b *testing.B)      { benchmarkCall(b, 3, true) }
func BenchmarkEncodeStillUnknown(b *testing.B) { benchmarkCall(b, 0, false) }
func BenchmarkEncodeUndamaged(b *testing.B)    { benchmarkCall(b, 0, true) }

func BenchmarkEncodeIDR(b *testing.B) {
	list, _ := canvases(1, 9)
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: 1920, Height: 1080, MaxBitrate: 4_000_000})
	if err != nil {
		b.Fatal(err)
	}
	var au []byte
	b.ReportAllocs()
	for b.Loop() {
		au, _, _ = e.Encode(au[:0], list[0], codec.VideoEncodeOptions{IDR: true})
	}
}
