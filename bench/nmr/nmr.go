// Package nmr measures how well a coded sound passes for its original: the noise-to-mask ratio of the FFT-based ear model
// of ITU-R BS.1387-1 (PEAQ, basic version, annex 2), and the segmental signal-to-noise ratio.
//
// The noise-to-mask ratio is the standard's Total NMR: noise over masking threshold, averaged over the bands of a
// quarter Bark and over time, in dB. Below 0 the noise is masked on average; a change of 1 dB is heard by few. Two things
// differ from the standard: bands above half the sampling rate are left out, and the sound may have any rate of which
// 48000 Hz is a multiple.
package nmr

import (
	"math"
	"math/cmplx"
)

const (
	rate      = 48000
	frame     = 2048 // samples of a transform, half of them new
	step      = frame / 2
	level     = 92 // dB SPL of a full-scale sine, the standard's for listening
	lowest    = 80.0
	highest   = 18000.0
	bandWidth = 0.25 // Bark
	maxDB     = 35.0 // bounds of a segment's signal-to-noise ratio
	minDB     = -10.0
)

// band is a quarter of a critical band.
type band struct {
	low, middle, high float64 // Hz
	internal          float64 // noise of the ear
	offset            float64 // mask below excitation, as a factor
	decay             float64 // of excitation from frame to frame
}

// Meter compares sounds of one sampling rate.
type Meter struct {
	factor int // of 48 kHz to the rate
	bands  []band
	window [frame]float64
	weight [frame/2 + 1]float64 // of the outer and middle ear, as an amplitude
	norm   []float64            // of spreading: what a flat spectrum of ones makes
}

// NewMeter makes a meter for a sampling rate that divides 48000.
func NewMeter(sampleRate int) *Meter {
	m := &Meter{factor: rate / sampleRate}
	top := min(highest, float64(sampleRate)/2)
	bark := func(hz float64) float64 { return 7 * math.Asinh(hz/650) }
	hz := func(z float64) float64 { return 650 * math.Sinh(z/7) }
	for z := bark(lowest); z+bandWidth <= bark(top); z += bandWidth {
		b := band{low: hz(z), middle: hz(z + bandWidth/2), high: hz(z + bandWidth)}
		b.internal = math.Pow(10, 0.4*0.364*math.Pow(b.middle/1000, -0.8))
		down := 3.0
		if k := float64(len(m.bands)); k*bandWidth > 12 {
			down = 0.25 * k * bandWidth
		}
		b.offset = math.Pow(10, -down/10)
		tau := 0.008 + 100/b.middle*(0.030-0.008)
		b.decay = math.Exp(-step / (rate * tau))
		m.bands = append(m.bands, b)
	}
	// The level of a full-scale sine at 1019.5 Hz, whose spectral peak the window and the position between bins lower.
	scale := math.Pow(10, level/20.0) / (32768 * frame / 4 * math.Sqrt(8.0/3) * 0.925)
	for i := range m.window {
		m.window[i] = scale * math.Sqrt(8.0/3) / 2 * (1 - math.Cos(2*math.Pi*float64(i)/(frame-1)))
	}
	for k := range m.weight {
		f := max(float64(k)*rate/frame, 20) / 1000
		db := -0.6*3.64*math.Pow(f, -0.8) + 6.5*math.Exp(-0.6*(f-3.3)*(f-3.3)) - 1e-3*math.Pow(f, 3.6)
		m.weight[k] = math.Pow(10, db/20)
	}
	ones := make([]float64, len(m.bands))
	for i := range ones {
		ones[i] = 1
	}
	m.norm = ones
	m.norm = m.spread(ones)
	return m
}

// NMR is the total noise-to-mask ratio of got against want in dB. Both have to be in step.
func (m *Meter) NMR(want []int16, got []float64) float64 {
	reference := make([]float64, len(want))
	for i, v := range want {
		reference[i] = float64(v)
	}
	a, b := m.raise(reference), m.raise(got)
	excitation := make([]float64, len(m.bands))
	sum, frames := 0.0, 0
	for at := 0; at+frame <= min(len(a), len(b)); at += step {
		x, y := m.spectrum(a[at:]), m.spectrum(b[at:])
		energy, noise := make([]float64, len(x)), make([]float64, len(x))
		loud := 0.0
		for k := range x {
			energy[k] = x[k] * x[k]
			loud += energy[k]
			noise[k] = (x[k] - y[k]) * (x[k] - y[k])
		}
		pattern := m.group(energy)
		for i := range pattern {
			pattern[i] += m.bands[i].internal
		}
		spread := m.spread(pattern)
		total := 0.0
		for i, p := range m.group(noise) {
			bd := &m.bands[i]
			excitation[i] = max(spread[i], bd.decay*excitation[i]+(1-bd.decay)*spread[i])
			total += p / (excitation[i] * bd.offset)
		}
		if loud > 1e4 { // a pause says nothing
			sum += total / float64(len(m.bands))
			frames++
		}
	}
	return 10 * math.Log10(sum/float64(max(frames, 1)))
}

