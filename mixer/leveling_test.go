package mixer_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mixer"
)

func TestLeveling(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		on      bool
		level   float64 // of the input, dB below overload
		want    float64 // of the output after ten seconds
		startAs float64 // of the output in the first half second
	}{
		{"quiet speech comes up", true, 36, 26, 36},
		{"by 12 dB at most", true, 45, 33, 45},
		{"loud speech stays", true, 15, 15, 15},
		{"noise stays", true, 60, 60, 60},
		{"off", false, 36, 36, 36},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := newMixer(t, mixer.Config{})
			in, err := m.AddInput(mixer.InputConfig{Leveling: row.on})
			require.NoError(t, err)
			pcm := sine(10*mixer.SampleRate, 500, 32768*math.Sqrt2*math.Pow(10, -row.level/20))
			var out []int16
			for len(pcm) > 0 {
				in.Write(m.Position()+400, pcm[:320])
				pcm = pcm[320:]
				out = append(out, read(m, 320)...)
			}
			level := func(pcm []int16) float64 {
				sum := 0.0
				for _, v := range pcm {
					sum += float64(v) * float64(v)
				}
				return -10 * math.Log10(sum/float64(len(pcm))/(1<<30))
			}
			require.InDelta(t, row.startAs, level(out[800:4800]), 1.5)
			require.InDelta(t, row.want, level(out[len(out)-8000:]), 0.6)
		})
	}
}

func TestLevelingLeavesSilence(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in, err := m.AddInput(mixer.InputConfig{Leveling: true})
	require.NoError(t, err)
	writeBlocks(in, 0, sine(16000, 500, 300))
	writeBlocks(in, 16000, make([]int16, 16000))
	same(t, make([]int16, 14000), read(m, 32000)[17000:31000])
}
