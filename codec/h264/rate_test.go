//go:build !race

package h264_test

import (
	"fmt"
	"image"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// TestCeilingHoldsInSlices has bits enough for slices, and too few for what is in them.
func TestCeilingHoldsInSlices(t *testing.T) {
	const w, h, rate = 112, 264, 8
	for name, s := range map[string]source{
		"noise": noise(w, h),
		"cuts":  cuts(5, camera(w, h, 8, 3), text(w, h), noise(w, h), still(text(w, h))),
	} {
		for _, bitrate := range []int{10_000, 200_000, 2_000_000} {
			t.Run(fmt.Sprint(name, bitrate), func(t *testing.T) {
				sizes, _ := encodeSizes(t, h264.EncoderConfig{
					Width: w, Height: h, FrameRate: rate, MaxBitrate: bitrate, KeyframeInterval: 13, Slices: 4,
				}, s, 28)
				requireCeiling(t, sizes, 2*rate, 2*bitrate)
			})
		}
	}
}

// encodeSizes encodes n pictures and returns the bits and the mean quantizer of each.
func encodeSizes(t *testing.T, cfg h264.EncoderConfig, s source, n int) (sizes []int, qps []float64) {
	t.Helper()
	e, err := h264.NewEncoder(cfg)
	require.NoError(t, err)
	var au []byte
	for i := range n {
		var info codec.EncodedPicture
		au, info, err = e.Encode(au[:0], s(i), codec.VideoEncodeOptions{})
		require.NoError(t, err)
		sizes = append(sizes, 8*len(au))
		qps = append(qps, info.QP)
	}
	return sizes, qps
}

// requireCeiling wants the given number of pictures in a row never to exceed limit.
func requireCeiling(t *testing.T, sizes []int, window, limit int) {
	t.Helper()
	for i := range sizes {
		sum := 0
		for _, bits := range sizes[max(i-window+1, 0) : i+1] {
			sum += bits
		}
		require.LessOrEqual(t, sum, limit, "window ending with picture %d", i)
	}
}

func TestCeilingHolds(t *testing.T) {
	const w, h = 112, 64
	scenes := map[string]source{
		"noise":    noise(w, h),
		"extremes": extremes(w, h),
		"camera":   camera(w, h, 14, 3),
		"text":     text(w, h),
		"cuts":     cuts(5, camera(w, h, 8, 3), text(w, h), noise(w, h), still(text(w, h))),
	}
	for name, s := range scenes {
		for _, c := range [][2]int{{60_000, 1}, {10_000, 8}, {200_000, 8}, {60_000, 25}} {
			bitrate, rate := c[0], c[1]
			t.Run(fmt.Sprint(name, bitrate, "at", rate), func(t *testing.T) {
				sizes, _ := encodeSizes(t, h264.EncoderConfig{
					Width: w, Height: h, FrameRate: rate, MaxBitrate: bitrate, KeyframeInterval: 13,
				}, s, 20+2*rate)
				requireCeiling(t, sizes, 2*rate, 2*bitrate)
			})
		}
	}
}

func TestAverageIsNearTarget(t *testing.T) {
	const w, h, rate, n = 112, 64, 8, 160
	for _, bitrate := range []int{30_000, 80_000} {
		for _, c := range []struct {
			name    string
			s       source
			ceiling int
		}{
			{"noisy", camera(w, h, 40, 3), bitrate * 10 / 9},
			{"camera", camera(w, h, 14, 3), bitrate * 10 / 9},
			{"cuts", cuts(16, camera(w, h, 14, 3), camera(w, h, 30, 5)), bitrate * 3 / 2},
			{"pauses", cuts(16, camera(w, h, 30, 3), still(camera(w, h, 30, 5))), bitrate * 2},
		} {
			t.Run(fmt.Sprint(c.name, bitrate), func(t *testing.T) {
				sizes, _ := encodeSizes(t, h264.EncoderConfig{Width: w, Height: h, MaxBitrate: c.ceiling, Bitrate: bitrate}, c.s, n)
				sum := 0
				for _, bits := range sizes {
					sum += bits
				}
				average := sum * rate / n
				require.Greater(t, average, bitrate*92/100)
				require.Less(t, average, bitrate*103/100)
			})
		}
	}
}

func TestStillContentCostsLittle(t *testing.T) {
	const w, h = 320, 192
	sizes, qps := encodeSizes(t, h264.EncoderConfig{
		Width: w, Height: h, MaxBitrate: 150_000, KeyframeInterval: 1000,
	}, still(camera(w, h, 12, 3)), 60)
	for i := 40; i < 60; i++ {
		require.Less(t, sizes[i], 20*8, "picture %d", i)
		require.Equal(t, qps[39], qps[i], "picture %d", i)
	}
}

// TestRecoversFromCut wants the pictures after a cut to be as good as later ones soon.
func TestRecoversFromCut(t *testing.T) {
	const w, h = 320, 192
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, MaxBitrate: 200_000, KeyframeInterval: 1000})
	require.NoError(t, err)
	s := cuts(20, camera(w, h, 10, 3), camera(w, h, 0, 4), text(w, h))
	var quality []float64
	for n := range 40 {
		pic := s(n)
		_, _, err := e.Encode(nil, pic, codec.VideoEncodeOptions{})
		require.NoError(t, err)
		quality = append(quality, psnr(pic, e.Reconstruction()))
	}
	require.Greater(t, quality[23], quality[39]-3, "%.1f", quality)
}

