package ingest

// takeFrame takes a video frame out that begins with the next packet, or drops what there is of it.
func (t *Track) takeFrame(first *slot) (AccessUnit, bool) {
	end, whole := t.frameEnd(first)
	if !whole {
		t.dropFrame(first)
		return AccessUnit{}, false
	}
	unit := AccessUnit{Timestamp: first.stamp, VP8: first.vp8}
	t.unit = t.format.begin(t.unit[:0])
	fits, look := true, t.look
	look.HasColor, look.BT709, look.FullRange = false, false, false
	for t.next <= end {
		s := t.ring.waiting(t.next)
		if s.content {
			var ok bool
			t.unit, ok = t.format.add(t.unit, s)
			fits = fits && ok
			unit.Marker = s.marker
			look.follow(&s.look)
		}
		t.pass(s)
	}
	var ok bool
	if t.unit, unit.Keyframe, ok = t.format.end(t.unit); !ok || !fits {
		t.drop(unit.Timestamp)
		return AccessUnit{}, false
	}
	unit.Payload = t.unit
	if !unit.Keyframe && !look.HasColor { // what the last keyframe said still holds
		look.HasColor, look.BT709, look.FullRange = t.look.HasColor, t.look.BT709, t.look.FullRange
	}
	t.look, unit.Look = look, look
	return unit, true
}

// frameEnd returns the sequence number of the last packet of the frame that begins with first, and whether all of it is
// there. A frame ends with the packet that has the marker bit, or before the first one of another frame (RFC 7741 4.1,
// RFC 6184 5.1).
func (t *Track) frameEnd(first *slot) (end int64, whole bool) {
	if !first.start {
		return 0, false
	}
	size := 0
	for seq := first.seq; ; seq++ {
		s := t.ring.waiting(seq)
		switch {
		case s == nil:
			return 0, false
		case !s.content:
			continue
		case s != first && t.ofOther(s, first):
			return seq - 1, true
		}
		if size += len(s.payload); s.broken || size > MaxFrameBytes {
			return 0, false
		}
		if s.marker {
			return seq, true
		}
	}
}

// ofOther says whether a packet behind the first one of a frame belongs to another frame.
func (t *Track) ofOther(s, first *slot) bool {
	return s.stamp != first.stamp || s.start && t.format.startsExactly()
}

// drop counts a frame as dropped, once.
func (t *Track) drop(stamp int64) {
	if !t.dropping || t.dropped != stamp {
		t.stats.DroppedUnits++
	}
	t.dropped, t.dropping = stamp, true
}

// dropFrame drops a frame of which a part is missing, with all its packets that are there.
func (t *Track) dropFrame(first *slot) {
	t.drop(first.stamp)
	end := first.seq
	for seq := first.seq + 1; seq <= t.numbers.last; seq++ {
		s := t.ring.waiting(seq)
		if s == nil || !s.content {
			continue
		}
		if t.ofOther(s, first) {
			break
		}
		end = seq
	}
	for t.next <= end {
		if s := t.ring.waiting(t.next); s != nil {
			t.pass(s)
		} else {
			t.skipTo(t.next + 1)
		}
	}
}
