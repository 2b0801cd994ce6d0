package decode

import (
	"github.com/callrec/callrec/codec/h264/internal/deblock"
	"github.com/callrec/callrec/codec/h264/internal/dpb"
)

// deblock is the deblocking filter for a whole picture (clause 8.7), macroblock by macroblock in order of address.
func (d *Decoder) deblock(pic *dpb.Picture) {
	all := true
	for i := range d.deblocks {
		all = all && d.deblocks[i].idc == 1
	}
	if all {
		return
	}
	f := filter{pic: pic, mono: d.first.SPS.Monochrome}
	addr := 0
	for y := range d.mbh {
		for x := range d.mbw {
			m := &d.infos[addr]
			f.par = &d.deblocks[m.slice-1]
			if f.par.idc != 1 {
				f.x, f.y, f.addr, f.cur = x, y, addr, m
				f.start()
				if x > 0 {
					f.outer(d, addr-1, true)
				}
				f.inner(true)
				if y > 0 {
					f.outer(d, addr-d.mbw, false)
				}
				f.inner(false)
			}
			addr++
		}
	}
}

// filter filters one macroblock.
type filter struct {
	pic        *dpb.Picture
	mono       bool
	par        *deblockParams
	cur        *mbInfo
	x, y, addr int

	own    thresholds // of edges between macroblocks of ownQP, by ownPar
	ownQP  uint8
	ownPar *deblockParams
	outerT thresholds // of an edge between macroblocks of different quantizers
}

// thresholds are those of the three planes.
type thresholds struct {
	luma   deblock.Thresholds
	chroma [2]deblock.Thresholds
}

func (t *thresholds) set(p, q uint8, par *deblockParams) {
	t.luma = deblock.NewThresholds(int(p), int(q), par.offsets)
	for c, offset := range par.chroma {
		t.chroma[c] = deblock.NewThresholds(chromaQP(int(p), offset), chromaQP(int(q), offset), par.offsets)
	}
}

// start takes the current macroblock.
func (f *filter) start() {
	if f.ownQP != f.cur.qp || f.ownPar != f.par {
		f.ownQP, f.ownPar = f.cur.qp, f.par
		f.own.set(f.ownQP, f.ownQP, f.par)
	}
}

// outer filters the edge shared with the macroblock at address nb: the left one if vertical, else the upper one.
func (f *filter) outer(d *Decoder, nb int, vertical bool) {
	p := &d.infos[nb]
	if f.par.idc == 2 && p.slice != f.cur.slice {
		return
	}
	var s deblock.Strengths
	if (p.kind|f.cur.kind)&kindIntra != 0 {
		s = strength4
	} else {
		s = f.outerStrength(p, nb, vertical, f.par.isB || d.deblocks[p.slice-1].isB)
		if s == (deblock.Strengths{}) {
			return
		}
	}
	t := &f.own
	if p.qp != f.ownQP {
		t = &f.outerT
		t.set(p.qp, f.ownQP, f.par)
	}
	f.edge(0, vertical, &s, t)
}

// outerStrength derives bS (clause 8.7.2.1) of the edge between inter macroblocks.
func (f *filter) outerStrength(p *mbInfo, nb int, vertical, bi bool) deblock.Strengths {
	step, across, coded := 1, 12, f.cur.coded|p.coded>>12
	if vertical {
		step, across, coded = 4, 3, alongColumn(f.cur.coded|p.coded>>3)
	}
	s := deblock.CodedStrengths[coded&15]
	if p.whole && f.cur.whole {
		if coded&15 != 15 && f.moved(16*f.addr, 16*nb, bi) {
			for i := range s {
				s[i] = max(s[i], 1)
			}
		}
		return s
	}
	for i, b := 0, 0; i < 4; i, b = i+1, b+step {
		if s[i] == 0 && f.moved(16*f.addr+b, 16*nb+b+across, bi) {
			s[i] = 1
		}
	}
	return s
}

