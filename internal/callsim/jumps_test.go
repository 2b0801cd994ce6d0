//go:build !race

package callsim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/callsim"
)

// TestJumps: whatever a sender does to its numbers and timestamps, half a second later its sound and its pictures are
// where they belong again, nothing is put later than it came, and each break is reported once.
func TestJumps(t *testing.T) {
	t.Parallel()
	at := 30 * time.Second
	tests := []struct {
		name         string
		audio, video []callsim.Turn
		restarts     int
	}{
		{name: "sound starts anew", audio: []callsim.Turn{{At: at, Kind: callsim.Restart}}, restarts: 1},
		{name: "pictures start anew", video: []callsim.Turn{{At: at, Kind: callsim.Restart}}, restarts: 1},
		{name: "both start anew", audio: []callsim.Turn{{At: at, Kind: callsim.Restart}}, video: []callsim.Turn{{At: at, Kind: callsim.Restart}}, restarts: 2},
		{name: "sound jumps an hour", audio: []callsim.Turn{{At: at, Kind: callsim.Jump, Ticks: 3600 * 48000}}, restarts: 1},
		{name: "sound jumps back an hour", audio: []callsim.Turn{{At: at, Kind: callsim.Jump, Ticks: -3600 * 48000}}, restarts: 1},
		{name: "pictures jump six seconds", video: []callsim.Turn{{At: at, Kind: callsim.Jump, Ticks: 6 * 90000}}, restarts: 1},
		{name: "sound jumps three seconds", audio: []callsim.Turn{{At: at, Kind: callsim.Jump, Ticks: 3 * 48000}}, restarts: 1},
		{name: "sound jumps back three seconds", audio: []callsim.Turn{{At: at, Kind: callsim.Jump, Ticks: -3 * 48000}}, restarts: 1},
		{name: "149 hours", audio: []callsim.Turn{{At: at, Kind: callsim.Jump, Ticks: 149 * 3600 * 48000 % (1 << 32)}}, restarts: 1},
		{name: "sound stands still", audio: []callsim.Turn{{At: at, Kind: callsim.Freeze, For: 10 * time.Second}}, restarts: 1},
		{name: "pictures stand still", video: []callsim.Turn{{At: at, Kind: callsim.Freeze, For: 10 * time.Second}}, restarts: 1},
		{name: "another SSRC", audio: []callsim.Turn{{At: at, Kind: callsim.Renew}}, video: []callsim.Turn{{At: at, Kind: callsim.Renew}}},
		{name: "other codecs", audio: []callsim.Turn{{At: at, Kind: callsim.Switch, PayloadType: 112}}, video: []callsim.Turn{{At: at, Kind: callsim.Switch, Codec: "H264", PayloadType: 102}}},
		{name: "turned and resized", video: []callsim.Turn{{At: at, Kind: callsim.Resize, Size: 3}, {At: 2 * at, Kind: callsim.Resize, Size: 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			senders := pair(tt.audio, tt.video, callsim.Path{})
			o := record(t, callsim.Config{Seed: 9, Duration: 90 * time.Second, Senders: senders}, options{})
			o.requireExactLength(t)
			back := int((at+500*time.Millisecond)/time.Second) + 1
			sounds, pictures := o.soundErrors(0), o.pictureErrors(0)
			before := usual(only(sounds, 10, 29))
			for second := range 88 {
				if second >= 10 && second < 30 || second >= back {
					require.Contains(t, sounds, second)
					require.InDelta(t, before.Seconds(), sounds[second].Seconds(), 0.040, "sound of second %d", second)
					require.InDelta(t, before.Seconds(), pictures[second].Seconds(), 0.040, "pictures of second %d", second)
				}
			}
			for _, m := range o.marks[0] {
				require.Less(t, m.at, o.ended)
			}
			for _, s := range o.sights[0] {
				require.Less(t, s.at, o.ended)
			}
			p := o.result.Participants[0]
			require.Equal(t, tt.restarts, p.Restarts, "%v", o.result.Warnings)
			require.Len(t, o.result.Warnings, tt.restarts)
		})
	}
}

func only(errors map[int]time.Duration, from, to int) map[int]time.Duration {
	list := map[int]time.Duration{}
	for second, e := range errors {
		if second >= from && second < to {
			list[second] = e
		}
	}
	return list
}

// TestWraps: sequence numbers and timestamps wrap many times over, at once and apart.
func TestWraps(t *testing.T) {
	t.Parallel()
	senders := pair(nil, nil, callsim.Path{Reorder: 0.02, ReorderBy: 60 * time.Millisecond})
	for _, s := range []*callsim.Stream{senders[0].Audio, senders[0].Video} {
		s.Fixed, s.Sequence, s.Timestamp = true, 65535-500, 1<<32-1-48000*10
	}
	o := record(t, callsim.Config{Seed: 10, Duration: time.Minute, Senders: senders}, options{})
	o.requireExactLength(t)
	o.requireEveryMark(t)
	require.Empty(t, o.result.Warnings)
	o.requirePlaces(t, 0, 10, 20*time.Millisecond)
}

// TestReports: sender reports that come late, are missing, or are wrong do no harm.
func TestReports(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		reports callsim.Reports
		from    int // second from which on lips are expected to match
		bound   time.Duration
	}{
		{"none", callsim.Reports{Every: -1}, 10, 60 * time.Millisecond},
		{"late", callsim.Reports{First: 40 * time.Second}, 50, 20 * time.Millisecond},
		{"half are missing", callsim.Reports{Missing: 0.5}, 40, 20 * time.Millisecond},
		{"one in ten is wrong", callsim.Reports{Wrong: 0.1, Every: 2 * time.Second}, 40, 20 * time.Millisecond},
		{"all are wrong", callsim.Reports{Wrong: 1}, 20, 60 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			senders := pair(nil, nil, callsim.Path{})
			senders[0].Reports = tt.reports
			o := record(t, callsim.Config{Seed: 11, Duration: 4 * time.Minute, Senders: senders}, options{})
			o.requireEveryMark(t)
			sounds, pictures := o.soundErrors(0), o.pictureErrors(0)
			worst := time.Duration(0)
			for second, picture := range pictures {
				if sound, heard := sounds[second]; heard && second >= tt.from {
					worst = max(worst, (picture - sound).Abs())
				}
			}
			t.Log("lips", worst)
			require.Less(t, worst, tt.bound)
		})
	}
}
