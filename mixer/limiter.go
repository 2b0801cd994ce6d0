package mixer

const unity = 1 << 30 // gain of one

// limiter turns peaks down before they come. For every sample there is a gain that keeps it at the threshold; the
// applied gain is
//
//	the least of these over the sample and the look-ahead after it,
//	risen again no faster than the release allows,
//	averaged over the look-ahead before it.
//
// The average makes a ramp as long as the look-ahead of every step down. All that is averaged at a peak has seen the
// peak, so the threshold is kept exactly. Where no sample is above it the gain is exactly one.
type limiter struct {
	threshold int32
	look      int
	release   int32 // time constant in samples

	now    int64  // index of the sample about to be put out
	primed bool   // the first samples have gone through the look-ahead
	peaks  []peak // ring: peaks within the look-ahead that are higher than all after them
	head   int
	count  int

	gain   int32   // least gain, after release
	recent []int32 // ring of its last look+1 values
	oldest int
	total  int64 // their sum
}

type peak struct {
	at   int64
	gain int32 // that the peak needs
}

func newLimiter(threshold int32, look int, release int32) *limiter {
	l := &limiter{
		threshold: threshold, look: look, release: release,
		now:    int64(-look),
		peaks:  make([]peak, look+1),
		gain:   unity,
		recent: make([]int32, look+1),
		total:  int64(look+1) * unity,
	}
	for i := range l.recent {
		l.recent[i] = unity
	}
	return l
}

// process puts out the samples of sum up to the last look ones, which are only looked at and come again in the next
// call.
func (l *limiter) process(dst []int16, sum []int32) {
	if !l.primed {
		l.primed = true
		for _, v := range sum[:l.look] {
			l.step(v)
		}
	}
	ahead := sum[l.look:][:len(dst)]
	if l.idle() && below(ahead, l.threshold) {
		for i, v := range sum[:len(dst)] {
			dst[i] = int16(v)
		}
		l.now += int64(len(dst))
		return
	}
	for i, v := range sum[:len(dst)] {
		g := l.step(ahead[i])
		if g != unity {
			v = int32((int64(v)*g + unity/2) >> 30)
		}
		dst[i] = int16(v)
	}
}

// idle reports whether the gain is one and stays so until a new peak comes into sight.
func (l *limiter) idle() bool {
	return l.count == 0 && l.gain == unity && l.total == int64(l.look+1)*unity
}

func below(sum []int32, threshold int32) bool {
	for _, v := range sum {
		if v > threshold || v < -threshold {
			return false
		}
	}
	return true
}

// step takes the sample that comes into sight and returns the gain of the one that is put out.
func (l *limiter) step(v int32) int64 {
	if v < 0 {
		v = -v
	}
	if v > l.threshold {
		l.push(peak{l.now + int64(l.look), int32(int64(l.threshold) << 30 / int64(v))})
	}
	least := int32(unity)
	if l.count > 0 {
		least = l.peaks[l.head].gain
		if l.peaks[l.head].at == l.now {
			l.head = (l.head + 1) % len(l.peaks)
			l.count--
		}
	}
	l.now++

	// It aims a little beyond one, so as to arrive there within five time constants or so instead of nearing it for
	// ever.
	l.gain = min(least, l.gain+(unity-l.gain+unity/512)/l.release+1)
	l.total += int64(l.gain) - int64(l.recent[l.oldest])
	l.recent[l.oldest] = l.gain
	if l.oldest++; l.oldest == len(l.recent) {
		l.oldest = 0
	}
	return l.total / int64(len(l.recent))
}

// push adds a peak and drops those before it that need no less gain.
func (l *limiter) push(p peak) {
	for l.count > 0 && l.peaks[(l.head+l.count-1)%len(l.peaks)].gain >= p.gain {
		l.count--
	}
	l.peaks[(l.head+l.count)%len(l.peaks)] = p
	l.count++
}
