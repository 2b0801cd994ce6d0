package h264_test

import (
	"image"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

func TestConfig(t *testing.T) {
	good := h264.EncoderConfig{Width: 64, Height: 48}
	for name, change := range map[string]func(c *h264.EncoderConfig){
		"no size":          func(c *h264.EncoderConfig) { c.Width = 0 },
		"odd width":        func(c *h264.EncoderConfig) { c.Width = 65 },
		"odd height":       func(c *h264.EncoderConfig) { c.Height = 49 },
		"too small":        func(c *h264.EncoderConfig) { c.Height = 30 },
		"too wide":         func(c *h264.EncoderConfig) { c.Width = 4098 },
		"negative rate":    func(c *h264.EncoderConfig) { c.FrameRate = -1 },
		"high rate":        func(c *h264.EncoderConfig) { c.FrameRate = 61 },
		"low ceiling":      func(c *h264.EncoderConfig) { c.MaxBitrate = 9_999 },
		"above ceiling":    func(c *h264.EncoderConfig) { c.MaxBitrate, c.Bitrate = 50_000, 50_001 },
		"negative":         func(c *h264.EncoderConfig) { c.Bitrate = -1 },
		"interval":         func(c *h264.EncoderConfig) { c.KeyframeInterval = -1 },
		"coarse quantizer": func(c *h264.EncoderConfig) { c.QP = 52 },
		"profile":          func(c *h264.EncoderConfig) { c.Profile = h264.ProfileConstrainedBaseline + 1 },
		"slices":           func(c *h264.EncoderConfig) { c.Slices = 9 },
		"speed":            func(c *h264.EncoderConfig) { c.Speed = h264.SpeedBest + 1 },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := good
			change(&cfg)
			e, err := h264.NewEncoder(cfg)
			require.ErrorIs(t, err, h264.ErrConfig)
			require.Nil(t, e)
		})
	}
	_, err := h264.NewEncoder(good)
	require.NoError(t, err)
}

func TestUnsuitablePictures(t *testing.T) {
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: 64, Height: 48})
	require.NoError(t, err)
	require.Nil(t, e.Reconstruction())
	short := blank(64, 48)
	short.Cr = short.Cr[:len(short.Cr)-1]
	for name, pic := range map[string]*image.YCbCr{
		"none":        nil,
		"wrong size":  blank(64, 64),
		"4:4:4":       image.NewYCbCr(image.Rect(0, 0, 64, 48), image.YCbCrSubsampleRatio444),
		"short plane": short,
	} {
		dst, _, err := e.Encode([]byte{7}, pic, codec.VideoEncodeOptions{})
		require.ErrorIs(t, err, h264.ErrPicture, name)
		require.Equal(t, []byte{7}, dst, name)
	}
	_, _, err = e.Encode(nil, blank(64, 48), codec.VideoEncodeOptions{Redo: true})
	require.ErrorIs(t, err, h264.ErrRedo)
	_, info, err := e.Encode(nil, blank(64, 48), codec.VideoEncodeOptions{})
	require.NoError(t, err)
	require.True(t, info.Keyframe, "none of the calls that failed counts")
}

// TestSubImage wants a picture that is part of a larger one to be coded like a copy of it.
func TestSubImage(t *testing.T) {
	large := camera(200, 160, 10, 3)(0)
	part := large.SubImage(image.Rect(34, 22, 34+98, 22+66)).(*image.YCbCr)
	same := blank(98, 66)
	copyInto(same, part)
	var aus [2][]byte
	for i, pic := range []*image.YCbCr{part, same} {
		e, err := h264.NewEncoder(h264.EncoderConfig{Width: 98, Height: 66, QP: 20})
		require.NoError(t, err)
		aus[i], _, err = e.Encode(nil, pic, codec.VideoEncodeOptions{})
		require.NoError(t, err)
	}
	require.Equal(t, aus[0], aus[1])
}

func copyInto(dst, src *image.YCbCr) {
	for y := range dst.Rect.Dy() {
		for x := range dst.Rect.Dx() {
			c := src.YCbCrAt(src.Rect.Min.X+x, src.Rect.Min.Y+y)
			dst.Y[dst.YOffset(x, y)] = c.Y
			dst.Cb[dst.COffset(x, y)], dst.Cr[dst.COffset(x, y)] = c.Cb, c.Cr
		}
	}
}

