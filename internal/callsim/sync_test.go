//go:build !race

package callsim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/internal/callsim"
)

// sixSenders are participants whose clocks are up to 200 ppm wrong to either side and behind paths of 5 to 80 ms jitter.
func sixSenders() []callsim.Sender {
	list := make([]callsim.Sender, 6)
	for i := range list {
		ppm := []float64{200, -200, 120, -60, 0, 180}[i]
		list[i] = callsim.Sender{
			ID:     string(rune('A' + i)),
			Offset: time.Duration(i-3) * 77 * time.Second,
			Clock:  callsim.Skew{PPM: ppm},
			Sound:  callsim.Skew{PPM: []float64{200, -200, -120, 100, -200, -20}[i]},
			Audio:  &callsim.Stream{},
			Video:  &callsim.Stream{KeyframeEvery: 20 * time.Second},
			Path: callsim.Path{
				Delay: 15 * time.Millisecond, Jitter: time.Duration(5+15*i) * time.Millisecond,
				Spikes: 0.0002, Spike: 300 * time.Millisecond,
			},
			Reports: callsim.Reports{Jitter: time.Millisecond},
		}
	}
	list[4].Clock = callsim.Skew{Swing: 200, Period: 2 * time.Hour}
	list[5].Sound = callsim.Skew{PPM: -20, Swing: 150, Period: 30 * time.Minute}
	return list
}

// TestSync: over hours of drift lips stay in step, participants stay in step with each other, and nothing is stretched
// audibly. Every mark is there.
func TestSync(t *testing.T) {
	t.Parallel()
	cfg := callsim.Config{Seed: 1, Duration: callLength(8 * time.Hour), Senders: sixSenders()}
	o := record(t, cfg, options{canvases: true})
	require.Zero(t, o.broken)
	require.Empty(t, o.result.Warnings)
	o.requireExactLength(t)
	o.requireEveryMark(t)
	o.requireNewestPictures(t)
	lips, between, slew := o.worst()
	t.Logf("over %v: lips %v, participants %v, ratio %.0f ppm/s", cfg.Duration, lips, between, slew)
	require.Less(t, lips, 20*time.Millisecond)
	require.Less(t, between, 40*time.Millisecond)
	require.Less(t, slew, 500.0)
}

// settled is from which second on the clocks are expected to be known: reports come every 5 s.
const settled = 15

// worst returns the largest distance between a participant's sound and picture, between the sounds of two participants,
// and the largest change of the speed at which sound is played, in ppm a second, as the marks tell.
func (o *outcome) worst() (lips, between time.Duration, slew float64) {
	var all []map[int]time.Duration
	for i := range o.senders {
		sounds, pictures := o.soundErrors(i), o.pictureErrors(i)
		for second, sound := range sounds {
			if picture, seen := pictures[second]; seen && second >= settled {
				lips = max(lips, (picture - sound).Abs())
			}
			slew = max(slew, change(sounds, second))
		}
		all = append(all, sounds)
	}
	for second, first := range all[0] {
		low, high := first, first
		for _, sounds := range all[1:] {
			if sound, heard := sounds[second]; heard {
				low, high = min(low, sound), max(high, sound)
			}
		}
		if second >= settled {
			between = max(between, high-low)
		}
	}
	return lips, between, slew
}

// change is by how much the speed over the 4 s from a second on differs from that of the 4 s before, per second. A sample
// more or less is 16 ppm of 4 s.
func change(errors map[int]time.Duration, second int) float64 {
	const span = 4
	a, ok1 := errors[second-span]
	b, ok2 := errors[second]
	c, ok3 := errors[second+span]
	if !ok1 || !ok2 || !ok3 {
		return 0
	}
	before, after := float64(b-a)/span, float64(c-b)/span // ns a second, which is a thousandth of a ppm
	return max(after-before, before-after) / span / 1000
}

// requireExactLength checks that sound and video are as long as the call without pauses: the sound in whole access
// units, the video in whole frames.
func (o *outcome) requireExactLength(t *testing.T) {
	t.Helper()
	length := o.mediaTime(o.ended)
	require.InDelta(t, length, o.result.Duration, float64(sample), "exact to the sample")
	length = o.result.Duration
	require.Equal(t, int64((length+callrec.SampleRate/8/2*sample)/(time.Second/8)), o.frames)
	heard := time.Duration(o.samples) * sample
	require.GreaterOrEqual(t, heard, length)
	require.Less(t, heard, length+4*1024*sample, "padded with silence to whole access units")
}

// requireEveryMark checks that no mark of the sound is missing or twice.
func (o *outcome) requireEveryMark(t *testing.T) {
	t.Helper()
	for i := range o.senders {
		for k, m := range o.marks[i] {
			require.Equal(t, o.marks[i][0].second+k, m.second, "sender %d", i)
		}
		require.InDelta(t, o.ended.Seconds()-2, len(o.marks[i]), 2)
	}
}

// requireNewestPictures checks that each canvas shows the newest picture that is due, once there is one. Where a picture
// belongs is settled when it is taken; up to then the reports move it by a millisecond or two.
func (o *outcome) requireNewestPictures(t *testing.T) {
	t.Helper()
	for i := range o.senders {
		sights, shown, latest := o.sights[i], -1, time.Duration(0)
		for _, s := range o.shots[i] {
			at := time.Duration(s.frame) * time.Second / 8
			for len(sights) > 0 && sights[0].at <= at {
				shown, latest, sights = sights[0].number, sights[0].at, sights[1:]
			}
			if s.number == shown-1 && at-latest < 3*time.Millisecond {
				continue
			}
			if at > settled*time.Second && at < o.ended-3*time.Second { // then the call ends, and the pictures with it
				require.Equal(t, shown, s.number, "sender %d at %v", i, at)
			}
		}
	}
}
