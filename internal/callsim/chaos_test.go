//go:build !race

package callsim_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/callsim"
)

// TestChaos: six senders do anything that a script can say, at random times, behind bad networks. Three quarters of a
// minute after it has calmed down, which is what it takes to work off a tenth of a second unheard, everything is where it
// belongs.
func TestChaos(t *testing.T) {
	t.Parallel()
	seeds := uint64(4)
	if *long {
		seeds = 100
	}
	const storm, calm = 100 * time.Second, 70 * time.Second
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 77))
			senders := sixSenders()
			for i := range senders {
				s := &senders[i]
				s.Clock.Swing, s.Sound.Swing = 0, 0
				s.Path.Loss, s.Path.Burst = 0.03*rng.Float64(), 1+4*rng.Float64()
				s.Path.Reorder, s.Path.ReorderBy, s.Path.Duplicate = 0.02, 80*time.Millisecond, 0.01
				s.Path.Jitter = min(s.Path.Jitter, 40*time.Millisecond)
				s.Reports.Missing = 0.2
				s.Audio.Script, s.Video.Script = turns(rng, storm, false), turns(rng, storm, true)
				if rng.IntN(2) == 0 {
					from := time.Duration(rng.Int64N(int64(storm)))
					s.Path.Outages = []callsim.Interval{{From: from, To: from + time.Duration(rng.Int64N(int64(10*time.Second)))}}
				}
				if rng.IntN(3) == 0 {
					left := time.Duration(rng.Int64N(int64(storm)))
					s.Stays = []callsim.Interval{{From: left / 2, To: left}, {From: left + 3*time.Second, To: time.Hour}}
				}
			}
			o := record(t, callsim.Config{Seed: seed, Duration: storm + calm, Senders: senders}, options{})
			o.requireExactLength(t)
			for i, p := range o.result.Participants {
				require.Equal(t, o.sim.Counts(p.ParticipantID).Delivered, p.Packets)
				sender := int(p.ParticipantID[0] - 'A')
				sounds, pictures := o.soundErrors(sender), o.pictureErrors(sender)
				heard := 0
				for second := int((storm + 45*time.Second) / time.Second); second < int((storm+calm)/time.Second)-2; second++ {
					if sound, ok := sounds[second]; ok {
						require.InDelta(t, 0.037, sound.Seconds(), 0.040, "sound of %s in second %d", p.ParticipantID, second)
						heard++
					}
					if picture, ok := pictures[second]; ok {
						require.InDelta(t, 0.037, picture.Seconds(), 0.040, "pictures of %s in second %d", p.ParticipantID, second)
					}
				}
				require.Greater(t, heard, 10, "participant %d", i)
			}
		})
	}
}

// turns is a random script.
func turns(rng *rand.Rand, until time.Duration, video bool) []callsim.Turn {
	var list []callsim.Turn
	for at := time.Duration(0); ; {
		at += time.Duration(rng.Int64N(int64(20 * time.Second)))
		if at >= until {
			return list
		}
		turn := callsim.Turn{
			At: at, Kind: []callsim.TurnKind{
				callsim.Restart, callsim.Renew, callsim.Switch, callsim.Jump, callsim.Freeze, callsim.DTX, callsim.Mute, callsim.Off,
			}[rng.IntN(8)],
			For:   min(time.Duration(rng.Int64N(int64(8*time.Second))), until-at),
			Ticks: rng.Int64N(1<<33) - 1<<32,
		}
		if video {
			if turn.Kind == callsim.DTX || turn.Kind == callsim.Mute {
				turn.Kind, turn.Size = callsim.Resize, rng.IntN(len(callsim.Sizes()))
			}
			if turn.Kind == callsim.Switch {
				turn.Codec, turn.PayloadType = []string{"VP8", "H264"}[rng.IntN(2)], uint8(96+rng.IntN(8))
			}
		}
		list = append(list, turn)
	}
}
