package resample

import "math"

// lowPass is a windowed-sinc low-pass filter. Distances are in samples of the rate that cutoff is relative to, in cycles
// per sample; the Kaiser window ends at ±half.
type lowPass struct {
	half, cutoff, beta, peak float64
}

func newLowPass(half, cutoff, beta float64) lowPass {
	return lowPass{half: half, cutoff: cutoff, beta: beta, peak: besselI0(beta)}
}

// at returns the impulse response at x. Products that are added are converted explicitly, so that no compiler fuses them
// and the coefficients are the same on every CPU.
func (f *lowPass) at(x float64) float64 {
	r := x / f.half
	inside := 1 - float64(r*r)
	if inside <= 0 {
		return 0
	}
	w := besselI0(f.beta*math.Sqrt(inside)) / f.peak
	arg := 2 * math.Pi * f.cutoff * x
	if math.Abs(arg) < 1e-9 {
		return 2 * f.cutoff * w
	}
	return 2 * f.cutoff * w * math.Sin(arg) / arg
}

// besselI0 is the modified Bessel function of the first kind and order zero, by its power series, which converges to
// double precision within 60 terms for the arguments of window design (below 20).
func besselI0(x float64) float64 {
	sum, term, h := 1.0, 1.0, x/2
	for k := 1; k < 60; k++ {
		term = term * h / float64(k)
		square := float64(term * term)
		sum += square
		if square < 1e-18 {
			break
		}
	}
	return sum
}

// kaiserBeta is Kaiser's shape parameter for a stop-band attenuation of more than 50 dB (J. F. Kaiser, 1974).
func kaiserBeta(attenuation float64) float64 {
	return 0.1102 * (attenuation - 8.7)
}

// kaiserLength is the number of samples a Kaiser window has to span for the attenuation in dB and a transition of the
// given width in cycles per sample.
func kaiserLength(attenuation, width float64) float64 {
	return (attenuation - 7.95) / (14.36 * width)
}

// quantize rounds the coefficients so that they sum to exactly one in fixed point with the given number of fraction
// bits: every phase of a polyphase filter then has the same gain at 0 Hz. What rounding leaves over goes to the largest.
func quantize(dst []int32, src []float64, bits uint) {
	one := int64(1) << bits
	total := 0.0
	for _, c := range src {
		total += c
	}
	scale := float64(one) / total
	rest, largest := one, 0
	for i, c := range src {
		dst[i] = int32(math.Floor(float64(c*scale) + 0.5))
		rest -= int64(dst[i])
		if dst[i] > dst[largest] {
			largest = i
		}
	}
	dst[largest] += int32(rest)
}

// saturate clips to the range of a sample.
func saturate(v int64) int16 {
	return int16(min(max(v, math.MinInt16), math.MaxInt16))
}
