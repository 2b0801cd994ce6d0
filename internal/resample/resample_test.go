package resample_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/resample"
)

const level = 16000 // amplitude of test tones, -6 dBFS

func sine(n int, freq, rate float64) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(math.Round(level * math.Sin(2*math.Pi*freq*float64(i)/rate)))
	}
	return pcm
}

func db(ratio float64) float64 {
	return 20 * math.Log10(ratio+1e-12)
}

// fit finds the tone of the frequency in pcm, as amplitude relative to level and phase of a sine that starts at the
// sample numbered start, and the root mean square of all else relative to that of a tone at level.
func fit(pcm []int16, start int, freq, rate float64) (amplitude, phase, rest float64) {
	// Least squares of a*sin + b*cos by the normal equations.
	var ss, sc, cc, xs, xc float64
	for i, v := range pcm {
		s, c := math.Sincos(2 * math.Pi * freq * float64(start+i) / rate)
		ss, sc, cc = ss+s*s, sc+s*c, cc+c*c
		xs, xc = xs+float64(v)*s, xc+float64(v)*c
	}
	det := ss*cc - sc*sc
	a, b := (xs*cc-xc*sc)/det, (xc*ss-xs*sc)/det
	for i, v := range pcm {
		s, c := math.Sincos(2 * math.Pi * freq * float64(start+i) / rate)
		d := float64(v) - a*s - b*c
		rest += d * d
	}
	rest = math.Sqrt(2*rest/float64(len(pcm))) / level
	return math.Hypot(a, b) / level, math.Atan2(b, a), rest
}

func convert(t *testing.T, cfg resample.Config, src []int16) []int16 {
	t.Helper()
	r, err := resample.New(cfg)
	require.NoError(t, err)
	return r.Flush(r.Append(nil, src))
}

var rates = []int{8000, 11025, 12000, 22050, 24000, 32000, 44100, 48000}

func TestPassBand(t *testing.T) {
	t.Parallel()
	for _, from := range rates {
		t.Run(fmt.Sprint(from), func(t *testing.T) {
			t.Parallel()
			edge := 0.875 * float64(min(from, 16000)) / 2
			for _, share := range []float64{0.01, 0.1, 0.3, 0.5, 0.7, 0.85, 0.93, 1} {
				freq := edge * share
				out := convert(t, resample.Config{From: from, To: 16000}, sine(from/2, freq, float64(from)))
				require.Len(t, out, 8000)
				amplitude, phase, rest := fit(out[1000:7000], 1000, freq, 16000)
				require.InDelta(t, 0, db(amplitude), 0.1, "ripple at %.0f Hz", freq)
				require.InDelta(t, 0, phase/(2*math.Pi*freq)*16000, 0.002, "delay at %.0f Hz, in samples", freq)
				require.Less(t, db(rest), -80.0, "images and noise with a tone at %.0f Hz", freq)
			}
		})
	}
}

func TestStopBand(t *testing.T) {
	t.Parallel()
	for _, from := range []int{22050, 24000, 32000, 44100, 48000} {
		for freq := 8000.0; freq < float64(from)/2-100; freq += 611 {
			out := convert(t, resample.Config{From: from, To: 16000}, sine(from/5, freq, float64(from)))
			power := 0.0
			for _, v := range out[500:2700] {
				power += float64(v) * float64(v)
			}
			power = math.Sqrt(2*power/2200) / level
			require.Less(t, db(power), -80.0, "%d Hz to 16000 Hz, tone of %.0f Hz", from, freq)
		}
	}
}

func TestShortHalfBand(t *testing.T) {
	t.Parallel()
	cfg := resample.Config{From: 8000, To: 16000, Pass: 0.85, Stop: 1.15, Attenuation: 70, Steady: true}
	r, err := resample.New(cfg)
	require.NoError(t, err)
	delay := r.Delay()
	require.LessOrEqual(t, delay, 32, "2 ms")
	for freq := 100.0; freq <= 3400; freq += 150 {
		out := convert(t, cfg, sine(4000, freq, 8000))[delay:]
		amplitude, phase, rest := fit(out[1000:7000], 1000, freq, 16000)
		require.InDelta(t, 0, db(amplitude), 0.1, "ripple at %.0f Hz", freq)
		require.InDelta(t, 0, phase, 0.001, "phase at %.0f Hz", freq)
		require.Less(t, db(rest), -65.0, "image of %.0f Hz", freq)
	}

	src := sine(400, 1234, 8000)
	out := r.Append(nil, src)
	for i, v := range src[:400-delay/2] {
		require.Equal(t, v, out[delay+2*i], "every other sample is an input sample")
	}
}

