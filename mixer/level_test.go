package mixer_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mixer"
)

func TestLevel(t *testing.T) {
	t.Parallel()
	square := make([]int16, 3*mixer.LevelWindow)
	for i := range square {
		square[i] = math.MaxInt16
		if i/20%2 == 1 {
			square[i] = math.MinInt16
		}
	}
	lone := make([]int16, 3*mixer.LevelWindow)
	lone[2*mixer.LevelWindow+7] = 1
	for _, row := range []struct {
		name string
		pcm  []int16
		want int
	}{
		{"full-scale square", square, 0},
		{"full-scale sine", sine(len(square), 1000, 32767), 3},
		{"sine of -20 dBFS", sine(len(square), 1000, 3277), 23},
		{"sine of -60 dBFS", sine(len(square), 1000, 32.77), 63},
		{"a single sample of 1", lone, 122}, // 10*log10(1600*2^30) = 122.3
		{"zeros", make([]int16, len(square)), mixer.SilentLevel},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := newMixer(t, mixer.Config{})
			in := addInput(t, m)
			writeBlocks(in, 0, row.pcm)
			read(m, len(row.pcm))
			require.Equal(t, row.want, in.Level(3*mixer.LevelWindow))
		})
	}
}

func TestLevelIsThatOfItsWindow(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	const w = mixer.LevelWindow
	loud, quiet := sine(2*w, 1000, 16384), sine(2*w, 1000, 164) // -6 and -46 dBFS
	in.Write(w, loud)
	in.Write(3*w, quiet)
	require.Equal(t, mixer.SilentLevel, in.Level(5*w), "nothing has been read")
	for read(m, 100); m.Position() < 8*w; read(m, 100) {
		require.LessOrEqual(t, in.Level(math.MaxInt64), mixer.SilentLevel)
	}
	for _, row := range []struct {
		position int64
		want     int
	}{
		{0, mixer.SilentLevel},
		{w, mixer.SilentLevel},
		{2*w - 1, mixer.SilentLevel},
		{3 * w, 9},
		{4*w - 1, 9},
		{5 * w, 49},
		{6 * w, mixer.SilentLevel},
		{math.MaxInt64, mixer.SilentLevel},
		{-5, mixer.SilentLevel},
	} {
		require.Equal(t, row.want, in.Level(row.position), "at %d", row.position)
	}
	in.CutAt(0)
	for range 10 * 16 {
		read(m, 1000)
	}
	require.Equal(t, mixer.SilentLevel, in.Level(5*w), "so long ago that it is forgotten")
}

// TestTap reconstructs the mix of one input from what its tap is given.
func TestTap(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	heard := make([]int16, 20000)
	next := int64(0)
	in, err := m.AddInput(mixer.InputConfig{Tap: func(position int64, pcm []int16) {
		require.GreaterOrEqual(t, position, next)
		next = position + int64(len(pcm))
		if position < int64(len(heard)) {
			copy(heard[position:], pcm)
		}
	}})
	require.NoError(t, err)
	pcm := noise(6000, 20000, 3)
	writeBlocks(in, 1000, pcm)
	var mix []int16
	for range 3 {
		mix = append(mix, read(m, 3000)...)
	}
	writeBlocks(in, 12000, pcm)
	mix = append(mix, read(m, 11000)...)
	same(t, mix, heard)
	require.NotZero(t, peak(heard[13000:]))
}
