package conceal_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/conceal"
)

// voice makes a periodic signal of several harmonics.
func voice(n int, freq float64) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		v := 0.0
		for h := 1.0; h <= 6; h++ {
			v += math.Sin(2*math.Pi*freq*h*float64(i)/16000+h) / h
		}
		pcm[i] = int16(5000 * v)
	}
	return pcm
}

// steepest is the largest step from one sample to the next.
func steepest(pcm []int16) int {
	most := 0
	for i := 1; i < len(pcm); i++ {
		most = max(most, abs(int(pcm[i])-int(pcm[i-1])))
	}
	return most
}

func abs(v int) int {
	return max(v, -v)
}

func TestGoodIsUnchanged(t *testing.T) {
	t.Parallel()
	var c conceal.Concealer
	in := voice(1000, 140)
	out := c.Good([]int16{7}, in[:333])
	out = c.Good(out, nil)
	out = c.Good(out, in[333:])
	require.Equal(t, append([]int16{7}, in...), out)
}

func TestPeriodicSignalGoesOn(t *testing.T) {
	t.Parallel()
	for _, freq := range []float64{55, 80, 125, 160, 200, 250, 320, 390} {
		t.Run(fmt.Sprint(freq), func(t *testing.T) {
			t.Parallel()
			var c conceal.Concealer
			want := voice(1600, freq)
			got := c.Good(nil, want[:960])
			got = c.Conceal(got, 160)
			var noise, signal float64
			for i := 960; i < 1120; i++ {
				d := float64(got[i]) - float64(want[i])
				noise, signal = noise+d*d, signal+float64(want[i])*float64(want[i])
			}
			// Whole-sample lags cannot meet every period exactly.
			require.Less(t, 10*math.Log10(noise/signal), -12.0, "error in the first 10 ms in dB")
		})
	}
}

func TestFadesToSilence(t *testing.T) {
	t.Parallel()
	var c conceal.Concealer
	c.Good(nil, voice(960, 125))
	out := c.Conceal(nil, 5000)
	require.Len(t, out, 5000)
	energy := func(pcm []int16) (sum int) {
		for _, v := range pcm {
			sum += int(v) * int(v)
		}
		return sum
	}
	for i := 320; i+128 < conceal.FadeOut; i += 128 {
		require.Less(t, energy(out[i:i+128]), energy(out[i-128:i]), "at sample %d", i)
	}
	require.NotZero(t, energy(out[800:960]))
	for i, v := range out[conceal.FadeOut:] {
		require.Zero(t, v, "sample %d", i)
	}
}

func TestNoClicks(t *testing.T) {
	t.Parallel()
	for _, gap := range []int{1, 40, 80, 160, 320, 700, 960, 961, 4000} {
		t.Run(fmt.Sprint(gap), func(t *testing.T) {
			t.Parallel()
			var c conceal.Concealer
			in := voice(8000, 143)
			natural := steepest(in)
			out := c.Good(nil, in[:1117])
			out = c.Conceal(out, gap)
			rest := in[1117+gap:]
			// In parts shorter than the join.
			out = c.Good(out, rest[:33])
			out = c.Good(out, rest[33:])
			require.Len(t, out, len(in))
			require.LessOrEqual(t, steepest(out), natural*3/2)
			require.Equal(t, in[1117+gap+80:], out[1117+gap+80:], "unchanged 5 ms after the gap")
			require.NotEqual(t, in[1117+gap:1117+gap+80], out[1117+gap:1117+gap+80])
		})
	}
}

func TestPartsMakeNoDifference(t *testing.T) {
	t.Parallel()
	var a, b conceal.Concealer
	in := voice(800, 170)
	a.Good(nil, in)
	b.Good(nil, in)
	whole := a.Conceal(nil, 1500)
	var parts []int16
	for n := 1; len(parts) < 1500; n += 13 {
		parts = b.Conceal(parts, min(n, 1500-len(parts)))
	}
	require.Equal(t, whole, parts)
	require.Equal(t, a.Good(nil, in), b.Good(nil, in))
}

func TestNothingToExtrapolate(t *testing.T) {
	t.Parallel()
	var c conceal.Concealer
	require.Equal(t, make([]int16, 500), c.Conceal(nil, 500), "no past")
	require.Empty(t, c.Conceal(nil, 0))
	require.Empty(t, c.Conceal(nil, -3))
	c.Good(nil, voice(900, 100))
	c.Reset()
	require.Equal(t, make([]int16, 500), c.Conceal(nil, 500), "past forgotten")
}

func TestExtremesStayInRange(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 6))
	var c conceal.Concealer
	out := make([]int16, 0, 4000)
	for range 200 {
		pcm := make([]int16, rnd.IntN(900))
		for i := range pcm {
			pcm[i] = int16(rnd.IntN(2)*65535 - 32768)
		}
		n := rnd.IntN(1500)
		out = c.Good(out[:0], pcm)
		out = c.Conceal(out, n)
		require.Len(t, out, len(pcm)+n)
	}
}

func TestDoesNotAllocate(t *testing.T) {
	var c conceal.Concealer
	in, out := voice(320, 150), make([]int16, 0, 1000)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		out = c.Good(out[:0], in)
		out = c.Conceal(out, 320)
	}))
}

func BenchmarkConceal(b *testing.B) {
	var c conceal.Concealer
	in, out := voice(320, 150), make([]int16, 0, 1000)
	b.ReportAllocs()
	for b.Loop() {
		out = c.Good(out[:0], in)
		out = c.Conceal(out, 320)
	}
}

func ExampleConcealer() {
	var c conceal.Concealer
	var pcm []int16
	pcm = c.Good(pcm, make([]int16, 320))
	pcm = c.Conceal(pcm, 320) // a packet of 20 ms is missing
	pcm = c.Good(pcm, make([]int16, 320))
	fmt.Println(len(pcm))
	// Output: 960
}