// spectrum is the weighted amplitude spectrum of a frame.
func (m *Meter) spectrum(x []float64) []float64 {
	var z [frame]complex128
	for i := range z {
		z[i] = complex(x[i]*m.window[i], 0)
	}
	transform(z[:])
	out := make([]float64, len(m.weight))
	for k := range out {
		out[k] = cmplx.Abs(z[k]) * m.weight[k]
	}
	return out
}

// group sums energies into bands; bins at the edges count in part.
func (m *Meter) group(energy []float64) []float64 {
	const width = rate / float64(frame)
	out := make([]float64, len(m.bands))
	for i, b := range m.bands {
		first, last := int(math.Round(b.low/width)), int(math.Round(b.high/width))
		for k := first; k <= last; k++ {
			low, high := (float64(k)-0.5)*width, (float64(k)+0.5)*width
			if part := min(high, b.high) - max(low, b.low); part > 0 {
				out[i] += energy[k] * part / width
			}
		}
		out[i] = max(out[i], 1e-12)
	}
	return out
}

// spread smears energies over the bands as the inner ear does: 27 dB per Bark downwards, upwards a slope that depends on
// frequency and level; the parts add up as their powers of 0.4.
func (m *Meter) spread(pattern []float64) []float64 {
	out := make([]float64, len(pattern))
	down := math.Pow(10, -27*bandWidth/10)
	for j, e := range pattern {
		slope := 24 + 230/m.bands[j].middle - 0.2*10*math.Log10(e)
		up := math.Pow(10, -slope*bandWidth/10)
		sum, part := 0.0, 1.0
		for range len(pattern) - j {
			sum, part = sum+part, part*up
		}
		part = down
		for range j {
			sum, part = sum+part, part*down
		}
		here := math.Pow(e/sum, 0.4)
		root := math.Pow(up, 0.4)
		for i, v := j, here; i < len(out); i, v = i+1, v*root {
			out[i] += v
		}
		root = math.Pow(down, 0.4)
		for i, v := j-1, here*root; i >= 0; i, v = i-1, v*root {
			out[i] += v
		}
	}
	for i := range out {
		out[i] = math.Pow(out[i], 1/0.4) / m.norm[i]
	}
	return out
}

// raise brings the sound to 48 kHz with a windowed sinc.
func (m *Meter) raise(x []float64) []float64 {
	if m.factor == 1 {
		return x
	}
	const half = 24
	out := make([]float64, len(x)*m.factor)
	for phase := range m.factor {
		var taps [2 * half]float64
		for j := range taps {
			d := float64(phase)/float64(m.factor) - float64(j-half+1)
			w := math.Cos(math.Pi * d / (2 * (half + 1)))
			taps[j] = w * w
			if d != 0 {
				taps[j] *= math.Sin(math.Pi*d) / (math.Pi * d)
			}
		}
		for i := range x {
			sum := 0.0
			for j, c := range taps {
				if k := i + j - half + 1; k >= 0 && k < len(x) {
					sum += c * x[k]
				}
			}
			out[i*m.factor+phase] = sum
		}
	}
	return out
}

// transform is the fast Fourier transform in place, of a power of two.
func transform(x []complex128) {
	n := len(x)
	for i, j := 1, 0; i < n; i++ {
		bit := n >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j |= bit
		if i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	for size := 2; size <= n; size *= 2 {
		turn := cmplx.Rect(1, -2*math.Pi/float64(size))
		for at := 0; at < n; at += size {
			w := complex(1, 0)
			for k := at; k < at+size/2; k++ {
				u, v := x[k], x[k+size/2]*w
				x[k], x[k+size/2] = u+v, u-v
				w *= turn
			}
		}
	}
}

// SegmentalSNR is the mean of the signal-to-noise ratios in dB of segments of 256 samples,
// each bounded to -10 to 35 dB; segments below -60 dB full scale do not count.
func SegmentalSNR(want []int16, got []float64) float64 {
	const segment = 256
	sum, n := 0.0, 0
	for at := 0; at+segment <= min(len(want), len(got)); at += segment {
		signal, noise := 0.0, 1e-9
		for i := at; i < at+segment; i++ {
			v := float64(want[i])
			signal += v * v
			noise += (v - got[i]) * (v - got[i])
		}
		if signal < segment*33*33 {
			continue
		}
		sum += min(max(10*math.Log10(signal/noise), minDB), maxDB)
		n++
	}
	return sum / float64(max(n, 1))
}
