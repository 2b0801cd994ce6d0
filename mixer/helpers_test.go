package mixer_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mixer"
)

func newMixer(tb testing.TB, cfg mixer.Config) *mixer.Mixer {
	tb.Helper()
	m, err := mixer.New(cfg)
	require.NoError(tb, err)
	return m
}

func addInput(tb testing.TB, m *mixer.Mixer) *mixer.Input {
	tb.Helper()
	in, err := m.AddInput(mixer.InputConfig{})
	require.NoError(tb, err)
	return in
}

func sine(n int, freq, amplitude float64) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(math.Round(amplitude * math.Sin(2*math.Pi*freq*float64(i)/mixer.SampleRate)))
	}
	return pcm
}

func noise(n int, amplitude int, seed uint64) []int16 {
	rnd := rand.New(rand.NewPCG(seed, 0))
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(rnd.IntN(2*amplitude+1) - amplitude)
	}
	return pcm
}

// quietStart zeroes the first 4 ms, in which an input fades in.
func quietStart(pcm []int16) []int16 {
	clear(pcm[:64])
	return pcm
}

// writeBlocks writes pcm in blocks of 20 ms, due without gap from at on.
func writeBlocks(in *mixer.Input, at int64, pcm []int16) {
	for len(pcm) > 0 {
		n := min(320, len(pcm))
		in.Write(at, pcm[:n])
		at, pcm = at+int64(n), pcm[n:]
	}
}

func read(m *mixer.Mixer, n int) []int16 {
	pcm := make([]int16, n)
	m.Read(pcm)
	return pcm
}

// curvature is the largest second difference: what a click makes large and a tone bounds by amplitude times the square
// of its angular frequency.
func curvature(pcm []int16) int {
	most := 0
	for i := 2; i < len(pcm); i++ {
		d := int(pcm[i]) - 2*int(pcm[i-1]) + int(pcm[i-2])
		most = max(most, d, -d)
	}
	return most
}

func peak(pcm []int16) int {
	most := 0
	for _, v := range pcm {
		most = max(most, int(v), -int(v))
	}
	return most
}

// same compares signals like require.Equal, but does not print them.
func same(tb testing.TB, want, got []int16, why ...any) {
	tb.Helper()
	require.Equal(tb, len(want), len(got), why...)
	for i := range want {
		if want[i] != got[i] {
			require.Failf(tb, "signals differ", "first at sample %d of %d: want %d, got %d %v", i, len(want), want[i], got[i], why)
		}
	}
}
