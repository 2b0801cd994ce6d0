package ingest

// ring is the jitter buffer's memory: the packets of a window of sequence numbers, each in the slot of its number.
// Slots remember the number they held last, so that a duplicate is known for one long after.
type ring struct {
	slots []slot // a power of two
	mask  int64
	held  int // packets with content
	bytes int // their payload

	free [][]byte // payload buffers to use again, the last one first
	// usual is the capacity of new buffers, room for the largest packet so far up to keptBuffer. If it were that of each
	// packet alone, buffers would go on being replaced by larger ones for minutes, as small and large packets meet them.
	usual int
}

type slotState uint8

const (
	vacant slotState = iota
	waiting
	done // taken out, or given up
)

// slot is one packet. Sequence number and timestamp are unwrapped.
type slot struct {
	seq     int64
	stamp   int64
	payload []byte // owned
	descriptor
	look    lookPart
	state   slotState
	content bool // false: there is nothing in it for us, but its number is accounted for
	marker  bool
	broken  bool // content that can't be used
}

const (
	// smallBuffer is the least capacity of a payload buffer, a voice packet's.
	smallBuffer = 256
	// keptBuffer is the largest capacity that is kept for use again: what fits in an Ethernet frame does.
	keptBuffer = 2048
)

func newRing(packets int) ring {
	return ring{slots: make([]slot, packets), mask: int64(packets - 1), usual: smallBuffer}
}

func (r *ring) size() int64 { return int64(len(r.slots)) }

// slot returns the slot of a sequence number, whatever is in it.
func (r *ring) slot(seq int64) *slot { return &r.slots[seq&r.mask] }

// waiting returns the packet of this sequence number, or nil if it is not there.
func (r *ring) waiting(seq int64) *slot {
	if s := r.slot(seq); s.state == waiting && s.seq == seq {
		return s
	}
	return nil
}

// seen says whether the packet of this sequence number is there or was there not too long ago.
func (r *ring) seen(seq int64) bool {
	s := r.slot(seq)
	return s.state != vacant && s.seq == seq
}

// put stores a packet, with a copy of the payload, in its slot, which must not hold a waiting one.
func (r *ring) put(s slot, payload []byte) {
	if s.content {
		s.payload = append(r.buffer(len(payload)), payload...)
		r.held++
		r.bytes += len(payload)
	}
	s.state = waiting
	*r.slot(s.seq) = s
}

// take marks a waiting packet as done and frees its buffer.
func (r *ring) take(s *slot) {
	if s.content {
		r.held--
		r.bytes -= len(s.payload)
		if cap(s.payload) <= keptBuffer {
			r.free = append(r.free, s.payload[:0])
		}
		s.payload = nil
	}
	s.state = done
}

// buffer returns an empty buffer for n bytes.
func (r *ring) buffer(n int) []byte {
	if last := len(r.free) - 1; last >= 0 {
		b := r.free[last]
		r.free[last] = nil
		r.free = r.free[:last]
		if cap(b) >= n {
			return b
		}
	}
	if n > keptBuffer {
		return make([]byte, 0, n)
	}
	for r.usual < n {
		r.usual *= 2
	}
	return make([]byte, 0, r.usual)
}
