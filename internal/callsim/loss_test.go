//go:build !race

package callsim_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/callsim"
)

// TestLoss: under burst loss and reordering every packet that came in time is used, and what is counted is what
// happened.
func TestLoss(t *testing.T) {
	t.Parallel()
	for _, loss := range []float64{0.05, 0.20} {
		t.Run(fmt.Sprint(loss), func(t *testing.T) {
			t.Parallel()
			path := callsim.Path{
				Loss: loss, Burst: 4, Reorder: 0.02, ReorderBy: 80 * time.Millisecond, Duplicate: 0.01,
				Spikes: 0.001, Spike: 900 * time.Millisecond, // and still within the playout delay
			}
			senders := pair(nil, nil, path)
			senders[1].Path = senders[0].Path
			o := record(t, callsim.Config{Seed: 6, Duration: callLength(time.Hour) / 2, Senders: senders}, options{})
			o.requireExactLength(t)
			for i, p := range o.result.Participants {
				c := o.sim.Counts(p.ParticipantID)
				require.Equal(t, c.Delivered, p.Packets)
				require.Equal(t, c.Missing, p.Lost, "of %d lost", c.Lost)
				require.Equal(t, c.Twice, p.Duplicates)
				require.Zero(t, p.Late)
				require.Zero(t, p.Restarts)
				require.LessOrEqual(t, p.Frames, c.Whole)
				require.Equal(t, len(o.sights[i]), p.Frames)
				require.Equal(t, c.Keyframes, p.KeyframeRequests)
				require.Zero(t, p.DecodeErrors, "what refers to something lost is not tried")
				require.Equal(t, c.Concealable, p.Concealed)
				o.requirePlaces(t, i, 15, 20*time.Millisecond)
			}
			require.Empty(t, o.result.Warnings)
		})
	}
}

// TestTooLate: what comes after the playout delay is counted as lost, and as late.
func TestTooLate(t *testing.T) {
	t.Parallel()
	senders := pair(nil, nil, callsim.Path{Reorder: 0.01, ReorderBy: time.Nanosecond})
	senders[0].Video = nil
	senders[0].Path.Stalls = []callsim.Interval{{From: 30 * time.Second, To: 32 * time.Second}}
	o := record(t, callsim.Config{Seed: 7, Duration: time.Minute, Senders: senders}, options{})
	p, c := o.result.Participants[0], o.sim.Counts("A")
	require.Equal(t, c.Delivered, p.Packets)
	require.InDelta(t, 50, p.Late, 7, "a second of the two came too late")
	require.Equal(t, p.Late, p.Lost)
	o.requirePlaces(t, 0, 10, 20*time.Millisecond)
}

// TestKeyframeRequests: one is asked for within a playout delay of a loss or a joining, then at most once a second.
func TestKeyframeRequests(t *testing.T) {
	t.Parallel()
	outages := []callsim.Interval{
		{From: 20 * time.Second, To: 20300 * time.Millisecond},
		{From: 40 * time.Second, To: 46 * time.Second},
	}
	senders := pair(nil, nil, callsim.Path{Outages: outages})
	senders[0].Audio = nil
	o := record(t, callsim.Config{Seed: 8, Duration: time.Minute, Senders: senders}, options{})
	asked := o.asked["A"]
	require.Len(t, asked, 2, "%v", asked)
	for i, gap := range outages {
		require.Greater(t, asked[i], gap.To)
		require.Less(t, asked[i], gap.To+time.Second)
	}
	require.Equal(t, 2, o.result.Participants[0].KeyframeRequests)

	o = record(t, callsim.Config{Seed: 8, Duration: time.Minute, Senders: senders}, options{deaf: true})
	asked = o.asked["A"]
	require.InDelta(t, 60-20, len(asked), 9, "one that gives none is asked as long as packets come")
	for i := 1; i < len(asked); i++ {
		require.GreaterOrEqual(t, asked[i]-asked[i-1], time.Second-20*time.Millisecond, "as far as the grid of steps can tell")
	}
}
