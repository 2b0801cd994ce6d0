package callrec

import (
	"fmt"
	"sync"
	"time"
)

// liveInput is one input that waits for the recording, with the call time at which it happened.
type liveInput struct {
	at     time.Duration
	id     string // of the participant; empty for commands
	packet []byte // owned by the queue
	rtcp   bool
	do     func(r *Recording, at time.Duration) error // a command; nil for a packet
}

// liveQueue keeps inputs in order of time until the owner of the recording takes them. Packets and commands are bounded
// each by their own limits. It is safe for concurrent use.
type liveQueue struct {
	mu       sync.Mutex
	pending  []liveInput
	free     [][]byte // packet buffers to use again
	packets  int      // handed in and not yet done with
	bytes    int
	commands int
	limit    liveLimits
	wake     chan struct{} // holds a value when there is something to take
}

// liveLimits bound what waits for a recording.
type liveLimits struct{ packets, bytes, commands int }

const (
	// sheddable is the share of the limits, in percent, that video may fill. The rest is kept for sound.
	sheddable = 75
	// keptPacket is the largest buffer that is kept for use again: what fits in an Ethernet frame does.
	keptPacket = 2048
)

func newLiveQueue(limit liveLimits) *liveQueue {
	return &liveQueue{limit: limit, wake: make(chan struct{}, 1)}
}

// The methods below need q.mu to be held by the caller, who has taken the time under it, so that times never go back.

// packet takes a copy of a packet, or returns false if there is no room for it. What is sheddable is refused first.
func (q *liveQueue) packet(in liveInput, packet []byte, shed bool) bool {
	limit := q.limit
	if shed {
		limit.packets, limit.bytes = limit.packets*sheddable/100, limit.bytes*sheddable/100
	}
	if q.packets >= limit.packets || q.bytes+len(packet) > limit.bytes {
		return false
	}
	in.packet = append(q.buffer(len(packet)), packet...)
	q.packets++
	q.bytes += len(packet)
	q.add(in)
	return true
}

// command takes a command.
func (q *liveQueue) command(at time.Duration, do func(r *Recording, at time.Duration) error) error {
	if q.commands >= q.limit.commands {
		return fmt.Errorf("%w: %d commands wait", ErrOverloaded, q.commands)
	}
	q.commands++
	q.add(liveInput{at: at, do: do})
	return nil
}

func (q *liveQueue) add(in liveInput) {
	q.pending = append(q.pending, in)
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *liveQueue) buffer(n int) []byte {
	if last := len(q.free) - 1; last >= 0 {
		b := q.free[last]
		q.free = q.free[:last]
		if cap(b) >= n {
			return b
		}
	}
	return make([]byte, 0, max(n, keptPacket))
}

// take swaps what is pending for an emptied batch.
func (q *liveQueue) take(batch []liveInput) []liveInput {
	taken := q.pending
	q.pending = batch[:0]
	return taken
}

// done gives back what an input took up.
func (q *liveQueue) done(in *liveInput) {
	if in.do != nil {
		q.commands--
	} else {
		q.packets--
		q.bytes -= len(in.packet)
		if cap(in.packet) <= keptPacket {
			q.free = append(q.free, in.packet[:0])
		}
	}
	*in = liveInput{}
}
