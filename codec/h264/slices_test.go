package h264_test

import (
	"encoding/binary"
	"fmt"
	"image"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// slicesIn counts the NAL units of an access unit.
func slicesIn(au []byte) (n int) {
	for len(au) > 0 {
		au = au[4+binary.BigEndian.Uint32(au):]
		n++
	}
	return n
}

// someDamage has pictures of which all, a part and nothing changes.
func someDamage(n int, size image.Point) codec.VideoEncodeOptions {
	opt := codec.VideoEncodeOptions{DamageKnown: n%4 == 3, Damage: []image.Rectangle{{Max: image.Pt(size.X, size.Y*2/3)}}}
	if n%8 == 7 {
		opt.Damage = nil
	}
	return opt
}

// tall are scenes of sizes that have room for several slices, and of the smallest that has none.
func tall(run func(name string, size image.Point, s source)) {
	for _, p := range []image.Point{{32, 32}, {50, 130}, {34, 514}} {
		for name, s := range map[string]source{
			"noise":  noise(p.X, p.Y),
			"camera": camera(p.X, p.Y, 12, 3),
			"text":   text(p.X, p.Y),
			"cuts":   cuts(3, camera(p.X, p.Y, 8, 3), text(p.X, p.Y), still(noise(p.X, p.Y))),
		} {
			run(fmt.Sprint(p, name), p, s)
		}
	}
}

// TestSlicesDecodeToReconstruction wants the same of several slices as of one.
func TestSlicesDecodeToReconstruction(t *testing.T) {
	tall(func(name string, size image.Point, s source) {
		for _, cfg := range []h264.EncoderConfig{
			{Slices: 2, MaxBitrate: 400_000, Speed: h264.SpeedBest},
			{Slices: 3, Profile: h264.ProfileConstrainedBaseline},
			{Slices: 8},
			{Slices: 8, MaxBitrate: 60_000, Speed: h264.SpeedFast},
			{Slices: 5, QP: 20},
		} {
			cfg.Width, cfg.Height, cfg.KeyframeInterval = size.X, size.Y, 6
			t.Run(fmt.Sprint(name, cfg.Slices, cfg.QP), func(t *testing.T) {
				encodeAndDecode(t, cfg, 9, func(n int) (*image.YCbCr, codec.VideoEncodeOptions) { return s(n), someDamage(n, size) })
			})
		}
	})
}

// TestSlicesAsAsked wants pictures of which much changes to have as many slices as asked for, where there is room for them,
// and others one.
func TestSlicesAsAsked(t *testing.T) {
	const w, h = 96, 512
	s := camera(w, h, 12, 3)
	for asked, want := range []int{1, 1, 2, 3, 4, 5, 6, 7, 8} {
		e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, Slices: asked})
		require.NoError(t, err)
		for n, c := range []struct {
			damage []image.Rectangle
			want   int
		}{
			{[]image.Rectangle{image.Rect(0, 0, w, h)}, want},
			{[]image.Rectangle{image.Rect(0, 0, w, h)}, want},
			{[]image.Rectangle{image.Rect(0, 0, w, 48)}, 1},
			{nil, 1},
		} {
			opt := codec.VideoEncodeOptions{DamageKnown: n > 0, Damage: c.damage}
			au, _, err := e.Encode(nil, s(n), opt)
			require.NoError(t, err)
			require.Equal(t, c.want, slicesIn(au), "%d asked for, picture %d", asked, n)
		}
	}
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: 64, Height: 128, Slices: 8})
	require.NoError(t, err)
	au, _, err := e.Encode(nil, camera(64, 128, 12, 3)(0), codec.VideoEncodeOptions{})
	require.NoError(t, err)
	require.Equal(t, 2, slicesIn(au), "no more than a quarter of the rows")
}

// encodeOn encodes a call, with pictures that are taken back, on so many processors.
func encodeOn(t *testing.T, processors int, cfg h264.EncoderConfig, s source) (stream []byte) {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
	e, err := h264.NewEncoder(cfg)
	require.NoError(t, err)
	for n := range 12 {
		pic, opt := s(n), someDamage(n, image.Pt(cfg.Width, cfg.Height))
		au, _, err := e.Encode(nil, pic, opt)
		require.NoError(t, err)
		if n%5 == 4 {
			opt.Redo, opt.MaxSize, opt.IDR = true, max(len(au)*2/3, e.KeptSize()), n == 4
			au, _, err = e.Encode(nil, pic, opt)
			require.NoError(t, err)
			require.LessOrEqual(t, len(au), opt.MaxSize)
		}
		stream = append(stream, au...)
		stream = tight(stream, e.Reconstruction())
	}
	return stream
}

// TestSlicesAreDeterministic wants the same bytes however the slices are scheduled.
func TestSlicesAreDeterministic(t *testing.T) {
	const w, h = 130, 322
	for name, s := range map[string]func() source{
		"camera": func() source { return camera(w, h, 14, 3) },
		"cuts":   func() source { return cuts(3, camera(w, h, 8, 3), text(w, h), noise(w, h)) },
	} {
		for _, slices := range []int{2, 5} {
			t.Run(fmt.Sprint(name, slices), func(t *testing.T) {
				cfg := h264.EncoderConfig{Width: w, Height: h, Slices: slices, MaxBitrate: 300_000}
				want := encodeOn(t, 1, cfg, s())
				for range 2 {
					require.True(t, string(want) == string(encodeOn(t, 4, cfg, s())))
				}
			})
		}
	}
}
