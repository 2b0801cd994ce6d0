package ingest

import (
	"fmt"
	"time"
)

const rtpVersion = 2

// Push takes an RTP packet that arrived at call time at. The packet is borrowed until return. A packet that is of no
// use is dropped and counted; an error tells of one that should not have been sent, not of duplicates and late ones.
// The errors wrap ErrMalformed, ErrSSRC, ErrJump, ErrPayload and ErrFull, and the track goes on after each of them.
func (t *Track) Push(at time.Duration, packet []byte) error {
	if err := t.parse(packet); err != nil {
		t.stats.Bad++
		return err
	}
	p := &t.packet
	s := slot{
		marker:  p.Marker,
		content: len(p.Payload) > 0 && p.PayloadType == t.cfg.PayloadType,
	}
	if !t.admit(int64(at), &s) {
		t.stats.Bad++
		return fmt.Errorf("%w: sequence number %d after %d, timestamp %d after %d",
			ErrJump, p.SequenceNumber, t.numbers.wire, p.Timestamp, t.stamps.wire)
	}
	t.stats.Packets++
	switch {
	case t.ring.seen(s.seq):
		t.stats.Duplicates++
		return nil
	case s.seq < t.next:
		if t.begun || t.numbers.last-s.seq >= t.ring.size() {
			t.stats.Late++
			return nil
		}
		t.next = s.seq // the stream began with packets out of order
	}
	if err := t.makeRoom(s); err != nil {
		return err
	}
	return t.accept(int64(at), s)
}

// parse reads the header into t.packet and checks whose packet it is.
func (t *Track) parse(packet []byte) error {
	if len(packet) > maxPacket {
		return fmt.Errorf("%w: %d bytes", ErrMalformed, len(packet))
	}
	if err := t.packet.Unmarshal(packet); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if t.packet.Version != rtpVersion {
		return fmt.Errorf("%w: version %d", ErrMalformed, t.packet.Version)
	}
	if t.packet.SSRC != t.cfg.SSRC {
		return fmt.Errorf("%w: %d, want %d", ErrSSRC, t.packet.SSRC, t.cfg.SSRC)
	}
	return nil
}

// admit unwraps the packet's sequence number and timestamp into the slot. It returns false for a packet that does not
// fit in with the others. The second of two in a row that fit each other is where the sender goes on, and so do we.
func (t *Track) admit(at int64, s *slot) bool {
	p := &t.packet
	seq, near := t.numbers.unwrap(p.SequenceNumber)
	fits := true
	if s.content {
		s.stamp = t.stamps.unwrap(p.Timestamp)
		if near {
			t.thaw(at, seq, s)
		}
		fits = !t.mapping.floor.filled || t.fits(at, seq, s.stamp)
		near = near || fits && t.outage(seq, s.stamp)
	}
	if !near || !fits {
		if !s.content || !t.confirmed(at) {
			return false
		}
		t.restart(at, near, fits)
		seq, _ = t.numbers.unwrap(p.SequenceNumber)
		s.stamp = t.stamps.unwrap(p.Timestamp)
	}
	t.probation.active = false
	if s.content && seq > t.numbers.last && p.Timestamp != t.stamps.wire {
		t.checkOverdue(at, s)
	}
	s.seq = seq
	if !t.numbers.started {
		t.next, t.search = seq, seq
	}
	return true
}

// outage says whether a packet far ahead in sequence, whose timestamp fits, may come after a long loss: whether the time
// that has passed is enough for as many packets.
func (t *Track) outage(seq, stamp int64) bool {
	step := seq - t.numbers.last
	return step > 0 && step <= t.nanos(stamp-t.stamps.last)/int64(time.Second)*maxPacketRate
}

// maxPacketRate is the most packets that a sender is expected to send in a second.
const maxPacketRate = 1000

