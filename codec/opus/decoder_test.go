package opus_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/opus"
)

type payload struct {
	timestamp uint32
	data      []byte
}

// load reads a file of testdata, whose format testdata/README.md describes.
func load(tb testing.TB, name string) []payload {
	tb.Helper()
	b, err := os.ReadFile("testdata/" + name)
	require.NoError(tb, err)
	var list []payload
	for len(b) > 0 {
		n := int(binary.BigEndian.Uint16(b[4:]))
		list = append(list, payload{binary.BigEndian.Uint32(b), b[6 : 6+n]})
		b = b[6+n:]
	}
	return list
}

func newDecoder(tb testing.TB) *opus.Decoder {
	tb.Helper()
	d, err := opus.NewDecoder(codec.AudioFormat{Name: "opus", ClockRate: 48000, Channels: 2, FMTP: "minptime=10;useinbandfec=1"})
	require.NoError(tb, err)
	return d
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

func energy(pcm []int16) (sum float64) {
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return sum
}

func TestRealCall(t *testing.T) {
	t.Parallel()
	d := newDecoder(t)
	var pcm []int16
	for i, p := range load(t, "voice.pkts") {
		n, err := opus.PacketDuration(p.data)
		require.NoError(t, err)
		require.Equal(t, 320, n)
		pcm, err = d.Decode(pcm, p.data)
		require.NoError(t, err, "packet %d", i)
		require.Len(t, pcm, (i+1)*320)
	}
	require.InDelta(t, -30, tone(pcm[8000:], 430), 1, "pilot tone of A")
	for _, other := range []float64{620, 910, 1150, 1390} {
		require.Less(t, tone(pcm[8000:], other), -40.0, "pilot tones of others, at %.0f Hz", other)
	}
}

func TestDTX(t *testing.T) {
	t.Parallel()
	d := newDecoder(t)
	list := load(t, "dtx.pkts")
	var quiet, loud int
	for i, p := range list {
		out, err := d.Decode(nil, p.data)
		require.NoError(t, err)
		require.Len(t, out, 320)
		if i > 0 && p.timestamp-list[i-1].timestamp > 960 {
			require.Equal(t, 320, len(out))
		}
		if len(p.data) == 1 {
			quiet++
			require.Less(t, energy(out), 320*20.0*20, "packet %d", i)
		}
		if energy(out) > 320*100*100 {
			loud++
		}
	}
	require.Greater(t, quiet, 5)
	require.Greater(t, loud, 20)
}

func TestLossIsConcealed(t *testing.T) {
	t.Parallel()
	d := newDecoder(t)
	list := load(t, "voice.pkts")
	var pcm []int16
	for i, p := range list {
		var err error
		if i%10 == 9 {
			var next []byte
			if i+1 < len(list) {
				next = list[i+1].data
			}
			pcm = d.Conceal(pcm, 320, next)
			require.NotZero(t, energy(pcm[i*320:]), "packet %d", i)
		} else {
			pcm, err = d.Decode(pcm, p.data)
			require.NoError(t, err)
		}
		require.Len(t, pcm, (i+1)*320)
	}
	require.InDelta(t, -30, tone(pcm[8000:], 430), 2, "pilot tone with 10 % loss")
	require.Len(t, d.Conceal(nil, 1234, nil), 1234)
	require.Equal(t, make([]int16, 100), d.Conceal(nil, 100, nil), "silence in the end")
}

// join makes one packet of code 1, 2 or 3 from two of code 0 with the same TOC.
func join(code byte, a, b []byte) []byte {
	out := []byte{a[0] | code}
	a, b = a[1:], b[1:]
	length := func(n int) []byte {
		if n < 252 {
			return []byte{byte(n)}
		}
		return []byte{byte(252 + n&3), byte((n - 252 - n&3) / 4)}
	}
	padding := 0
	switch code {
	case 2:
		out = append(out, length(len(a))...)
	case 3:
		padding = 300
		out = append(out, 0x80|0x40|2, 255, byte(padding-254))
		out = append(out, length(len(a))...)
	}
	out = append(append(out, a...), b...)
	return append(out, make([]byte, padding)...)
}

func TestSeveralFramesInAPacket(t *testing.T) {
	t.Parallel()
	list := load(t, "voice.pkts")
	for code := byte(1); code <= 3; code++ {
		single, joined := newDecoder(t), newDecoder(t)
		done := 0
		for i := 0; i+1 < len(list); i += 2 {
			a, b := list[i].data, list[i+1].data
			if code == 1 && len(a) != len(b) || a[0] != b[0] {
				continue
			}
			done++
			want, err := single.Decode(nil, a)
			require.NoError(t, err)
			want, err = single.Decode(want, b)
			require.NoError(t, err)
			p := join(code, a, b)
			n, err := opus.PacketDuration(p)
			require.NoError(t, err)
			require.Equal(t, 640, n)
			got, err := joined.Decode(nil, p)
			require.NoError(t, err)
			require.Equal(t, want, got, "code %d, packets %d and %d", code, i, i+1)
		}
		require.Greater(t, done, 3)
	}
}

func TestEmptyFramesAmongOthers(t *testing.T) {
	t.Parallel()
	list := load(t, "voice.pkts")
	d, want := newDecoder(t), newDecoder(t)
	for _, p := range list[:50] {
		_, err := d.Decode(nil, p.data)
		require.NoError(t, err)
		_, err = want.Decode(nil, p.data)
		require.NoError(t, err)
	}
	p := list[50].data
	out, err := d.Decode(nil, append([]byte{p[0] | 2, 0}, p[1:]...)) // code 2, the first frame empty
	require.NoError(t, err)
	ref := want.Conceal(nil, 320, nil)
	ref, err = want.Decode(ref, p)
	require.NoError(t, err)
	require.Equal(t, ref, out)
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	list := load(t, "voice.pkts")
	big := make([]byte, 1+1276)
	for _, row := range []struct {
		name string
		data []byte
	}{
		{"empty", nil},
		{"code 0, frame of 1276 bytes", big},
		{"code 1, odd length", []byte{1, 1, 2, 3}},
		{"code 2, no length", []byte{2}},
		{"code 2, half a length", []byte{2, 252}},
		{"code 2, frame overruns", []byte{2, 5, 1, 2, 3, 4}},
		{"code 3, no frame count", []byte{3}},
		{"code 3, no frame", []byte{3, 0}},
		{"code 3, more than 120 ms", []byte{3, 13}},
		{"code 3, 63 frames of 2.5 ms", append([]byte{16<<3 | 3, 63}, make([]byte, 63)...)},
		{"code 3, no padding length", []byte{3, 0x41}},
		{"code 3, padding overruns", []byte{3, 0x41, 3, 1, 2}},
		{"code 3, padding length without end", []byte{3, 0x41, 255, 255, 255}},
		{"code 3, frames of unequal size", []byte{3, 2, 1, 2, 3}},
		{"code 3, lengths missing", []byte{3, 0x83, 1}},
		{"code 3, lengths overrun", []byte{3, 0x83, 1, 2, 0, 0}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			d := newDecoder(t)
			_, err := opus.PacketDuration(row.data)
			require.ErrorIs(t, err, opus.ErrMalformed)
			out, err := d.Decode([]int16{5}, row.data)
			require.ErrorIs(t, err, opus.ErrMalformed)
			require.Equal(t, []int16{5}, out)
			out, err = d.Decode(out, list[0].data)
			require.NoError(t, err, "still usable")
			require.Len(t, out, 321)
		})
	}
}

