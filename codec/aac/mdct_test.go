package aac_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/aac"
)

func TestMDCTIsItsDefinition(t *testing.T) {
	t.Parallel()
	for _, lines := range []int{16, 128} {
		rng := rand.New(rand.NewPCG(1, uint64(lines)))
		z := make([]float64, 2*lines)
		for i := range z {
			z[i] = rng.NormFloat64()
		}
		got := aac.MDCT(z)
		size, n0 := float64(len(z)), (float64(lines)+1)/2
		for k := range got {
			want := 0.0
			for n, v := range z {
				want += 2 * v * math.Cos(2*math.Pi/size*(float64(n)+n0)*(float64(k)+0.5))
			}
			require.InDelta(t, want, got[k], 1e-10, "%d lines, k = %d", lines, k)
		}
	}
}

// Every sequence of windows that may occur gives the samples back when nothing is quantised.
func TestPerfectReconstruction(t *testing.T) {
	t.Parallel()
	const (
		long, start, short, stop = 0, 1, 2, 3
	)
	sequences := []int{long, long, start, short, short, stop, long, start, short, stop, start, short, stop, long}
	rng := rand.New(rand.NewPCG(1, 2))
	in := make([]float64, 1024*(len(sequences)+1))
	for i := range in {
		in[i] = rng.Float64()*2 - 1
	}
	d := newDecoder([]byte{0x14, 0x08})
	out := make([]float64, len(in))
	for f, seq := range sequences {
		z := aac.Windowed(in[f*1024:], seq)
		if seq == short {
			for w := range 8 {
				x := d.inverse(aac.MDCT(z[w*256:(w+1)*256]), d.windowFor[1][128], d.windowFor[1][128])
				for i, v := range x {
					out[f*1024+448+128*w+i] += v
				}
			}
			continue
		}
		rise, fall := d.windowFor[1][1024], d.windowFor[1][1024]
		if seq == stop {
			rise = slope(d.windowFor[1][128])
		}
		if seq == start {
			fall = slope(d.windowFor[1][128])
		}
		for i, v := range d.inverse(aac.MDCT(z), rise, fall) {
			out[f*1024+i] += v
		}
	}
	for i := 1024; i < len(in)-1024; i++ {
		require.InDelta(t, in[i], out[i], 1e-9, "sample %d", i)
	}
}

func TestDeterministicMath(t *testing.T) {
	t.Parallel()
	for i := -300; i <= 300; i++ {
		x := float64(i) / 13
		require.InEpsilon(t, math.Exp2(x), aac.Exp2(x), 1e-14, "2^%v", x)
		y := math.Exp2(x)
		require.InDelta(t, x, aac.Log2(y), 1e-13, "log2(%v)", y)
		sin, cos := aac.SinCosTurn(i, 77)
		require.InDelta(t, math.Sin(2*math.Pi*float64(i)/77), sin, 1e-14)
		require.InDelta(t, math.Cos(2*math.Pi*float64(i)/77), cos, 1e-14)
	}
}
