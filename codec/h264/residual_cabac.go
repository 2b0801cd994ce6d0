package h264

import (
	"math/bits"
	"slices"

	"github.com/callrec/callrec/codec/h264/internal/cabac"
	"github.com/callrec/callrec/codec/h264/internal/mb"
)

// cabacResidual writes the residual of luma and chroma (clause 7.3.5.3).
func (e *sliceEncoder) cabacResidual(intra16 bool) {
	m := &e.m
	cat, from := cabac.Luma4, 0
	if intra16 {
		e.cabacDC(cabac.LumaDC, mb.CBPLumaDC, m.dc[:], m.dcTotal)
		cat, from = cabac.LumaAC, 1
	}
	for q := range 4 {
		if m.cbp>>q&1 == 0 {
			continue
		}
		if m.info.Transform8 {
			e.cabacLevels8(&m.levels8[q])
			continue
		}
		for _, b := range quarterBlocks[q] {
			e.cabacBlock(cat, m.levels[b][from:], int(m.totals[b]), m.codedContext(int(b)))
		}
	}
	if m.cbp>>4 == 0 {
		return
	}
	for p := range 2 {
		e.cabacDC(cabac.ChromaDC, mb.CBPChromaDC<<p, m.chromaDC[p][:], m.dcTotalC[p])
	}
	if m.cbp>>4 != 2 {
		return
	}
	for p := range 2 {
		for b := range 4 {
			e.cabacBlock(cabac.ChromaAC, m.levelsC[p][b][1:], int(m.totalsC[p][b]), m.codedContextC(p, b))
		}
	}
}

// cabacDC writes a block of DC levels, whose coded_block_flag is kept as the given bit of Info.CBP.
func (e *sliceEncoder) cabacDC(cat int, bit uint16, levels []int16, total int) {
	m := &e.m
	coded := func(n *mb.Info) bool {
		if n == nil {
			return m.info.Kind.IsIntra()
		}
		return n.CBP&bit != 0
	}
	if total != 0 {
		m.info.CBP |= bit
	}
	e.cabacBlock(cat, levels, total, one(coded(m.left))+2*one(coded(m.top)))
}

// codedContext is the ctxIdxInc of coded_block_flag of the luma block with raster index b (clause 9.3.3.1.1.9).
func (m *macro) codedContext(b int) int {
	left, top := m.info.Kind.IsIntra(), m.info.Kind.IsIntra()
	if b&3 != 0 {
		left = m.info.NNZ[b-1] != 0
	} else if m.left != nil {
		left = m.left.NNZ[b+3] != 0
	}
	if b >= 4 {
		top = m.info.NNZ[b-4] != 0
	} else if m.top != nil {
		top = m.top.NNZ[b+12] != 0
	}
	return one(left) + 2*one(top)
}

// codedContextC is codedContext for AC block b of chroma plane p.
func (m *macro) codedContextC(p, b int) int {
	left, top := m.info.Kind.IsIntra(), m.info.Kind.IsIntra()
	at := 16 + 4*p + b
	if b&1 != 0 {
		left = m.info.NNZ[at-1] != 0
	} else if m.left != nil {
		left = m.left.NNZ[at+1] != 0
	}
	if b >= 2 {
		top = m.info.NNZ[at-2] != 0
	} else if m.top != nil {
		top = m.top.NNZ[at+2] != 0
	}
	return one(left) + 2*one(top)
}

// cabacBlock writes residual_block_cabac of a block of up to 16 levels in scan order, total of them not zero.
func (e *sliceEncoder) cabacBlock(cat int, levels []int16, total, inc int) {
	c := &e.c
	c.Bin(cabac.CodedTable[cat]+inc, one(total != 0))
	if total == 0 {
		return
	}
	sig, last := cabac.SignificantTable[cat], cabac.LastTable[cat]
	var list [16]int16
	n := 0
	for i, l := range levels {
		if i == len(levels)-1 {
			list[n&15] = l
			n++
			break
		}
		k := i
		if cat == cabac.ChromaDC {
			k = min(i, 2)
		}
		if l == 0 {
			c.Bin(sig+k, 0)
			continue
		}
		c.Bin(sig+k, 1)
		list[n&15] = l
		n++
		c.Bin(last+k, one(n == total))
		if n == total {
			break
		}
	}
	e.cabacMagnitudes(cat, list[:n])
}

// cabacLevels8 writes residual_block_cabac of an 8x8 block of levels in scan order, not all of them zero.
func (e *sliceEncoder) cabacLevels8(levels *[64]int16) {
	c := &e.c
	end := 63
	for levels[end&63] == 0 {
		end--
	}
	sig, last := cabac.SignificantTable[cabac.Luma8], cabac.LastTable[cabac.Luma8]
	var list [64]int16
	n := 0
	for i := range 63 {
		l := levels[i]
		ctx := sig + int(cabac.Significant8Table[i])
		if l == 0 {
			c.Bin(ctx, 0)
			continue
		}
		c.Bin(ctx, 1)
		list[n&63] = l
		n++
		c.Bin(last+int(cabac.Last8Table[i]), one(i == end))
		if i == end {
			break
		}
	}
	if end == 63 {
		list[n&63] = levels[63]
		n++
	}
	e.cabacMagnitudes(cabac.Luma8, list[:n])
}

// cabacMagnitudes writes the levels, none of them zero, from the last to the first.
func (e *sliceEncoder) cabacMagnitudes(cat int, list []int16) {
	c := &e.c
	base := cabac.LevelTable[cat]
	most := 4 // largest context increment above 5
	if cat == cabac.ChromaDC {
		most = 3
	}
	equal, greater := 0, 0 // levels of magnitude one and above so far
	for _, v := range slices.Backward(list) {
		l := int(v)
		sign := l >> (bits.UintSize - 1)
		n := (l ^ sign) - sign
		ctx := base
		if greater == 0 {
			ctx += min(4, 1+equal)
		}
		if n == 1 {
			c.Bin(ctx, 0)
			equal++
		} else {
			c.Bin(ctx, 1)
			ctx = base + 5 + min(most, greater)
			for range min(n, 15) - 2 {
				c.Bin(ctx, 1)
			}
			if n < 15 {
				c.Bin(ctx, 0)
			} else {
				e.cabacGolomb(n-15, 0)
			}
			greater++
		}
		c.Bypass(-sign)
	}
}
