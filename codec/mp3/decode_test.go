package mp3_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/mp3"
)

const minute = 60 * 16000

func load(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile("testdata/" + name)
	require.NoError(tb, err)
	return b
}

func decode(tb testing.TB, data []byte) []int16 {
	tb.Helper()
	pcm, err := mp3.Decode(bytes.NewReader(data), minute)
	require.NoError(tb, err)
	return pcm
}

// rmsError is the root mean square of the difference to a sine of the given amplitude that starts at sample 0.
func rmsError(pcm []int16, from int, freq, amplitude float64) float64 {
	sum := 0.0
	for i, v := range pcm {
		d := float64(v) - amplitude*math.Sin(2*math.Pi*freq*float64(from+i)/16000)
		sum += d * d
	}
	return math.Sqrt(sum / float64(len(pcm)))
}

func TestStereoAt44100(t *testing.T) {
	t.Parallel()
	pcm := decode(t, load(t, "tone.mp3"))
	require.Len(t, pcm, 16000, "padding is cut off")
	require.Less(t, rmsError(pcm[4400:11600], 4400, 440, 8192), 300.0, "in its place to a fraction of a sample")
	require.Less(t, rmsError(pcm[:3800], 0, 440, 0), 30.0, "silence")
	require.Less(t, rmsError(pcm[12200:], 0, 440, 0), 30.0, "silence")
}

func TestMonoAt16000(t *testing.T) {
	t.Parallel()
	pcm := decode(t, load(t, "mono16k.mp3"))
	require.Len(t, pcm, 8000)
	require.Less(t, rmsError(pcm[500:7500], 500, 440, 3890), 20.0, "the encoder turns it down by 0.45 dB")
}

func TestTagsAreSkipped(t *testing.T) {
	t.Parallel()
	data := load(t, "mono16k.mp3")
	want := decode(t, data)

	tag := append([]byte("ID3\x04\x00\x00\x00\x00\x02\x00"), bytes.Repeat([]byte{0xff, 0xfb, 0x90, 0x00}, 64)...)
	require.Equal(t, want, decode(t, append(tag, data...)), "ID3v2 full of what looks like frames")
	end := append([]byte("TAG"), make([]byte, 125)...)
	require.Equal(t, want, decode(t, append(bytes.Clone(data), end...)), "ID3v1")
	require.Equal(t, want, decode(t, append([]byte("some garbage \xff\xfb ahead"), data...)))
}

func TestTruncated(t *testing.T) {
	t.Parallel()
	data := load(t, "tone.mp3")
	whole := decode(t, data)
	previous := 0
	for n := 0; n <= len(data); n += 577 {
		pcm, err := mp3.Decode(bytes.NewReader(data[:n]), minute)
		if err != nil {
			require.ErrorIs(t, err, mp3.ErrNoAudio)
			require.Zero(t, previous, "at %d bytes", n)
			continue
		}
		require.GreaterOrEqual(t, len(pcm), previous)
		previous = len(pcm)
		// What is there is right, up to the samples that the rate conversion lacks.
		k := max(0, len(pcm)-100)
		require.True(t, slices.Equal(whole[:k], pcm[:k]), "at %d bytes", n)
	}
	require.Greater(t, previous, 15000)
}

func TestNotMP3(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"empty":           nil,
		"one byte":        {0xff},
		"text":            []byte("this is not music at all, it is prose"),
		"zeros":           make([]byte, 100000),
		"all ones":        bytes.Repeat([]byte{0xff}, 100000),
		"only a tag":      []byte("ID3\x04\x00\x00\x00\x00\x00\x00"),
		"endless tag":     []byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7fabc"),
		"MPEG-2.5":        append([]byte{0xff, 0xe3, 0x18, 0xc4}, make([]byte, 400)...),
		"layer II":        append([]byte{0xff, 0xfd, 0x90, 0x00}, make([]byte, 400)...),
		"free format":     append([]byte{0xff, 0xfb, 0x00, 0x00}, make([]byte, 400)...),
		"a header, alone": {0xff, 0xfb, 0x90, 0x00},
		"a WAV file":      append([]byte("RIFF\x24\x00\x00\x00WAVEfmt "), make([]byte, 400)...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pcm, err := mp3.Decode(bytes.NewReader(data), minute)
			require.ErrorIs(t, err, mp3.ErrNoAudio)
			require.Nil(t, pcm)
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	data := load(t, "tone.mp3")
	_, err := mp3.Decode(bytes.NewReader(data), 15999)
	require.ErrorIs(t, err, mp3.ErrTooLarge)
	pcm, err := mp3.Decode(bytes.NewReader(data), 16000)
	require.NoError(t, err)
	require.Len(t, pcm, 16000)
	_, err = mp3.Decode(bytes.NewReader(data), 0)
	require.ErrorIs(t, err, mp3.ErrTooLarge)
	_, err = mp3.Decode(io.LimitReader(zeros{}, mp3.MaxBytes+1), minute)
	require.ErrorIs(t, err, mp3.ErrTooLarge)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestReaderFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	_, err := mp3.Decode(io.MultiReader(bytes.NewReader(load(t, "tone.mp3")), iotest.ErrReader(broken)), minute)
	require.ErrorIs(t, err, broken)
}

func FuzzDecode(f *testing.F) {
	f.Add(load(f, "mono16k.mp3"))
	f.Add(load(f, "mono16k.mp3")[:500])
	f.Add([]byte("ID3\x04\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		const most = 20000
		pcm, err := mp3.Decode(bytes.NewReader(data), most)
		if err != nil {
			require.Nil(t, pcm)
		}
		require.LessOrEqual(t, len(pcm), most)
	})
}

func BenchmarkDecode(b *testing.B) {
	data := load(b, "tone.mp3")
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := mp3.Decode(bytes.NewReader(data), minute); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleDecode() {
	f, err := os.Open("testdata/tone.mp3")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	pcm, err := mp3.Decode(f, 10*16000) // at most 10 s
	fmt.Println(len(pcm), err)
	// Output: 16000 <nil>
}
