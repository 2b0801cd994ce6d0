// Package resample converts the sampling rate of 16-bit mono PCM: Resampler by a rational factor with a polyphase
// linear-phase FIR filter, Kernel at arbitrary fractional positions for ratios very near one.
//
// All sample arithmetic is integer and the coefficients are integers, so the output is the same on every CPU. It knows
// nothing of time stamps: what output sample belongs to what input sample is stated with each type.
package resample

import (
	"fmt"
	"math"
)

// Limits of a Config.
const (
	MaxRate   = 192000 // Hz
	maxPhases = 1024   // output rate over the greatest common divisor of the rates
	maxCoeffs = 1 << 20
	coefBits  = 30
	blockSize = 1024 // input samples that are buffered at a time
)

// Config describes a conversion. Only From and To are needed.
type Config struct {
	From, To int // Hz, 1 to MaxRate; To over their greatest common divisor is at most 1024

	// Pass and Stop are the edges of pass-band and stop-band as fractions of half the lower rate. 0 means 0.875 and 1;
	// Pass must be below Stop, and Stop at most 1.5. A narrower transition makes a longer filter.
	Pass, Stop float64

	// Attenuation of the stop-band in dB, 50 to 120. 0 means 86.
	Attenuation float64

	// Steady asks for a constant flow: n input samples give at once the n*To/From output samples of their duration
	// (rounded up over the whole stream), which are late by Delay. Without it output sample k stands for the instant
	// of input sample k*From/To exactly, and what the filter still waits for comes with the following blocks or Flush.
	Steady bool
}

// Resampler is a streaming converter by a rational factor. The filter is linear-phase, so all frequencies are delayed
// alike; before the first sample there is silence. It is not safe for concurrent use.
type Resampler struct {
	phases   []phase
	up, down int // output to input rate in lowest terms
	half     int // input samples on either side that an output sample depends on
	steady   bool

	buf   []int16 // input from half-1 samples before the next output sample on
	pos   int     // index in buf of the input sample at or before the next output sample
	phase int     // its distance from there, in 1/up of an input sample
}

// phase is one branch of the polyphase filter without the zeros at its ends.
type phase struct {
	first int // input sample of the first coefficient, relative to Resampler.pos
	coefs []int32
}

// New designs the filter and returns a resampler at the start of a stream. Its error wraps ErrConfig.
func New(cfg Config) (*Resampler, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	g := gcd(cfg.From, cfg.To)
	r := &Resampler{up: cfg.To / g, down: cfg.From / g, half: 1, steady: cfg.Steady}
	low := float64(min(cfg.From, cfg.To)) / 2
	width := (cfg.Stop - cfg.Pass) * low / float64(cfg.From)
	if r.up != r.down {
		r.half = int(math.Ceil(kaiserLength(cfg.Attenuation, width) / 2))
	}
	if r.up > maxPhases || r.up*2*r.half > maxCoeffs {
		return nil, fmt.Errorf("%w: %d Hz to %d Hz needs %d phases of %d coefficients", ErrConfig, cfg.From, cfg.To, r.up, 2*r.half)
	}
	cutoff := (cfg.Stop + cfg.Pass) / 2 * low / float64(cfg.From)
	r.design(cutoff, kaiserBeta(cfg.Attenuation))
	r.buf = make([]int16, 0, 3*r.half+r.down+blockSize)
	r.Reset()
	return r, nil
}

func (c Config) withDefaults() (Config, error) {
	if c.Pass == 0 {
		c.Pass = 0.875
	}
	if c.Stop == 0 {
		c.Stop = 1
	}
	if c.Attenuation == 0 {
		c.Attenuation = 86
	}
	switch {
	case c.From < 1 || c.From > MaxRate || c.To < 1 || c.To > MaxRate:
		return c, fmt.Errorf("%w: %d Hz to %d Hz, rates are 1 to %d Hz", ErrConfig, c.From, c.To, MaxRate)
	case outside(c.Stop, 0, 1.5) || outside(c.Pass, 0, c.Stop) || c.Pass == c.Stop:
		return c, fmt.Errorf("%w: pass-band to %g, stop-band from %g", ErrConfig, c.Pass, c.Stop)
	case outside(c.Attenuation, 50, 120):
		return c, fmt.Errorf("%w: attenuation %g dB, want 50 to 120", ErrConfig, c.Attenuation)
	}
	return c, nil
}

