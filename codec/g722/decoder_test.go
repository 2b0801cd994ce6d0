package g722_test

import (
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/g722"
)

func newDecoder(tb testing.TB) *g722.Decoder {
	tb.Helper()
	d, err := g722.NewDecoder(codec.AudioFormat{Name: "G722", ClockRate: 8000, Channels: 1})
	require.NoError(tb, err)
	return d
}

// tones reads half a second of ffmpeg's encoding of 1 kHz and 5 kHz, -12 dBFS each.
func tones(tb testing.TB) []byte {
	tb.Helper()
	stream, err := os.ReadFile("testdata/tones.g722")
	require.NoError(tb, err)
	return stream
}

// tone is the level of a tone in dBFS.
func tone(pcm []int16, freq float64) float64 {
	var s, c, window float64
	for i, v := range pcm {
		w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(len(pcm)))
		sin, cos := math.Sincos(2 * math.Pi * freq * float64(i) / 16000)
		s, c, window = s+w*sin*float64(v), c+w*cos*float64(v), window+w
	}
	return 20 * math.Log10(2*math.Hypot(s, c)/window/32768)
}

func TestBothSubBands(t *testing.T) {
	t.Parallel()
	d := newDecoder(t)
	stream := tones(t)
	pcm, err := d.Decode(nil, stream)
	require.NoError(t, err)
	require.Len(t, pcm, 2*len(stream))
	pcm = pcm[2000:]
	require.InDelta(t, -12, tone(pcm, 1000), 0.2)
	require.InDelta(t, -12, tone(pcm, 5000), 0.2)
	require.Less(t, tone(pcm, 3000), -45.0, "image of the other sub-band")
	require.Less(t, tone(pcm, 7000), -45.0, "image of the other sub-band")
}

// TestPartsMakeNoDifference: RTP packets of any length carry one stream.
func TestPartsMakeNoDifference(t *testing.T) {
	t.Parallel()
	stream := tones(t)
	want, err := newDecoder(t).Decode(nil, stream)
	require.NoError(t, err)
	d := newDecoder(t)
	var got []int16
	for n := 1; len(stream) > 0; n++ {
		k := min(n, len(stream))
		got, err = d.Decode(got, stream[:k])
		require.NoError(t, err)
		stream = stream[k:]
	}
	require.Equal(t, want, got)
}

func TestConcealment(t *testing.T) {
	t.Parallel()
	stream := tones(t)
	d := newDecoder(t)
	pcm, err := d.Decode(nil, stream)
	require.NoError(t, err)
	pcm = d.Conceal(pcm[:0], 2000, nil)
	require.Len(t, pcm, 2000)
	require.Greater(t, tone(pcm[:160], 1000), -20.0)
	require.Equal(t, make([]int16, 1000), pcm[1000:])

	d.Reset()
	got, err := d.Decode(nil, stream)
	require.NoError(t, err)
	want, err := newDecoder(t).Decode(nil, stream)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestPayloadSizes(t *testing.T) {
	t.Parallel()
	d := newDecoder(t)
	for _, n := range []int{0, g722.MaxPayload + 1} {
		out, err := d.Decode([]int16{3}, make([]byte, n))
		require.ErrorIs(t, err, g722.ErrPayloadSize)
		require.Equal(t, []int16{3}, out)
	}
	out, err := d.Decode(nil, make([]byte, g722.MaxPayload))
	require.NoError(t, err)
	require.Len(t, out, 2*g722.MaxPayload)
}

func TestFormats(t *testing.T) {
	t.Parallel()
	_, err := g722.NewDecoder(codec.AudioFormat{})
	require.NoError(t, err)
	for _, f := range []codec.AudioFormat{{ClockRate: 16000}, {Channels: 2}, {Channels: -1}} {
		_, err := g722.NewDecoder(f)
		require.ErrorIs(t, err, codec.ErrUnsupported)
	}
}

func TestDoesNotAllocate(t *testing.T) {
	d := newDecoder(t)
	payload, out := tones(t)[:160], make([]int16, 0, 1000)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		out, _ = d.Decode(out[:0], payload)
		out = d.Conceal(out, 320, nil)
	}))
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0, 1, 2, 0xff}, uint16(100))
	f.Fuzz(func(t *testing.T, payload []byte, lost uint16) {
		d := newDecoder(t)
		out, err := d.Decode(nil, payload)
		if err == nil {
			require.Len(t, out, 2*len(payload))
		}
		require.Len(t, d.Conceal(nil, int(lost), payload), int(lost))
	})
}

func BenchmarkDecode(b *testing.B) {
	d := newDecoder(b)
	payload, out := tones(b)[:160], make([]int16, 0, 1000)
	b.SetBytes(160)
	b.ReportAllocs()
	for b.Loop() {
		out, _ = d.Decode(out[:0], payload)
	}
}

func ExampleDecoder_Decode() {
	d, err := g722.NewDecoder(codec.AudioFormat{})
	if err != nil {
		panic(err)
	}
	payload := make([]byte, 160) // 20 ms
	pcm, err := d.Decode(nil, payload)
	fmt.Println(len(pcm), err)
	// Output: 320 <nil>
}
