//go:build !purego

package tiler

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/kerneltest"
)

// The tests here compare each kernel with its twin in plain Go, on samples between protected pages, with the bytes around
// the output as canaries. The twins are compared with the plain sums in other tests, which run with the kernels too.

func requireVectors(t *testing.T) {
	t.Helper()
	if !hasVectors() {
		t.Skip("this processor has no AVX2")
	}
}

// randomWeights returns n weights that add up to weightOne, some of them negative if clip is set, as large as those of
// a spline.
func randomWeights(rnd *rand.Rand, n int, clip bool) []int32 {
	w := make([]int32, n)
	rest := int32(weightOne)
	for i := range w[1:] {
		w[i] = rnd.Int32N(rest/2/weightGrain+1) * weightGrain
		if clip && rnd.IntN(2) == 0 {
			w[i] = -rnd.Int32N(weightOne/16/weightGrain) * weightGrain
		}
		rest -= w[i]
	}
	w[n-1] = rest
	if rest >= weightOne*9/8 { // beyond what a spline has
		return randomWeights(rnd, n, clip)
	}
	return w
}

func TestVerticalTwin(t *testing.T) {
	t.Parallel()
	requireVectors(t)
	in, out := kerneltest.NewArena(t), kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 4000 {
		width, rows := 16+rnd.IntN(80), 1+rnd.IntN(maxVectorRows)
		stride := width + rnd.IntN(30)
		clip := rows <= 4 && rnd.IntN(2) == 0
		src := plane{in.Edge(rnd, (rows-1)*stride+width), stride, width, rows}
		kerneltest.Samples(rnd, src.pix)
		dst := out.NewPair(rnd, width)
		w := randomWeights(rnd, rows, clip)
		require.True(t, verticalVector(dst.Kernel, src, 0, w))
		verticalNarrow(dst.Plain, src, 0, w)
		require.True(t, bytes.Equal(dst.Plain, dst.Kernel), "%d rows of %d, weights %v", rows, width, w)
	}
	require.False(t, verticalVector(make([]uint8, 15), plane{}, 0, nil), "too narrow")
	require.False(t, verticalVector(make([]uint8, 16), plane{}, 0, make([]int32, maxVectorRows+1)), "too many rows")
}

func TestHorizontalTwin(t *testing.T) {
	t.Parallel()
	requireVectors(t)
	in, out := kerneltest.NewArena(t), kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	vectors := 0
	check := func(samples, width int) {
		k := axisKey{samples, 0, 2 * samples, width}
		if samples > 1 && rnd.IntN(3) == 0 {
			k.start, k.length = 1, 2*samples-2
		}
		a := newAxis(k)
		if a.vector == nil {
			return
		}
		vectors++
		src := plane{in.Edge(rnd, samples), samples, samples, 1}
		kerneltest.Samples(rnd, src.pix)
		dst := out.NewPair(rnd, width)
		horizontalVector(dst.Kernel, src.pix, a)
		plainAcross(plane{dst.Plain, width, width, 1}, src, a)
		require.True(t, bytes.Equal(dst.Plain, dst.Kernel), "%+v", k)
	}
	for samples := 1; samples < 100; samples++ {
		for width := 1; width < 100; width++ {
			check(samples, width)
		}
	}
	for range 300 {
		check(1+rnd.IntN(2000), 1+rnd.IntN(2000))
	}
	require.Greater(t, vectors, 6000, "of 10000 reductions and enlargements by up to 100")
}

func TestConversionTwin(t *testing.T) {
	t.Parallel()
	requireVectors(t)
	rnd := rand.New(rand.NewPCG(1, 3))
	luma0, luma1, cb, cr := kerneltest.NewArena(t), kerneltest.NewArena(t), kerneltest.NewArena(t), kerneltest.NewArena(t)
	v := conversions[Color{}]
	for range 1000 {
		n := 16 * (1 + rnd.IntN(8))
		y0, y1, b, r := luma0.NewPair(rnd, 2*n), luma1.NewPair(rnd, 2*n), cb.NewPair(rnd, n), cr.NewPair(rnd, n)
		require.Equal(t, n, v.convertVector(y0.Kernel, y1.Kernel, b.Kernel, r.Kernel))
		v.rowsAny(y0.Plain, y1.Plain, b.Plain, r.Plain, 0)
		for _, p := range []kerneltest.Pair{y0, y1, b, r} {
			require.True(t, bytes.Equal(p.Plain, p.Kernel), "%d samples", n)
		}
	}
	require.Zero(t, v.convertVector(nil, nil, make([]uint8, 15), nil), "too few")
}

func BenchmarkKernels(b *testing.B) {
	if !hasVectors() {
		b.Skip("this processor has no AVX2")
	}
	src := randomPlane(rand.New(rand.NewPCG(1, 4)), 640, 360)
	dst := make([]uint8, 640)
	across, down := newAxis(axisKey{640, 0, 1280, 622}), newAxis(axisKey{360, 0, 720, 350})
	v := conversions[Color{}]
	for _, row := range []struct {
		name string
		n    int64
		run  func()
	}{
		{"horizontal", 622, func() { horizontalVector(dst[:622], src.row(0), across) }},
		{"vertical", 640, func() { verticalVector(dst, src, 5, down.weights(5)) }},
		{"vertical/plain", 640, func() { verticalNarrow(dst, src, 5, down.weights(5)) }},
		{"convert", 640, func() { v.convertVector(dst, src.row(1), src.row(2)[:320], src.row(3)[:320]) }},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(row.n)
			for b.Loop() {
				row.run()
			}
		})
	}
}