// TestQuality wants at least the given PSNR of luma at a quantizer, and at most the given bytes per picture.
func TestQuality(t *testing.T) {
	const w, h, n = 160, 96, 6
	for _, c := range []struct {
		name  string
		s     source
		qp    int
		db    float64
		bytes int
	}{
		{"camera", camera(w, h, 8, 3), 10, 49, 9000},
		{"camera", camera(w, h, 8, 3), 20, 39.5, 3200},
		{"camera", camera(w, h, 8, 3), 30, 35, 200},
		{"camera", camera(w, h, 8, 3), 40, 31, 80},
		{"clean", camera(w, h, 0, 3), 24, 45, 280},
		{"text", text(w, h), 24, 37, 2500},
		{"noise", noise(w, h), 4, 56, 24100},
	} {
		e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, QP: c.qp})
		require.NoError(t, err)
		bytes, worst := 0, 100.0
		for i := range n {
			pic := c.s(i)
			au, info, err := e.Encode(nil, pic, codec.VideoEncodeOptions{})
			require.NoError(t, err)
			want := c.qp
			if info.Keyframe {
				want -= 3
			}
			require.InDelta(t, want, info.QP, 0)
			bytes += len(au)
			worst = min(worst, psnr(pic, e.Reconstruction()))
		}
		t.Logf("%s QP %d: %.1f dB, %d bytes", c.name, c.qp, worst, bytes/n)
		require.Greater(t, worst, c.db, "%s QP %d", c.name, c.qp)
		require.Less(t, bytes/n, c.bytes, "%s QP %d", c.name, c.qp)
	}
}

func TestKeyframes(t *testing.T) {
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: 64, Height: 48, KeyframeInterval: 5})
	require.NoError(t, err)
	pic := camera(64, 48, 5, 1)(0)
	var got []int
	for n := range 20 {
		au, info, err := e.Encode(nil, pic, codec.VideoEncodeOptions{IDR: n == 7 || n == 8})
		require.NoError(t, err)
		isIDR := au[4] == 0x65
		require.Equal(t, info.Keyframe, isIDR)
		require.Len(t, au, 4+int(au[0])<<24+int(au[1])<<16+int(au[2])<<8+int(au[3]))
		if isIDR {
			got = append(got, n)
		}
	}
	require.Equal(t, []int{0, 5, 7, 8, 13, 18}, got)
}

// TestKeyframesWait wants no IDR picture for a long time while nothing changes, or little, and one when more does.
func TestKeyframesWait(t *testing.T) {
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: 64, Height: 48, KeyframeInterval: 5})
	require.NoError(t, err)
	pic := camera(64, 48, 5, 1)(0)
	var got []int
	for n := range 120 {
		opt := codec.VideoEncodeOptions{DamageKnown: true}
		if n == 3 || n >= 90 && n <= 100 { // a third of the macroblocks
			opt.Damage = []image.Rectangle{image.Rect(0, 0, 20, 20)}
		}
		_, info, err := e.Encode(nil, pic, opt)
		require.NoError(t, err)
		if info.Keyframe {
			got = append(got, n)
		}
	}
	require.Equal(t, []int{0, 80, 93, 98}, got)
}

// TestStillPicturesAreTiny wants a picture of 1920x1080 in which nothing changes to take 11 bytes, 4 of them its length.
func TestStillPicturesAreTiny(t *testing.T) {
	for _, profile := range []h264.Profile{h264.ProfileHigh, h264.ProfileConstrainedBaseline} {
		e, err := h264.NewEncoder(h264.EncoderConfig{Width: 1920, Height: 1080, Profile: profile, QP: 30})
		require.NoError(t, err)
		pic := image.NewYCbCr(image.Rect(0, 0, 1920, 1080), image.YCbCrSubsampleRatio420)
		for n := range 3 {
			au, _, err := e.Encode(nil, pic, codec.VideoEncodeOptions{DamageKnown: true})
			require.NoError(t, err)
			if n > 0 {
				require.LessOrEqual(t, len(au), 11, "picture %d", n)
			}
		}
	}
}

// TestRedo wants an encoder that took back a picture to be where one is that never coded it.
func TestRedo(t *testing.T) {
	const w, h = 96, 80
	for _, qp := range []int{0, 28} {
		cfg := h264.EncoderConfig{Width: w, Height: h, QP: qp, MaxBitrate: 100_000, KeyframeInterval: 6}
		s := camera(w, h, 10, 3)
		var pics []*image.YCbCr
		for n := range 14 {
			pics = append(pics, s(n))
		}
		for _, at := range []int{0, 1, 5, 6, 11} {
			straight, err := h264.NewEncoder(cfg)
			require.NoError(t, err)
			redone, err := h264.NewEncoder(cfg)
			require.NoError(t, err)
			for n, pic := range pics {
				opt := codec.VideoEncodeOptions{IDR: n == at}
				want, wantInfo, err := straight.Encode(nil, pic, opt)
				require.NoError(t, err)
				if n == at {
					_, _, err = redone.Encode(nil, pics[(n+5)%len(pics)], codec.VideoEncodeOptions{})
					require.NoError(t, err)
					opt.Redo = true
				}
				got, info, err := redone.Encode(nil, pic, opt)
				require.NoError(t, err)
				require.Equal(t, want, got, "picture %d, redone %d", n, at)
				require.Equal(t, wantInfo, info)
				require.Equal(t, tight(nil, straight.Reconstruction()), tight(nil, redone.Reconstruction()))
			}
		}
	}
}

