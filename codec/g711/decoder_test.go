package g711_test

import (
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/g711"
)

func newDecoder(tb testing.TB, law g711.Law) *g711.Decoder {
	tb.Helper()
	d, err := g711.New(law)
	require.NoError(tb, err)
	return d
}

// expand decodes single codes: with a long run of each, the output settles on what the code stands for.
func expand(tb testing.TB, law g711.Law) [256]int16 {
	tb.Helper()
	var table [256]int16
	d := newDecoder(tb, law)
	payload := make([]byte, 100)
	for code := range table {
		for i := range payload {
			payload[i] = byte(code)
		}
		out, err := d.Decode(nil, payload)
		require.NoError(tb, err)
		require.Equal(tb, out[198], out[199])
		table[code] = out[199]
	}
	return table
}

func TestMuLaw(t *testing.T) {
	t.Parallel()
	// ITU-T G.711 table 2a by its construction: from the largest magnitude down, 16 steps a segment, the step halving
	// from segment to segment, on a scale whose end is 8159; code 0x80 is the largest positive, 0xff positive zero.
	upper, step := 8159, 256
	got := expand(t, g711.PCMU)
	for i := range 128 {
		if i > 0 && i%16 == 0 {
			step /= 2
		}
		value := upper - step/2
		upper -= step
		if i == 127 {
			// The last interval is half as wide, from 0 to 1, and stands for 0.
			value = 0
		}
		require.Equal(t, int16(4*value), got[0x80+i], "code %#02x", 0x80+i)
		require.Equal(t, int16(-4*value), got[i], "code %#02x", i)
	}
	require.Equal(t, int16(32124), got[0x80])
	require.Equal(t, int16(8), got[0xfe])
}

func TestALaw(t *testing.T) {
	t.Parallel()
	// ITU-T G.711 table 1a by its construction: from zero up, 16 steps a segment, the step doubling from the third
	// segment on, on a scale whose end is 4096; even bits are inverted.
	lower, step := 0, 2
	got := expand(t, g711.PCMA)
	for i := range 128 {
		if i >= 32 && i%16 == 0 {
			step *= 2
		}
		value := lower + step/2
		lower += step
		require.Equal(t, int16(8*value), got[(0x80+i)^0x55], "code %#02x", (0x80+i)^0x55)
		require.Equal(t, int16(-8*value), got[i^0x55], "code %#02x", i^0x55)
	}
	require.Equal(t, 4096, lower)
	require.Equal(t, int16(32256), got[0xaa])
}

// tone is the level of one frequency in dB full scale.
func tone(pcm []int16, freq float64) float64 {
	var s, c, window float64
	for i, v := range pcm {
		w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(len(pcm)))
		sin, cos := math.Sincos(2 * math.Pi * freq * float64(i) / 16000)
		s, c, window = s+w*sin*float64(v), c+w*cos*float64(v), window+w
	}
	return 20 * math.Log10(2*math.Hypot(s, c)/window/32768)
}

func TestRealCall(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		file  string
		law   g711.Law
		pilot float64
	}{
		{"a.pcmu", g711.PCMU, 430},
		{"b.pcma", g711.PCMA, 620},
	} {
		t.Run(row.file, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile("testdata/" + row.file)
			require.NoError(t, err)
			d := newDecoder(t, row.law)
			var pcm []int16
			for len(data) > 0 {
				before := len(pcm)
				pcm, err = d.Decode(pcm, data[:160])
				require.NoError(t, err)
				require.Equal(t, before+320, len(pcm))
				data = data[160:]
			}
			require.InDelta(t, -30, tone(pcm, row.pilot), 1.5)
			for _, f := range []float64{5000, 6000, 7000} {
				require.Less(t, tone(pcm, f), -75.0, "image")
			}
		})
	}
}

