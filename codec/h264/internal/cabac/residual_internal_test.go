package cabac

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/transform"
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
		a, b := Encoder{kernels: accelerated()}, Encoder{}
		a.Reserve(2 * blockBins)
		for range r.IntN(3) { // with something before it
			a.Bin(r.IntN(40), 1)
		}
		a.makeRoom(blockBins)
		b.list = append(b.list, a.list...)
		a.block(table, levels, set)
		b.blockPlain(table, levels, set)
		require.Equal(t, b.list, a.list, "%v", levels)
	}
}

// TestBlocksTwins is the same for several blocks at once.
func TestBlocksTwins(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 7))
	for n := range 2000 {
		cat := []int{LumaAC, Luma4, ChromaAC}[n%3]
		var levels [16][16]int16
		var marks [16]transform.Marks
		for i := range levels {
			if r.IntN(4) == 0 {
				continue
			}
			l, set := randomLevels(r, &blocks[cat])
			copy(levels[i][:], l)
			marks[i] = transform.Marks(set) | transform.Marks(r.Uint32()<<16)
		}
		order := make([]uint8, 1+r.IntN(16))
		for i := range order {
			order[i] = uint8(r.IntN(16))
		}
		left, top := r.IntN(1<<16), r.IntN(1<<16)
		a, b := Encoder{kernels: accelerated()}, Encoder{}
		a.Reserve(2 * 16 * smallBlockBins)
		b.Reserve(2 * 16 * smallBlockBins)
		a.blocks(cat, order, levels[:], marks[:], left, top)
		b.blocksPlain(cat, order, levels[:], marks[:], left, top)
		require.Equal(t, b.list, a.list)
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
			e := Encoder{kernels: accelerated()}
			e.Reserve(blockBins)
			for b.Loop() {
				e.list = e.list[:0]
				run(&e, table, levels, set)
			}
		})
	}
}
