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

func BenchmarkKernels(b *testing.B) {
	rnd := rand.New(rand.NewPCG(9, 9))
	p, q := make([]byte, 64*16), make([]byte, 64*16)
	kerneltest.Samples(rnd, p)
	kerneltest.Samples(rnd, q)
	var out [4]int32
	at := [4]int{0, 1, 2, 3}
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
