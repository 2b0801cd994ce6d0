// Package mixer sums the PCM of a call's participants on one timeline to one 16 kHz mono signal.
//
// Every participant writes blocks with the timeline position at which they are due into an Input of its own; a block
// that continues the one before is appended to it, and where its position wanders from where the samples fall (the
// clocks of participants drift) the input is stretched or squeezed so minutely that it is not heard. Blocks that do not
// continue (a pause of the sender, a jump) are placed where they are due, with short fades at the edges. Reading takes
// the sum through a look-ahead limiter that never clips and is exactly transparent below its threshold.
//
// The mixer knows nothing of codecs, packets or clocks. All arithmetic on samples is integer; the output depends on
// nothing but the calls, and not on the order in which the inputs were added. Nothing here is safe for concurrent use:
// one goroutine at a time owns a mixer and all its inputs.
package mixer

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/callrec/callrec/internal/resample"
)

// SampleRate is the rate of the timeline and of all PCM in Hz.
const SampleRate = 16000

const (
	blockSize = 1024 // samples mixed at a time
	// MaxGain is the largest gain of an input. With it the sum of 8192 full-scale inputs still fits 32 bits.
	MaxGain  = 8
	gainBits = 16
)

// Config holds a mixer's settings. The zero value is good.
type Config struct {
	// Threshold is the sample magnitude that the output does not exceed, 1 to 32767. 0 means 29204, -1 dBFS.
	Threshold int
	// Lookahead is how long before a peak the limiter starts to turn down, 1 to 50 ms. 0 means 5 ms.
	Lookahead time.Duration
	// Release is the time constant with which it turns up again, 10 ms to 5 s. 0 means 150 ms.
	Release time.Duration
	// Tolerance is how far from the end of the previous block a block may be due and still continue it, 1 ms to 1 s.
	// 0 means 60 ms.
	Tolerance time.Duration
	// MaxAhead is how far ahead of what was read inputs may be written, 100 ms to 60 s. 0 means 4 s. An input takes
	// up to 64 KiB of memory for each second.
	MaxAhead time.Duration
}

// reserve is how far past what Read takes an input has to go on in order not to have ended: the length of a fade-out,
// and what the interpolation holds back.
const reserve = fadeLength + ahead

// Mixer mixes inputs on a timeline that starts at sample 0.
type Mixer struct {
	tolerance int64
	lookahead int
	maxAhead  int64

	inputs  []*Input
	kernel  *resample.Kernel
	fade    fadeTable
	scale   levelScale
	limiter *limiter

	pos      int64   // next sample to be read
	frontier int64   // next sample to be taken from the inputs: pos plus the look-ahead, once reading has begun
	sum      []int32 // the sum from pos to frontier, with room for a block
}

// New returns a mixer at timeline position 0. Its error wraps ErrConfig.
func New(cfg Config) (*Mixer, error) {
	if cfg.Threshold == 0 {
		cfg.Threshold = 29204
	}
	if cfg.Threshold < 1 || cfg.Threshold > math.MaxInt16 {
		return nil, fmt.Errorf("%w: threshold %d, want 1 to %d", ErrConfig, cfg.Threshold, math.MaxInt16)
	}
	times := [...]struct {
		name     string
		value    *time.Duration
		def      time.Duration
		from, to time.Duration
	}{
		{"look-ahead", &cfg.Lookahead, 5 * time.Millisecond, time.Millisecond, 50 * time.Millisecond},
		{"release", &cfg.Release, 150 * time.Millisecond, 10 * time.Millisecond, 5 * time.Second},
		{"tolerance", &cfg.Tolerance, 60 * time.Millisecond, time.Millisecond, time.Second},
		{"maximum ahead", &cfg.MaxAhead, 4 * time.Second, 100 * time.Millisecond, time.Minute},
	}
	for _, t := range times {
		if *t.value == 0 {
			*t.value = t.def
		}
		if *t.value < t.from || *t.value > t.to {
			return nil, fmt.Errorf("%w: %s %v, want %v to %v", ErrConfig, t.name, *t.value, t.from, t.to)
		}
	}
	look := int(samples(cfg.Lookahead))
	return &Mixer{
		tolerance: samples(cfg.Tolerance),
		lookahead: look,
		maxAhead:  samples(cfg.MaxAhead),
		kernel:    resample.NewKernel(),
		fade:      newFadeTable(),
		scale:     newLevelScale(),
		limiter:   newLimiter(int32(cfg.Threshold), look, int32(samples(cfg.Release))),
		sum:       make([]int32, look+blockSize),
	}, nil
}

