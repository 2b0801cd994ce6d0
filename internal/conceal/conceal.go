// Package conceal stands in for lost audio in the PCM domain at 16 kHz mono: it repeats the last pitch period of what
// was heard, fades it to digital silence over 60 ms, and joins the audio that follows with a short cross-fade. It works
// behind any decoder, needs no side information and knows nothing of packets.
//
// The method is that of ITU-T G.711 Appendix I (pitch search by normalized autocorrelation, one period repeated with
// its seam overlap-added) but for the start of the gap: there nothing is delayed in order to overlap-add; the step
// between what was heard and what is repeated is taken up by an offset that decays.
package conceal

import "slices"

// All lengths are in samples at 16 kHz.
const (
	minLag  = 40  // 400 Hz
	maxLag  = 320 // 50 Hz
	window  = 320 // what is compared with its past in the pitch search, 20 ms
	history = maxLag + window
	overlap = 80 // joins, 5 ms
	hold    = 160
	fadeEnd = 960 // full level for 10 ms, then linearly down to zero at 60 ms
)

// FadeOut is the number of samples after which a concealment has faded to digital silence.
const FadeOut = fadeEnd

// Concealer keeps the recent past of one track. The zero value is ready for use, its past silence. It is not safe for
// concurrent use.
type Concealer struct {
	past [history]int16 // what was put out last, newest at the end

	// The current or last concealment: one period to repeat, the offset that takes up the step at its start, and how
	// far it has got. active says that it is the newest output.
	period [maxLag]int16
	lag    int
	step   int
	done   int
	active bool

	join int // samples of the cross-fade after a concealment that are still to come
}

// Reset returns to silence as past.
func (c *Concealer) Reset() {
	*c = Concealer{}
}

// Good appends decoded audio to dst and returns the extended slice. What follows a concealment is cross-faded with its
// continuation for 5 ms; all else passes unchanged. pcm is borrowed until return and may not overlap dst's spare room.
func (c *Concealer) Good(dst, pcm []int16) []int16 {
	if c.active && len(pcm) > 0 {
		c.active, c.join = false, overlap
	}
	start := len(dst)
	dst = append(dst, pcm...)
	out := dst[start:]
	for i := range out[:min(c.join, len(out))] {
		w := 2*(overlap-c.join) + 1 // of 2*overlap, at the middle of each step
		mixed := c.next()*(2*overlap-w) + int(out[i])*w
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
		out[i] = int16(c.next())
	}
	clear(out[faded:])
	c.remember(out)
	return dst
}

// begin starts a concealment at the end of the past.
func (c *Concealer) begin() {
	c.active, c.join, c.done = true, 0, 0
	c.lag = pitch(&c.past)
	q := c.past[history-c.lag:]
	copy(c.period[:], q)
	// The end of the period runs into its start, so that its repetition has no seam: it is cross-faded with what came
	// one period earlier and did lead there.
	seam := min(c.lag/4, overlap)
	before := c.past[history-c.lag-seam : history-c.lag]
	for i, old := range before {
		w := 2*i + 1
		k := c.lag - seam + i
		c.period[k] = int16((int(c.period[k])*(2*seam-w) + int(old)*w) / (2 * seam))
	}
	// The first sample follows the last of the past as it followed the one a period ago; the difference decays.
	c.step = int(c.past[history-1]) - int(c.past[history-c.lag-1])
}

// next computes the next sample of the concealment. It is zero from fadeEnd on.
func (c *Concealer) next() int {
	k := c.done
	if k >= fadeEnd {
		return 0
	}
	c.done++
	v := int(c.period[k%c.lag])
	if k < overlap {
		v += c.step * (overlap - k) / overlap
	}
	if k > hold {
		v = v * (fadeEnd - k) / (fadeEnd - hold)
	}
	return min(max(v, -1<<15), 1<<15-1)
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