// TestDamage wants only the damaged macroblocks to change, and the three samples next to them that the deblocking filter
// reaches.
func TestDamage(t *testing.T) {
	const w, h = 192, 128
	damage := image.Rect(40, 34, 100, 70)
	reach := image.Rect(32-3, 32-3, 112+3, 80+3)
	for _, qp := range []int{0, 24} {
		e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, QP: qp, MaxBitrate: 4_000_000})
		require.NoError(t, err)
		s := camera(w, h, 10, 3)
		canvas := s(0)
		_, _, err = e.Encode(nil, canvas, codec.VideoEncodeOptions{})
		require.NoError(t, err)
		for n := range 5 {
			before := clone(e.Reconstruction())
			copyInto(before, e.Reconstruction())
			paste(canvas, s(n+1).SubImage(damage).(*image.YCbCr), damage.Min.X, damage.Min.Y)
			_, _, err := e.Encode(nil, canvas, codec.VideoEncodeOptions{DamageKnown: true, Damage: []image.Rectangle{damage}})
			require.NoError(t, err)
			changed := 0
			for y := range h {
				for x := range w {
					a, b := before.YCbCrAt(x, y), e.Reconstruction().YCbCrAt(x, y)
					if image.Pt(x, y).In(reach) {
						if a != b {
							changed++
						}
						continue
					}
					require.Equal(t, a, b, "picture %d at (%d, %d)", n, x, y)
				}
			}
			require.NotZero(t, changed)
		}
	}
}

// TestUndamaged wants a picture in which nothing changed to cost a few bytes and to change nothing.
func TestUndamaged(t *testing.T) {
	const w, h = 192, 128
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, MaxBitrate: 4_000_000})
	require.NoError(t, err)
	_, info, err := e.Encode(nil, camera(w, h, 10, 3)(0), codec.VideoEncodeOptions{})
	require.NoError(t, err)
	require.LessOrEqual(t, info.QP, 28.0)
	want := tight(nil, e.Reconstruction())
	for range 10 {
		au, info, err := e.Encode(nil, camera(w, h, 10, 3)(0), codec.VideoEncodeOptions{DamageKnown: true})
		require.NoError(t, err)
		require.False(t, info.Keyframe)
		require.Less(t, len(au), 16)
		require.Equal(t, want, tight(nil, e.Reconstruction()))
	}
}

// TestRefines wants what was coded coarsely and stands still to become better, and then to cost no more.
func TestRefines(t *testing.T) {
	const w, h = 320, 192
	pic := text(w, h)(0)
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, MaxBitrate: 60_000, KeyframeInterval: 1000})
	require.NoError(t, err)
	var sizes []int
	var quality []float64
	for range 40 {
		au, _, err := e.Encode(nil, pic, codec.VideoEncodeOptions{DamageKnown: true})
		require.NoError(t, err)
		sizes = append(sizes, len(au))
		quality = append(quality, psnr(pic, e.Reconstruction()))
	}
	t.Logf("%.1f %d", quality, sizes)
	require.Less(t, quality[0], 30.0)
	require.Greater(t, quality[39], 33.0)
	for _, size := range sizes[35:] {
		require.Less(t, size, 16)
	}
}

func TestAllocations(t *testing.T) {
	const w, h = 160, 128
	s := cuts(4, camera(w, h, 12, 3), text(w, h), noise(w, h))
	pics := make([]*image.YCbCr, 12)
	for i := range pics {
		pics[i] = s(i)
	}
	damage := []image.Rectangle{image.Rect(16, 16, 70, 50)}
	for _, cfg := range []h264.EncoderConfig{{}, {Speed: h264.SpeedBest}, {Profile: h264.ProfileConstrainedBaseline}, {Slices: 2}} {
		cfg.Width, cfg.Height, cfg.MaxBitrate = w, h, 300_000
		e, err := h264.NewEncoder(cfg)
		require.NoError(t, err)
		au := make([]byte, 0, 1<<20)
		n := 0
		encode := func() {
			opt := codec.VideoEncodeOptions{IDR: n%7 == 3, Redo: n%5 == 4, DamageKnown: n%3 == 0, Damage: damage, MaxSize: 2000}
			au, _, err = e.Encode(au[:0], pics[n%len(pics)], opt)
			if err != nil || e.Reconstruction() == nil {
				t.Fatal(err)
			}
			n++
		}
		for range 60 {
			encode()
		}
		require.Zero(t, testing.AllocsPerRun(60, encode))
	}
}