// alongColumn gathers the bits of the first column of blocks.
func alongColumn(bits uint16) uint16 {
	return bits&1 | bits>>3&2 | bits>>6&4 | bits>>9&8
}

// inner filters the edges inside of the macroblock in one direction.
func (f *filter) inner(vertical bool) {
	m := f.cur
	step := 1
	if m.transform8 {
		step = 2
	}
	if m.kind&kindIntra != 0 {
		for e := step; e < 4; e += step {
			f.edge(e, vertical, &strength3, &f.own)
		}
		return
	}
	if m.coded == 0 && m.whole {
		return
	}
	along, across := 1, 4
	if vertical {
		along, across = 4, 1
	}
	// Bit i: block i, or the one before it, has coefficients.
	touched := m.coded | m.coded<<across
	for e := step; e < 4; e += step {
		bits := touched >> (e * across)
		if vertical {
			bits = alongColumn(bits)
		}
		s := deblock.CodedStrengths[bits&15]
		if !m.whole {
			for i, b := 0, 16*f.addr+e*across; i < 4; i, b = i+1, b+along {
				if s[i] == 0 && f.moved(b, b-across, f.par.isB) {
					s[i] = 1
				}
			}
		}
		if s != (deblock.Strengths{}) {
			f.edge(e, vertical, &s, &f.own)
		}
	}
}

// moved tells whether the blocks a and b, counted through the picture, are predicted from different pictures or with
// vectors that differ by a whole sample or more (clause 8.7.2.1). bi says that list 1 may be in use.
func (f *filter) moved(a, b int, bi bool) bool {
	m := &f.pic.Motion
	qa, qb := a>>4<<2|a>>3&1<<1|a>>1&1, b>>4<<2|b>>3&1<<1|b>>1&1
	a0, b0 := m.RefID[0][qa], m.RefID[0][qb]
	va, vb := m.MV[0][a], m.MV[0][b]
	if !bi {
		return a0 != b0 || differ(va, vb)
	}
	a1, b1 := m.RefID[1][qa], m.RefID[1][qb]
	wa, wb := m.MV[1][a], m.MV[1][b]
	// A list that is not used counts as a vector of zero; in P slices that of list 1 is not stored.
	if a1 < 0 {
		wa = dpb.MV{}
	}
	if b1 < 0 {
		wb = dpb.MV{}
	}
	straight := a0 == b0 && a1 == b1
	crossed := a0 == b1 && a1 == b0
	if straight && !differ(va, vb) && !differ(wa, wb) {
		return false
	}
	return !crossed || differ(va, wb) || differ(wa, vb)
}

// differ tells whether two vectors differ by a whole sample or more.
func differ(a, b dpb.MV) bool {
	return uint(int(a.X)-int(b.X)+3) > 6 || uint(int(a.Y)-int(b.Y)+3) > 6
}

// edge filters edge e (0 to 3) of all planes.
func (f *filter) edge(e int, vertical bool, s *deblock.Strengths, t *thresholds) {
	y := &f.pic.Y
	if vertical {
		deblock.LumaEdge(y.Pix, y.At(16*f.x+4*e, 16*f.y), 1, y.Stride, s, &t.luma)
	} else {
		deblock.LumaEdge(y.Pix, y.At(16*f.x, 16*f.y+4*e), y.Stride, 1, s, &t.luma)
	}
	if e&1 != 0 || f.mono {
		return
	}
	cb, cr := &f.pic.C[0], &f.pic.C[1]
	if vertical {
		deblock.ChromaEdges(cb.Pix, cr.Pix, cb.At(8*f.x+2*e, 8*f.y), 1, cb.Stride, s, &t.chroma)
	} else {
		deblock.ChromaEdges(cb.Pix, cr.Pix, cb.At(8*f.x, 8*f.y+2*e), cb.Stride, 1, s, &t.chroma)
	}
}
