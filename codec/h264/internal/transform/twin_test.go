package transform

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/kerneltest"
)

// fill sets some of the coefficients, up to a magnitude that a transform of valid levels has, or to any.
func fill(rnd *rand.Rand, c []int32) {
	limit := int64(1) << (1 + rnd.IntN(31))
	for range 1 + rnd.IntN(2*len(c)) {
		c[rnd.IntN(len(c))] = int32(rnd.Int64N(2*limit) - limit)
	}
	if rnd.IntN(8) == 0 { // the DC coefficient alone
		clear(c[1:])
	}
}

// TestInverseTwins compares the kernels in use with their twins, between guards.
func TestInverseTwins(t *testing.T) {
	t.Parallel()
	arena := kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(8, 4))
	for range 6000 {
		var c4, d4 [16]int32
		fill(rnd, c4[:])
		d4 = c4
		stride := 4 + rnd.IntN(30)
		p := arena.NewPair(rnd, 3*stride+4)
		Inverse(p.Kernel, stride, &c4)
		inversePlain(p.Plain, stride, &d4)
		require.Equal(t, p.Plain, p.Kernel)
		require.Equal(t, d4, c4)

		dc := int32(rnd.IntN(2000) - 1000)
		addDC(p.Kernel, stride, dc)
		addDCPlain(p.Plain, stride, dc)
		require.Equal(t, p.Plain, p.Kernel)

		var c8, d8 [64]int32
		fill(rnd, c8[:])
		d8 = c8
		stride = 8 + rnd.IntN(30)
		p = arena.NewPair(rnd, 7*stride+8)
		Inverse8(p.Kernel, stride, &c8)
		inverse8Plain(p.Plain, stride, &d8)
		require.Equal(t, p.Plain, p.Kernel, "%v", d8)
		require.Equal(t, d8, c8)
	}
}

func TestForwardTwins(t *testing.T) {
	t.Parallel()
	arenas := [2]*kerneltest.Arena{kerneltest.NewArena(t), kerneltest.NewArena(t)}
	rnd := rand.New(rand.NewPCG(8, 5))
	for range 4000 {
		m, n := 8+rnd.IntN(20), 8+rnd.IntN(20)
		a, b := arenas[0].NewPair(rnd, 7*m+8), arenas[1].NewPair(rnd, 7*n+8)
		var c8, d8 [64]int32
		Forward8(&c8, a.Kernel, m, b.Kernel, n)
		forward8Plain(&d8, a.Plain, m, b.Plain, n)
		require.Equal(t, d8, c8)
	}
}

// TestQuantizeTwins takes factors up to 13107 and coefficients up to where products with these end.
func TestQuantizeTwins(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 6))
	for range 6000 {
		var factor, scale, c, d [64]int32
		size := 1 << (2 + rnd.IntN(14))
		for i := range c {
			factor[i], scale[i] = int32(rnd.IntN(13108)), int32(rnd.IntN(1<<14))
			if rnd.IntN(3) == 0 {
				c[i] = int32(rnd.IntN(2*size) - size)
			}
		}
		shift := uint32(15 + rnd.IntN(10))
		round, limit := int32(rnd.IntN(1<<shift)), int32(2063)
		d = c
		var got, want [64]int16
		got[5] = 77 // is overwritten
		q8 := Quantizer[[64]int32]{Factor: &factor, Scale: &scale, Round: round, Shift: shift, Max: limit}
		set, large := quantize8Plain(&want, &d, &q8)
		require.Equal(t, Marks8{set, large}, Quantize8(&got, &c, &q8))
		require.Equal(t, want, got)
		require.Equal(t, d, c)
	}
}

