package transform

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/kerneltest"
)

// someQuantizer is one whose factors look like those of a step, finer or coarser.
func someQuantizer(rnd *rand.Rand) Quantizer[[16]int32] {
	var factor, scale [16]int32
	for i := range factor {
		factor[i] = 2893 + rnd.Int32N(13107-2893)
	}
	shift := uint32(15 + rnd.IntN(9))
	return Quantizer[[16]int32]{Factor: &factor, Scale: &scale, Round: 1 << shift / 6, Shift: shift, Max: 2063}
}

// near makes b differ from a by at most spread.
func near(rnd *rand.Rand, a, b []byte, spread int) {
	for i := range b {
		b[i] = byte(min(max(int(a[i%len(a)])+rnd.IntN(2*spread+1)-spread, 0), 255))
	}
}

// TestDeadZone wants exactly those blocks reported of which quantization leaves something.
func TestDeadZone(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 6))
	seen := map[bool]int{}
	for range 3000 {
		q := someQuantizer(rnd)
		z := NewDeadZone(&q)
		var a, b [256]byte
		near(rnd, []byte{128}, a[:], 120)
		near(rnd, a[:], b[:], 1<<rnd.IntN(9)-1)
		mask := Coded(&a, b[:], 16, &z)
		for i := range 16 {
			var c [16]int32
			var levels [16]int16
			at := i>>2*64 + i&3*4
			Forward(&c, a[at:], 16, b[at:], 16)
			left := Quantize(&levels, &c, &q) != 0
			seen[left]++
			require.Equal(t, left, mask>>i&1 != 0)
		}
	}
	require.Greater(t, min(seen[true], seen[false]), 5000)
}

// TestDeadZoneTwins compares the kernels in use with their twins.
func TestDeadZoneTwins(t *testing.T) {
	t.Parallel()
	arena := kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(8, 7))
	for range 3000 {
		q := someQuantizer(rnd)
		z := NewDeadZone(&q)
		var a [256]byte
		near(rnd, []byte{128}, a[:], 128)
		stride := 16 + rnd.IntN(30)
		p := arena.NewPair(rnd, 15*stride+16)
		if rnd.IntN(4) != 0 {
			spread := 1<<rnd.IntN(9) - 1
			for y := range 16 {
				near(rnd, a[16*y:16*y+16], p.Plain[y*stride:][:16], spread)
			}
			copy(p.Kernel, p.Plain)
		}
		require.Equal(t, codedPlain(&a, p.Plain, stride, &z), Coded(&a, p.Kernel, stride, &z))
	}
}

func BenchmarkCoded(b *testing.B) {
	rnd := rand.New(rand.NewPCG(8, 8))
	q := someQuantizer(rnd)
	z := NewDeadZone(&q)
	var a, p [256]byte
	near(rnd, []byte{128}, a[:], 120)
	near(rnd, a[:], p[:], 3)
	b.ReportAllocs()
	b.SetBytes(256)
	for b.Loop() {
		Coded(&a, p[:], 16, &z)
	}
}
