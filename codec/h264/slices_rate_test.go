//go:build !race

package h264_test

import (
	"fmt"
	"image"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// TestSlicesShareBits wants slides, and pictures of which a part is much dearer than the rest, to be about as good in slices
// as in one piece.
func TestSlicesShareBits(t *testing.T) {
	const w, h = 640, 352
	page, next, people := text(w, h)(0), text(w, h)(50), camera(w, h, 10, 3)
	half := func(n int) *image.YCbCr { // a page that turns above a camera
		pic := people(n)
		paste(pic, []*image.YCbCr{page, next}[n/12].SubImage(image.Rect(0, 0, w, h/2)).(*image.YCbCr), 0, 0)
		return pic
	}
	for _, scene := range []struct {
		name string
		s    source
	}{
		{"slide", func(n int) *image.YCbCr { return []*image.YCbCr{page, next}[n/12] }},
		{"half", half},
	} {
		for _, ceiling := range []int{400_000, 1_000_000} {
			t.Run(fmt.Sprint(scene.name, ceiling), func(t *testing.T) {
				pics := make([]*image.YCbCr, 24)
				for i := range pics {
					pics[i] = clone(scene.s(i))
				}
				want, _ := qualities(t, h264.EncoderConfig{Width: w, Height: h, MaxBitrate: ceiling}, pics)
				for _, count := range []int{2, 5} {
					got, sizes := qualities(t, h264.EncoderConfig{Width: w, Height: h, MaxBitrate: ceiling, Slices: count}, pics)
					requireCeiling(t, sizes, 16, 2*ceiling)
					require.Greater(t, mean(got), mean(want)-0.6, "%d slices: %.1f instead of %.1f", count, got, want)
				}
			})
		}
	}
}

// qualities encodes pictures and returns the PSNR and the bits of each.
func qualities(t *testing.T, cfg h264.EncoderConfig, pics []*image.YCbCr) (quality []float64, sizes []int) {
	t.Helper()
	e, err := h264.NewEncoder(cfg)
	require.NoError(t, err)
	for _, pic := range pics {
		au, _, err := e.Encode(nil, pic, codec.VideoEncodeOptions{})
		require.NoError(t, err)
		quality = append(quality, psnr(pic, e.Reconstruction()))
		sizes = append(sizes, 8*len(au))
	}
	return quality, sizes
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}
