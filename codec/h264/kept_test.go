package h264_test

import (
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// TestKeptSize: every picture fits in the bound that the encoder promises to keep, whatever is in it: noise of full
// amplitude, edges of every block, whole pictures that turn over; and in larger ones, in slices.
func TestKeptSize(t *testing.T) {
	t.Parallel()
	contents := map[string]func(rng *rand.Rand, n, x, y int) byte{
		"noise":  func(rng *rand.Rand, _, _, _ int) byte { return byte(rng.Uint32()) },
		"black":  func(*rand.Rand, int, int, int) byte { return 0 },
		"checks": func(_ *rand.Rand, n, x, y int) byte { return byte(255 * ((x>>2 ^ y>>2 ^ n) & 1)) },
		"blocks": func(_ *rand.Rand, n, x, y int) byte { return byte((x/16*131 + y/16*71 + n) * 37) },
		"binary": func(rng *rand.Rand, _, _, _ int) byte { return byte(rng.Uint32()>>31) * 255 },
	}
	for name, content := range contents {
		for _, size := range []image.Point{{32, 32}, {50, 34}, {320, 180}} {
			t.Run(fmt.Sprintf("%s/%v", name, size), func(t *testing.T) {
				t.Parallel()
				e, err := h264.NewEncoder(h264.EncoderConfig{
					Width: size.X, Height: size.Y, FrameRate: 8, MaxBitrate: 1_000_000, Slices: 3,
				})
				require.NoError(t, err)
				rng := rand.New(rand.NewPCG(1, 2))
				pic := image.NewYCbCr(image.Rectangle{Max: size}, image.YCbCrSubsampleRatio420)
				for n := range 16 {
					for i := range pic.Y {
						pic.Y[i] = content(rng, n, i%pic.YStride, i/pic.YStride)
					}
					for i := range pic.Cb {
						pic.Cb[i] = content(rng, n, i%pic.CStride, i/pic.CStride)
						pic.Cr[i] = content(rng, n+1, i%pic.CStride, i/pic.CStride)
					}
					au, _, err := e.Encode(nil, pic, codec.VideoEncodeOptions{IDR: n%2 == 0, MaxSize: e.KeptSize() << (n / 4)})
					require.NoError(t, err)
					require.LessOrEqual(t, len(au), e.KeptSize()<<(n/4), "picture %d", n)
				}
			})
		}
	}
}