// outside reports whether v is not from low to high; what is not a number is not.
func outside(v, low, high float64) bool {
	return math.IsNaN(v) || v < low || v > high
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// design fills the polyphase branches. Branch p gives the output that lies p/up input samples after input sample 0; the
// coefficient of input sample k is the impulse response at their distance, p/up - k.
func (r *Resampler) design(cutoff, beta float64) {
	filter := newLowPass(float64(r.half), cutoff, beta)
	r.phases = make([]phase, r.up)
	taps := make([]float64, 2*r.half)
	for p := range r.phases {
		for j := range taps {
			k := j - r.half + 1
			taps[j] = filter.at(float64(p-k*r.up) / float64(r.up))
			if r.up == r.down {
				taps[j] = 0
			}
		}
		if r.up == r.down {
			taps[r.half-1] = 1
		}
		coefs := make([]int32, len(taps))
		quantize(coefs, taps, coefBits)
		r.phases[p] = trim(coefs, 1-r.half)
	}
}

// trim drops the zeros at both ends. It matters for the half-band filter of a factor of two, one branch of which is the
// input itself.
func trim(coefs []int32, first int) phase {
	for len(coefs) > 0 && coefs[0] == 0 {
		coefs, first = coefs[1:], first+1
	}
	for len(coefs) > 0 && coefs[len(coefs)-1] == 0 {
		coefs = coefs[:len(coefs)-1]
	}
	return phase{first: first, coefs: coefs}
}

// Reset returns to the start of a stream.
func (r *Resampler) Reset() {
	history := r.half - 1
	if r.steady {
		history += r.half
	}
	r.buf = r.buf[:history]
	clear(r.buf)
	r.pos, r.phase = r.half-1, 0
}

// Delay is by how many output samples the output of a Steady resampler is late, rounded to the nearest; it is exact if
// To is a multiple of From. It is 0 for any other.
func (r *Resampler) Delay() int {
	if !r.steady {
		return 0
	}
	return (2*r.half*r.up + r.down) / (2 * r.down)
}

// Append converts src and appends what is ready to dst, returning the extended slice. Both are borrowed until return
// and must not overlap. It allocates only if dst is too small.
func (r *Resampler) Append(dst, src []int16) []int16 {
	for len(src) > 0 {
		n := min(len(src), blockSize)
		r.buf = append(r.buf, src[:n]...)
		src = src[n:]
		dst = r.drain(dst)
	}
	return dst
}

// Flush appends the rest of the stream, as if silence followed, and resets the resampler. All in all n input samples
// have then given n*To/From output samples, rounded up (a Steady resampler gives Delay more).
func (r *Resampler) Flush(dst []int16) []int16 {
	for n := r.half; n > 0; n -= blockSize {
		k := len(r.buf)
		r.buf = r.buf[:k+min(n, blockSize)]
		clear(r.buf[k:])
		dst = r.drain(dst)
	}
	r.Reset()
	return dst
}

// drain computes all output that the buffered input allows and drops the input that is no longer needed.
func (r *Resampler) drain(dst []int16) []int16 {
	buf, pos, ph := r.buf, r.pos, r.phase
	whole, part := r.down/r.up, r.down%r.up
	for pos+r.half < len(buf) {
		p := &r.phases[ph]
		x := buf[pos+p.first:]
		x = x[:len(p.coefs)]
		acc := int64(1) << (coefBits - 1)
		for j, c := range p.coefs {
			acc += int64(c) * int64(x[j])
		}
		dst = append(dst, saturate(acc>>coefBits))
		pos += whole
		ph += part
		if ph >= r.up {
			ph -= r.up
			pos++
		}
	}
	used := min(pos-(r.half-1), len(buf))
	r.buf = buf[:copy(buf, buf[used:])]
	r.pos, r.phase = pos-used, ph
	return dst
}