func TestBlockSizesDoNotMatter(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, from := range append(slices.Clone(rates), 16000, 1000, 96000) {
		for _, steady := range []bool{false, true} {
			r, err := resample.New(resample.Config{From: from, To: 16000, Steady: steady})
			require.NoError(t, err)
			src := make([]int16, 5000)
			for i := range src {
				src[i] = int16(rnd.Uint32())
			}
			want := r.Flush(r.Append(nil, src))
			n := (len(src)*16000 + from - 1) / from
			if !steady {
				require.Len(t, want, n)
			} else {
				require.InDelta(t, n+r.Delay(), len(want), 1)
			}
			var got []int16
			for rest := src; len(rest) > 0; {
				k := min(len(rest), 1+rnd.IntN(700))
				got = r.Append(got, rest[:k])
				rest = rest[k:]
				if steady {
					require.Len(t, got, ((len(src)-len(rest))*16000+from-1)/from)
				}
			}
			got = r.Flush(got)
			require.Equal(t, want, got, "from %d Hz", from)
		}
	}
}

func TestSameRateIsIdentity(t *testing.T) {
	t.Parallel()
	src := []int16{-32768, 32767, 0, 1, -1, 12345}
	require.Equal(t, src, convert(t, resample.Config{From: 16000, To: 16000}, src))
}

func TestConstantStaysConstant(t *testing.T) {
	t.Parallel()
	src := make([]int16, 3000)
	for i := range src {
		src[i] = 32767
	}
	for _, from := range rates {
		out := convert(t, resample.Config{From: from, To: 16000}, src)
		for _, v := range out[len(out)/3 : len(out)/2] {
			require.Equal(t, int16(32767), v, "from %d Hz", from)
		}
	}
}

func TestConfigLimits(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]resample.Config{
		"zero":          {},
		"negative rate": {From: -8000, To: 16000},
		"rate too high": {From: 400000, To: 16000},
		"odd ratio":     {From: 44101, To: 16000},
		"band edges":    {From: 8000, To: 16000, Pass: 0.9, Stop: 0.8},
		"not a number":  {From: 8000, To: 16000, Pass: math.NaN()},
		"stop too high": {From: 8000, To: 16000, Stop: 2},
		"attenuation":   {From: 8000, To: 16000, Attenuation: 200},
		"filter length": {From: 44100, To: 16000, Pass: 0.999, Stop: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := resample.New(cfg)
			require.ErrorIs(t, err, resample.ErrConfig)
		})
	}
}

func TestAppendDoesNotAllocate(t *testing.T) {
	r, err := resample.New(resample.Config{From: 48000, To: 16000})
	require.NoError(t, err)
	src, dst := sine(960, 440, 48000), make([]int16, 0, 400)
	require.Zero(t, testing.AllocsPerRun(100, func() { dst = r.Append(dst[:0], src) }))
}

func TestKernelAtWholeSamples(t *testing.T) {
	t.Parallel()
	k := resample.NewKernel()
	rnd := rand.New(rand.NewPCG(3, 4))
	var x [resample.KernelTaps]int16
	for range 100 {
		for i := range x {
			x[i] = int16(rnd.Uint32())
		}
		require.Equal(t, x[resample.KernelBefore-1], k.At(&x, 0))
		require.InDelta(t, x[resample.KernelBefore], k.At(&x, math.MaxUint32), 4, "just before the next sample")
	}
}

func TestKernelInterpolatesTones(t *testing.T) {
	t.Parallel()
	k := resample.NewKernel()
	for _, freq := range []float64{200, 1000, 3000, 5000, 6500} {
		src := sine(5000, freq, 16000)
		const step = 1.000237 // in steps that visit all fractions
		var out []float64
		var ref []float64
		for p := 100.0; p < 4900; p += step {
			i := int(p)
			x := (*[resample.KernelTaps]int16)(src[i-resample.KernelBefore+1:])
			out = append(out, float64(k.At(x, uint32((p-float64(i))*(1<<32)))))
			ref = append(ref, level*math.Sin(2*math.Pi*freq*p/16000))
		}
		var diff float64
		for i := range out {
			diff += (out[i] - ref[i]) * (out[i] - ref[i])
		}
		diff = math.Sqrt(2*diff/float64(len(out))) / level
		require.Less(t, db(diff), -78.0, "%.0f Hz", freq)
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, from := range []int{8000, 44100, 48000} {
		b.Run(fmt.Sprint(from), func(b *testing.B) {
			r, err := resample.New(resample.Config{From: from, To: 16000})
			require.NoError(b, err)
			src, dst := sine(from/50, 440, float64(from)), make([]int16, 0, 1000)
			b.ReportAllocs()
			for b.Loop() {
				dst = r.Append(dst[:0], src)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, err := resample.New(resample.Config{From: 44100, To: 16000})
		require.NoError(b, err)
	}
}

func BenchmarkKernel(b *testing.B) {
	k := resample.NewKernel()
	src := sine(400, 440, 16000)
	b.ReportAllocs()
	for b.Loop() {
		for i := range 320 {
			k.At((*[resample.KernelTaps]int16)(src[i:]), uint32(i)<<20)
		}
	}
}

func ExampleResampler_Append() {
	r, err := resample.New(resample.Config{From: 48000, To: 16000})
	if err != nil {
		panic(err)
	}
	src := make([]int16, 960) // 20 ms at 48 kHz
	var dst []int16
	for range 5 {
		dst = r.Append(dst, src)
	}
	fmt.Println("so far:", len(dst) < 5*320)
	dst = r.Flush(dst)
	fmt.Println("in all:", len(dst))
	// Output:
	// so far: true
	// in all: 1600
}
