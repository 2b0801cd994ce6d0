package aac

import "math"

const (
	// candidates is the number of scale factors that are weighed per band, candidatesBelow how many of them are finer
	// than the one the noise estimate gives.
	candidates      = 8
	candidatesBelow = 4
	cacheSlots      = 16 // of trials per band, by scale factor
	noScale         = -1
	// noiseFactor is the energy per line of quantisation noise over |x|^(1/2) step^(3/2): the step of the power-law
	// quantiser at x is 4/3 x^(1/4) step^(3/4), and noise a twelfth of its square.
	noiseFactor = 16.0 / 9 / 12
	// bandOverhead estimates the bits a coded band costs through section headers.
	bandOverhead = 1.5
)

// bounds are the scale factors that make sense for a band.
type bounds struct {
	fine   int     // smallest one that keeps the values within maxQuantized
	coarse int     // largest one that leaves any value, or noScale
	logs   float64 // log2 of noiseFactor times the band's form
}

// path is the state of the search after a band: coded with one candidate, or left without values.
type path struct {
	cost  float64
	scale int // the last scale factor transmitted, or noScale
	from  uint8
}

// allocator chooses the scale factors of a frame: those with the least sum of weighted noise and price times bits,
// found by the Viterbi algorithm over the bands with scale factors near the one the price calls for.
type allocator struct {
	quant   *quantTables
	coef    coefficients
	demands [maxBands]demand
	bounds  [maxBands]bounds
	cache   [maxBands][cacheSlots]trial
	paths   [maxBands][candidates + 1]path
	section sectioner

	// The choice made last.
	picks  [maxBands]*trial
	maxSFB int
}

// silentPath is the path state of a band without values.
const silentPath = candidates

// prepare computes what does not depend on the price; the coefficients have to be loaded and the demands complete.
func (a *allocator) prepare(l *layout) {
	for b := range l.bands() {
		for s := range a.cache[b] {
			a.cache[b][s].scale = noScale
		}
		peak := 0.0
		for _, v := range a.coef.p34[l.start[b]:l.start[b+1]] {
			peak = max(peak, v)
		}
		if peak == 0 {
			a.bounds[b].coarse = noScale
			continue
		}
		// peak * 2^(-3/16 (scale - 100)) + rounding has to be at least 1, and below 8192.
		level := float64(16.0 / 3 * log2(peak))
		a.bounds[b] = bounds{
			coarse: min(maxScale, scaleOffset+int(math.Floor(level+scaleSpan))),
			fine:   max(0, scaleOffset+int(math.Floor(level-16.0/3*13))+1),
			logs:   log2(noiseFactor * a.demands[b].form),
		}
	}
}

// scaleSpan is -16/3 log2(1 - rounding).
var scaleSpan = -16.0 / 3 * log2(1-rounding)

// outcome returns the trial of a band with a scale factor.
func (a *allocator) outcome(l *layout, b, scale int) *trial {
	t := &a.cache[b][scale%cacheSlots]
	if t.scale != scale {
		a.coef.try(a.quant, l.start[b], l.start[b+1], scale, t)
	}
	return t
}

// choose finds the best scale factors at a price in weighted noise per bit and returns the bits that they cost.
func (a *allocator) choose(l *layout, price float64) int {
	n := l.bands()
	logPrice := log2(price)
	for b := range n {
		a.step(l, b, price, logPrice)
	}
	best := 0
	for k := range a.paths[n-1] {
		if a.paths[n-1][k].cost < a.paths[n-1][best].cost {
			best = k
		}
	}
	for b := n - 1; b >= 0; b-- {
		a.picks[b] = nil
		if best != silentPath {
			a.picks[b] = &a.cache[b][a.paths[b][best].scale%cacheSlots]
		}
		best = int(a.paths[b][best].from)
	}
	return a.count(l)
}

// center is the scale factor whose noise, by estimate, is what a price calls for: the weighted noise per line that makes
// another bit cost as much as it saves. Halving the noise energy costs half a bit per line.
func (a *allocator) center(b int, logPrice float64) int {
	d := &a.demands[b]
	want := logPrice + log2(d.lines*(0.5/math.Ln2)/d.weight)
	want = max(want, log2(d.floor))
	return scaleOffset + int(math.Floor(float64(8.0/3*(want-a.bounds[b].logs))+0.5))
}

// step extends the paths by a band.
func (a *allocator) step(l *layout, b int, price, logPrice float64) {
	d := &a.demands[b]
	for k := range a.paths[b] {
		a.paths[b][k].cost = math.Inf(1)
	}
	a.extendSilent(b, float64(d.weight*max(d.energy, d.floor)))
	if a.bounds[b].coarse == noScale || d.energy <= d.floor {
		return
	}
	low := a.center(b, logPrice) - candidatesBelow
	low = max(a.bounds[b].fine, min(low, a.bounds[b].coarse-candidates+1))
	for k := range min(candidates, maxScale-low+1) {
		t := a.outcome(l, b, low+k)
		if t.max > 0 && t.max <= maxQuantized {
			noise := float64(d.weight * max(t.noise, d.floor))
			a.extend(b, k, low+k, noise+float64(price*(float64(t.best)+bandOverhead)), price)
		}
	}
}

// extendSilent leaves a band without values: the cheapest path goes on with its last scale factor.
func (a *allocator) extendSilent(b int, local float64) {
	p := &a.paths[b][silentPath]
	if b == 0 {
		*p = path{cost: local, scale: noScale}
		return
	}
	for i := range a.paths[b-1] {
		if from := &a.paths[b-1][i]; from.cost+local < p.cost {
			*p = path{cost: from.cost + local, scale: from.scale, from: uint8(i)}
		}
	}
}

// extend codes a band with candidate k.
func (a *allocator) extend(b, k, scale int, local, price float64) {
	p := &a.paths[b][k]
	p.scale = scale
	if b == 0 {
		p.cost = local + price
		return
	}
	for i := range a.paths[b-1] {
		from := &a.paths[b-1][i]
		delta := maxScaleStep
		if from.scale != noScale {
			delta += scale - from.scale
		}
		if uint(delta) > 2*maxScaleStep {
			continue
		}
		cost := from.cost + float64(price*float64(scaleFactorBook.lens[delta]))
		if cost+local < p.cost {
			p.cost, p.from = cost+local, uint8(i)
		}
	}
}

// count returns the bits of the choice made last: section_data, scale_factor_data and spectral_data. It sets maxSFB and
// the sections.
func (a *allocator) count(l *layout) int {
	a.maxSFB = 0
	for b := range l.bands() {
		if a.picks[b] != nil {
			a.maxSFB = max(a.maxSFB, b%l.perGroup+1)
		}
	}
	total := a.section.run(a.quant, l, a.maxSFB, a.picks[:])
	last := noScale
	for b := range l.bands() {
		if t := a.picks[b]; t != nil {
			if last == noScale {
				last = t.scale
			}
			total += int(scaleFactorBook.lens[t.scale-last+maxScaleStep])
			last = t.scale
		}
	}
	return total
}
