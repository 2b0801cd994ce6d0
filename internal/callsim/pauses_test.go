//go:build !race

package callsim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/internal/callsim"
)

// TestThousandPauses: a thousand pauses of nothing, of a millisecond, of seconds and of a day, with packets in flight and
// across the seams of chunks. Media time is exact to the sample, and what is recorded is what was not paused.
func TestThousandPauses(t *testing.T) {
	t.Parallel()
	const count = 1000
	days, day := 3, 20*time.Minute
	if *long {
		days, day = 2, 24*time.Hour
	}
	var pauses []pause
	var nights []callsim.Turn // nobody sends in the middle of a long pause
	at := 20*time.Second + 333*time.Microsecond
	for i := range count {
		p := pause{from: at, to: at + []time.Duration{0, time.Millisecond, 62500, 3217 * time.Millisecond}[i%4]}
		if i*days%count < days {
			p.to = at + day
			nights = append(nights, callsim.Turn{At: at + 2*time.Second, Kind: callsim.Off, For: day - 4*time.Second})
		}
		pauses = append(pauses, p)
		at = p.to + 100*time.Millisecond + time.Duration(i)*777*time.Microsecond%(500*time.Millisecond)
	}
	senders := pair(nights, nights, callsim.Path{})
	senders[0].Clock, senders[0].Sound = callsim.Skew{}, callsim.Skew{} // a day's drift is for another test
	senders[1].Clock = callsim.Skew{}
	senders[1].Audio.Script, senders[1].Video.Script = nights, nights
	o := record(t, callsim.Config{Seed: 12, Duration: at + 20*time.Second, Senders: senders}, options{
		pauses: pauses, canvases: true,
		config: func(c *callrec.Config) { c.MaxChunkDuration = 7 * time.Second },
	})
	o.requireExactLength(t)
	require.Greater(t, len(o.result.Chunks), 20)

	latency := usual(only(o.soundErrors(0), 5, 18)) // from captured to its place
	for sender := range o.senders {
		heard := map[int]bool{}
		for _, m := range o.marks[sender] {
			if apart, _ := distance(pauses, m.at); apart < 60*time.Millisecond {
				continue // it may be made of two halves
			}
			require.False(t, heard[m.second], "second %d is heard once", m.second)
			heard[m.second] = true
			late := m.at - callsim.MarkTime(sender, m.second)
			require.InDelta(t, latency.Seconds(), late.Seconds(), 0.020, "sender %d, second %d", sender, m.second)
		}
		for second := 5; second < int(o.ended/time.Second)-4; second++ {
			place := callsim.MarkTime(sender, second) + latency
			switch apart, in := distance(pauses, place); {
			case in && apart > 60*time.Millisecond:
				require.False(t, heard[second], "second %d of sender %d is in a pause", second, sender)
			case !in && apart > 120*time.Millisecond:
				require.True(t, heard[second], "second %d of sender %d is recorded", second, sender)
			}
		}
	}
	for sender := range o.senders {
		for _, s := range o.shots[sender] {
			if s.number < 0 {
				continue
			}
			apart, in := distance(pauses, o.sim.Captured(sender, s.number)+latency)
			require.False(t, in && apart > 40*time.Millisecond, "picture %d of sender %d is of a pause", s.number, sender)
		}
	}
}

// distance is how far a time is from the nearest edge of a pause, and whether it is in one.
func distance(pauses []pause, at time.Duration) (apart time.Duration, in bool) {
	apart = 1 << 62
	for _, p := range pauses {
		if p.from < at && at < p.to {
			in = true
		}
		if p.to > p.from {
			apart = min(apart, (at - p.from).Abs(), (at - p.to).Abs())
		}
	}
	return apart, in
}
