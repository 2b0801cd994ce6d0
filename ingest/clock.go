package ingest

import (
	"slices"
	"time"
)

// All times below are int64 nanoseconds. "Media time" is a track's unwrapped RTP timestamp in nanoseconds, "sender time"
// the sender's NTP time since the first report. Offsets turn one into another by addition.

const (
	// slewDivisor bounds how fast the mapping of a running track moves: 1/200 of media time, 5 ms per second, which
	// changes the pitch by 9 cents at most.
	slewDivisor = 200
	// slewTime is the time constant with which the mapping approaches its target. It turns a millisecond, as far as the
	// smallest transit wanders, into a speed of 250 ppm, and follows a drift of 200 ppm within 1 ms.
	slewTime = int64(4 * time.Second)
	// silence is the distance between two access units from which on the mapping takes its target at once: in a gap of
	// that length nobody hears it.
	silence = int64(time.Second)
	// maxJump is how far the timestamp of a packet, or the mapping of a track, may be off before it is taken as a break.
	maxJump = int64(5 * time.Second)
	// maxSkew is how much the smallest transits of two tracks of one sender may differ. What is beyond is not one clock.
	maxSkew = int64(time.Second)
	// aliveFor is how long a track without packets still takes part in its sender's clock.
	aliveFor = int64(10 * time.Second)
)

// Clock is the clock of one sender, the one participant whose tracks belong together. It keeps them in step.
//
// Each track has a mapping from media time to call time, which is an offset that moves slowly. Left to itself it is the
// smallest (arrival - media time) of the last 16 s: the packet that met the shortest queue gives the time, and a clock
// that drifts is followed.
//
// With sender reports (RFC 3550 6.4.1) media time maps to sender time, and sender time to call time by way of the track
// that leads: the first audio track that has a report, or else the first track that has one. The smallest transit of
// the leading track (arrival - sender time) then holds for all of them, and the distance of two tracks' presentation
// times is the distance of their sender times.
//
// When the reports come, the track that leads stays where it is, so sound is not stretched for it. A video track joins
// at once: its next frame steps by the difference of the two tracks' smallest transits, some 10 ms for browsers, and
// from the first report of the later one on lips match. Presentation times never decrease. Every other correction, for
// drift, for a better smallest transit, for another audio track that joins, is made at no more than 5 ms per second of
// media; only after a second without an access unit it is made at once.
//
// Tracks whose smallest transits differ by more than a second have no clock in common and are left to themselves, and so
// are those without packets for 10 s.
//
// A Clock and its tracks belong to one goroutine at a time.
type Clock struct {
	members []*mapping
	latest  int64 // newest arrival on any track
	origin  uint64
	started bool // origin is valid
}

// NewClock makes the clock of one sender.
func NewClock() *Clock { return &Clock{} }

// senderTime turns a 64-bit NTP timestamp (RFC 3550 4) into sender time. It is right for 68 years to either side of the
// first one, whatever the era.
func (c *Clock) senderTime(ntp uint64) int64 {
	if !c.started {
		c.origin, c.started = ntp, true
	}
	diff := int64(ntp - c.origin)
	seconds, fraction := diff>>32, diff&0xffffffff
	return seconds*int64(time.Second) + fraction*int64(time.Second)>>32
}

func (c *Clock) add(m *mapping) { c.members = append(c.members, m) }

func (c *Clock) remove(m *mapping) {
	if i := slices.Index(c.members, m); i >= 0 {
		c.members = slices.Delete(c.members, i, i+1)
	}
}

// mapping is one track's part of the clock.
type mapping struct {
	clock *Clock
	leads bool // an audio track, which others follow

	floor  window // arrival - media time
	latest int64  // newest arrival

	// From sender reports.
	synced bool
	solo   bool  // has left the others: in step with them it would always be late
	sender int64 // sender time - media time
	report reportCheck

	// In use.
	running bool
	offset  int64 // call time - media time
	media   int64 // of the last access unit
	time    int64 // of the last access unit, call time

	late overdue
}

// arrive takes in that a packet of a media time arrived.
func (m *mapping) arrive(at, media int64) {
	m.floor.add(at, at-media)
	m.alive(at)
}

// alive takes in that a packet arrived of which the media time is not known.
func (m *mapping) alive(at int64) {
	m.latest = max(m.latest, at)
	m.clock.latest = max(m.clock.latest, at)
}

// transit is the smallest arrival - sender time.
func (m *mapping) transit() int64 { return m.floor.low - m.sender }

// together says whether the track and another one can be put on one sender's clock.
func (m *mapping) together(other *mapping) bool {
	return m.joins() && other.joins() && abs(m.transit()-other.transit()) <= maxSkew
}

func (m *mapping) joins() bool {
	return m.synced && !m.solo && m.floor.filled && m.clock.latest-m.latest <= aliveFor
}

// leader is the track that gives the time for this one, which may be the track itself.
func (m *mapping) leader() *mapping {
	var first *mapping
	for _, other := range m.clock.members {
		if !m.together(other) {
			continue
		}
		if other.leads {
			return other
		}
		if first == nil {
			first = other
		}
	}
	if first == nil {
		return m
	}
	return first
}

// target returns where the offset should be, and whether to go there at once.
func (m *mapping) target() (offset int64, now bool) {
	switch lead := m.leader(); {
	case lead == m:
		return m.floor.low, false
	case lead.running:
		return m.sender - lead.sender + lead.offset, !m.leads
	default:
		return m.sender + lead.transit(), false
	}
}

// place returns the offset for an access unit of a media time and the call time it gets by it.
func (m *mapping) place(media int64) (offset, at int64) {
	offset, now := m.target()
	if !m.running {
		return offset, media + offset
	}
	if !now {
		offset = m.offset + slew(offset-m.offset, media-m.media)
	}
	return offset, max(media+offset, m.time)
}

// commit makes what place returned the state that later access units build on.
func (m *mapping) commit(media, offset, at int64) {
	m.offset, m.media, m.time, m.running = offset, media, at, true
}

// slew is how much of an error is taken away over a stretch of media time.
func slew(err, media int64) int64 {
	if media >= silence || abs(err) > maxJump {
		return err
	}
	media = max(media, 0)
	limit := media / slewDivisor
	return min(max(err*media/slewTime, -limit), limit) // the product is below 5e18
}

const (
	// overdueBy is how late a packet has to be to make the mapping suspect. Less is no reason to give up lip sync.
	overdueBy = int64(100 * time.Millisecond)
	// overdueFor is for how long every packet has to be that late until the mapping is taken as wrong.
	overdueFor = int64(2 * time.Second)
	// overduePackets is the smallest number of packets that proves it. Opus in DTX sends one every 400 ms.
	overduePackets = 4
)

// overdue watches for a stretch in which everything comes after its time.
type overdue struct {
	count int
	since int64
}

// broken takes in the arrival of a packet when the caller has read up to a position, and says whether all that has come
// for a while was too late to be of use, so that the mapping has to be given up.
func (m *mapping) broken(at, media, position int64) bool {
	if !m.running || media+m.offset+overdueBy >= position {
		m.late.count = 0
		return false
	}
	if m.late.count == 0 {
		m.late.since = at
	}
	m.late.count++
	return m.late.count >= overduePackets && at-m.late.since >= overdueFor
}

// unsync forgets the sender reports, which no longer hold when the media time has been shifted.
func (m *mapping) unsync() {
	m.synced = false
	m.report = reportCheck{}
}

// jump lets the next access unit take the target at once.
func (m *mapping) jump() {
	m.late.count = 0
	m.offset, _ = m.target()
}

func abs(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}
