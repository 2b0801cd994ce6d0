//go:build ffmpeg

package ffmpeg_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/ffmpeg"
	"github.com/callrec/callrec/codec/g722"
	"github.com/callrec/callrec/codec/opus"
)

// packets reads a file of packets, each preceded by an RTP timestamp and its length in two bytes.
func packets(t testing.TB, path string) [][]byte {
	t.Helper()
	var list [][]byte
	for b := readFile(t, path); len(b) > 6; {
		n := int(binary.BigEndian.Uint16(b[4:]))
		list = append(list, b[6:6+n])
		b = b[6+n:]
	}
	require.NotEmpty(t, list)
	return list
}

// level is the RMS of samples in dB of full scale.
func level(pcm []int16) float64 {
	sum := 1e-9
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return 10 * math.Log10(sum/float64(len(pcm))/(1<<30))
}

func difference(a, b []int16) []int16 {
	d := make([]int16, len(a))
	for i := range a {
		d[i] = int16(min(max(int(a[i])-int(b[i]), -1<<15), 1<<15-1))
	}
	return d
}

func newOpus(t testing.TB) *ffmpeg.OpusDecoder {
	t.Helper()
	d, err := ffmpeg.NewOpusDecoder(codec.AudioFormat{Name: "opus", ClockRate: 48000, Channels: 2})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d
}

// TestOpus decodes what the module's own decoder does, to the same within the accuracy of either.
func TestOpus(t *testing.T) {
	t.Parallel()
	own, err := opus.NewDecoder(codec.AudioFormat{Name: "opus"})
	require.NoError(t, err)
	d := newOpus(t)
	var want, got []int16
	for _, p := range packets(t, "../opus/testdata/voice.pkts") {
		want, err = own.Decode(want, p)
		require.NoError(t, err)
		got, err = d.Decode(got, p)
		require.NoError(t, err)
	}
	require.Len(t, got, len(want))
	require.Less(t, level(difference(want, got)), level(want)-40)
}

func TestOpusConceals(t *testing.T) {
	t.Parallel()
	list := packets(t, "../opus/testdata/voice.pkts")
	for _, n := range []int{0, 1, 39, 320, 333, 1920, 5000} {
		d := newOpus(t)
		pcm, err := d.Decode([]int16{7}, list[20])
		require.NoError(t, err)
		before := len(pcm)
		pcm = d.Conceal(pcm, n, list[22])
		require.Len(t, pcm, before+n)
		require.Equal(t, int16(7), pcm[0])
		require.Len(t, d.Conceal(nil, n, []byte{0xff, 0xff, 0xff}), n, "a next packet that is broken")
	}
}

func TestAudioErrors(t *testing.T) {
	t.Parallel()
	for _, f := range []codec.AudioFormat{{Name: "opus", ClockRate: 8000}, {Name: "opus", Channels: 3}} {
		_, err := ffmpeg.NewOpusDecoder(f)
		require.ErrorIs(t, err, codec.ErrUnsupported)
	}
	d := newOpus(t)
	for _, payload := range []string{"", "\xff\xff\xff\xff"} {
		pcm, err := d.Decode([]int16{1}, []byte(payload))
		require.ErrorIs(t, err, ffmpeg.ErrLibrary)
		require.Equal(t, []int16{1}, pcm)
	}
	d.Reset()
	require.NoError(t, d.Close())
	d.Reset()
	_, err := d.Decode(nil, []byte{1})
	require.ErrorIs(t, err, ffmpeg.ErrClosed)
	require.Equal(t, []int16{0, 0}, d.Conceal(nil, 2, nil))
}

func TestG722(t *testing.T) {
	t.Parallel()
	own, err := g722.NewDecoder(codec.AudioFormat{Name: "G722"})
	require.NoError(t, err)
	d, err := ffmpeg.NewG722Decoder(codec.AudioFormat{Name: "G722"})
	require.NoError(t, err)
	defer d.Close()
	var want, got []int16
	noise := uint32(1)
	for range 50 {
		payload := make([]byte, 160)
		for i := range payload {
			noise = noise*1664525 + 1013904223
			payload[i] = byte(noise >> 24)
		}
		want, err = own.Decode(want, payload)
		require.NoError(t, err)
		got, err = d.Decode(got, payload)
		require.NoError(t, err)
	}
	require.Equal(t, want, got)
	require.Len(t, d.Conceal(nil, 100, nil), 100)
	_, err = d.Decode(nil, nil)
	require.ErrorIs(t, err, ffmpeg.ErrLibrary)
	d.Reset()
}

// TestAAC checks the contract of codec.AudioEncoder: sizes, look-ahead, configuration.
func TestAAC(t *testing.T) {
	t.Parallel()
	e, err := ffmpeg.NewAACEncoder(codec.AudioEncoding{Bitrate: 48_000})
	require.NoError(t, err)
	defer e.Close()
	require.Equal(t, 1024, e.FrameSize())
	require.Equal(t, []byte{0x14, 0x08}, e.Config()[:2], "AAC-LC, 16 kHz, mono")
	pcm := make([]int16, 1024)
	var stream []byte
	units := 0
	for n := range 100 {
		for i := range pcm {
			pcm[i] = int16(8000 * math.Sin(float64(n*1024+i)*2*math.Pi*1000/16000))
		}
		au, ready, err := e.Encode(stream, pcm)
		require.NoError(t, err)
		require.Equal(t, n >= e.Lookahead(), ready, "frame %d", n)
		if ready {
			units++
		}
		stream = au
	}
	require.Equal(t, 100-e.Lookahead(), units)
	require.InDelta(t, 48_000, float64(len(stream)*8)/(float64(units)*1024/16000), 12_000)
	_, _, err = e.Encode(nil, pcm[:5])
	require.ErrorIs(t, err, ffmpeg.ErrLibrary)
	require.NoError(t, e.Close())
	_, _, err = e.Encode(nil, pcm)
	require.ErrorIs(t, err, ffmpeg.ErrClosed)
}
