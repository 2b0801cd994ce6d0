package h264

import (
	"math/bits"

	"github.com/callrec/callrec/codec/h264/internal/cabac"
	"github.com/callrec/callrec/codec/h264/internal/mb"
	"github.com/callrec/callrec/codec/h264/internal/params"
)

// cabacResidual writes the residual of luma and chroma (clause 7.3.5.3).
func (e *sliceEncoder) cabacResidual(intra16 bool) {
	m := &e.m
	cat, from := cabac.Luma4, 0
	if intra16 {
		e.cabacDC(cabac.LumaDC, mb.CBPLumaDC, m.dc[:], m.dcSet)
		cat, from = cabac.LumaAC, 1
	}
	if m.info.Transform8 {
		for q := range 4 {
			if m.cbp>>q&1 != 0 {
				e.cabacLevels8(&m.levels8[q], m.marks8[q].Set)
			}
		}
	} else if m.cbp&15 != 0 {
		e.cabacLuma(cat, from)
	}
	if m.cbp>>4 == 0 {
		return
	}
	for p := range 2 {
		e.cabacDC(cabac.ChromaDC, mb.CBPChromaDC<<p, m.chromaDC[p][:], m.dcSetC[p])
	}
	if m.cbp>>4 != 2 {
		return
	}
	left, top := m.besideC()
	for p := range 2 {
		for b := range 4 {
			at := 4*p + b
			e.cabacBlock(cabac.ChromaAC, m.levelsC[p][b][:], m.marksC[p][b].Set(), 1, left>>at&1|top>>at&1<<1)
		}
	}
}

// cabacLuma writes the quarters of luma with 4x4 blocks that begin at scan position from.
func (e *sliceEncoder) cabacLuma(cat, from int) {
	m := &e.m
	left, top := m.beside()
	for q := range 4 {
		if m.cbp>>q&1 == 0 {
			continue
		}
		for _, b := range quarterBlocks[q] {
			e.cabacBlock(cat, m.levels[b][:], m.marks[b].Set(), from, left>>b&1|top>>b&1<<1)
		}
	}
}

// cabacDC writes a block of DC levels, whose coded_block_flag is kept as the given bit of Info.CBP.
func (e *sliceEncoder) cabacDC(cat int, bit uint16, levels []int16, set uint32) {
	m := &e.m
	coded := func(n *mb.Info) bool {
		if n == nil {
			return m.info.Kind.IsIntra()
		}
		return n.CBP&bit != 0
	}
	if set != 0 {
		m.info.CBP |= bit
	}
	e.cabacBlock(cat, levels, set, 0, one(coded(m.left))+2*one(coded(m.top)))
}

// beside tells of each luma block, by raster index, whether those to the left of it and above have levels, from which
// the context of its coded_block_flag follows (clause 9.3.3.1.1.9).
func (m *macro) beside() (left, top int) {
	l, t := m.unavailable(), m.unavailable()
	if m.left != nil {
		l = int(m.left.Coded)
	}
	if m.top != nil {
		t = int(m.top.Coded)
	}
	coded := int(m.info.Coded)
	return coded&0x7777<<1 | l>>3&0x1111, coded<<4 | t>>12
}

// besideC is beside for the AC blocks of chroma.
func (m *macro) besideC() (left, top int) {
	l, t := m.unavailable(), m.unavailable()
	if m.left != nil {
		l = int(m.left.CodedC)
	}
	if m.top != nil {
		t = int(m.top.CodedC)
	}
	coded := int(m.info.CodedC)
	return coded&0x55<<1 | l>>1&0x55, coded&0x33<<2 | t>>2&0x33
}

// unavailable is which blocks of a macroblock outside of the slice count as coded: all in an intra macroblock.
func (m *macro) unavailable() int {
	if m.info.Kind.IsIntra() {
		return 0xffff
	}
	return 0
}

// cabacBlock writes residual_block_cabac of a block of levels in scan order, of which those with a bit in set are not
// zero. It begins at scan position from; inc says which context its coded_block_flag has.
func (e *sliceEncoder) cabacBlock(cat int, levels []int16, set uint32, from, inc int) {
	c := &e.c
	if set == 0 {
		c.Bin(cabac.CodedTable[cat]+inc, 0)
		return
	}
	c.Bin(cabac.CodedTable[cat]+inc, 1)
	sig, last := cabac.SignificantTable[cat]-from, cabac.LastTable[cat]-from
	end := bits.Len32(set) - 1
	for k := from; k < end; k++ {
		bit := int(set>>k) & 1
		c.Bin(sig+k, bit)
		if bit != 0 {
			c.Bin(last+k, 0)
		}
	}
	if end < len(levels)-1 {
		c.Bin(sig+end, 1)
		c.Bin(last+end, 1)
	}
	base, node := cabac.LevelTable[cat], 0
	for ; set != 0; set &^= 1 << end {
		end = bits.Len32(set) - 1
		node = e.cabacMagnitude(base, node, int(levels[end]))
	}
}

// cabacLevels8 writes residual_block_cabac of an 8x8 block of levels in raster order, of which those with a bit in set,
// which is in scan order, are not zero. There are some.
func (e *sliceEncoder) cabacLevels8(levels *[64]int16, set uint64) {
	c := &e.c
	sig, last := cabac.SignificantTable[cabac.Luma8], cabac.LastTable[cabac.Luma8]
	end := bits.Len64(set) - 1
	for k := range end {
		bit := int(set>>k) & 1
		c.Bin(sig+int(cabac.Significant8Table[k]), bit)
		if bit != 0 {
			c.Bin(last+int(cabac.Last8Table[k]), 0)
		}
	}
	if end < 63 {
		c.Bin(sig+int(cabac.Significant8Table[end]), 1)
		c.Bin(last+int(cabac.Last8Table[end]), 1)
	}
	base, node := cabac.LevelTable[cabac.Luma8], 0
	for ; set != 0; set &^= 1 << end {
		end = bits.Len64(set) - 1
		node = e.cabacMagnitude(base, node, int(levels[params.ZigZag8[end&63]&63]))
	}
}

// cabacMagnitude writes a level that is not zero. node says which ones of the block came before; the next one is returned.
func (e *sliceEncoder) cabacMagnitude(base, node, l int) int {
	c := &e.c
	at := &magnitudeNodes[node&7]
	sign := l >> (bits.UintSize - 1)
	n := (l ^ sign) - sign
	if n == 1 {
		c.Bin(base+int(at.first), 0)
		c.Bypass(-sign)
		return int(at.one)
	}
	c.Bin(base+int(at.first), 1)
	ctx := base + int(at.further)
	for range min(n, 15) - 2 {
		c.Bin(ctx, 1)
	}
	if n < 15 {
		c.Bin(ctx, 0)
	} else {
		e.cabacGolomb(n-15, 0)
	}
	c.Bypass(-sign)
	return int(at.more)
}
