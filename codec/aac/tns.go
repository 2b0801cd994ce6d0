package aac

import "math"

const (
	tnsOrder = 12  // TNS_MAX_ORDER of AAC-LC for long windows
	tnsBits  = 4   // of a coefficient (coef_res 1)
	tnsStart = 600 // Hz, where the filter begins
	tnsGain  = 1.4 // least prediction gain, as a ratio of energies
)

// tns is temporal noise shaping (ISO/IEC 14496-3 4.6.9) of a long window with one filter: the spectrum is predicted
// from its lower neighbors, and only what is left gets quantised. The decoder's inverse filter gives the quantisation
// noise the time envelope of the signal.
type tns struct {
	levels [1 << tnsBits]float64 // reflection coefficients by index + 8
	order  int                   // 0: off
	first  int                   // band the filter begins at
	end    int                   // band it ends at: TNS_MAX_BANDS
	bands  int                   // bands of a window
	index  [tnsOrder]int         // coded reflection coefficients
	flat   [frameSize]float64    // scratch: the spectrum without its envelope
}

// setup readies the zero value.
func (t *tns) setup(r *rateTable, sampleRate int) {
	t.bands, t.end = len(r.long)-1, r.tnsLong
	for r.long[t.first]*sampleRate < tnsStart*2*frameSize {
		t.first++
	}
	for i := range t.levels {
		q := i - 1<<(tnsBits-1)
		if q >= 0 {
			t.levels[i], _ = sinCosTurn(q, 30) // q/7.5 of a quarter turn
		} else {
			t.levels[i], _ = sinCosTurn(q, 34) // q/8.5 of a quarter turn
		}
	}
}

// write writes tns_data_present and tns_data.
func (t *tns) write(w *bitWriter) {
	w.bit(t.order > 0)
	if t.order == 0 {
		return
	}
	w.write(1, 2)                       // n_filt
	w.write(1, 1)                       // coef_res
	w.write(uint32(t.bands-t.first), 6) // length, from the last band down
	w.write(uint32(t.order), 5)
	w.write(0, 1) // direction: upwards
	w.write(0, 1) // coef_compress
	for _, q := range t.index[:t.order] {
		w.write(uint32(q)&(1<<tnsBits-1), tnsBits)
	}
}

// bits is the length of tns_data.
func (t *tns) bits() int {
	if t.order == 0 {
		return 0
	}
	return 2 + 1 + 6 + 5 + 1 + 1 + tnsBits*t.order
}

// covers tells whether the filter is in use and covers a band.
func (t *tns) covers(b int) bool {
	return t.order > 0 && b >= t.first && b < t.end
}

// apply decides whether to filter the lines, which have these energies by band, and does so. It returns how much more
// noise energy the decoder's filter puts out than it is given.
func (t *tns) apply(lines []float64, p *psyBands, energy []float64) float64 {
	t.order = 0
	lo, hi := p.offsets[t.first], p.offsets[t.end]
	t.flatten(lines, p, energy)
	var r [tnsOrder + 1]float64
	autocorrelation(&r, t.flat[lo:hi])
	var k [tnsOrder]float64
	gain := reflection(k[:], r[:])
	if !(gain >= tnsGain) { // nor if it is no number
		return 1
	}
	for i, v := range k {
		t.index[i] = t.nearest(v)
		k[i] = t.levels[t.index[i]+1<<(tnsBits-1)]
		if t.index[i] != 0 {
			t.order = i + 1
		}
	}
	var a [tnsOrder + 1]float64
	directForm(a[:], k[:t.order])
	filter(lines[lo:hi], a[1:t.order+1])
	return noiseGain(a[1 : t.order+1])
}

// flatten fills in flat: the lines at equal energy in all bands, so that the prediction follows the envelope in time and
// not the one in frequency.
func (t *tns) flatten(lines []float64, p *psyBands, energy []float64) {
	for b := t.first; b < t.end; b++ {
		scale := 0.0
		if energy[b] > p.quiet[b] {
			scale = math.Sqrt(float64(p.offsets[b+1]-p.offsets[b]) / energy[b])
		}
		for i := p.offsets[b]; i < p.offsets[b+1]; i++ {
			t.flat[i] = lines[i] * scale
		}
	}
}

// nearest is the index of the coefficient next to v.
func (t *tns) nearest(v float64) int {
	best := 0
	for i, l := range t.levels {
		if math.Abs(l-v) < math.Abs(t.levels[best]-v) {
			best = i
		}
	}
	return best - 1<<(tnsBits-1)
}

// autocorrelation fills in r[lag] = Σ x[i] x[i+lag], three lags at a time: the sums do not wait for each other then.
func autocorrelation(r *[tnsOrder + 1]float64, x []float64) {
	r[0] = 0
	for _, v := range x {
		r[0] += float64(v * v)
	}
	for lag := 1; lag+2 < len(r); lag += 3 {
		a, b, c := 0.0, 0.0, 0.0
		n := len(x) - lag - 2
		y := x[lag:]
		for i := range n {
			v := x[i]
			a += float64(v * y[i])
			b += float64(v * y[i+1])
			c += float64(v * y[i+2])
		}
		a += float64(x[n]*y[n]) + float64(x[n+1]*y[n+1])
		b += float64(x[n] * y[n+1])
		r[lag], r[lag+1], r[lag+2] = a, b, c
	}
}

// reflection is the Levinson-Durbin recursion. It fills in the reflection coefficients for the autocorrelation r and
// returns the prediction gain.
func reflection(k, r []float64) float64 {
	clear(k)
	rest := r[0] * (1 + 1e-9)
	if rest <= 0 {
		return 1
	}
	var a [tnsOrder + 1]float64
	a[0] = 1
	for m := 1; m <= len(k); m++ {
		sum := 0.0
		for i := range m {
			sum += float64(a[i] * r[m-i])
		}
		k[m-1] = -sum / rest
		extend(a[:m+1], k[m-1])
		rest *= 1 - float64(k[m-1]*k[m-1])
	}
	return r[0] / rest
}

// extend raises the order of a predictor, whose last element is 0, by one.
func extend(a []float64, k float64) {
	m := len(a) - 1
	for i, j := 1, m-1; i <= j; i, j = i+1, j-1 {
		x, y := a[i], a[j]
		a[i] = x + float64(k*y)
		a[j] = y + float64(k*x)
	}
	a[m] = k
}

// directForm turns reflection coefficients into a predictor.
func directForm(a, k []float64) {
	a[0] = 1
	for m := range k {
		extend(a[:m+2], k[m])
	}
}

// filter replaces x[n] by x[n] + Σ a[i] x[n-1-i], in place.
func filter(x, a []float64) {
	for n := len(x) - 1; n >= 0; n-- {
		sum := x[n]
		for i := range min(len(a), n) {
			sum += float64(a[i] * x[n-1-i])
		}
		x[n] = sum
	}
}

// noiseGain is the energy of the impulse response of the inverse filter.
func noiseGain(a []float64) float64 {
	const length = 128
	var h [tnsOrder + length]float64
	h[tnsOrder] = 1
	energy := 1.0
	for n := 1; n < length; n++ {
		sum := 0.0
		for i, c := range a {
			sum -= float64(c * h[tnsOrder+n-1-i])
		}
		h[tnsOrder+n] = sum
		energy += float64(sum * sum)
	}
	return energy
}
