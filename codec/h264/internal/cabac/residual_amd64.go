//go:build !purego

package cabac

import "github.com/callrec/callrec/internal/cpu"

// blockAVX2 puts down what blockPlain does, up to the first level that needs a Golomb code, and up to 17 bins of no meaning
// beyond. It returns how many bins it put down, which levels are left, and the node that these begin with.
//
//go:noescape
func blockAVX2(
	list *bin, levels *int16, set uint64, t *blockTable, steps *[16]mapStep,
) (n int, left uint64, node uint32)

// block writes a block, some of whose levels are not zero, but for coded_block_flag. There is room for blockBins.
func (e *Encoder) block(t *blockTable, levels []int16, set uint64) {
	if !cpu.AVX2() {
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
