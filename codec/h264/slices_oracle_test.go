//go:build oracle

package h264_test

import (
	"fmt"
	"image"
	"testing"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// TestOracleSlices has settings, sizes and content together, in several slices.
func TestOracleSlices(t *testing.T) {
	tall(func(name string, size image.Point, s source) {
		for _, slices := range []int{2, 3, 8} {
			for _, cfg := range []h264.EncoderConfig{
				{},
				{QP: 1},
				{QP: 24, Speed: h264.SpeedBest},
				{MaxBitrate: 200_000, Speed: h264.SpeedFast, Profile: h264.ProfileConstrainedBaseline},
			} {
				cfg.Width, cfg.Height, cfg.Slices, cfg.KeyframeInterval = size.X, size.Y, slices, 7
				t.Run(fmt.Sprint(name, slices, cfg.QP, cfg.Speed, cfg.Profile), func(t *testing.T) {
					var steps []step
					for n := range 10 {
						pic, opt := clone(s(n)), someDamage(n, size)
						steps = append(steps, step{pic, opt})
						if n%5 == 3 {
							opt.Redo, opt.MaxSize = true, 100+size.X*size.Y/40
							steps = append(steps, step{pic, opt})
						}
					}
					check(t, cfg, steps)
				})
			}
		}
	})
}

// TestOracleSlices1080 has a whole canvas, of which a part is damaged, too.
func TestOracleSlices1080(t *testing.T) {
	c := newCall(1920, 1080)
	var steps []step
	for n := range 6 {
		damage := c.next(n)
		steps = append(steps, step{clone(c.canvas), codec.VideoEncodeOptions{DamageKnown: n > 0, Damage: damage}})
	}
	for _, slices := range []int{2, 8} {
		check(t, h264.EncoderConfig{Width: 1920, Height: 1080, Slices: slices}, steps)
	}
}
