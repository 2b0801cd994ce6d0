package intra

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/kerneltest"
)

// TestPlaneTwins makes plane predictions of any edges, the steepest ones too, with the kernels in use and with their twins.
func TestPlaneTwins(t *testing.T) {
	t.Parallel()
	arena := kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(8, 8))
	for i := range 4000 {
		var n Edges16
		kerneltest.Samples(rnd, n.top[:])
		kerneltest.Samples(rnd, n.left[:])
		n.topLeft = byte(rnd.Uint32())
		for k := range n.top {
			switch i % 8 {
			case 0: // as steep as can be
				n.top[k], n.left[k] = byte(255*(k>>3)), byte(255*(k>>3))
				n.topLeft = 0
			case 1:
				n.top[k], n.left[k] = byte(255*(k>>2&1)), byte(255*(k>>2&1^1))
				n.topLeft = 255
			}
		}
		p := arena.NewPair(rnd, 256)
		n.plane((*[256]byte)(p.Kernel))
		n.planePlain((*[256]byte)(p.Plain))
		require.Equal(t, p.Plain, p.Kernel)

		c := EdgesChroma{topLeft: [2]byte{n.topLeft, n.topLeft}}
		c.top, c.left = [2][8]byte{[8]byte(n.top[:]), [8]byte(n.top[4:])}, [2][8]byte{[8]byte(n.left[:]), [8]byte(n.left[4:])}
		p = arena.NewPair(rnd, 64)
		c.plane((*[64]byte)(p.Kernel), i&1)
		c.planePlain((*[64]byte)(p.Plain), i&1)
		require.Equal(t, p.Plain, p.Kernel)
	}
}

// TestLoad16Twins takes the neighbors of luma and chroma blocks that have all of them.
func TestLoad16Twins(t *testing.T) {
	t.Parallel()
	arena, arena2 := kerneltest.NewArena(t), kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		stride := 17 + rnd.IntN(30)
		pix := arena.Edge(rnd, 16*stride+1) // block at (1, 1); none of its own samples in the last row
		kerneltest.Samples(rnd, pix)
		got, want := Edges16{HasLeft: true, HasTop: true}, Edges16{HasLeft: true, HasTop: true}
		got.load(pix, stride+1, stride)
		want.loadPlain(pix, stride+1, stride)
		require.Equal(t, want, got)

		cb, cr := arena.Edge(rnd, 8*stride+1), arena2.Edge(rnd, 8*stride+1)
		kerneltest.Samples(rnd, cb)
		kerneltest.Samples(rnd, cr)
		gotC, wantC := EdgesChroma{HasLeft: true, HasTop: true}, EdgesChroma{HasLeft: true, HasTop: true}
		gotC.load(cb, cr, stride+1, stride)
		wantC.loadPlain(cb, cr, stride+1, stride)
		require.Equal(t, wantC, gotC)
	}
}

// TestLoad8Twins takes the neighbors of 8x8 blocks that have all of them, maybe but those above right.
func TestLoad8Twins(t *testing.T) {
	t.Parallel()
	arena, blocks := kerneltest.NewArena(t), kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(9, 9))
	for range 4000 {
		stride := 17 + rnd.IntN(30)
		pix := arena.Edge(rnd, 9*stride) // block at (1, 1)
		kerneltest.Samples(rnd, pix)
		topRight := rnd.IntN(2) == 0
		var got, want Edges8
		got.load(pix, stride+1, stride, topRight)
		want.loadPlain(pix, stride+1, stride, true, true, true, topRight)
		for _, l := range [][2]int{
			{lineE, 25},
			{line2, 24},
			{line3, 25},
			{lineEven, 11},
			{lineOdd, 11},
			{lineDown, 22},
			{lineUp, 22},
			{lineLeft, 64},
			{lineMean, 8},
		} {
			require.Equal(t, want.lines[l[0]:][:l[1]], got.lines[l[0]:][:l[1]], "line %d", l[0])
		}
		dst := blocks.NewPair(rnd, 7*stride+8)
		mode := rnd.IntN(9)
		want.predict(dst.Kernel, stride, blocks8.Rows(mode))
		want.predictPlain(dst.Plain, stride, blocks8.Rows(mode))
		require.Equal(t, dst.Plain, dst.Kernel)
	}
}

// TestBlock4Twins makes all candidates for 4x4 blocks that have neighbors left and above.
func TestBlock4Twins(t *testing.T) {
	t.Parallel()
	arena, sources := kerneltest.NewArena(t), kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(10, 10))
	for range 4000 {
		stride, srcStride := 9+rnd.IntN(30), 4+rnd.IntN(30)
		pix, src := arena.Edge(rnd, 5*stride), sources.Edge(rnd, 3*srcStride+4) // block at (1, 1)
		kerneltest.Samples(rnd, pix)
		kerneltest.Samples(rnd, src)
		topRight := rnd.IntN(2) == 0
		var got, want Block4
		got.load(src, srcStride, pix, stride+1, stride, topRight)
		want.loadPlain(src, srcStride, pix, stride+1, stride, true, true, topRight)
		require.Equal(t, want.Modes(), got.Modes())
		for mode := range 9 {
			require.Equal(t, want.Costs(1 << mode)[mode], got.Costs(1 << mode)[mode], "mode %d", mode)
			require.Equal(t, want.Prediction(mode), got.Prediction(mode), "mode %d", mode)
		}
	}
}

func BenchmarkKernels(b *testing.B) {
	pix, src := make([]byte, 64*20), make([]byte, 256)
	rnd := rand.New(rand.NewPCG(1, 1))
	kerneltest.Samples(rnd, pix)
	kerneltest.Samples(rnd, src)
	var n Edges8
	var block Block4
	benchmarks := []struct {
		name string
		run  func()
	}{
		{"load8/kernel", func() { n.load(pix, 65, 64, true) }},
		{"load8/plain", func() { n.loadPlain(pix, 65, 64, true, true, true, true) }},
		{"block4/kernel", func() { block.load(src, 16, pix, 65, 64, true) }},
		{"block4/plain", func() {
			block.loadPlain(src, 16, pix, 65, 64, true, true, true)
			block.Costs(1<<5 - 1)
		}},
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
