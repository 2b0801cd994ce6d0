//go:build oracle

package h264_test

import (
	"fmt"
	"image"
	"testing"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// TestOracleFlat has fine and coarse quantizers side by side, so that mb_qp_delta wraps around.
func TestOracleFlat(t *testing.T) {
	const w, h = 480, 272
	for _, bitrate := range []int{10_000, 30_000, 100_000, 1_000_000} {
		for _, known := range []bool{false, true} {
			t.Run(fmt.Sprint(bitrate, known), func(t *testing.T) {
				c := newCall(w, h)
				var steps []step
				for n := range 20 {
					damage := c.next(n)
					opt := codec.VideoEncodeOptions{DamageKnown: known, Damage: damage, IDR: n%6 == 5}
					steps = append(steps, step{clone(c.canvas), opt})
				}
				check(t, h264.EncoderConfig{Width: w, Height: h, MaxBitrate: bitrate}, steps)
			})
		}
	}
}

// TestOracleMaxSize has pictures that run out of bits, and are redone with fewer.
func TestOracleMaxSize(t *testing.T) {
	const w, h = 322, 194
	for name, s := range map[string]source{
		"noise":    noise(w, h),
		"extremes": extremes(w, h),
		"camera":   camera(w, h, 14, 3),
		"cuts":     cuts(3, camera(w, h, 8, 3), text(w, h), noise(w, h)),
	} {
		for _, size := range []int{50, 300, 700, 3000} {
			for _, qp := range []int{0, 1, 25} {
				t.Run(fmt.Sprint(name, size, "qp", qp), func(t *testing.T) {
					var steps []step
					for n := range 24 {
						opt := codec.VideoEncodeOptions{IDR: n%5 == 4, DamageKnown: n%3 == 1, MaxSize: size}
						opt.Damage = []image.Rectangle{image.Rect(40, 16, 200, 120)}
						pic := clone(s(n))
						steps = append(steps, step{pic, opt})
						if n%4 == 2 {
							opt.Redo, opt.MaxSize = true, size/2
							opt.IDR = n%8 == 2
							steps = append(steps, step{pic, opt})
						}
					}
					check(t, h264.EncoderConfig{Width: w, Height: h, QP: qp}, steps)
				})
			}
		}
	}
}

// TestOraclePCM has macroblocks that are too long for levels, in I and P pictures, beside others.
func TestOraclePCM(t *testing.T) {
	const w, h = 160, 96
	c := newCall(w, h)
	s := func(n int) source {
		return func(i int) *image.YCbCr {
			c.next(i)
			p := clone(c.canvas)
			paste(p, noise(64, 48)(0), 16*(i%4), 2*i+n)
			return p
		}
	}
	for _, qp := range []int{1, 3, 5} {
		check(t, h264.EncoderConfig{Width: w, Height: h, QP: qp, KeyframeInterval: 4}, plain(s(6), 12))
	}
}
