package ingest

import "time"

// Pop returns the next access unit in decoding order whose presentation time is at or before a position in call time,
// or false if there is none yet. Call it until it returns false each time the position has moved on. What is missing
// before such an access unit is lost from then on. A position before an earlier one is allowed and finds less.
//
// At the end Pop(math.MaxInt64) gets everything that is left.
func (t *Track) Pop(until time.Duration) (AccessUnit, bool) {
	t.position = max(t.position, int64(until))
	for {
		first := t.first()
		if first == nil {
			return AccessUnit{}, false
		}
		media := t.nanos(first.stamp)
		offset, at := t.mapping.place(media)
		if at > int64(until) {
			return AccessUnit{}, false
		}
		t.mapping.commit(media, offset, at)
		t.skipTo(first.seq)
		unit, ok := t.takeUnit(first)
		if !ok {
			continue
		}
		unit.Time = time.Duration(at)
		unit.Lost = t.gap
		if t.dropping {
			unit.Lost = max(unit.Lost, 1)
		}
		t.gap, t.dropping = 0, false
		t.stats.Units++
		return unit, true
	}
}

// first returns the first packet with content that waits, or nil. Those without content are passed over as soon as
// nothing is missing before them.
func (t *Track) first() *slot {
	for s := t.ring.waiting(t.next); s != nil && !s.content; s = t.ring.waiting(t.next) {
		t.pass(s)
	}
	if t.ring.held == 0 {
		return nil
	}
	for t.search = max(t.search, t.next); ; t.search++ {
		if s := t.ring.waiting(t.search); s != nil && s.content {
			return s
		}
	}
}

// pass takes out the packet that is next in order.
func (t *Track) pass(s *slot) {
	t.ring.take(s)
	t.next = s.seq + 1
	t.begun = true
}

// skipTo gives up what is missing before a sequence number. No packet with content may wait there.
func (t *Track) skipTo(seq int64) {
	for ; t.next < seq; t.next++ {
		t.begun = true
		if s := t.ring.waiting(t.next); s != nil {
			t.ring.take(s)
			continue
		}
		t.gap++
		t.stats.Lost++
	}
}

// takeUnit takes the access unit out that begins with the next packet; false if it is not whole.
func (t *Track) takeUnit(first *slot) (AccessUnit, bool) {
	if t.cfg.Kind == Video {
		return t.takeFrame(first)
	}
	unit := AccessUnit{Timestamp: first.stamp, Marker: first.marker}
	t.unit = append(t.unit[:0], first.payload...)
	unit.Payload = t.unit
	t.pass(first)
	return unit, true
}