func TestPacketDuration(t *testing.T) {
	t.Parallel()
	// RFC 6716 table 2, in samples at 16 kHz.
	silk, hybrid, celt := []int{160, 320, 640, 960}, []int{160, 320}, []int{40, 80, 160, 320}
	var table []int
	for range 3 {
		table = append(table, silk...)
	}
	for range 2 {
		table = append(table, hybrid...)
	}
	for range 4 {
		table = append(table, celt...)
	}
	for config, want := range table {
		for frames := 1; frames*want <= 1920; frames++ {
			p := append([]byte{byte(config)<<3 | 3, byte(frames)}, make([]byte, 2*frames)...)
			got, err := opus.PacketDuration(p)
			require.NoError(t, err)
			require.Equal(t, want*frames, got, "configuration %d, %d frames", config, frames)
		}
		_, err := opus.PacketDuration([]byte{byte(config)<<3 | 3, byte(1920/want) + 1})
		require.Error(t, err)
	}
}

func TestTruncatedAtEveryLength(t *testing.T) {
	t.Parallel()
	list := load(t, "voice.pkts")
	p := join(3, list[20].data, list[21].data)
	d := newDecoder(t)
	for n := range p {
		out, err := d.Decode(nil, p[:n])
		if err != nil {
			require.Empty(t, out)
		} else {
			require.Len(t, out, 640, "%d bytes", n)
		}
	}
}

