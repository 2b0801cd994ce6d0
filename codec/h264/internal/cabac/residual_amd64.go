//go:build !purego

package cabac

import "github.com/callrec/callrec/internal/cpu"

// blockAVX2 puts down what blockPlain does, up to the first level that needs a Golomb code, and up to 17 bins of no meaning
// beyond. It returns how many bins it put down, which levels are left, and the node that these begin with.
//
//go:noescape
func blockAVX2(list *bin, levels *int16, set uint64, t *blockTable) (n int, left uint64, node uint32)

// block writes a block, some of whose levels are not zero, but for coded_block_flag. There is room for blockBins.
func (e *Encoder) block(t *blockTable, levels []int16, set uint64) {
	if !cpu.AVX2() {
		e.blockPlain(t, levels, set)
		return
	}
	n := len(e.list)
	list := e.list[n : n+blockBins]
	put, left, node := blockAVX2(&list[0], &levels[0], set, t)
	e.list = e.list[:n+put]
	if left != 0 {
		e.magnitudes(t, levels, left, node)
	}
}

// mapStep makes the map of four scan positions, by which of them have levels: which of the eight bins for these are there,
// one behind the other, and their values.
type mapStep struct{ order, values [8]uint32 }

// mapSteps is known to the kernel.
var mapSteps = buildMapSteps()

func buildMapSteps() (steps [16]mapStep) {
	for set := range steps {
		s := &steps[set]
		n := 0
		for k := range 4 {
			s.order[n] = uint32(2 * k)
			n++
			if set>>k&1 != 0 {
				s.values[n-1] = 1
				s.order[n] = uint32(2*k + 1)
				n++
			}
		}
	}
	return steps
}
