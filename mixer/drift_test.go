package mixer_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mixer"
)

// drifting plays a tone through an input whose blocks of 20 ms are due at the positions that due maps their source
// positions to. It returns what was read and the position error in samples over time, 0.1 s apart, as the tone's phase
// shows it.
func drifting(t *testing.T, seconds int, due func(source int64) int64) (pcm []int16, errors []float64, stats mixer.Stats) {
	t.Helper()
	const freq, amplitude, block = 50, 12000, 320
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	period := sine(mixer.SampleRate/freq, freq, amplitude)
	out := make([]int16, block)
	require.Len(t, period, block)
	for source := int64(0); source < int64(seconds)*mixer.SampleRate; source += block {
		in.Write(due(source), period)
		if source >= 10*block {
			m.Read(out)
			pcm = append(pcm, out...)
		}
	}
	// The tone's phase over each 0.1 s says which source position is being played.
	const span = 5 * block
	for start := span; start+span <= len(pcm); start += span {
		var s, c float64
		for i, v := range pcm[start : start+span] {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / block)
			s, c = s+sin*float64(v), c+cos*float64(v)
		}
		played := math.Atan2(c, s) / (2 * math.Pi) * block // source position of start, modulo block
		// Where a source position in the middle of the drift is due: invert due by one Newton step.
		source := int64(start)
		source -= due(source) - int64(start)
		lag := float64(int64(start)-due(source)) + float64(source) - played
		lag -= math.Round(lag/block) * block
		errors = append(errors, lag)
	}
	return pcm, errors, in.Stats()
}

func worst(errors []float64) float64 {
	most := 0.0
	for _, e := range errors {
		most = max(most, math.Abs(e))
	}
	return most
}

// smooth is the bound on the second difference of the test tone, played at up to 0.3 % off; rounding makes 2.
var smooth = int(math.Floor(12000*step50*step50)) + 3

// step50 is by how much the phase of 50 Hz grows from sample to sample when it is played 0.3 % too fast.
const step50 = 2 * math.Pi * 50 / mixer.SampleRate * 1.003

func TestDriftIsFollowed(t *testing.T) {
	t.Parallel()
	for name, ppm := range map[string]int64{"fast": -200, "slow": 200, "slightly slow": 15, "bad": 600} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pcm, errors, stats := drifting(t, 150, func(source int64) int64 {
				return source + source*ppm/1000000
			})
			require.Less(t, worst(errors), 80.0, "5 ms")
			if ppm == 200 || ppm == -200 {
				require.Less(t, worst(errors), 40.0, "2.5 ms")
				require.Less(t, worst(errors[len(errors)/2:]), 4.0, "settled")
				require.InDelta(t, ppm, stats.Skew, 5)
			}
			require.LessOrEqual(t, curvature(pcm[100:]), smooth)
			require.Zero(t, stats.Reanchors)
			require.Zero(t, stats.Late+stats.Overlap+stats.Overflow)
		})
	}
}

func TestJitterIsNotFollowed(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(21, 0))
	pcm, _, stats := drifting(t, 60, func(source int64) int64 {
		if source == 0 {
			return 0
		}
		return source + int64(rnd.IntN(25)) - 12
	})
	reference := sine(320, 50, 12000)
	for at := 320; at+320 <= len(pcm); at += 320 {
		same(t, reference, pcm[at:at+320], "unchanged within 1 ms")
	}
	require.Zero(t, stats.Skew)
}

func TestStepIsWorkedOff(t *testing.T) {
	t.Parallel()
	for _, step := range []int64{-900, 30, 950} {
		pcm, errors, stats := drifting(t, 120, func(source int64) int64 {
			if source > 5*mixer.SampleRate {
				source += step
			}
			return source
		})
		require.LessOrEqual(t, curvature(pcm[100:]), smooth, "step of %d samples", step)
		require.Zero(t, stats.Reanchors)
		last := errors[len(errors)*3/4:]
		require.Less(t, worst(last), 8.0, "step of %d samples", step)
		// In the end the fraction is gone as well: samples pass unchanged again.
		require.Zero(t, stats.Skew)
		reference := sine(320, 50, 12000)
		shift := 0
		for shift < 320 && reference[shift] != pcm[len(pcm)-320] || reference[(shift+1)%320] != pcm[len(pcm)-319] {
			shift++
		}
		for i, v := range pcm[len(pcm)-320:] {
			require.Equal(t, reference[(i+shift)%320], v)
		}
	}
}

func TestToleranceIsTheBorder(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		step      int64
		reanchors int64
	}{{960, 0}, {961, 1}, {-960, 0}, {-961, 1}} {
		m := newMixer(t, mixer.Config{})
		in := addInput(t, m)
		pcm := sine(3200, 300, 10000)
		in.Write(1000, pcm)
		in.Write(4200+row.step, pcm)
		require.Equal(t, row.reanchors, in.Stats().Reanchors, "step %d", row.step)
	}
}

func TestSpeedChangesSlowly(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	pcm := sine(320, 50, 10000)
	before := 0
	for at := int64(0); at < 60*mixer.SampleRate; at += 320 {
		step := int64(0)
		if at > mixer.SampleRate {
			step = 950
		}
		in.Write(at+step, pcm)
		skew := in.Stats().Skew
		require.LessOrEqual(t, skew, 3000)
		require.GreaterOrEqual(t, skew, -3000)
		require.InDelta(t, before, skew, 11, "500 ppm in a second are 10 in a block")
		before = skew
		read(m, 320)
	}
}