func TestResetIsNew(t *testing.T) {
	t.Parallel()
	used, fresh := newDecoder(t), newDecoder(t)
	list := load(t, "voice.pkts")
	for _, p := range list[:30] {
		_, err := used.Decode(nil, p.data)
		require.NoError(t, err)
	}
	used.Reset()
	for _, p := range list[30:60] {
		got, err := used.Decode(nil, p.data)
		require.NoError(t, err)
		want, err := fresh.Decode(nil, p.data)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for _, f := range []codec.AudioFormat{{Name: "OPUS"}, {Name: "opus", ClockRate: 48000, Channels: 2}} {
		_, err := opus.NewDecoder(f)
		require.NoError(t, err)
	}
	for _, f := range []codec.AudioFormat{{}, {Name: "PCMU"}, {Name: "opus", ClockRate: 16000}, {Name: "opus", Channels: 6}, {Name: "opus", Channels: -1}} {
		_, err := opus.NewDecoder(f)
		require.ErrorIs(t, err, codec.ErrUnsupported)
	}
}

func TestDecodeDoesNotAllocate(t *testing.T) {
	d := newDecoder(t)
	list := load(t, "voice.pkts")
	out := make([]int16, 0, 1920)
	// The packets of one mode: the library allocates when the encoder switches.
	p := list[100].data
	two := join(3, p, p)
	require.Zero(t, testing.AllocsPerRun(50, func() {
		var err error
		if out, err = d.Decode(out[:0], p); err != nil {
			panic(err)
		}
		if out, err = d.Decode(out[:0], two); err != nil {
			panic(err)
		}
		out = d.Conceal(out[:0], 320, nil)
	}))
}

func FuzzDecode(f *testing.F) {
	list := load(f, "voice.pkts")
	for _, i := range []int{0, 20, 45, 100} {
		f.Add(list[i].data, list[i+1].data)
		f.Add(join(2, list[i].data, list[i+1].data), join(3, list[i].data, list[i+1].data))
	}
	f.Add([]byte{0x78}, []byte{0xfb, 0x30})                                     // DTX
	for _, name := range []string{"fec.pkts", "fec60.pkts", "fecstereo.pkts"} { // forward error correction
		list := load(f, name)
		f.Add(list[10].data, list[11].data)
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		d := newDecoder(t)
		for _, p := range [][]byte{a, b, a} {
			n, sizeErr := opus.PacketDuration(p)
			out, err := d.Decode(nil, p)
			if err != nil {
				require.Empty(t, out)
				require.NotErrorIs(t, err, opus.ErrPanic)
			} else {
				require.NoError(t, sizeErr)
				require.Len(t, out, n)
			}
			require.Len(t, d.Conceal(nil, 1000, b), 1000)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	list := load(b, "voice.pkts")
	d := newDecoder(b)
	out := make([]int16, 0, 1920)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if out, err = d.Decode(out[:0], list[i%len(list)].data); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func ExampleDecoder_Decode() {
	d, err := opus.NewDecoder(codec.AudioFormat{Name: "opus"})
	if err != nil {
		panic(err)
	}
	// A packet of 20 ms that a sender with nothing to say sends.
	pcm, err := d.Decode(nil, []byte{0xf8, 0xff, 0xfe})
	fmt.Println(len(pcm), err)
	// Output: 320 <nil>
}
