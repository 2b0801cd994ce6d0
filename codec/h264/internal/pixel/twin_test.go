package pixel

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/kerneltest"
)

// TestTwins compares the kernels in use with their twins. Other tests compare the kernels with their definitions.
func TestTwins(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(4, 4))
	a, b, c := make([]byte, 1024), make([]byte, 1024), make([]byte, 1024)
	for range 3000 {
		kerneltest.Samples(rnd, a)
		kerneltest.Samples(rnd, b)
		kerneltest.Samples(rnd, c)
		w, h := 4<<rnd.IntN(3), 4<<rnd.IntN(3)
		m, n := w+rnd.IntN(40), w+rnd.IntN(40)
		require.Equal(t, sadPlain(a, m, b, n, w, h), sad(a, m, b, n, w, h))
		require.Equal(t, satdPlain(a, m, b, n, w, h), satd(a, m, b, n, w, h))
		require.Equal(t, ssdPlain(a, m, b, n, w, h), ssd(a, m, b, n, w, h))
		limit := byte(rnd.IntN(128))
		require.Equal(t, withinPlain(a[:64], a[20], limit), within(a[:64], a[20], limit))
		if w == 4 {
			continue
		}
		require.Equal(t, satdMeanPlain(a, m, b, c, n, w, h), satdMean(a, m, b, c, n, w, h))
		s, q := momentsPlain(a, m, w, h)
		gotS, gotQ := moments(a, m, w, h)
		require.Equal(t, [2]int{s, q}, [2]int{gotS, gotQ})
		if h > 4 {
			require.Equal(t, hadamard8Plain(a, m, b, n, w, h), hadamard8(a, m, b, n, w, h))
		}
	}
}

// TestRowsTwins compares the kernels of single 8x8 blocks with their twins.
func TestRowsTwins(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 5))
	arena, lines := kerneltest.NewArena(t), kerneltest.NewArena(t)
	for range 3000 {
		stride := 8 + rnd.IntN(40)
		a := arena.Edge(rnd, 7*stride+8)
		line := lines.Edge(rnd, 64)
		kerneltest.Samples(rnd, a)
		kerneltest.Samples(rnd, line)
		var rows [9]Rows
		for i := range rows {
			rows[i] = Rows{rnd.IntN(9), rnd.IntN(9), rnd.IntN(17)}
			if rnd.IntN(2) == 0 {
				rows[i] = Rows{56 - rows[i].Even, 56 - rows[i].Odd, -rows[i].Step}
			}
		}
		blocks, which := NewBlocks(rows), uint16(rnd.IntN(512))
		var gots, wants [9]int32
		hadamard8sPlain(&wants, a, stride, line, blocks, which)
		hadamard8s(&gots, a, stride, line, blocks, which)
		require.Equal(t, wants, gots, rows)

		top, left, mean := (*[8]byte)(line[rnd.IntN(56):]), (*[8]byte)(line[rnd.IntN(56):]), byte(rnd.Uint32()>>rnd.IntN(32))
		var got, want [3]int32
		straight8Plain(&want, a, stride, top, left, mean)
		straight8(&got, a, stride, top, left, mean)
		require.Equal(t, want, got)
	}
}

// TestLineTwins compares the kernel of blocks along a line with its twin.
func TestLineTwins(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 7))
	arena, blocks := kerneltest.NewArena(t), kerneltest.NewArena(t)
	for range 1000 {
		m, n := 16+rnd.IntN(20), 16+rnd.IntN(20)
		a := arena.Edge(rnd, 12*m+16)
		got := make([]int32, 1+rnd.IntN(40))
		want := make([]int32, len(got))
		step := rnd.IntN(n + 1)
		b := blocks.Edge(rnd, 12*n+16+(len(got)-1)*step)
		kerneltest.Samples(rnd, a)
		kerneltest.Samples(rnd, b)
		sadLinePlain(want, a, m, b, 0, step, n)
		sadLine(got, a, m, b, 0, step, n)
		require.Equal(t, want, got)
	}
}