// TestSlideIsLegible wants a page of text that takes the place of another one to be as good as that had become in the third
// picture, within the ceiling.
func TestSlideIsLegible(t *testing.T) {
	const w, h, ceiling = 640, 352, 1_000_000
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, MaxBitrate: ceiling})
	require.NoError(t, err)
	pages := []*image.YCbCr{text(w, h)(0), text(w, h)(50)}
	var sizes []int
	var quality []float64
	for n := range 40 {
		pic := pages[n/20]
		opt := codec.VideoEncodeOptions{DamageKnown: n > 0}
		if n == 20 {
			opt.Damage = []image.Rectangle{pic.Rect}
		}
		au, _, err := e.Encode(nil, pic, opt)
		require.NoError(t, err)
		sizes = append(sizes, 8*len(au))
		quality = append(quality, psnr(pic, e.Reconstruction()))
		if n == 22 {
			require.Greater(t, quality[n], quality[19]-0.5, "%.1f %d", quality, sizes)
		}
	}
	requireCeiling(t, sizes, 16, 2*ceiling)
}

// TestKeyframesDoNotPulse wants keyframes to be as good as the pictures before them, also after one of placeholders, which
// says nothing about cameras.
func TestKeyframesDoNotPulse(t *testing.T) {
	const w, h = 480, 272
	cameras := camera(w, h, 8, 3)
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, MaxBitrate: 300_000, KeyframeInterval: 12})
	require.NoError(t, err)
	pic := blank(w, h)
	fillRect(pic, pic.Rect, 0x24, 127, 131)
	var quality []float64
	for n := range 40 {
		if n >= 6 {
			pic = cameras(n)
		}
		_, info, err := e.Encode(nil, pic, codec.VideoEncodeOptions{})
		require.NoError(t, err)
		quality = append(quality, psnr(pic, e.Reconstruction()))
		if n > 6 && info.Keyframe {
			require.Greater(t, quality[n], quality[n-1]-1, "%.1f", quality)
		}
	}
}

