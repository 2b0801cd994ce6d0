package mixer

import "github.com/callrec/callrec/internal/resample"

// The rate controller. With the error e in samples, the skew s in ppm and the drift d of the sender's clock in ppm,
// de/dt = 0.016*(d - s) samples/s. A proportional and an integral term make of it a system of second order; for a
// critically damped one with w = 0.1/s they are 2w/0.016 = 12.5 ppm per sample and w*w/0.016 = 0.625 ppm/s per sample.
// A drift of 200 ppm that sets in suddenly then never makes an error of more than 12 samples beyond the dead zone.
const (
	errBits  = 16
	rateBits = 32            // the skew is kept in 1/2^32
	rateOne  = 1 << rateBits // a million ppm
	million  = 1_000_000

	kp       = 125 * rateOne / (10 * million)
	ki       = 625 * rateOne / (1000 * million)
	maxRate  = 3000 * rateOne / million // 0.3 %
	maxInteg = 1000 * rateOne / million // twice what bad crystals do, and more
	slew     = 500 * rateOne / million  // per second

	deadZone    = SampleRate / 1000 << errBits // 1 ms
	settledZone = deadZone / 4
	landingRate = 20 * rateOne / million

	errTau    = SampleRate / 2 // samples over which the error is smoothed
	feedBlock = 320
	ahead     = resample.KernelTaps - resample.KernelBefore // samples needed after a position
	before    = resample.KernelBefore - 1                   // and before it
)

// drift is the source side of an input: it joins blocks and plays them at a speed that keeps them where they are due.
//
// It has three states. At rest (steering false) samples pass unchanged. Steering, it interpolates with a changing step.
// Once error and skew have vanished it is landing: a tiny skew leads the fractional position to the nearest whole
// sample, and then it is at rest again.
type drift struct {
	on   bool  // blocks can be continued
	next int64 // timeline position of the next sample to be put out

	// The samples from before the current position on. The position is queue[before] plus frac/2^32 samples.
	queue [before + 2*ahead + feedBlock + 8]int16
	n     int
	frac  uint32

	err               int64 // smoothed, in 1/2^errBits samples: positive if blocks are due later than they are played
	steering, landing bool
	rate, target      int64 // by how much the output is longer than the input, in 1/2^rateBits
	integ             int64 // the integral term, in 1/2^(rateBits+errBits)

	out [feedBlock + 2*ahead + 8]int16
}

// start anchors the next sample at a timeline position.
func (d *drift) start(at int64) {
	d.on, d.next = true, at
	d.n, d.frac = before, 0
	clear(d.queue[:before])
	d.err = 0
	d.rest()
}

// stop makes the next block start anew and returns how many samples of the last one are given up for it.
func (d *drift) stop() int64 {
	d.on = false
	return int64(max(d.n-before, 0))
}

func (d *drift) rest() {
	d.steering, d.landing = false, false
	d.rate, d.target, d.integ = 0, 0, 0
}

func (d *drift) skew() int {
	return int(d.rate * million >> rateBits)
}

// steer takes the position at which a block of n samples is due, and reports whether the block continues the one
// before; if so it has updated the speed.
func (in *Input) steer(at, n int64) bool {
	d := &in.drift
	diff := at - d.next - int64(d.n-before)
	if diff > in.m.tolerance || diff < -in.m.tolerance {
		return false
	}
	// A block beyond the buffer's length would be dropped; the bound keeps the products below in range.
	n = min(n, 4*SampleRate)
	e := diff<<errBits + int64(d.frac>>(32-errBits))
	d.err += (e - d.err) * n / (n + errTau)
	far := d.err > deadZone || d.err < -deadZone
	if far && (!d.steering || d.landing) {
		d.integ = d.rate << errBits
		d.steering, d.landing = true, false
	}
	if d.steering && !d.landing {
		d.control(n)
	}
	return true
}

// control computes the skew to aim at.
func (d *drift) control(n int64) {
	p := d.err * kp >> errBits
	d.target = p + d.integ>>errBits
	if d.target < maxRate && d.target > -maxRate {
		d.integ += d.err * ki / SampleRate * n
		d.integ = min(max(d.integ, -maxInteg<<errBits), maxInteg<<errBits)
	}
	d.target = min(max(d.target, -maxRate), maxRate)
	if within(d.err, settledZone) && within(d.target, landingRate) && within(d.rate, landingRate) {
		d.landing = true
		d.target = landingRate // down to the sample before
		if d.frac >= 1<<31 {
			d.target = -landingRate
		}
	}
}

func within(v, bound int64) bool {
	return v <= bound && v >= -bound
}

// feed plays a block.
func (in *Input) feed(pcm []int16) {
	d := &in.drift
	for len(pcm) > 0 {
		n := min(len(pcm), feedBlock)
		d.n += copy(d.queue[d.n:], pcm[:n])
		pcm = pcm[n:]
		if d.steering {
			step := slew * int64(n) / SampleRate
			d.rate += min(max(d.target-d.rate, -step), step)
		}
		in.emit(d.n - ahead)
	}
}

// flush plays what is held back for the interpolation, as if the last sample went on.
func (in *Input) flush() {
	d := &in.drift
	n := d.n
	if !d.on || n <= before {
		return
	}
	for range ahead {
		d.queue[d.n] = d.queue[n-1]
		d.n++
	}
	in.emit(n)
	d.n -= ahead
}

// emit puts out all samples whose position is before queue[limit], and shifts the queue.
func (in *Input) emit(limit int) {
	d := &in.drift
	i := before
	silent := d.steering && isSilent(d.queue[:d.n])
	for d.steering && i < limit {
		out := d.out[:0]
		for i < limit && len(out) < len(d.out) {
			if silent { // as muted participants are: what lies between zeros is zero
				out = append(out, 0)
			} else {
				x := (*[resample.KernelTaps]int16)(d.queue[i-before:])
				out = append(out, in.m.kernel.At(x, d.frac))
			}
			p := int64(i)<<rateBits + int64(d.frac) + 1<<rateBits - d.rate
			i, d.frac = int(p>>rateBits), uint32(p)
			if d.landing && in.landed(&i) {
				break
			}
		}
		in.place(d.next, out)
		d.next += int64(len(out))
	}
	if i < limit {
		in.place(d.next, d.queue[i:limit])
		d.next += int64(limit - i)
		i = limit
	}
	d.n = copy(d.queue[:], d.queue[i-before:d.n])
}

func isSilent(pcm []int16) bool {
	for _, v := range pcm {
		if v != 0 {
			return false
		}
	}
	return true
}

// landed ends the landing if the position is within one step's difference of a whole sample.
func (in *Input) landed(i *int) bool {
	d := &in.drift
	if !within(d.rate, landingRate) {
		return false
	}
	f := int64(d.frac)
	switch {
	case f <= landingRate:
	case f >= 1<<rateBits-landingRate:
		*i++
	default:
		return false
	}
	d.frac = 0
	d.rest()
	return true
}