// TestStraightTwins compares the kernels of whole macroblocks and their straight predictions with their twins.
func TestStraightTwins(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(6, 6))
	arena, edges := kerneltest.NewArena(t), kerneltest.NewArena(t)
	for range 3000 {
		a, edge := arena.Edge(rnd, 256), edges.Edge(rnd, 40)
		kerneltest.Samples(rnd, a)
		kerneltest.Samples(rnd, edge)
		var got, want [3]int32
		luma, top, left := (*[256]byte)(a), (*[16]byte)(edge), (*[16]byte)(edge[16:])
		straight16Plain(&want, luma, top, left, edge[32])
		straight16(&got, luma, top, left, edge[32])
		require.Equal(t, want, got)

		chroma := [2][64]byte{[64]byte(a), [64]byte(a[64:])}
		topC, leftC := [2][8]byte{[8]byte(edge), [8]byte(edge[8:])}, [2][8]byte{[8]byte(edge[16:]), [8]byte(edge[24:])}
		means := [2][4]byte{[4]byte(edge[32:]), [4]byte(edge[36:])}
		straightChromaPlain(&want, &chroma, &topC, &leftC, &means)
		straightChroma(&got, &chroma, &topC, &leftC, &means)
		require.Equal(t, want, got)
	}
}

func BenchmarkKernels(b *testing.B) {
	rnd := rand.New(rand.NewPCG(9, 9))
	p, q := make([]byte, 64*16), make([]byte, 64*16)
	kerneltest.Samples(rnd, p)
	kerneltest.Samples(rnd, q)
	var out [4]int32
	at := [4]int{0, 1, 2, 3}
	var costs [3]int32
	top, left := (*[8]byte)(q), (*[8]byte)(q[32:])
	benchmarks := []struct {
		name string
		run  func()
	}{
		{"sad16/kernel", func() { sad(p, 16, q, 64, 16, 16) }},
		{"sad16/plain", func() { sadPlain(p, 16, q, 64, 16, 16) }},
		{"sads16/kernel", func() { sads(&out, p, 16, q, &at, 48, 16, 16) }},
		{"sad8/kernel", func() { sad(p, 16, q, 64, 8, 8) }},
		{"sad8/plain", func() { sadPlain(p, 16, q, 64, 8, 8) }},
		{"satd16/kernel", func() { satd(p, 16, q, 64, 16, 16) }},
		{"satd16/plain", func() { satdPlain(p, 16, q, 64, 16, 16) }},
		{"satd8/kernel", func() { satd(p, 16, q, 64, 8, 8) }},
		{"satd4/kernel", func() { satd(p, 16, q, 64, 4, 4) }},
		{"satd4/plain", func() { satdPlain(p, 16, q, 64, 4, 4) }},
		{"hadamard8x8/kernel", func() { hadamard8(p, 16, q, 64, 8, 8) }},
		{"hadamard8x8/plain", func() { hadamard8Plain(p, 16, q, 64, 8, 8) }},
		{"straight8/kernel", func() { straight8(&costs, p, 16, top, left, 99) }},
		{"straight8/plain", func() { straight8Plain(&costs, p, 16, top, left, 99) }},
		{"straight16/kernel", func() { straight16(&costs, (*[256]byte)(p), (*[16]byte)(q), (*[16]byte)(q[16:]), 99) }},
		{"straight16/plain", func() { straight16Plain(&costs, (*[256]byte)(p), (*[16]byte)(q), (*[16]byte)(q[16:]), 99) }},
		{"ssd16/kernel", func() { ssd(p, 16, q, 64, 16, 16) }},
		{"ssd16/plain", func() { ssdPlain(p, 16, q, 64, 16, 16) }},
		{"moments16/kernel", func() { moments(p, 16, 16, 16) }},
		{"moments16/plain", func() { momentsPlain(p, 16, 16, 16) }},
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
