package l16_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/l16"
)

func newDecoder(tb testing.TB, rate, channels int) *l16.Decoder {
	tb.Helper()
	d, err := l16.NewDecoder(codec.AudioFormat{Name: "L16", ClockRate: rate, Channels: channels})
	require.NoError(tb, err)
	return d
}

// payload is a tone of 1 kHz, -6 dBFS; in the second channel, if there is one, at half the level.
func payload(rate, channels, samples int) []byte {
	var b []byte
	for i := range samples {
		v := 16384 * math.Sin(2*math.Pi*1000*float64(i)/float64(rate))
		for c := range channels {
			b = binary.BigEndian.AppendUint16(b, uint16(int16(math.Round(v/float64(c+1)))))
		}
	}
	return b
}

// amplitude is that of a tone of 1 kHz, and the RMS of all else.
func amplitude(pcm []int16) (tone, rest float64) {
	var s, c float64
	for i, v := range pcm {
		sin, cos := math.Sincos(2 * math.Pi * 1000 * float64(i) / 16000)
		s, c = s+2*sin*float64(v), c+2*cos*float64(v)
	}
	n := float64(len(pcm))
	for i, v := range pcm {
		sin, cos := math.Sincos(2 * math.Pi * 1000 * float64(i) / 16000)
		d := float64(v) - s/n*sin - c/n*cos
		rest += d * d
	}
	return math.Hypot(s, c) / n, math.Sqrt(rest / n)
}

func TestRatesAndChannels(t *testing.T) {
	t.Parallel()
	for _, rate := range []int{8000, 11025, 16000, 24000, 32000, 44100, 48000, 96000} {
		for channels := 1; channels <= 2; channels++ {
			t.Run(fmt.Sprintf("%d Hz %d channels", rate, channels), func(t *testing.T) {
				t.Parallel()
				d := newDecoder(t, rate, channels)
				require.LessOrEqual(t, d.Delay(), 96, "6 ms")
				var pcm []int16
				var err error
				// Blocks of an odd length: what matters is that in the long run no sample is lost or gained.
				for part := range slices.Chunk(payload(rate, channels, rate), 2*channels*317) {
					pcm, err = d.Decode(pcm, part)
					require.NoError(t, err)
				}
				require.InDelta(t, 16000, len(pcm), 1)
				tone, rest := amplitude(pcm[1600 : 1600+8000])
				require.InDelta(t, []float64{16384, 12288}[channels-1], tone, 20)
				require.Less(t, rest, 2.0)
			})
		}
	}
}

func TestConcealment(t *testing.T) {
	t.Parallel()
	for _, rate := range []int{16000, 48000} {
		d := newDecoder(t, rate, 1)
		p := payload(rate, 1, rate/10)
		want, err := d.Decode(nil, p)
		require.NoError(t, err)
		pcm := d.Conceal(nil, 2000, nil)
		require.Len(t, pcm, 2000)
		tone, _ := amplitude(pcm[:160])
		require.Greater(t, tone, 12000.0)
		require.Equal(t, make([]int16, 1000), pcm[1000:])
		d.Reset()
		got, err := d.Decode(nil, p)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestPayloadSizes(t *testing.T) {
	t.Parallel()
	d := newDecoder(t, 16000, 2)
	for _, n := range []int{0, 1, 2, 3, 5, 4*16000 + 4} {
		out, err := d.Decode([]int16{3}, make([]byte, n))
		require.ErrorIs(t, err, l16.ErrPayloadSize)
		require.Equal(t, []int16{3}, out)
	}
	out, err := d.Decode(nil, []byte{0x7f, 0xff, 0x7f, 0xff, 0x80, 0, 0x80, 0, 0x01, 0x02, 0x01, 0x04})
	require.NoError(t, err)
	require.Equal(t, []int16{32767, -32768, 0x0103}, out)
}

func TestFormats(t *testing.T) {
	t.Parallel()
	_, err := l16.NewDecoder(codec.AudioFormat{})
	require.NoError(t, err)
	for _, f := range []codec.AudioFormat{{ClockRate: 7999}, {ClockRate: 44101}, {ClockRate: 400000}, {Channels: 9}, {Channels: -1}} {
		_, err := l16.NewDecoder(f)
		require.ErrorIs(t, err, codec.ErrUnsupported, "%+v", f)
	}
}

func TestDoesNotAllocate(t *testing.T) {
	d := newDecoder(t, 48000, 2)
	p, out := payload(48000, 2, 960), make([]int16, 0, 1000)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		out, _ = d.Decode(out[:0], p)
		out = d.Conceal(out, 320, nil)
	}))
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0, 1, 2, 0xff}, uint16(100), uint8(2))
	f.Fuzz(func(t *testing.T, p []byte, lost uint16, channels uint8) {
		d := newDecoder(t, 32000, int(channels%l16.MaxChannels)+1)
		_, _ = d.Decode(nil, p)
		require.Len(t, d.Conceal(nil, int(lost), p), int(lost))
	})
}

func BenchmarkDecode(b *testing.B) {
	d := newDecoder(b, 48000, 1)
	p, out := payload(48000, 1, 960), make([]int16, 0, 1000)
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		out, _ = d.Decode(out[:0], p)
	}
}

func ExampleDecoder_Decode() {
	d, err := l16.NewDecoder(codec.AudioFormat{ClockRate: 16000})
	if err != nil {
		panic(err)
	}
	pcm, err := d.Decode(nil, []byte{0x12, 0x34, 0xff, 0xff})
	fmt.Println(pcm, err)
	// Output: [4660 -1] <nil>
}
