package cabac

import (
	"math/bits"

	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// Block writes residual_block_cabac (clause 7.3.5.3.3) of a block of up to 16 levels in scan order, whose first is at
// position 1 for LumaAC and ChromaAC: 4 levels for ChromaDC, else 16. Those with a bit in set are not zero. inc is the
// ctxIdxInc of coded_block_flag.
func (e *Encoder) Block(cat, inc int, levels []int16, set uint32) {
	flag := bin((CodedTable[cat] + inc) << contextShift)
	if set == 0 {
		e.list = append(e.list, flag)
		return
	}
	e.makeRoom(blockBins)
	t := &blocks[cat]
	n := len(e.list)
	if t.from == 0 {
		e.list = append(e.list, flag|1)
		e.block(t, levels[:t.size], uint64(set))
		return
	}
	// Position 0, where there is no level, takes up the place of the flag.
	e.block(t, levels[:t.size], uint64(set))
	e.list[n] = flag | 1
}

// Luma writes the 4x4 blocks, with levels in scan order, of the quarters of luma with a bit in cbp: of category Luma4, or
// LumaAC, where there is none at position 0. left and top have a bit for each block, by raster index, that has one with levels
// to the left of it or above.
func (e *Encoder) Luma(cat, cbp int, levels *[16][16]int16, marks *[16]transform.Marks, left, top int) {
	var order [16]uint8
	n := 0
	for q := range 4 {
		if cbp>>q&1 != 0 {
			n += copy(order[n:], lumaOrder[4*q:4*q+4])
		}
	}
	e.blocks(cat, order[:n], levels[:], marks[:], left, top)
}

// ChromaAC does the same for the AC blocks of chroma, in the order of transform.ChromaBlock.
func (e *Encoder) ChromaAC(levels *[8][16]int16, marks *[8]transform.Marks, left, top int) {
	e.blocks(ChromaAC, chromaOrder[:], levels[:], marks[:], left, top)
}

// blocksPlain is the twin of blocks.
func (e *Encoder) blocksPlain(cat int, order []uint8, levels [][16]int16, marks []transform.Marks, left, top int) {
	for _, b := range order {
		e.Block(cat, left>>b&1|top>>b&1<<1, levels[b][:], marks[b].Set())
	}
}

// Block8 writes residual_block_cabac of an 8x8 block of levels in raster order, of which those with a bit in set, which is in
// scan order, are not zero. There are some.
func (e *Encoder) Block8(levels *[64]int16, set uint64) {
	e.makeRoom(blockBins)
	e.block(&blocks[Luma8], levels[:], set)
}

// makeRoom makes room for count bins, those without meaning included that Reserve's caller knows nothing of.
func (e *Encoder) makeRoom(count int) {
	if cap(e.list)-len(e.list) < count {
		e.Reserve(count)
	}
}

// These are more bins than any block takes whose levels don't need Golomb codes, or one of 16 levels, and what the kernel
// writes beyond.
const (
	blockBins      = 2*64 + 64*smallLevel + 32
	smallBlockBins = 2*16 + 16*smallLevel + 32
)

// smallLevel is the magnitude from which on levels have a Golomb code (UEGk with uCoff=14, clause 9.3.2.3).
const smallLevel = 15

// blockPlain is the twin of block: it writes the map of the levels that are not zero, and these levels.
func (e *Encoder) blockPlain(t *blockTable, levels []int16, set uint64) {
	end := bits.Len64(set) - 1
	for k := range end {
		v := bin(set>>k) & 1
		e.list = append(e.list, t.significant[k&63][0]|v)
		if v != 0 {
			e.list = append(e.list, t.significant[k&63][1])
		}
	}
	if end < len(levels)-1 {
		e.list = append(e.list, t.significant[end][0]|1, t.significant[end][1]|1)
	}
	e.magnitudes(t, levels, set, 0)
}

// magnitudes writes the levels with a bit in set, from the last to the first, when others have led to the given node.
func (e *Encoder) magnitudes(t *blockTable, levels []int16, set uint64, node uint32) {
	for set != 0 {
		k := bits.Len64(set) - 1
		set &^= 1 << k
		l := int(levels[t.order[k&63]])
		sign := l >> (bits.UintSize - 1)
		n := (l ^ sign) - sign
		at := &t.nodes[node&7]
		if n == 1 {
			e.list = append(e.list, at.first&^1)
			e.Bypass(-sign)
			node = at.one >> nodeShift
			continue
		}
		e.list = append(e.list, at.first)
		for range min(n, smallLevel) - 2 {
			e.list = append(e.list, at.further)
		}
		if n < smallLevel {
			e.list = append(e.list, at.further&^1)
		} else {
			e.Golomb(n-smallLevel, 0)
		}
		e.Bypass(-sign)
		node = at.more >> nodeShift
	}
}

// Golomb writes the bypass bins of an Exp-Golomb suffix of order k (clause 9.3.2.3).
func (e *Encoder) Golomb(v, k int) {
	for v >= 1<<k {
		e.Bypass(1)
		v -= 1 << k
		k++
	}
	e.Bypass(0)
	for k--; k >= 0; k-- {
		e.Bypass(v >> k & 1)
	}
}
