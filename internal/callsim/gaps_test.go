//go:build !race

package callsim_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/callsim"
)

// pair are two participants with drifting clocks, of whom the first one's streams follow scripts.
func pair(audio, video []callsim.Turn, path callsim.Path) []callsim.Sender {
	path.Delay, path.Jitter = 15*time.Millisecond, 20*time.Millisecond
	return []callsim.Sender{
		{
			ID: "A", Clock: callsim.Skew{PPM: 150}, Sound: callsim.Skew{PPM: -180}, Path: path,
			Audio: &callsim.Stream{Script: audio}, Video: &callsim.Stream{Script: video},
		},
		{
			ID: "B", Clock: callsim.Skew{PPM: -100}, Path: callsim.Path{Delay: 15 * time.Millisecond},
			Audio: &callsim.Stream{}, Video: &callsim.Stream{},
		},
	}
}

// usual is the median of the errors.
func usual(errors map[int]time.Duration) time.Duration {
	var list []time.Duration
	for _, e := range errors {
		list = append(list, e)
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// requirePlaces checks that every mark from a second on is where the sender's others are, within a bound.
func (o *outcome) requirePlaces(t *testing.T, sender, from int, bound time.Duration) {
	t.Helper()
	errors := o.soundErrors(sender)
	middle := usual(errors)
	for second, e := range errors {
		if second >= from {
			require.InDelta(t, middle.Seconds(), e.Seconds(), bound.Seconds(), "sender %d, second %d", sender, second)
		}
	}
}

// TestGaps: sound stops for 1 to 60 s in every way that it can; its length stays exact, and what follows is where it
// belongs.
func TestGaps(t *testing.T) {
	t.Parallel()
	gaps := []time.Duration{1, 2, 5, 13, 30, 60} // seconds
	for name, kind := range map[string]callsim.TurnKind{"DTX": callsim.DTX, "mute": callsim.Mute, "off": callsim.Off, "loss": 255} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var script []callsim.Turn
			var path callsim.Path
			var missing []callsim.Interval
			at := 20 * time.Second
			for _, g := range gaps {
				gap := callsim.Interval{From: at, To: at + g*time.Second}
				if kind == 255 {
					path.Outages = append(path.Outages, gap)
				} else {
					script = append(script, callsim.Turn{At: at, Kind: kind, For: g * time.Second})
				}
				missing = append(missing, gap)
				at = gap.To + 7*time.Second
			}
			o := record(t, callsim.Config{Seed: 3, Duration: at, Senders: pair(script, nil, path)}, options{})
			o.requireExactLength(t)
			o.requirePlaces(t, 0, 10, 20*time.Millisecond)
			heard := o.soundErrors(0)
			for second := range int(at/time.Second) - 1 {
				captured := callsim.MarkTime(0, second)
				in := slices.ContainsFunc(missing, func(g callsim.Interval) bool {
					return captured > g.From-100*time.Millisecond && captured < g.To+100*time.Millisecond
				})
				_, found := heard[second]
				require.True(t, found || in, "second %d is missing", second)
			}
			if kind == 255 {
				require.Equal(t, o.sim.Counts("A").Missing, o.result.Participants[0].Lost)
			} else {
				require.Zero(t, o.result.Participants[0].Lost, "silence is no loss")
				require.Zero(t, o.result.Participants[0].Concealed)
			}
			require.Zero(t, o.result.Participants[0].Restarts)
		})
	}
}

// TestFreeze: a picture stays for a while when no more come, then the placeholder takes its place, and the next good
// picture comes back at once.
func TestFreeze(t *testing.T) {
	t.Parallel()
	script := []callsim.Turn{{At: 10 * time.Second, Kind: callsim.Off, For: 8 * time.Second}}
	o := record(t, callsim.Config{Seed: 4, Duration: 25 * time.Second, Senders: pair(nil, script, callsim.Path{})}, options{canvases: true})
	for _, s := range o.shots[0] {
		at := time.Duration(s.frame) * time.Second / 8
		switch {
		case at > time.Second && at < 12*time.Second, at > 18300*time.Millisecond && at < 25*time.Second:
			require.GreaterOrEqual(t, s.number, 0, "a picture at %v", at)
		case at > 12200*time.Millisecond && at < 18*time.Second:
			require.Equal(t, -1, s.number, "the placeholder at %v", at)
		}
	}
}

// TestLateJoinersAndReturns: participants come late, leave, and come back under the same ID; the recording starts with
// nobody there, and begins with a burst of 2 s.
func TestLateJoinersAndReturns(t *testing.T) {
	t.Parallel()
	senders := pair(nil, nil, callsim.Path{Stalls: []callsim.Interval{{From: 10 * time.Second, To: 12 * time.Second}}})
	senders[0].Stays = []callsim.Interval{{From: 10 * time.Second, To: 40 * time.Second}, {From: 45 * time.Second, To: 80 * time.Second}}
	senders[1].Stays = []callsim.Interval{{From: 60 * time.Second, To: time.Hour}}
	o := record(t, callsim.Config{Seed: 5, Duration: 90 * time.Second, Senders: senders}, options{canvases: true})
	o.requireExactLength(t)
	require.Empty(t, o.result.Warnings)
	heard := [2]map[int]time.Duration{o.soundErrors(0), o.soundErrors(1)}
	for second := range 88 {
		if second >= 10 && second < 13 {
			continue // what of the burst comes in time is used
		}
		_, a := heard[0][second]
		_, b := heard[1][second]
		require.Equal(t, second >= 13 && second < 40 || second >= 45 && second < 80, a, "A in second %d", second)
		require.Equal(t, second >= 60, b, "B in second %d", second)
	}
	o.requirePlaces(t, 0, 30, 20*time.Millisecond)
	for _, s := range o.shots[0] {
		if at := time.Duration(s.frame) * time.Second / 8; at < 10*time.Second || at > 40*time.Second && at < 45*time.Second || at >= 80*time.Second {
			require.Equal(t, -1, s.number, "A is not there at %v", at)
		}
	}
}
