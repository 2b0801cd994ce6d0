package aac

import "math"

const (
	// lineEnergy is the expected energy of a line for white noise of variance 1: 4 Σ w² cos² over a window whose
	// squares sum up to half its length.
	lineEnergy = 2 * frameSize
	// fullScaleSPL is the loudness in dB SPL at which a full-scale sine is taken to be played.
	fullScaleSPL = 102
	// quietCapSPL caps the threshold in quiet at the ends of the spectrum: recordings get turned up.
	quietCapSPL = 20
	// spreadUp and spreadDown are the slopes of masking towards higher and lower frequencies in dB per Bark.
	spreadUp, spreadDown = 15, 30
	// noiseOffset and toneOffset say how many dB below a band's energy its own masking lies, for noise and for tones.
	noiseOffset, toneOffset = 7, 20
	// noiseFill and toneFill are the shares of active lines (see tonality) that count as all noise and all tone.
	noiseFill, toneFill = 0.78, 0.45
	// preEcho bounds how much louder than in the frame before noise may become.
	preEcho = 2
	// preEchoFloor bounds the effect of preEcho, as a share of the threshold.
	preEchoFloor = 0.1
	// roundingFloor is the energy per line below which noise is lost in that of 16-bit samples, a twelfth of a step
	// times lineEnergy.
	roundingFloor = 0.25 * lineEnergy / 12
)

// psyBands holds the constants of the psychoacoustic model for one set of scale-factor bands.
type psyBands struct {
	offsets []int
	quiet   []float64 // threshold in quiet, energy of the band
	up      []float64 // share of the band below's threshold that spreads into the band
	down    []float64 // the same from the band above
}

// newPsyBands computes the constants for windows of lines lines at a sample rate; scale is the ratio of a line's energy
// to that of a long window.
func newPsyBands(rate, lines int, offsets []int, scale float64) psyBands {
	n := len(offsets) - 1
	p := psyBands{
		offsets: offsets, quiet: make([]float64, n), up: make([]float64, n), down: make([]float64, n),
	}
	hz := float64(rate) / 2 / float64(lines)
	edge := func(b int) float64 { return float64(hz * float64(offsets[b])) }
	middle := func(b int) float64 { return bark(float64((edge(b) + edge(b+1)) / 2)) }
	for b := range n {
		low, high := edge(b), edge(b+1)
		share := min(1, bark(high)-bark(low)) // of a critical band
		p.quiet[b] = share * scale * quietEnergy((low+high)/2)
		if b > 0 {
			p.up[b] = fromDB(-spreadUp * (middle(b) - middle(b-1)))
		}
		if b < n-1 {
			p.down[b] = fromDB(-spreadDown * (middle(b+1) - middle(b)))
		}
	}
	return p
}

// bark is the critical-band rate by Traunmüller's formula.
func bark(hz float64) float64 {
	return float64(26.81*hz)/(1960+hz) - 0.53
}

// quietEnergy is Terhardt's threshold in quiet as the energy a tone has in a long window's lines.
func quietEnergy(hz float64) float64 {
	khz := max(hz, 20) / 1000
	d := khz - 3.3
	dd := d * d
	kk := khz * khz
	spl := float64(3.64*exp2(-0.8*log2(khz))) - float64(6.5*exp2(-0.6*math.Log2E*dd)) + float64(0.001*float64(kk*kk))
	spl = min(spl, quietCapSPL)
	variance := 32768 * 32768 / 2 * fromDB(spl-fullScaleSPL)
	return variance * lineEnergy * frameSize
}

// thresholds is the outcome of the psychoacoustic model for one window: energy, and how much noise goes unnoticed.
type thresholds struct {
	energy [maxLongBands]float64
	form   [maxLongBands]float64 // sum of the square roots of the absolute values
	tone   [maxLongBands]float64 // scratch: tonality, 0 for noise to 1 for a tone
	noise  [maxLongBands]float64 // masking threshold
}

// measure fills in energy and form of a window's lines.
func (t *thresholds) measure(p *psyBands, abs, root []float64) {
	for b := range p.quiet {
		lo, hi := p.offsets[b], p.offsets[b+1]
		energy, form := 0.0, 0.0
		for i, a := range abs[lo:hi] {
			energy += float64(a * a)
			form += root[lo+i]
		}
		t.energy[b], t.form[b] = energy, form
	}
}

// analyze fills in everything for a window's lines.
func (t *thresholds) analyze(p *psyBands, abs, root []float64) {
	n := len(p.quiet)
	t.measure(p, abs, root)
	t.tonality(p)
	for b := range n {
		offset := noiseOffset + float64((toneOffset-noiseOffset)*t.tone[b])
		t.noise[b] = t.energy[b] * fromDB(-offset)
	}
	for b := 1; b < n; b++ {
		t.noise[b] = max(t.noise[b], t.noise[b-1]*p.up[b])
	}
	for b := n - 2; b >= 0; b-- {
		t.noise[b] = max(t.noise[b], t.noise[b+1]*p.down[b])
	}
	for b := range n {
		t.noise[b] = max(t.noise[b], p.quiet[b])
	}
}

// tonality judges from the share of lines that carry a band's energy: form over the square root of the root mean square
// is the number of active lines, all of them for equal lines, 82 % for noise, few for tones. A band is seen together
// with its neighbors, three lines out of eight are few otherwise.
func (t *thresholds) tonality(p *psyBands) {
	n := len(p.quiet)
	for b := range n {
		lo, hi := max(b-1, 0), min(b+1, n-1)
		active, lines := 0.0, 0.0
		for i := lo; i <= hi; i++ {
			width := float64(p.offsets[i+1] - p.offsets[i])
			lines += width
			if t.energy[i] > 0 {
				active += t.form[i] / math.Sqrt(math.Sqrt(t.energy[i]/width))
			}
		}
		t.tone[b] = min(1, max(0, (noiseFill-active/lines)/(noiseFill-toneFill)))
	}
}

// limit keeps thresholds from rising too fast against the ones of the frame before, which may be heard as an echo ahead
// of the sound.
func (t *thresholds) limit(p *psyBands, before *[maxLongBands]float64) {
	for b := range p.quiet {
		t.noise[b] = max(p.quiet[b], preEchoFloor*t.noise[b], min(t.noise[b], preEcho*before[b]))
	}
}
