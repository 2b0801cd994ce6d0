package main

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEncodeBelow(t *testing.T) {
	t.Parallel()
	pcm := music(3)
	for _, rate := range []int{24000, 47900} {
		file, err := encodeBelow(pcm, rate)
		require.NoError(t, err)
		got := adtsRate(file)
		require.LessOrEqual(t, got, rate)
		require.Greater(t, got, rate*9/10)
	}
}

func TestAlignment(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	want := make([]int16, 32000)
	got := make([]float64, 40000)
	for i := range want {
		want[i] = int16(rnd.IntN(2000) - 1000)
		got[i+1601] = float64(want[i]) / 2
	}
	require.Equal(t, 1601, alignment(want, got))
}

func TestWAV(t *testing.T) {
	t.Parallel()
	b := wav([]int16{1, -2, 3})
	require.Len(t, b, 44+6)
	require.EqualValues(t, len(b)-8, binary.LittleEndian.Uint32(b[4:]))
}
