package ingest

// takeFrame takes a video frame out that begins with the next packet, or drops what there is of it.
func (t *Track) takeFrame(first *slot) (AccessUnit, bool) {
	end, whole := t.frameEnd(first)
	if !whole {
		t.dropFrame(first)
		return AccessUnit{}, false
	}
	unit := AccessUnit{Timestamp: first.stamp, VP8: first.vp8.descriptor}
	t.unit = t.unit[:0]
	for t.next <= end {
		s := t.ring.waiting(t.next)
		if s.content {
			t.unit = append(t.unit, s.payload...)
			unit.Marker = s.marker
		}
		t.pass(s)
	}
	unit.Payload = t.unit
	unit.Keyframe = isVP8Keyframe(t.unit)
	return unit, true
}

// frameEnd returns the sequence number of the last packet of the frame that begins with first, and whether all of it is
// there. A frame ends with the packet that has the marker bit, or before the first one of another frame (RFC 7741 4.1).
func (t *Track) frameEnd(first *slot) (end int64, whole bool) {
	if !first.vp8.start {
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
		case s != first && s.ofOther(first):
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
func (s *slot) ofOther(first *slot) bool { return s.stamp != first.stamp || s.vp8.start }

// dropFrame drops a frame of which a part is missing, with all its packets that are there.
func (t *Track) dropFrame(first *slot) {
	if !t.dropping || t.dropped != first.stamp {
		t.stats.DroppedUnits++
	}
	t.dropped, t.dropping = first.stamp, true
	end := first.seq
	for seq := first.seq + 1; seq <= t.numbers.last; seq++ {
		s := t.ring.waiting(seq)
		if s == nil || !s.content {
			continue
		}
		if s.ofOther(first) {
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
