package cabac

import "github.com/callrec/callrec/codec/h264/internal/params"

// blockTable is what the bins of a block depend on by its category. The kernel knows the layout.
type blockTable struct {
	// significant is significant_coeff_flag and last_significant_coeff_flag by scan position, both of value 0.
	significant [64][2]bin
	nodes       [8]node
	order       [64]uint8 // where the level of a scan position is found
	last        uint64    // the last scan position
	size        int       // of the levels
	from        int       // scan position of the first
}

// node is what contexts of coeff_abs_level_minus1 depend on (clause 9.3.3.1.3): the first four count the levels of magnitude
// one so far, the others those above.
type node struct {
	first, further bin    // of value 1
	one, more      uint32 // the nodes after a level of magnitude one and after one above, times their size
}

// nodeShift is the size of a node as a power of two.
const nodeShift = 4

// nodeTable is the nodes with the increments of contexts in place of bins, and plain indices.
var nodeTable = [8]node{
	{1, 5, 1, 4},
	{2, 5, 2, 4},
	{3, 5, 3, 4},
	{4, 5, 3, 4},
	{0, 6, 4, 5},
	{0, 7, 5, 6},
	{0, 8, 6, 7},
	{0, 9, 7, 7},
}

// lumaOrder is the raster indices of the luma blocks as they follow each other (clause 6.4.3), and chromaOrder the places of
// those of chroma.
var (
	lumaOrder   = [16]uint8{0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15}
	chromaOrder = [8]uint8{0, 1, 4, 5, 2, 3, 6, 7}
)

// blocks are by ctxBlockCat.
var blocks = buildBlocks()

func buildBlocks() (blocks [6]blockTable) {
	for cat := range blocks {
		t := &blocks[cat]
		t.size = 16
		switch cat {
		case LumaAC, ChromaAC:
			t.from = 1
		case ChromaDC:
			t.size = 4
		case Luma8:
			t.size = 64
		}
		t.last = uint64(t.size - 1)
		for k := range t.size {
			sig, last := k-t.from, k-t.from
			t.order[k] = uint8(k)
			if cat == Luma8 {
				t.order[k] = params.ZigZag8[k]
				sig, last = 0, 0
				if k < 63 {
					sig, last = int(Significant8Table[k]), int(Last8Table[k])
				}
			}
			t.significant[k] = [2]bin{
				bin((SignificantTable[cat] + sig) << contextShift), bin((LastTable[cat] + last) << contextShift),
			}
		}
		for i, n := range nodeTable {
			base := bin(LevelTable[cat])
			t.nodes[i] = node{
				first: (base+n.first)<<contextShift | 1, further: (base+n.further)<<contextShift | 1,
				one: n.one << nodeShift, more: n.more << nodeShift,
			}
		}
	}
	return blocks
}
