//go:build !purego

package cabac

import (
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// blockAVX2 puts down the bins of a block, but for coded_block_flag, up to the first level that needs a Golomb code, and up to
// 17 bins of no meaning beyond. It returns how many bins it put down, which levels are left, and the node that these begin
// with. It needs LZCNT too.
//
//go:noescape
func blockAVX2(
	list *bin, levels *int16, set uint64, t *blockTable, steps *[16]mapStep,
) (n int, left uint64, node uint32)

// blocksAVX2 does the same with several blocks and their flags. It returns also how many it has ended.
//
//go:noescape
func blocksAVX2(list *bin, r *blockRun, steps *[16]mapStep) (n, done int, left uint64, node uint32)

// blockRun is some blocks of a category. The kernel knows the layout.
type blockRun struct {
	table     *blockTable
	levels    *int16 // 16 for each
	marks     *transform.Marks
	order     *uint8 // which levels and marks
	count     int
	left, top uint32
	flag      bin // coded_block_flag with the first of its contexts
	from      int // the size of bins of positions without level
}

// block writes a block, some of whose levels are not zero, but for coded_block_flag. There is room for blockBins.
func (e *Encoder) block(t *blockTable, levels []int16, set uint64) {
	if !e.kernels {
		e.blockPlain(t, levels, set)
		return
	}
	n := len(e.list)
	list := e.list[n : n+blockBins]
	put, left, node := blockAVX2(&list[0], &levels[0], set, t, &mapSteps)
	e.list = e.list[:n+put]
	if left != 0 {
		e.magnitudes(t, levels, left, node)
	}
}

// blocks writes blocks of a category in the given order, which fits levels and marks.
func (e *Encoder) blocks(cat int, order []uint8, levels [][16]int16, marks []transform.Marks, left, top int) {
	if !e.kernels {
		e.blocksPlain(cat, order, levels, marks, left, top)
		return
	}
	t := &blocks[cat]
	r := blockRun{
		table: t, levels: &levels[0][0], marks: &marks[0], left: uint32(left), top: uint32(top),
		flag: bin(CodedTable[cat] << contextShift), from: 4 * t.from,
	}
	for len(order) > 0 {
		r.order, r.count = &order[0], len(order)
		room := len(order) * smallBlockBins
		e.makeRoom(room)
		n := len(e.list)
		list := e.list[n : n+room]
		put, done, rest, node := blocksAVX2(&list[0], &r, &mapSteps)
		e.list = e.list[:n+put]
		if rest != 0 {
			e.magnitudes(t, levels[order[done]][:], rest, node)
			done++
		}
		order = order[done:]
	}
}
