package callrec

import (
	"math"
	"time"
)

// Positions on the timeline are counted in samples of 16 kHz since call time 0. A sample is 62500 ns, so a position is a
// whole number of nanoseconds and the way back is exact.
const nsPerSample = int64(time.Second) / timescale

// sampleAt is the position nearest to a call time.
func sampleAt(t time.Duration) int64 {
	n := int64(t)
	q := n / nsPerSample
	rest := n % nsPerSample
	switch {
	case rest*2 >= nsPerSample:
		q++
	case rest*2 < -nsPerSample:
		q--
	}
	return q
}

// timeOf is the call time of a position.
func timeOf(sample int64) time.Duration { return time.Duration(sample * nsPerSample) }

// never is the position of what has not happened yet.
const never = math.MaxInt64

// cut is an interval of call time that is left out of the recording.
type cut struct {
	from, to       int64         // positions; to is never while the pause lasts
	began, resumed time.Duration // the exact call times
	hidden         bool          // not a pause: the call before the recording began
}

// timeline maps call time to media time, which is call time without the cuts, and back.
type timeline struct {
	cuts []cut // in order, not overlapping; only the last may be open
	end  int64 // position at which the recording ends, never while it goes on
}

func newTimeline(recordFrom time.Duration) timeline {
	t := timeline{end: never}
	if recordFrom > 0 {
		t.cuts = append(t.cuts, cut{to: sampleAt(recordFrom), resumed: recordFrom, hidden: true})
	}
	return t
}

// paused says whether the last cut is open.
func (t *timeline) paused() bool { return len(t.cuts) > 0 && t.cuts[len(t.cuts)-1].to == never }

// pause begins a cut at call time at, or at the end of the last cut if that is later.
func (t *timeline) pause(at time.Duration) {
	if n := len(t.cuts); n > 0 {
		at = max(at, t.cuts[n-1].resumed)
	}
	t.cuts = append(t.cuts, cut{from: sampleAt(at), to: never, began: at, resumed: math.MaxInt64})
}

// resume ends the open cut.
func (t *timeline) resume(at time.Duration) {
	c := &t.cuts[len(t.cuts)-1]
	c.resumed = max(at, c.began)
	c.to = sampleAt(c.resumed)
}

// stop sets the end, which closes an open cut.
func (t *timeline) stop(at time.Duration) {
	if t.paused() {
		t.resume(at)
	}
	t.end = sampleAt(at)
}

// media is the media time, in ticks, of what happens at a position: for positions inside a cut, that of its beginning.
func (t *timeline) media(position int64) int64 {
	m := position
	for _, c := range t.cuts {
		if c.from >= position {
			break
		}
		m -= min(c.to, position) - c.from
	}
	return m
}

// position is where the call stands at a media time: the first position that is recorded at that tick. It is not known
// if it lies in an open cut or behind it, or at the end or behind it.
func (t *timeline) position(media int64) (position int64, known bool) {
	position = media
	for _, c := range t.cuts {
		if c.from > position {
			break
		}
		if c.to == never {
			return 0, false
		}
		position += c.to - c.from
	}
	return position, position < t.end
}

// resumedAt is the end of the last cut that lies before the position, or 0 where there is none: nothing older than this
// may be shown at the position.
func (t *timeline) resumedAt(position int64) int64 {
	last := int64(0)
	for _, c := range t.cuts {
		if c.to <= position && c.to > c.from {
			last = c.to
		}
	}
	return last
}

// nextCut is where the first cut after a position begins, or never.
func (t *timeline) nextCut(position int64) int64 {
	for _, c := range t.cuts {
		if c.from > position && c.to > c.from {
			return c.from
		}
	}
	return never
}

// fadeSamples is the length of the fades at cuts and at the end, 5 ms: enough to avoid a click, too short to be heard.
const fadeSamples = 5 * timescale / 1000

// gain is the weight of the sample at a position, from 0 in cuts to fadeSamples away from them.
func (t *timeline) gain(position int64) int64 {
	g := min(int64(fadeSamples), t.end-position)
	for i := len(t.cuts) - 1; i >= 0; i-- {
		c := &t.cuts[i]
		switch {
		case c.from == c.to:
		case position < c.from:
			g = min(g, c.from-position)
		case position < c.to:
			return 0
		default:
			return max(min(g, position-c.to), 0)
		}
	}
	return max(g, 0)
}

// recorded says whether the sample at a position is part of the recording.
func (t *timeline) recorded(position int64) bool {
	if position >= t.end {
		return false
	}
	for i := len(t.cuts) - 1; i >= 0; i-- {
		if c := &t.cuts[i]; position >= c.from {
			return position >= c.to
		}
	}
	return true
}

// stretch says whether the sample at a position is part of the recording, and up to which position that does not change.
func (t *timeline) stretch(position int64) (end int64, recorded bool) {
	if position >= t.end {
		return never, false
	}
	for _, c := range t.cuts {
		if c.from <= position && position < c.to {
			return c.to, false
		}
	}
	return min(t.nextCut(position), t.end), true
}
