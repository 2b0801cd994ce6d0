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
	// scaleSpan is -16/3 log2(1 - rounding): how far the scale factor of a band's largest value may go until it is 0.
	scaleSpan = 4
)

// bounds are the scale factors that make sense for a band.
type bounds struct {
	fine   int     // smallest one that keeps the values within maxQuantized
	coarse int     // largest one that leaves any value, or noScale
	logs   float64 // log2 of noiseFactor times the band's form
}

// stage is the state of the search after a band, by the path that ends there: coded with one of the candidates, or left
// without values.
type stage struct {
	cost   [candidates + 1]float64
	from   [candidates + 1]uint8 // path of the band before
	low    int                   // first candidate scale factor, or noScale if there are no candidates
	silent int                   // last scale factor on the path that leaves the band without values, or noScale
}

// silentPath is the path that leaves a band without values.
const silentPath = candidates

// allocator chooses the scale factors of a frame: those with the least sum of weighted noise and price times bits,
// found by the Viterbi algorithm over the bands with scale factors near the one the price calls for.
type allocator struct {
	quant   *quantTables
	coef    coefficients
	demands [maxBands]demand
	bounds  [maxBands]bounds
	cache   [maxBands][cacheSlots]trial
	stages  [maxBands]stage
	steps   [2*maxScaleStep + 1]float64 // costs of scale factor differences, plus maxScaleStep
	section sectioner

	// The choice made last.
	picks  [maxBands]*trial
	maxSFB int
}

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
	for i := range a.steps {
		a.steps[i] = price * float64(scaleFactorBook.lens[i])
	}
	for b := range n {
		a.step(l, b, price, logPrice)
	}
	best := silentPath
	for k, cost := range a.stages[n-1].cost {
		if cost < a.stages[n-1].cost[best] {
			best = k
		}
	}
	for b := n - 1; b >= 0; b-- {
		a.picks[b] = nil
		if best != silentPath {
			a.picks[b] = &a.cache[b][(a.stages[b].low+best)%cacheSlots]
		}
		best = int(a.stages[b].from[best])
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
	d, s := &a.demands[b], &a.stages[b]
	for k := range s.cost {
		s.cost[k] = math.Inf(1)
	}
	a.extendSilent(b, float64(d.weight*max(d.energy, d.floor)))
	s.low = noScale
	if a.bounds[b].coarse == noScale || d.energy <= d.floor {
		return
	}
	s.low = a.center(b, logPrice) - candidatesBelow
	s.low = max(a.bounds[b].fine, min(s.low, a.bounds[b].coarse-candidates+1))
	for k := range min(candidates, maxScale-s.low+1) {
		t := a.outcome(l, b, s.low+k)
		if t.max > 0 && t.max <= maxQuantized {
			noise := float64(d.weight * max(t.noise, d.floor))
			a.extend(b, k, noise+float64(price*(float64(t.best)+bandOverhead)))
		}
	}
}

// extendSilent leaves a band without values: the cheapest path goes on with its last scale factor.
func (a *allocator) extendSilent(b int, local float64) {
	s := &a.stages[b]
	if b == 0 {
		s.cost[silentPath], s.silent = local, noScale
		return
	}
	before := &a.stages[b-1]
	best := silentPath
	s.silent = before.silent
	for i, cost := range before.cost[:candidates] {
		if cost < before.cost[best] {
			best = i
			s.silent = before.low + i
		}
	}
	s.cost[silentPath], s.from[silentPath] = before.cost[best]+local, uint8(best)
}

// extend codes a band with candidate k. The first scale factor of all is global_gain, and its difference 0.
func (a *allocator) extend(b, k int, local float64) {
	s := &a.stages[b]
	if b == 0 {
		s.cost[k] = local + a.steps[maxScaleStep]
		return
	}
	before := &a.stages[b-1]
	scale := s.low + k
	best, from := math.Inf(1), silentPath
	if before.silent == noScale {
		best = before.cost[silentPath] + a.steps[maxScaleStep]
	} else if i := scale - before.silent + maxScaleStep; uint(i) < uint(len(a.steps)) {
		best = before.cost[silentPath] + a.steps[i]
	}
	if before.low != noScale {
		for i, cost := range before.cost[:candidates] {
			delta := scale - before.low - i + maxScaleStep
			if uint(delta) >= uint(len(a.steps)) {
				continue
			}
			if cost += a.steps[delta]; cost < best {
				best, from = cost, i
			}
		}
	}
	s.cost[k], s.from[k] = best+local, uint8(from)
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
