package callsim

import (
	"math/rand/v2"
	"time"
)

// Path is the way of a sender's packets to the recorder. Packets keep their order but for those that Reorder picks.
type Path struct {
	Delay  time.Duration // of a packet that meets no queue
	Jitter time.Duration // largest delay on top, in ordinary times
	// Spikes is the probability that a packet meets a long queue, of up to Spike.
	Spikes float64
	Spike  time.Duration

	Loss  float64 // share of packets lost, in bursts (Gilbert-Elliott)
	Burst float64 // mean length of the bursts in packets; 0 means 1

	Reorder   float64 // share of packets that are overtaken
	ReorderBy time.Duration
	Duplicate float64 // share of packets that come twice

	Outages []Interval // in which everything is lost
	Stalls  []Interval // in which nothing comes through; at their end it all comes at once
}

// Interval is a stretch of true time.
type Interval struct{ From, To time.Duration }

func within(list []Interval, at int64) (Interval, bool) {
	for _, i := range list {
		if at >= int64(i.From) && at < int64(i.To) {
			return i, true
		}
	}
	return Interval{}, false
}

// network is the state of a path.
type network struct {
	path    Path
	rng     *rand.Rand
	bad     bool  // in a burst of losses
	arrived int64 // the newest arrival of a packet in order
}

// fate is what becomes of a packet.
type fate struct {
	lost  bool
	at    int64 // arrival
	twice bool
	again int64 // arrival of the duplicate
}

// send decides the fate of a packet that is sent at a true time.
func (n *network) send(at int64) fate {
	lost := n.drop()
	if _, out := within(n.path.Outages, at); out || lost {
		return fate{lost: true}
	}
	delay := int64(n.path.Delay) + n.upTo(n.path.Jitter)
	if n.path.Spikes > 0 && n.rng.Float64() < n.path.Spikes {
		delay += n.upTo(n.path.Spike)
	}
	f := fate{at: max(at+delay, n.arrived)}
	if stall, in := within(n.path.Stalls, at); in {
		f.at = max(f.at, int64(stall.To))
	}
	if n.path.Reorder > 0 && n.rng.Float64() < n.path.Reorder {
		f.at += 1 + n.upTo(n.path.ReorderBy)
	} else {
		n.arrived = f.at
	}
	if n.path.Duplicate > 0 && n.rng.Float64() < n.path.Duplicate {
		f.twice, f.again = true, f.at+n.upTo(30*time.Millisecond)
	}
	return f
}

// drop moves the Gilbert-Elliott model on by a packet.
func (n *network) drop() bool {
	if n.path.Loss <= 0 {
		return false
	}
	leave := 1 / max(n.path.Burst, 1)
	enter := n.path.Loss * leave / (1 - n.path.Loss)
	if n.bad {
		n.bad = n.rng.Float64() >= leave
	} else {
		n.bad = n.rng.Float64() < enter
	}
	return n.bad
}

func (n *network) upTo(d time.Duration) int64 {
	if d <= 0 {
		return 0
	}
	return n.rng.Int64N(int64(d) + 1)
}
