package aac_test

import (
	"math"
	"math/rand/v2"
)

// speechLike makes n samples of something like speech at 16 kHz: syllables of voiced sound (a pulse train through three
// resonators), bursts and hisses of noise, and pauses. It is made with integers only, so that it is the same
// on every machine.
func speechLike(n int, seed uint64) []int16 {
	rng := rand.New(rand.NewPCG(seed, 77))
	out := make([]int16, n)
	var formants [3]resonator
	phase, pitch, voiced, noisy := 0, 130, 0, 0
	for i := range out {
		if i%1600 == 0 { // every 100 ms something else
			pitch = 90 + rng.IntN(130)
			voiced = []int{0, 2000, 3000, 3000}[rng.IntN(4)]
			noisy = []int{0, 0, 60, 300}[rng.IntN(4)]
			formants[0].tune(300+rng.IntN(500), 80)
			formants[1].tune(900+rng.IntN(1300), 110)
			formants[2].tune(2500+rng.IntN(1000), 160)
		}
		x := rng.IntN(2*noisy+1) - noisy
		phase += pitch
		if phase >= 16000 {
			phase -= 16000
			x += voiced
		}
		y := 0
		for f := range formants {
			y += formants[f].next(x) >> f
		}
		y += x
		out[i] = int16(min(32767, max(-32768, y)))
	}
	return out
}

// resonator is a filter with two poles.
type resonator struct{ a1, a2, y1, y2 int }

func (r *resonator) tune(hz, width int) {
	radius := math.Exp(-math.Pi * float64(width) / 16000)
	r.a1 = int(math.Round(2 * radius * math.Cos(2*math.Pi*float64(hz)/16000) * (1 << 14)))
	r.a2 = -int(math.Round(radius * radius * (1 << 14)))
}

func (r *resonator) next(x int) int {
	y := x + (r.a1*r.y1+r.a2*r.y2)>>14
	r.y1, r.y2 = y, r.y1
	return y
}

// sine makes n samples of a sine of 1 kHz at half of full scale.
func sine(n, rate int) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(math.Round(16384 * math.Sin(2*math.Pi*1000*float64(i)/float64(rate))))
	}
	return out
}

// chirp makes n samples at 16 kHz of a sine that rises from low to high Hz.
func chirp(n int, low, high, amplitude float64) []int16 {
	out := make([]int16, n)
	slope := (high - low) * 16000 / float64(n)
	for i := range out {
		t := float64(i) / 16000
		out[i] = int16(math.Round(amplitude * math.Sin(2*math.Pi*(low*t+slope*t*t/2))))
	}
	return out
}

// whiteNoise makes n samples of evenly distributed noise of an amplitude.
func whiteNoise(n, amplitude int) []int16 {
	rng := rand.New(rand.NewPCG(3, 4))
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(rng.IntN(2*amplitude+1) - amplitude)
	}
	return out
}

// square makes n samples of a full-scale square wave.
func square(n, period int) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = 32767
		if i%period >= period/2 {
			out[i] = -32768
		}
	}
	return out
}

// constant makes n equal samples.
func constant(n int, v int16) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// castanets makes n samples of silence with decaying bursts of noise at the given places.
func castanets(n int, at ...int) []int16 {
	rng := rand.New(rand.NewPCG(5, 6))
	out := make([]int16, n)
	for _, a := range at {
		for i := a; i < min(n, a+800); i++ {
			level := 20000 * math.Exp(-float64(i-a)/120)
			out[i] = int16(level * (2*rng.Float64() - 1))
		}
	}
	return out
}

// snr is the signal-to-noise ratio in dB of got against want.
func snr(want []int16, got []float64) float64 {
	signal, noise := 0.0, 1e-9
	for i, w := range want {
		d := float64(w) - got[i]
		signal += float64(w) * float64(w)
		noise += d * d
	}
	return 10 * math.Log10(signal/noise)
}

// segmentalSNR is the mean in dB of the signal-to-noise ratios of 16 ms segments that are not silent.
func segmentalSNR(want []int16, got []float64) float64 {
	const segment = 256
	sum, count := 0.0, 0.0
	for i := 0; i+segment <= min(len(want), len(got)); i += segment {
		signal := 0.0
		for _, w := range want[i : i+segment] {
			signal += float64(w) * float64(w)
		}
		if signal > segment*30*30 {
			sum += min(60, max(-10, snr(want[i:i+segment], got[i:i+segment])))
			count++
		}
	}
	return sum / count
}

// energy is the mean square.
func energy(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum / float64(len(x))
}
