package nmr_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/bench/nmr"
)

// sound is a second at 16 kHz of a tone at -12 dBFS, and the same with noise of an RMS.
func sound(freq, noise float64) (want []int16, got []float64) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 16000 {
		v := 8192 * math.Sin(2*math.Pi*freq*float64(i)/16000)
		want = append(want, int16(math.Round(v)))
		got = append(got, math.Round(v)+noise*rnd.NormFloat64())
	}
	return want, got
}

func TestNMR(t *testing.T) {
	t.Parallel()
	m := nmr.NewMeter(16000)
	ratio := func(freq, noise float64) float64 {
		want, got := sound(freq, noise)
		return m.NMR(want, got)
	}
	require.Less(t, ratio(1000, 0), -100.0, "no noise")
	for noise := 3.0; noise < 1000; noise *= 10 {
		require.InDelta(t, 20, ratio(1000, 10*noise)-ratio(1000, noise), 1.5, "ten times the noise")
	}
	// Noise is masked better by what covers the spectrum than by a tone.
	rnd := rand.New(rand.NewPCG(3, 4))
	var want []int16
	var got []float64
	for range 16000 {
		v := math.Round(5793 * rnd.NormFloat64())
		want, got = append(want, int16(v)), append(got, float64(int16(v))+100*rnd.NormFloat64())
	}
	require.Less(t, m.NMR(want, got), ratio(1000, 100)-10)
}

// TestMaskAtTheTone: a tone masks noise near it, and more of it above than below.
func TestMaskAtTheTone(t *testing.T) {
	t.Parallel()
	m := nmr.NewMeter(16000)
	ratio := func(freq float64) float64 {
		want, got := sound(1000, 0)
		for i := range got {
			got[i] += 80 * math.Sin(2*math.Pi*freq*float64(i)/16000)
		}
		return m.NMR(want, got)
	}
	require.Less(t, ratio(1080), ratio(1600))
	require.Less(t, ratio(1250), ratio(800))
}

func TestSegmentalSNR(t *testing.T) {
	t.Parallel()
	want, got := sound(1000, 8192/math.Sqrt2/10)
	require.InDelta(t, 20, nmr.SegmentalSNR(want, got), 0.5)
	require.InDelta(t, 35, nmr.SegmentalSNR(want, asFloats(want)), 1e-9)
	require.Zero(t, nmr.SegmentalSNR(make([]int16, 1000), make([]float64, 1000)))
}

func asFloats(pcm []int16) []float64 {
	out := make([]float64, len(pcm))
	for i, v := range pcm {
		out[i] = float64(v)
	}
	return out
}
