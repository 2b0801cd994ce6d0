package cabac

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// randomList makes bins of contexts that are skewed each in its own way, some of them with bypass bins behind.
func randomList(r *rand.Rand, n int) []bin {
	list := make([]bin, n)
	for i := range list {
		ctx := r.IntN(NumContexts)
		if r.IntN(3) > 0 {
			ctx %= 40
		}
		v := 0
		switch {
		case ctx == terminating:
		case ctx == nothing:
			v = 1
		case r.IntN(20) < ctx&15:
			v = 1
		}
		list[i] = bin(ctx<<contextShift | v)
		if r.IntN(4) == 0 {
			count := r.IntN(maxBypass + 1)
			list[i] |= bin(count<<countShift | r.IntN(1<<count)<<valueShift)
		}
	}
	return list
}

// TestTwins wants the kernel to leave what runPlain leaves.
func TestTwins(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	for n := range 200 {
		var a Encoder
		a.Contexts.Init(n%4, n%52)
		a.Reserve(16)
		a.Reset([]byte{0})
		b := a.coder
		for list := randomList(r, 1+r.IntN(2000)); len(list) > 0; {
			done := a.run(list)
			require.Equal(t, b.runPlain(list), done)
			require.Equal(t, b, a.coder)
			list = list[done:]
			require.True(t, len(list) == 0 || a.queue >= full)
			b.queue &= 7 // as if the rest were written
			b.low &= 1<<(b.queue+18) - 1
			a.coder = b
		}
	}
}

func BenchmarkRun(b *testing.B) {
	list := randomList(rand.New(rand.NewPCG(5, 5)), 1000)
	for name, kernels := range map[string]bool{"kernel": accelerated(), "plain": false} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(list)))
			var e Encoder
			e.Contexts.Init(1, 26)
			e.Reserve(16)
			e.Reset([]byte{0})
			e.kernels = kernels
			for b.Loop() {
				for left := list; len(left) > 0; {
					left = left[e.run(left):]
					e.pos, e.outstanding = 1, 0
					e.drain()
				}
			}
		})
	}
}
