//go:build ffmpeg

package ffmpeg_test

import (
	"encoding/binary"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/ffmpeg"
	"github.com/callrec/callrec/codec/h264"
)

const width, height = 320, 192

// drawing is picture number n of a moving pattern with a little noise.
func drawing(n int) *image.YCbCr {
	m := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
	noise := uint32(n + 1)
	for y := range height {
		for x := range width {
			noise = noise*1664525 + 1013904223
			m.Y[y*m.YStride+x] = uint8(100 + (x+2*n)%64 + y/8 + int(noise>>30))
		}
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = 110, 140
	}
	return m
}

func newEncoder(t testing.TB, cfg codec.VideoEncoding) *ffmpeg.VideoEncoder {
	t.Helper()
	cfg.Width, cfg.Height, cfg.FrameRate = width, height, 8
	e, err := ffmpeg.NewVideoEncoder(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

// byteStream turns an access unit with lengths into one with start codes, with the parameter sets before it.
func byteStream(t testing.TB, e *ffmpeg.VideoEncoder, au []byte) []byte {
	t.Helper()
	sps, pps := e.ParameterSets()
	var stream []byte
	for _, set := range append([][]byte{sps}, pps...) {
		stream = append(append(stream, 0, 0, 0, 1), set...)
	}
	for len(au) > 0 {
		n := int(binary.BigEndian.Uint32(au))
		require.LessOrEqual(t, 4+n, len(au))
		stream = append(append(stream, 0, 0, 0, 1), au[4:4+n]...)
		au = au[4+n:]
	}
	return stream
}

func psnr(a, b *image.YCbCr) float64 {
	sum := 0.0
	for y := range height {
		for x := range width {
			d := float64(a.Y[y*a.YStride+x]) - float64(b.Y[y*b.YStride+x])
			sum += d * d
		}
	}
	return 10 * math.Log10(255*255*width*height/sum)
}

// TestVideoEncoder decodes what the encoder makes with the module's own decoder.
func TestVideoEncoder(t *testing.T) {
	t.Parallel()
	e := newEncoder(t, codec.VideoEncoding{MaxBitrate: 2_000_000})
	d, err := h264.NewDecoder(h264.DecoderConfig{})
	require.NoError(t, err)
	for n := range 40 {
		pic := drawing(n)
		opt := codec.VideoEncodeOptions{IDR: n == 0 || n == 10, Redo: n == 20}
		au, info, err := e.Encode(nil, pic, opt)
		require.NoError(t, err)
		require.Equal(t, opt.IDR || opt.Redo, info.Keyframe, "picture %d", n)
		require.Greater(t, info.QP, 5.0)
		if n == 19 {
			continue // taken back by the next one
		}
		got, err := d.Decode(byteStream(t, e, au), int64(n))
		require.NoError(t, err, "picture %d", n)
		require.Len(t, got, 1)
		require.Equal(t, int64(n), got[0].PTS)
		require.Equal(t, codec.Color{Matrix: codec.MatrixBT709}, got[0].Color)
		require.Greater(t, psnr(pic, got[0].Image), 35.0, "picture %d", n)
	}
}

func TestVideoEncoderKeyframeInterval(t *testing.T) {
	t.Parallel()
	e := newEncoder(t, codec.VideoEncoding{KeyframeInterval: 8})
	for n := range 24 {
		_, info, err := e.Encode(nil, drawing(n), codec.VideoEncodeOptions{})
		require.NoError(t, err)
		require.Equal(t, n%8 == 0, info.Keyframe, "picture %d", n)
	}
}

func TestVideoEncoderMaxSize(t *testing.T) {
	t.Parallel()
	e := newEncoder(t, codec.VideoEncoding{MaxBitrate: 4_000_000})
	full, _, err := e.Encode(nil, drawing(0), codec.VideoEncodeOptions{IDR: true})
	require.NoError(t, err)
	bound := len(full) / 2
	prefix := []byte("before")
	small, info, err := e.Encode(prefix, drawing(1), codec.VideoEncodeOptions{IDR: true, MaxSize: bound})
	require.NoError(t, err)
	require.True(t, info.Keyframe)
	require.LessOrEqual(t, len(small)-len(prefix), bound)
	require.Equal(t, "before", string(small[:len(prefix)]))
	after, _, err := e.Encode(nil, drawing(2), codec.VideoEncodeOptions{IDR: true})
	require.NoError(t, err)
	require.Greater(t, len(after), bound, "the quality is back")
}

// TestVideoEncoderCeiling encodes pictures of which all is new each time, the hardest there are: the first may exceed the
// ceiling to be legible, all together may not.
func TestVideoEncoderCeiling(t *testing.T) {
	t.Parallel()
	const ceiling, seconds = 100_000, 20
	e := newEncoder(t, codec.VideoEncoding{MaxBitrate: ceiling})
	_, _, err := e.Encode(nil, drawing(0), codec.VideoEncodeOptions{})
	require.NoError(t, err)
	bits := 0
	for n := range 8 * seconds {
		au, info, err := e.Encode(nil, static(n), codec.VideoEncodeOptions{})
		require.NoError(t, err)
		if n == 0 {
			require.Greater(t, 8*len(au), 2*ceiling/8, "the first one")
			require.Less(t, info.QP, 38.0, "the first one")
		}
		bits += 8 * len(au)
	}
	require.Less(t, bits, ceiling*(seconds+8))
}

// static is a picture of blocks of 4x4 in random shades, unlike that of any other number.
func static(n int) *image.YCbCr {
	m := drawing(0)
	shades := rand.New(rand.NewPCG(uint64(n), 1))
	for y := 0; y < height; y += 4 {
		for x := 0; x < width; x += 4 {
			shade := uint8(64 + shades.IntN(128))
			for row := range 4 {
				for i := range 4 {
					m.Y[(y+row)*m.YStride+x+i] = shade
				}
			}
		}
	}
	return m
}

// corner is picture n of which only a corner differs from the others.
func corner(n int) (*image.YCbCr, image.Rectangle) {
	m, other := drawing(0), drawing(n)
	r := image.Rect(0, 0, 100, 60)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		copy(m.Y[y*m.YStride:][:r.Max.X], other.Y[y*m.YStride:])
	}
	return m, r
}

// TestVideoEncoderDamage says where pictures differ, also when one is redone, and that nothing does.
func TestVideoEncoderDamage(t *testing.T) {
	t.Parallel()
	e := newEncoder(t, codec.VideoEncoding{})
	d, err := h264.NewDecoder(h264.DecoderConfig{})
	require.NoError(t, err)
	for n := range 24 {
		pic, r := corner(n / 2)
		opt := codec.VideoEncodeOptions{DamageKnown: n > 0, Redo: n == 12}
		if n%2 == 0 {
			opt.Damage = []image.Rectangle{r, image.Rect(-8, -8, 4, 4), image.Rect(width, 0, width+16, 16)}
		}
		au, _, err := e.Encode(nil, pic, opt)
		require.NoError(t, err)
		if n == 11 {
			continue // taken back by the next one
		}
		got, err := d.Decode(byteStream(t, e, au), int64(n))
		require.NoError(t, err, "picture %d", n)
		require.Greater(t, psnr(pic, got[0].Image), 35.0, "picture %d", n)
		if n%2 == 1 {
			require.Less(t, len(au), 500, "picture %d, of which nothing is new", n)
		}
	}
}

func TestVideoEncoderErrors(t *testing.T) {
	t.Parallel()
	_, err := ffmpeg.NewVideoEncoder(codec.VideoEncoding{Width: 33, Height: 32})
	require.ErrorIs(t, err, ffmpeg.ErrLibrary)
	e := newEncoder(t, codec.VideoEncoding{})
	_, _, err = e.Encode(nil, drawing(0), codec.VideoEncodeOptions{Redo: true})
	require.ErrorIs(t, err, ffmpeg.ErrLibrary)
	small := image.NewYCbCr(image.Rect(0, 0, 16, 16), image.YCbCrSubsampleRatio420)
	_, _, err = e.Encode(nil, small, codec.VideoEncodeOptions{})
	require.ErrorIs(t, err, ffmpeg.ErrLibrary)
	require.NoError(t, e.Close())
	require.NoError(t, e.Close())
	_, _, err = e.Encode(nil, drawing(0), codec.VideoEncodeOptions{})
	require.ErrorIs(t, err, ffmpeg.ErrClosed)
}

func TestNoAllocations(t *testing.T) {
	e := newEncoder(t, codec.VideoEncoding{})
	d := newDecoder(t, codec.VideoFormat{Name: "H264"})
	pic := drawing(0)
	buffer := make([]byte, 0, 1<<20)
	au, _, err := e.Encode(buffer, pic, codec.VideoEncodeOptions{IDR: true})
	require.NoError(t, err)
	stream := byteStream(t, e, au)
	require.Zero(t, testing.AllocsPerRun(20, func() {
		if _, _, err := e.Encode(buffer, pic, codec.VideoEncodeOptions{}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Decode(stream, 0); err != nil {
			t.Fatal(err)
		}
	}))
}

func BenchmarkEncode(b *testing.B) {
	e := newEncoder(b, codec.VideoEncoding{})
	pics := []*image.YCbCr{drawing(0), drawing(1), drawing(2), drawing(3)}
	buffer := make([]byte, 0, 1<<20)
	b.SetBytes(width * height * 3 / 2)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if _, _, err := e.Encode(buffer, pics[n%len(pics)], codec.VideoEncodeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncodeStill encodes a canvas of 1920x1080 of which a tile in nine changes, with and without saying so.
func BenchmarkEncodeStill(b *testing.B) {
	const w, h = 1920, 1080
	noise := rand.New(rand.NewPCG(1, 2))
	pics := make([]*image.YCbCr, 4)
	for i := range pics {
		m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
		if i > 0 {
			copy(m.Y, pics[0].Y)
		}
		for y := range h {
			for x := range w {
				if i == 0 || x < w/3 && y < h/3 {
					m.Y[y*m.YStride+x] = uint8(100 + (x+2*i)%64 + y%50 + noise.IntN(6))
				}
			}
		}
		pics[i] = m
	}
	for _, known := range []bool{false, true} {
		b.Run(fmt.Sprintf("known=%v", known), func(b *testing.B) {
			e, err := ffmpeg.NewVideoEncoder(codec.VideoEncoding{Width: w, Height: h, FrameRate: 8})
			require.NoError(b, err)
			defer e.Close()
			opt := codec.VideoEncodeOptions{DamageKnown: known, Damage: []image.Rectangle{image.Rect(0, 0, w/3, h/3)}}
			buffer := make([]byte, 0, 1<<20)
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if _, _, err := e.Encode(buffer, pics[n%len(pics)], opt); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
