package measure_test

import (
	"bytes"
	"image"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/bench/measure"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		values []float64
		want   float64
	}{
		{"none", nil, 0},
		{"one", []float64{3}, 3},
		{"odd", []float64{5, 1, 3}, 3},
		{"even", []float64{4, 1, 3, 2}, 2.5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.InDelta(t, tt.want, measure.Median(tt.values), 0)
		})
	}
	require.Equal(t, []float64{2, 0.5}, measure.Ratios([]float64{4, 1, 9}, []float64{2, 2}), "runs without a partner have no ratio")
	require.Empty(t, measure.Ratios([]float64{1}, []float64{0}))
}

// noisy is a picture of random samples.
func noisy(r *rand.Rand, size image.Rectangle) *image.YCbCr {
	m := image.NewYCbCr(size, image.YCbCrSubsampleRatio420)
	for _, plane := range [][]byte{m.Y, m.Cb, m.Cr} {
		for i := range plane {
			plane[i] = byte(r.IntN(256))
		}
	}
	return m
}

func TestQuality(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	a := noisy(r, image.Rect(0, 0, 64, 48))
	var same measure.Quality
	same.Add(a, a, true)
	require.InDelta(t, 100, same.PSNR(), 0)
	require.InDelta(t, 1, same.SSIM(), 1e-12)

	b := image.NewYCbCr(a.Rect, a.SubsampleRatio)
	for i, v := range a.Y {
		if v < 128 {
			b.Y[i] = v + 5
		} else {
			b.Y[i] = v - 5
		}
	}
	var off measure.Quality
	off.Add(a, b, true)
	require.InDelta(t, 20*math.Log10(255./5), off.PSNR(), 1e-9, "every sample differs by 5")
	require.Less(t, off.SSIM(), 1.)

	var unrelated measure.Quality
	unrelated.Add(a, noisy(r, a.Rect), true)
	require.InDelta(t, 0, unrelated.SSIM(), 0.05, "noise has nothing in common with other noise")

	off.Add(a, a, false)
	require.Equal(t, 2, off.Frames())
	require.InDelta(t, 20*math.Log10(255./5)+10*math.Log10(2), off.PSNR(), 1e-9, "half of the pictures are exact")
}

func TestY4M(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	big := noisy(r, image.Rect(0, 0, 40, 30))
	m := big.SubImage(image.Rect(0, 0, 31, 17)).(*image.YCbCr) // odd, with a stride
	var b bytes.Buffer
	b.WriteString(measure.Y4MHeader(m.Rect.Size(), 8))
	require.NoError(t, measure.WriteY4M(&b, m))
	require.NoError(t, measure.WriteY4M(&b, m))
	whole := b.Bytes()

	y, err := measure.NewY4M(bytes.NewReader(whole))
	require.NoError(t, err)
	for range 2 {
		got, err := y.Next()
		require.NoError(t, err)
		require.Equal(t, m.Rect, got.Rect)
		for row := range 17 {
			require.Equal(t, m.Y[row*m.YStride:][:31], got.Y[row*got.YStride:][:31])
		}
		require.Equal(t, m.Cr[2*m.CStride:][:16], got.Cr[2*got.CStride:][:16])
	}
	_, err = y.Next()
	require.Error(t, err)

	for _, header := range []string{"", "RIFF\n", "YUV4MPEG2 W9\n", "YUV4MPEG2 W9 H9 C444\n", "YUV4MPEG2 Wx H9\n", "YUV4MPEG2 W99999 H9\n"} {
		_, err := measure.NewY4M(strings.NewReader(header))
		require.Error(t, err, header)
	}
}

func TestCommandString(t *testing.T) {
	t.Parallel()
	c := measure.Command{Name: "ffmpeg", Args: []string{"-i", "a b.mkv", "[v]", "it's"}, Env: []string{"A=1"}}
	require.Equal(t, `A=1 ffmpeg -i 'a b.mkv' '[v]' 'it'\''s'`, c.String())
}
