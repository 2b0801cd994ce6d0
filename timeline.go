package callrec

import (
	"math"
	"sort"
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
	before         int64         // length of all cuts before this one
	back           int64         // end of the last cut up to this one that leaves out anything
}

// timeline maps call time to media time, which is call time without the cuts, and back.
type timeline struct {
	cuts []cut         // in order, not overlapping; only the last may be open
	left time.Duration // exact length of all that is left out
	end  int64         // position at which the recording ends, never while it goes on
}

func newTimeline(recordFrom time.Duration) timeline {
	t := timeline{end: never}
	if recordFrom > 0 {
		t.left = recordFrom
		t.cuts = append(t.cuts, cut{
			to: sampleAt(recordFrom), resumed: recordFrom, hidden: true, back: sampleAt(recordFrom),
		})
	}
	return t
}

// paused says whether the last cut is open.
func (t *timeline) paused() bool { return len(t.cuts) > 0 && t.cuts[len(t.cuts)-1].to == never }

// pausedAt says whether a position lies in a cut that has not ended.
func (t *timeline) pausedAt(position int64) bool {
	return t.paused() && position >= t.cuts[len(t.cuts)-1].from
}

// pause begins a cut at call time at, or at the end of the last cut if that is later.
func (t *timeline) pause(at time.Duration) {
	c := cut{to: never, resumed: math.MaxInt64}
	if n := len(t.cuts); n > 0 {
		last := &t.cuts[n-1]
		at = max(at, last.resumed)
		c.before, c.back = last.before+last.to-last.from, last.back
	}
	c.from, c.began = max(sampleAt(at), c.back), at
	t.cuts = append(t.cuts, c)
}

// resume ends the open cut. Its length in samples makes that of all cuts together right to the sample, so that many
// pauses do not add up many roundings: it may end a sample beside the resume.
func (t *timeline) resume(at time.Duration) {
	c := &t.cuts[len(t.cuts)-1]
	c.resumed = max(at, c.began)
	t.left += c.resumed - c.began
	c.to = max(c.from+sampleAt(t.left)-c.before, c.from)
	if c.to > c.from {
		c.back = c.to
	}
}

// stop sets the end, which closes an open cut.
func (t *timeline) stop(at time.Duration) {
	if t.paused() {
		t.resume(at)
	}
	t.end = sampleAt(at)
	if n := len(t.cuts); n > 0 {
		t.end = max(t.end, t.cuts[n-1].back)
	}
}

// after is the index of the first cut that begins after a position.
func (t *timeline) after(position int64) int {
	return sort.Search(len(t.cuts), func(i int) bool { return t.cuts[i].from > position })
}

// media is the media time, in ticks, of what happens at a position: for positions inside a cut, that of its beginning.
func (t *timeline) media(position int64) int64 {
	i := t.after(position - 1)
	if i == 0 {
		return position
	}
	c := &t.cuts[i-1]
	return position - c.before - (min(c.to, position) - c.from)
}

// position is where the call stands at a media time: the first position that is recorded at that tick. It is not known
// if it lies in an open cut or behind it, or at the end or behind it.
func (t *timeline) position(media int64) (position int64, known bool) {
	i := sort.Search(len(t.cuts), func(i int) bool { return t.cuts[i].from-t.cuts[i].before > media })
	position = media
	if i > 0 {
		c := &t.cuts[i-1]
		if c.to == never {
			return 0, false
		}
		position += c.before + c.to - c.from
	}
	return position, position < t.end
}

// resumedAt is the end of the last cut that lies before the position, or 0 where there is none: nothing older than this
// may be shown at the position.
func (t *timeline) resumedAt(position int64) int64 {
	i := sort.Search(len(t.cuts), func(i int) bool { return t.cuts[i].to > position })
	if i == 0 {
		return 0
	}
	return t.cuts[i-1].back
}

// nextCut is where the first cut after a position begins, or never.
func (t *timeline) nextCut(position int64) int64 {
	for _, c := range t.cuts[t.after(position):] {
		if c.to > c.from {
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

// stretch says whether the sample at a position is part of the recording, and up to which position that does not change.
func (t *timeline) stretch(position int64) (end int64, recorded bool) {
	if position >= t.end {
		return never, false
	}
	if i := t.after(position); i > 0 && position < t.cuts[i-1].to {
		return t.cuts[i-1].to, false
	}
	return min(t.nextCut(position), t.end), true
}