// samples converts a duration of at most minutes to samples, rounding down.
func samples(d time.Duration) int64 {
	return int64(d) * SampleRate / int64(time.Second)
}

// InputConfig holds an input's settings. The zero value is good.
type InputConfig struct {
	// Gain is the factor applied to the samples, above 0 and up to MaxGain. 0 means 1, which leaves them as they are.
	Gain float64
	// Leveling brings a quiet input slowly up to the level of ordinary speech, by 12 dB at most and on top of Gain.
	Leveling bool
	// Tap, if not nil, is given the samples of the input as Read takes them: at their timeline positions, with the drift
	// of the sender's clock taken out, fades included, before the gain. Its blocks are at most 1024 samples long and
	// follow one another; what lies between two of them is silence. pcm is borrowed until return. It must not call
	// the mixer.
	Tap func(position int64, pcm []int16)
}

// AddInput adds a silent input. Its error wraps ErrConfig.
func (m *Mixer) AddInput(cfg InputConfig) (*Input, error) {
	if cfg.Gain == 0 {
		cfg.Gain = 1
	}
	if math.IsNaN(cfg.Gain) || cfg.Gain < 0 || cfg.Gain > MaxGain {
		return nil, fmt.Errorf("%w: gain %g, want above 0 and at most %d", ErrConfig, cfg.Gain, MaxGain)
	}
	in := newInput(m, int64(math.Floor(float64(cfg.Gain*(1<<gainBits))+0.5)), cfg.Tap)
	in.leveling = newLeveling(cfg.Leveling)
	m.inputs = append(m.inputs, in)
	return in, nil
}

// Remove ends an input as soon as can be: what is left of it fades out over 4 ms from the first sample on that Read has
// not looked at, and then the mixer forgets it. Writing to it has no effect any more; its statistics stay readable.
// Removing it again does nothing.
func (m *Mixer) Remove(in *Input) {
	if in != nil && in.m == m {
		in.CutAt(m.frontier)
	}
}

// Position is the timeline position of the next sample that Read gives.
func (m *Mixer) Position() int64 {
	return m.pos
}

// Lookahead is how many samples past the end of what is read the inputs should be written up to: the limiter's
// look-ahead, and as much as a fade-out needs (10 ms in all by default). An input that is not is taken to have ended
// there: it fades out, and what comes for it later fades in. Samples are dropped as late only if Read has already taken
// their place, which the limiter's look-ahead alone decides.
func (m *Mixer) Lookahead() int {
	return m.lookahead + reserve
}

// Horizon is the timeline position up to which inputs can be written at present; samples due there or later are
// dropped. It moves with Read.
func (m *Mixer) Horizon() int64 {
	return m.frontier + m.maxAhead
}

// Read fills dst with the next len(dst) samples of the mix and moves the position on. Sample n of what is read in all
// is timeline sample n.
func (m *Mixer) Read(dst []int16) {
	for len(dst) > 0 {
		n := min(len(dst), blockSize)
		m.gather(m.pos + int64(n+m.lookahead))
		m.limiter.process(dst[:n], m.sum[:n+m.lookahead])
		copy(m.sum, m.sum[n:n+m.lookahead])
		m.pos += int64(n)
		dst = dst[n:]
	}
}

// gather takes everything before target from the inputs.
func (m *Mixer) gather(target int64) {
	sum := m.sum[m.frontier-m.pos : target-m.pos]
	clear(sum)
	for _, in := range m.inputs {
		in.settle(target)
		in.addTo(sum)
	}
	m.frontier = target
	m.inputs = slices.DeleteFunc(m.inputs, (*Input).finished)
}