// TestCodeTwins codes blocks after predictions near and far.
func TestCodeTwins(t *testing.T) {
	t.Parallel()
	arenas, preds := [2]*kerneltest.Arena{kerneltest.NewArena(t), kerneltest.NewArena(t)}, kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(8, 7))
	for range 6000 {
		m, n := 4+rnd.IntN(20), 4+rnd.IntN(20)
		dst, src := arenas[0].NewPair(rnd, 3*m+4), arenas[1].Edge(rnd, 3*n+4)
		kerneltest.Samples(rnd, src)
		qp := rnd.IntN(52)
		var factor [16]int32
		for i := range factor {
			factor[i] = int32(rnd.IntN(13108))
		}
		shift := uint32(15 + qp/6)
		q := Quantizer[[16]int32]{Factor: &factor, Scale: &Scale[qp], Round: int32(rnd.IntN(1 << shift)), Shift: shift, Max: 2063}
		got, want := [16]int16{5: 77}, [16]int16{}
		pred := (*[16]byte)(preds.Edge(rnd, 16))
		kerneltest.Samples(rnd, pred[:])
		require.Equal(t, codePlain(&want, dst.Plain, m, src, n, pred, &q), Code(&got, dst.Kernel, m, src, n, pred, &q))
		require.Equal(t, want, got)
		require.Equal(t, dst.Plain, dst.Kernel)
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	factor, scale := [16]int32{}, [16]int32{}
	for i := range factor {
		factor[i], scale[i] = 8192, 16
	}
	c := [16]int32{0, 64, -64, 0, 4}
	var levels [16]int16
	q := Quantizer[[16]int32]{Factor: &factor, Scale: &scale, Round: 1 << 14, Shift: 15, Max: 2063}
	marks := Quantize(&levels, &c, &q)
	require.Equal(t, [16]int32{0, 256, -256, 0, 16}, c)
	require.Equal(t, [16]int16{0, 16, 1, 0, 0, -16}, levels)
	require.EqualValues(t, 1<<1|1<<2|1<<5, marks.Set())
	require.EqualValues(t, 1<<1|1<<5, marks.Large())
	require.Equal(t, 3, marks.Total())
}

func BenchmarkTwins(b *testing.B) {
	rnd := rand.New(rand.NewPCG(9, 9))
	p, q := make([]byte, 256), make([]byte, 256)
	kerneltest.Samples(rnd, p)
	kerneltest.Samples(rnd, q)
	var c4, factor4 [16]int32
	var c8, factor8 [64]int32
	var levels4 [16]int16
	var levels8 [64]int16
	for i := range factor8 {
		factor8[i] = 8192
		factor4[i&15] = 8192
	}
	q4 := Quantizer[[16]int32]{Factor: &factor4, Scale: &factor4, Round: 1 << 17, Shift: 19, Max: 2063}
	q8 := Quantizer[[64]int32]{Factor: &factor8, Scale: &factor8, Round: 1 << 18, Shift: 20, Max: 2063}
	benchmarks := []struct {
		name string
		run  func()
	}{
		{"inverse/kernel", func() { c4[0], c4[5] = 500, 90; Inverse(p, 16, &c4) }},
		{"inverse/plain", func() { c4[0], c4[5] = 500, 90; inversePlain(p, 16, &c4) }},
		{"forward8/kernel", func() { Forward8(&c8, p, 16, q, 16) }},
		{"forward8/plain", func() { forward8Plain(&c8, p, 16, q, 16) }},
		{"inverse8/kernel", func() { c8[0], c8[9] = 500, 90; Inverse8(p, 16, &c8) }},
		{"inverse8/plain", func() { c8[0], c8[9] = 500, 90; inverse8Plain(p, 16, &c8) }},
		{"code/kernel", func() { Code(&levels4, p, 16, q, 16, (*[16]byte)(q[64:]), &q4) }},
		{"code/plain", func() { codePlain(&levels4, p, 16, q, 16, (*[16]byte)(q[64:]), &q4) }},
		{"quantize8/kernel", func() { c8[0], c8[9] = 500, 90; Quantize8(&levels8, &c8, &q8) }},
		{"quantize8/plain", func() { c8[0], c8[9] = 500, 90; quantize8Plain(&levels8, &c8, &q8) }},
	}
	for _, bench := range benchmarks {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bench.run()
			}
		})
	}
}