// confirmed says whether a packet that does not fit in continues the one before it, which did not fit in either.
func (t *Track) confirmed(at int64) bool {
	p, last := &t.packet, t.probation
	t.probation = probation{active: true, seq: p.SequenceNumber, wire: p.Timestamp, at: at}
	if !last.active || p.SequenceNumber != last.seq+1 {
		return false
	}
	step := t.nanos(int64(int32(p.Timestamp - last.wire)))
	return abs(at-last.at-step) <= maxJump
}

// restart goes on with what did not fit in.
func (t *Track) restart(at int64, near, fits bool) {
	t.stats.Restarts++
	if !near {
		t.numbers.rebase(t.packet.SequenceNumber)
	}
	if !fits {
		t.reanchor(at)
	}
}

// reanchor shifts the unwrapped timestamps so that the packet that arrives now has taken the usual time to get here.
func (t *Track) reanchor(at int64) {
	t.stamps.take(t.packet.Timestamp, t.ticks(at-t.mapping.floor.low))
	t.mapping.unsync()
}

// checkOverdue gives the mapping up when everything came too late for a while. Either packets take longer to get here
// than they did, or the sender's timestamps stood still: then the packets are given later times. Or it is the other
// tracks that pull this one to times too early: then it leaves them.
func (t *Track) checkOverdue(at int64, s *slot) {
	m := &t.mapping
	media := t.nanos(s.stamp)
	if !m.broken(at, media, t.position) {
		return
	}
	t.stats.Restarts++
	if byPath, byOthers := at-media-m.floor.low, m.floor.low-m.offset; byPath > byOthers {
		t.reanchor(at)
		s.stamp = t.stamps.last
	} else {
		m.solo = true
	}
	m.jump()
}

// makeRoom sees to it that the packet fits in the jitter buffer.
func (t *Track) makeRoom(s slot) error {
	if oldest := s.seq - t.ring.size() + 1; oldest > t.next {
		// After a long loss nothing waits that far back, and what is missing there will not be missed.
		if first := t.first(); first == nil || first.seq >= oldest {
			t.skipTo(oldest)
		}
	}
	if s.seq-t.next >= t.ring.size() || s.content && t.ring.bytes+len(t.packet.Payload) > t.cfg.MaxBytes {
		t.stats.Overflow++
		return fmt.Errorf("%w: %d packets, %d bytes", ErrFull, t.ring.held, t.ring.bytes)
	}
	return nil
}

// accept stores a packet that is in its place and lets the clock know of its arrival.
func (t *Track) accept(at int64, s slot) error {
	p := &t.packet
	if t.numbers.started && s.seq < t.numbers.last {
		t.stats.Reordered++
	}
	payload, err := p.Payload, error(nil)
	switch {
	case s.content:
		if t.cfg.Kind == Video {
			s.look = t.parseLook()
		}
		t.stats.Bytes += int64(len(payload))
		if t.run.frozen {
			t.mapping.alive(at) // its timestamp is a guess by what is known of arrivals, and tells nothing new of them
		} else {
			t.mapping.arrive(at, t.nanos(s.stamp))
		}
		if !t.stamps.started || s.seq > t.numbers.last {
			t.run.take(at, at-t.nanos(s.stamp), s.marker)
			if s.seq == t.numbers.last+1 && !t.run.still {
				t.run.step = s.stamp - t.stamps.last
			}
			t.stamps.take(p.Timestamp, s.stamp)
		}
		if t.format != nil {
			s.descriptor, payload, err = t.format.check(payload)
		}
		if s.broken = err != nil; s.broken {
			t.stats.Bad++
		}
		t.search = min(t.search, s.seq)
		if s.key {
			t.wish.newest, t.wish.had = max(t.wish.newest, s.seq), true
		}
	case len(payload) == 0:
		t.stats.Padding++
	default:
		t.stats.Foreign++
	}
	first := !t.numbers.started
	t.numbers.take(p.SequenceNumber, s.seq)
	t.ring.put(s, payload)
	t.wish.arrived(t, at, first)
	p.Payload = nil // the caller's
	return err
}
