package ingest

// maxDropout is the largest step in sequence numbers, to either side, that is taken for loss or reordering (RFC 3550
// A.1 has 3000 for it). It is a minute of audio.
const maxDropout = 3000

// numbers unwraps sequence numbers. The reference is the highest one so far.
type numbers struct {
	started bool
	wire    uint16
	last    int64
}

// unwrap returns the 64-bit number and whether it is near enough to the last one to be believed.
func (n *numbers) unwrap(seq uint16) (number int64, near bool) {
	if !n.started {
		return int64(seq), true
	}
	step := int64(int16(seq - n.wire))
	return n.last + step, abs(step) <= maxDropout
}

// take makes a number the reference if it is the highest.
func (n *numbers) take(seq uint16, number int64) {
	if !n.started || number > n.last {
		n.started, n.wire, n.last = true, seq, number
	}
}

// rebase makes the next numbers continue from seq. One number is left out, for the packet that was on probation.
func (n *numbers) rebase(seq uint16) {
	n.wire, n.last = seq-1, n.last+1
}

// stamps unwraps timestamps. The reference is that of the packet with the highest sequence number.
type stamps struct {
	started bool
	wire    uint32
	last    int64
}

func (s *stamps) unwrap(stamp uint32) int64 {
	if !s.started {
		return int64(stamp)
	}
	return s.last + int64(int32(stamp-s.wire))
}

func (s *stamps) take(wire uint32, stamp int64) {
	s.started, s.wire, s.last = true, wire, stamp
}

// probation is the last packet that did not fit in (RFC 3550 A.1 calls its successor bad_seq).
type probation struct {
	active bool
	seq    uint16
	wire   uint32
	at     int64
}
