package callrec

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const ms = time.Millisecond

func TestSampleAt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		t    time.Duration
		want int64
	}{
		{0, 0},
		{ms, 16},
		{31249, 0}, // under half a sample
		{31250, 1},
		{62500, 1},
		{-ms, -16},
		{24 * time.Hour, 24 * 3600 * 16000},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, sampleAt(tt.t), "%v", tt.t)
	}
	require.Equal(t, 125*ms, timeOf(frameTicks))
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	tl := newTimeline(0)
	tl.pause(5 * time.Second)
	require.True(t, tl.paused())
	_, known := tl.position(80000)
	require.False(t, known, "what comes after an open pause is not known")
	p, known := tl.position(79999)
	require.True(t, known)
	require.EqualValues(t, 79999, p)
	tl.resume(8 * time.Second)
	p, known = tl.position(80000)
	require.True(t, known)
	require.EqualValues(t, 128000, p, "the pause lasts up to the sample of the resume")
	require.EqualValues(t, 80000, tl.media(80000))
	require.EqualValues(t, 80000, tl.media(100000), "no media time passes in a pause")
	require.EqualValues(t, 80000, tl.media(128000))
	require.EqualValues(t, 80001, tl.media(128001))
	require.EqualValues(t, 128000, tl.resumedAt(128000))
	require.Zero(t, tl.resumedAt(127999))
	require.EqualValues(t, 80000, tl.nextCut(0))
	require.EqualValues(t, never, tl.nextCut(80000))
	tl.stop(20 * time.Second)
	require.EqualValues(t, 17*16000, tl.media(tl.end))
	for _, row := range []struct {
		position, end int64
		recorded      bool
	}{
		{0, 80000, true},
		{79999, 80000, true},
		{80000, 128000, false},
		{127999, 128000, false},
		{128000, 320000, true},
		{319999, 320000, true},
		{320000, never, false},
	} {
		end, recorded := tl.stretch(row.position)
		require.Equal(t, row.end, end, "from %d", row.position)
		require.Equal(t, row.recorded, recorded, "at %d", row.position)
	}
	_, known = tl.position(17 * 16000)
	require.False(t, known, "there is nothing at the end")
}

func TestTimelineRecordFrom(t *testing.T) {
	t.Parallel()
	tl := newTimeline(3 * time.Second)
	require.False(t, recordedAt(&tl, 47999))
	require.True(t, recordedAt(&tl, 48000))
	p, known := tl.position(0)
	require.True(t, known)
	require.EqualValues(t, 48000, p)
	tl.pause(time.Second) // before the recording began
	tl.resume(4 * time.Second)
	p, _ = tl.position(0)
	require.EqualValues(t, 64000, p)
}

func TestStopWhilePaused(t *testing.T) {
	t.Parallel()
	tl := newTimeline(0)
	tl.pause(time.Second)
	tl.stop(2 * time.Second)
	require.False(t, tl.paused())
	require.Equal(t, time.Second, tl.cuts[0].resumed-tl.cuts[0].began)
	require.EqualValues(t, 16000, tl.media(tl.end))
}

// TestTimelineAgainstCounting compares with the plainest definition: going through the call sample by sample.
func TestTimelineAgainstCounting(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		tl := newTimeline(time.Duration(rng.IntN(3)) * ms)
		at := time.Duration(0)
		for range rng.IntN(6) {
			at += time.Duration(rng.IntN(int(20 * ms)))
			tl.pause(at)
			at += time.Duration(rng.IntN(3)) * time.Duration(rng.IntN(int(20*ms)))
			tl.resume(at)
		}
		tl.stop(at + time.Duration(rng.IntN(int(20*ms))))
		media := int64(0)
		lastGain := tl.gain(0)
		for p := range tl.end {
			require.Equal(t, media, tl.media(p))
			if !recordedAt(&tl, p) {
				require.Zero(t, tl.gain(p))
				lastGain = 0
				continue
			}
			back, known := tl.position(media)
			require.True(t, known)
			require.Equal(t, p, back)
			g := tl.gain(p)
			require.LessOrEqual(t, max(g-lastGain, lastGain-g), int64(1), "the gain never leaps")
			lastGain = g
			media++
		}
		require.Equal(t, media, tl.media(tl.end))
	}
}

func recordedAt(tl *timeline, position int64) bool {
	_, recorded := tl.stretch(position)
	return recorded
}
