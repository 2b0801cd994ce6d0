// Package conceal stands in for lost audio in the PCM domain at 16 kHz mono: it extrapolates what was heard last, fades
// it to digital silence over 60 ms, and joins the audio that follows with a short cross-fade. It works behind any
// decoder, needs no side information and knows nothing of packets.
//
// The extrapolation has a source and a filter, as decoders of speech have: a linear predictor of the last 30 ms is
// excited by its own residual of the last pitch period over and over. The filter goes on from the samples that were
// heard, so that the concealment begins without a seam, and keeps the formants while the period repeats.
package conceal

import (
	"math"
	"slices"
)

// All lengths are in samples at 16 kHz.
const (
	minLag  = 40  // 400 Hz
	maxLag  = 320 // 50 Hz
	window  = 320 // what is compared with its past in the pitch search, 20 ms
	history = maxLag + window
	overlap = 40 // the join, 2.5 ms: a longer one spoils more of what is good than it smoothes
	hold    = 160
	fadeEnd = 960 // full level for 10 ms, then linearly down to zero at 60 ms
	decay   = 0.9 // of the excitation from one period to the next: voices lose their periodicity
)

// FadeOut is the number of samples after which a concealment has faded to digital silence.
const FadeOut = fadeEnd

// Concealer keeps the recent past of one track. The zero value is ready for use, its past silence. It is not safe for
// concurrent use.
type Concealer struct {
	past [history]int16 // what was put out last, newest at the end

	// The current or last concealment: the filter with the samples before the next one, the excitation that is repeated
	// and its weight, and how far it has got. active says that it is the newest output.
	filter     predictor
	memory     [order]float64 // newest at the end
	excitation [maxLag]float64
	lag        int
	gain       float64
	done       int
	active     bool

	join int // samples of the cross-fade after a concealment that are still to come
}

// Reset returns to silence as past.
func (c *Concealer) Reset() {
	*c = Concealer{}
}

// Good appends decoded audio to dst and returns the extended slice. What follows a concealment is cross-faded with its
// continuation for 2.5 ms; all else passes unchanged. pcm is borrowed until return and may not overlap dst's spare room.
func (c *Concealer) Good(dst, pcm []int16) []int16 {
	if c.active && len(pcm) > 0 {
		c.active, c.join = false, overlap
	}
	start := len(dst)
	dst = append(dst, pcm...)
	out := dst[start:]
	for i := range out[:min(c.join, len(out))] {
		w := 2*(overlap-c.join) + 1 // of 2*overlap, at the middle of each step
		mixed := int(c.next())*(2*overlap-w) + int(out[i])*w
		out[i] = int16(mixed / (2 * overlap))
		c.join--
	}
	c.remember(out)
	return dst
}

// Conceal appends n samples that stand in for lost audio and returns the extended slice. Consecutive calls continue one
// concealment.
func (c *Concealer) Conceal(dst []int16, n int) []int16 {
	if n <= 0 {
		return dst
	}
	if !c.active {
		c.begin()
	}
	start := len(dst)
	dst = slices.Grow(dst, n)[:start+n]
	out := dst[start:]
	faded := min(n, fadeEnd-c.done)
	for i := range out[:faded] {
		out[i] = c.next()
	}
	clear(out[faded:])
	c.remember(out)
	return dst
}

// begin starts a concealment at the end of the past.
func (c *Concealer) begin() {
	c.active, c.join, c.done, c.gain = true, 0, 0, 1
	c.lag = pitch(&c.past)
	var x [history]float64
	for i, v := range c.past {
		x[i] = float64(v)
	}
	c.filter.fit(&x)
	for i := range c.lag {
		k := history - c.lag + i
		c.excitation[i] = x[k] - c.filter.predict(x[k-order:k])
	}
	copy(c.memory[:], x[history-order:])
}

// next computes the next sample of the concealment. It is zero from fadeEnd on.
func (c *Concealer) next() int16 {
	k := c.done
	if k >= fadeEnd {
		return 0
	}
	c.done++
	if k > 0 && k%c.lag == 0 {
		c.gain *= decay
	}
	v := float64(c.gain*c.excitation[k%c.lag]) + c.filter.predict(c.memory[:])
	v = min(max(v, math.MinInt16), math.MaxInt16)
	copy(c.memory[:], c.memory[1:])
	c.memory[order-1] = v
	if k > hold {
		v = v * float64(fadeEnd-k) / (fadeEnd - hold)
	}
	return int16(v)
}

// remember shifts what was put out into the past.
func (c *Concealer) remember(out []int16) {
	if len(out) >= history {
		copy(c.past[:], out[len(out)-history:])
		return
	}
	copy(c.past[:], c.past[len(out):])
	copy(c.past[history-len(out):], out)
}