// TestScrollingAfterSlide wants a page that begins to scroll as soon as it is there to stay legible: the page must not have
// taken all that the ceiling allows for the time.
func TestScrollingAfterSlide(t *testing.T) {
	const w, h, ceiling = 640, 352, 500_000
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, MaxBitrate: ceiling})
	require.NoError(t, err)
	s := text(w, h)
	var sizes []int
	var quality []float64
	for n := range 40 {
		pic := s(max(n-3, 0))
		opt := codec.VideoEncodeOptions{DamageKnown: n > 0}
		if n > 3 {
			opt.Damage = []image.Rectangle{pic.Rect}
		}
		au, _, err := e.Encode(nil, pic, opt)
		require.NoError(t, err)
		sizes = append(sizes, 8*len(au))
		quality = append(quality, psnr(pic, e.Reconstruction()))
	}
	require.Greater(t, slices.Min(quality), quality[0]-3, "%.1f %d", quality, sizes)
	requireCeiling(t, sizes, 16, 2*ceiling)
}

// TestQualityIsHeld wants easy content to be coded with the quantizer asked for, in far less than the ceiling.
func TestQualityIsHeld(t *testing.T) {
	const w, h = 320, 192
	last := math.MaxInt
	for _, quality := range []int{20, 26, 32, 38} {
		sizes, qps := encodeSizes(t, h264.EncoderConfig{
			Width: w, Height: h, MaxBitrate: 4_000_000, Quality: quality, KeyframeInterval: 10,
		}, camera(w, h, 8, 3), 25)
		sum := 0
		for n, qp := range qps {
			want := float64(quality)
			if n%10 == 0 {
				want -= 3
			}
			require.InDelta(t, want, qp, 0, "picture %d", n)
			sum += sizes[n]
		}
		require.Less(t, sum, last*3/4, "quality %d", quality)
		last = sum
	}
}

func TestMaxSize(t *testing.T) {
	const w, h = 160, 96 // 60 macroblocks: an I picture without residual takes 60 bytes
	for name, s := range map[string]source{
		"noise": noise(w, h), "extremes": extremes(w, h), "camera": camera(w, h, 14, 3), "text": text(w, h),
	} {
		for _, qp := range []int{0, 1, 30} {
			for _, size := range []int{100, 300, 1500} {
				t.Run(fmt.Sprint(name, size, "qp", qp), func(t *testing.T) {
					e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, MaxBitrate: 1_000_000, QP: qp})
					require.NoError(t, err)
					for n := range 6 {
						opt := codec.VideoEncodeOptions{MaxSize: size, IDR: n == 3, Redo: n == 3}
						if n > 3 {
							opt.DamageKnown, opt.Damage = true, []image.Rectangle{image.Rect(32, 32, 120, 70)}
						}
						au, _, err := e.Encode(nil, s(n), opt)
						require.NoError(t, err)
						require.LessOrEqual(t, len(au), size, "picture %d", n)
					}
				})
			}
		}
	}
}

// TestMaxSizeIsUsed wants a bound that each picture comes up against to be made use of.
func TestMaxSizeIsUsed(t *testing.T) {
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: 160, Height: 96, QP: 1})
	require.NoError(t, err)
	s := extremes(160, 96)
	for n := range 30 {
		au, _, err := e.Encode(nil, s(n), codec.VideoEncodeOptions{MaxSize: 5000})
		require.NoError(t, err)
		require.LessOrEqual(t, len(au), 5000, "picture %d", n)
		require.Greater(t, len(au), 3500, "picture %d", n)
	}
}

// TestOwedIsPaid wants macroblocks that a small MaxSize left without residual to be coded later, damaged or not.
func TestOwedIsPaid(t *testing.T) {
	const w, h = 320, 192
	pic := text(w, h)(0)
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, MaxBitrate: 2_000_000})
	require.NoError(t, err)
	_, _, err = e.Encode(nil, pic, codec.VideoEncodeOptions{MaxSize: 400})
	require.NoError(t, err)
	require.Less(t, psnr(pic, e.Reconstruction()), 15.0)
	for range 12 {
		_, _, err = e.Encode(nil, pic, codec.VideoEncodeOptions{DamageKnown: true})
		require.NoError(t, err)
	}
	require.Greater(t, psnr(pic, e.Reconstruction()), 32.0)
}
