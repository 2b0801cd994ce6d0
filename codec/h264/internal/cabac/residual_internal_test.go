package cabac

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// randomLevels fills a block and tells, in scan order, which levels are not zero: some, and none at position 0 of AC blocks.
func randomLevels(r *rand.Rand, t *blockTable) (levels []int16, set uint64) {
	levels = make([]int16, t.size)
	most := 1 << (1 + r.IntN(12))
	density := 1 + r.IntN(10)
	for set == 0 {
		for k := t.from; k < t.size; k++ {
			l := 0
			if r.IntN(density) == 0 {
				l = 1 + r.IntN(most)*r.IntN(2)
				set |= 1 << k
			}
			levels[t.order[k]] = int16(l - 2*l*r.IntN(2))
		}
	}
	return levels, set
}

// TestBlockTwins wants the kernel in use to put down what its twin does.
func TestBlockTwins(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for n := range 4000 {
		table := &blocks[n%len(blocks)]
		levels, set := randomLevels(r, table)
		var a, b Encoder
		a.Reserve(2 * blockBins)
		for range r.IntN(3) { // with something before it
			a.Bin(r.IntN(40), 1)
		}
		a.makeRoom()
		b.list = append(b.list, a.list...)
		a.block(table, levels, set)
		b.blockPlain(table, levels, set)
		require.Equal(t, b.list, a.list, "%v", levels)
	}
}

func BenchmarkBlock(b *testing.B) {
	table := &blocks[Luma4]
	levels, set := []int16{3, -1, 0, 2, 1, -1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}, uint64(0xbb)
	for name, run := range map[string]func(*Encoder, *blockTable, []int16, uint64){
		"kernel": (*Encoder).block, "plain": (*Encoder).blockPlain,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(levels)))
			var e Encoder
			e.Reserve(blockBins)
			for b.Loop() {
				e.list = e.list[:0]
				run(&e, table, levels, set)
			}
		})
	}
}
