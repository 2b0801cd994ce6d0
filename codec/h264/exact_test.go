package h264_test

import (
	"fmt"
	"image"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// encodeAndDecode encodes pictures and wants the project's decoder to give what the encoder has reconstructed.
func encodeAndDecode(t *testing.T, cfg h264.EncoderConfig, n int, next func(n int) (*image.YCbCr, codec.VideoEncodeOptions)) {
	t.Helper()
	e, err := h264.NewEncoder(cfg)
	require.NoError(t, err)
	d, err := h264.NewDecoder(h264.DecoderConfig{})
	require.NoError(t, err)
	sps, pps := e.ParameterSets()
	var sets []byte
	for _, set := range append([][]byte{sps}, pps...) {
		sets = append(append(sets, 0, 0, 0, 1), set...)
	}
	for i := range n {
		pic, opt := next(i)
		au, info, err := e.Encode(nil, pic, opt)
		require.NoError(t, err)
		var stream []byte
		if info.Keyframe {
			stream = append(stream, sets...)
		}
		got, err := d.Decode(annexB(stream, au), int64(i))
		require.NoError(t, err, "picture %d", i)
		require.Len(t, got, 1)
		same(t, tight(nil, e.Reconstruction()), tight(nil, got[0].Image), cfg.Width, cfg.Height)
	}
}

// TestDecodesToReconstruction has settings, sizes and content together.
func TestDecodesToReconstruction(t *testing.T) {
	t.Parallel()
	for _, p := range []image.Point{{32, 32}, {50, 34}, {176, 80}} {
		scenes := map[string]source{
			"noise":    noise(p.X, p.Y),
			"extremes": extremes(p.X, p.Y),
			"camera":   camera(p.X, p.Y, 12, 3),
			"clean":    camera(p.X, p.Y, 0, 3),
			"still":    still(camera(p.X, p.Y, 12, 3)),
			"text":     text(p.X, p.Y),
			"cuts":     cuts(3, camera(p.X, p.Y, 8, 3), text(p.X, p.Y), noise(p.X, p.Y)),
		}
		for name, s := range scenes {
			for _, qp := range []int{0, 1, 22, 36} {
				for _, profile := range []h264.Profile{h264.ProfileHigh, h264.ProfileConstrainedBaseline} {
					for _, speed := range []h264.Speed{h264.SpeedLive, h264.SpeedFast, h264.SpeedBest} {
						t.Run(fmt.Sprint(p, name, " qp", qp, " profile", profile, " speed", speed), func(t *testing.T) {
							encodeAndDecode(t, h264.EncoderConfig{
								Width: p.X, Height: p.Y, QP: qp, KeyframeInterval: 6, Profile: profile, Speed: speed,
							}, 8, func(n int) (*image.YCbCr, codec.VideoEncodeOptions) {
								opt := codec.VideoEncodeOptions{DamageKnown: n%4 == 3, Damage: []image.Rectangle{{Max: image.Pt(20, 30)}}}
								if n%8 == 7 {
									opt.Damage = nil
								}
								return s(n), opt
							})
						})
					}
				}
			}
		}
	}
}
