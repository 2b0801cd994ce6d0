//go:build !race

package callrec_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
)

// TestTap records a call with a pause and adds up what the tap was given: that is the mix, to the sample.
func TestTap(t *testing.T) {
	t.Parallel()
	const from, to = 2000 * time.Millisecond, 4500 * time.Millisecond
	sum := make([]int16, 8*callrec.SampleRate)
	next := map[uint32]time.Duration{}
	names := map[string]bool{}
	var pause, resume func(time.Duration) error
	r := record(t, telephony, func(c *callrec.Config) {
		c.Tap = func(b callrec.TapBlock) {
			names[b.ParticipantID] = true
			require.GreaterOrEqual(t, b.MediaTime, next[b.SSRC], "blocks of a track are in order and do not overlap")
			next[b.SSRC] = b.MediaTime + time.Duration(len(b.PCM))*time.Second/callrec.SampleRate
			require.False(t, b.Time >= from && b.Time < to, "nothing of the pause is heard")
			if b.Time < from {
				require.Equal(t, b.Time, b.MediaTime)
			} else {
				require.Equal(t, b.Time-(to-from), b.MediaTime)
			}
			for i, v := range b.PCM {
				sum[sampleCount(b.MediaTime)+i] += v
			}
		}
	}, func(r *callrec.Recording, now time.Duration) {
		if pause == nil {
			pause, resume = once(from, r.Pause), once(to, r.Resume)
		}
		require.NoError(t, pause(now))
		require.NoError(t, resume(now))
	})
	require.Equal(t, map[string]bool{"8:acs:demo_A": true, "8:acs:demo_B": true}, names)
	const fade = 80                                  // around the pause, which the tap does not have
	cut, end := sampleCount(from), len(r.pcm)-3*1024 // the last frames are filled with silence
	for i := range end {
		if i < cut-fade || i >= cut+fade {
			require.Equal(t, r.pcm[i], sum[i], "sample %d of %d", i, end)
		}
	}
	require.Greater(t, end, 4*callrec.SampleRate)
}
