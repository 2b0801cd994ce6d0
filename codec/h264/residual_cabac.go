package h264

import (
	"github.com/callrec/callrec/codec/h264/internal/cabac"
	"github.com/callrec/callrec/codec/h264/internal/mb"
)

// cabacResidual writes the residual of luma and chroma (clause 7.3.5.3).
func (e *sliceEncoder) cabacResidual(intra16 bool) {
	m := &e.m
	cat := cabac.Luma4
	if intra16 {
		e.cabacDC(cabac.LumaDC, mb.CBPLumaDC, m.dc[:], m.dcSet)
		cat = cabac.LumaAC
	}
	if m.info.Transform8 {
		for q := range 4 {
			if m.cbp>>q&1 != 0 {
				e.c.Block8(&m.levels8[q], m.marks8[q].Set)
			}
		}
	} else if m.cbp&15 != 0 {
		left, top := m.beside()
		e.c.Luma(cat, m.cbp&15, &m.levels, &m.marks, left, top)
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
	e.c.ChromaAC(&m.levelsC, &m.marksC, left, top)
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
	e.c.Block(cat, one(coded(m.left))+2*one(coded(m.top)), levels, set)
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
	return coded&0x55<<1 | l>>1&0x55, coded<<4 | t>>4&15
}

// unavailable is which blocks of a macroblock outside of the slice count as coded: all in an intra macroblock.
func (m *macro) unavailable() int {
	if m.info.Kind.IsIntra() {
		return 0xffff
	}
	return 0
}
