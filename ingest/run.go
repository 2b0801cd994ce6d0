package ingest

import "time"

const (
	// maxBack is how far the timestamp may go back from one packet to the next: pictures may come in another order than
	// they are shown.
	maxBack = int64(500 * time.Millisecond)
	// maxEarly is how much sooner than the quickest of the last seconds a packet may come, if the one before it met no
	// queue: a path does not get that much shorter at once, so it is the timestamp that has jumped.
	maxEarly = int64(150 * time.Millisecond)
	// noQueue is how much slower than the quickest a packet may be that met no queue to speak of.
	noQueue = int64(60 * time.Millisecond)
	// settling is for how long after the first packet the quickest is not known well: a stream may begin with a burst
	// of what had waited.
	settling = int64(3 * time.Second)
	// maxStill is for how long the timestamp of pictures may stand still while packets go on: not every sender marks the
	// last packet of a picture only. Two packets of sound never have the same one.
	maxStill = int64(150 * time.Millisecond)
)

// run is what the newest packet with content leaves to compare the next one with.
type run struct {
	began   int64 // arrival of the first one
	started bool
	at      int64 // arrival
	transit int64 // arrival - media time
	marker  bool
	step    int64 // in ticks, from the packet before, when the timestamps went on

	still  bool  // the timestamp stands still
	since  int64 // arrival of the last packet for which it did not
	frozen bool  // it has for too long: packets get their times by arrival
}

// take makes a packet the newest.
func (r *run) take(at, transit int64, marker bool) {
	if !r.started {
		r.began, r.started = at, true
	}
	r.at, r.transit, r.marker = at, transit, marker
}

// fits says whether a packet's timestamp can be true: whether it goes on from the newest packet's, and whether the packet
// took about as long to get here as others.
func (t *Track) fits(at, seq, stamp int64) bool {
	step := t.nanos(stamp - t.stamps.last)
	late := at - t.nanos(stamp) - t.mapping.floor.low // by so much later than the quickest
	switch {
	case abs(late) > maxJump:
		return false
	case seq < t.numbers.last:
		return step <= maxBack // what was overtaken is older
	case step < -maxBack:
		return false
	}
	quick := t.run.transit-t.mapping.floor.low <= noQueue && at-t.run.began >= settling
	return !quick || late >= -maxEarly
}

// thaw gives a packet a time by its arrival when the sender's timestamps stand still: when the same one comes again though
// the access unit was complete.
func (t *Track) thaw(at, seq int64, s *slot) {
	r := &t.run
	if !r.started || seq <= t.numbers.last {
		return
	}
	if t.packet.Timestamp != t.stamps.wire {
		if r.frozen { // where it goes on from is anybody's guess
			t.mapping.unsync()
			s.stamp = t.guess(at)
			t.stamps.take(t.packet.Timestamp, s.stamp)
		}
		r.still, r.frozen = false, false
		return
	}
	if t.cfg.Kind == Video && !r.marker {
		return // more of the same picture
	}
	if !r.still {
		r.still, r.since = true, r.at
	}
	if !r.frozen && (t.cfg.Kind == Audio || at-r.since > maxStill) {
		r.frozen = true
		t.stats.Restarts++
		t.mapping.unsync()
	}
	if r.frozen {
		s.stamp = t.guess(at)
	}
}

// guess is the timestamp that a packet which arrives now should have: by its arrival, or a step after the one before, as
// sound is, if that agrees.
func (t *Track) guess(at int64) int64 {
	byArrival, byStep := t.ticks(at-t.mapping.floor.low), t.stamps.last+t.run.step
	if t.cfg.Kind == Audio && abs(byArrival-byStep) <= t.rate/10 {
		return byStep
	}
	return max(t.stamps.last, byArrival)
}