func TestDelayIsConstantAndShort(t *testing.T) {
	t.Parallel()
	d := newDecoder(t, g711.PCMA)
	require.LessOrEqual(t, d.Delay(), 32, "2 ms")
	payload := make([]byte, 160)
	for i := range payload {
		payload[i] = 0xd5 // the least positive value
	}
	const loud = 0xaa
	for round := range 5 {
		payload[50] = loud
		out, err := d.Decode(nil, payload)
		require.NoError(t, err)
		most := 0
		for i, v := range out {
			if v > out[most] {
				most = i
			}
		}
		require.Equal(t, 100+d.Delay(), most, "round %d", round)
	}
}

func TestConcealment(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/a.pcmu")
	require.NoError(t, err)
	d := newDecoder(t, g711.PCMU)
	var pcm []int16
	for i := range 40 {
		if i%8 == 7 {
			pcm = d.Conceal(pcm, 320, nil)
		} else {
			pcm, err = d.Decode(pcm, data[160*i:][:160])
			require.NoError(t, err)
		}
		require.Len(t, pcm, 320*(i+1))
	}
	require.InDelta(t, -30, tone(pcm, 430), 2.5)
	d.Conceal(nil, 1000, nil)
	require.Equal(t, make([]int16, 5), d.Conceal(nil, 5, nil))

	d.Reset()
	fresh := newDecoder(t, g711.PCMU)
	got, err := d.Decode(nil, data[:160])
	require.NoError(t, err)
	want, err := fresh.Decode(nil, data[:160])
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestPayloadSizes(t *testing.T) {
	t.Parallel()
	d := newDecoder(t, g711.PCMU)
	for _, n := range []int{0, g711.MaxPayload + 1} {
		out, err := d.Decode([]int16{3}, make([]byte, n))
		require.ErrorIs(t, err, g711.ErrPayloadSize)
		require.Equal(t, []int16{3}, out)
	}
	out, err := d.Decode(nil, make([]byte, g711.MaxPayload))
	require.NoError(t, err)
	require.Len(t, out, 2*g711.MaxPayload)
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for name, factory := range map[string]func(codec.AudioFormat) (codec.AudioDecoder, error){
		"PCMU": g711.NewPCMU, "PCMA": g711.NewPCMA,
	} {
		for _, f := range []codec.AudioFormat{{}, {Name: name, ClockRate: 8000, Channels: 1}} {
			d, err := factory(f)
			require.NoError(t, err)
			require.NotNil(t, d)
		}
		for _, f := range []codec.AudioFormat{{ClockRate: 16000}, {Channels: 2}, {Channels: -1}} {
			d, err := factory(f)
			require.ErrorIs(t, err, codec.ErrUnsupported)
			require.Nil(t, d)
		}
	}
	_, err := g711.New(7)
	require.ErrorIs(t, err, codec.ErrUnsupported)
}

func TestDoesNotAllocate(t *testing.T) {
	d := newDecoder(t, g711.PCMU)
	payload, out := make([]byte, 160), make([]int16, 0, 1000)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		out, _ = d.Decode(out[:0], payload)
		out = d.Conceal(out, 320, nil)
	}))
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0, 1, 2, 0xff}, uint16(100), uint8(0))
	f.Fuzz(func(t *testing.T, payload []byte, lost uint16, law uint8) {
		d := newDecoder(t, g711.Law(law%2))
		out, err := d.Decode(nil, payload)
		if err == nil {
			require.Len(t, out, 2*len(payload))
		}
		require.Len(t, d.Conceal(nil, int(lost), payload), int(lost))
		again, _ := d.Decode(nil, payload)
		require.Len(t, again, len(out))
	})
}

func BenchmarkDecode(b *testing.B) {
	d := newDecoder(b, g711.PCMU)
	payload, out := make([]byte, 160), make([]int16, 0, 1000)
	b.SetBytes(160)
	b.ReportAllocs()
	for b.Loop() {
		out, _ = d.Decode(out[:0], payload)
	}
}

func ExampleDecoder_Decode() {
	d, err := g711.New(g711.PCMA)
	if err != nil {
		panic(err)
	}
	payload := make([]byte, 160) // 20 ms at 8 kHz
	pcm, err := d.Decode(nil, payload)
	fmt.Println(len(pcm), err)
	// Output: 320 <nil>
}
