package h264

import (
	"math/bits"

	"github.com/callrec/callrec/codec/h264/internal/cabac"
	"github.com/callrec/callrec/codec/h264/internal/mb"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// one is 1 for true.
func one(set bool) int {
	if set {
		return 1
	}
	return 0
}

// cabacSkip writes mb_skip_flag in P slices (clause 9.3.3.1.1.1).
func (e *Encoder) cabacSkip(skip bool) {
	m := &e.m
	e.c.Reserve(maxMacroBytes)
	if e.idr {
		return
	}
	ctx := cabac.CtxSkipP + one(m.left != nil && m.left.Kind != mb.Skip) + one(m.top != nil && m.top.Kind != mb.Skip)
	e.c.Bin(ctx, one(skip))
}

// isNxN tells whether a neighbor is there and of a kind other than I_NxN.
func notNxN(m *mb.Info) bool {
	return m != nil && m.Kind != mb.Intra4x4 && m.Kind != mb.Intra8x8
}

// cabacIntraType writes mb_type t of table 7-11 (table 9-36).
func (e *Encoder) cabacIntraType(t int) {
	e.cabacSkip(false)
	m, c := &e.m, &e.c
	ctx, wide := cabac.CtxTypePIntra, 0
	if e.idr {
		ctx, wide = cabac.CtxTypeI+2, 1
		c.Bin(cabac.CtxTypeI+one(notNxN(m.left))+one(notNxN(m.top)), one(t != 0))
	} else {
		c.Bin(cabac.CtxTypeP, 1)
		c.Bin(ctx, one(t != 0))
	}
	if t == 0 {
		return
	}
	c.Terminate(t == mbPCM)
	if t == mbPCM {
		return
	}
	t--
	c.Bin(ctx+1, one(t >= 12))
	chroma := t / 4 % 3
	c.Bin(ctx+2, one(chroma != 0))
	if chroma != 0 {
		c.Bin(ctx+2+wide, chroma-1)
	}
	c.Bin(ctx+3+wide, t>>1&1)
	c.Bin(ctx+3+2*wide, t&1)
}

// cabacInter writes an inter macroblock up to its residual.
func (e *Encoder) cabacInter() {
	e.cabacSkip(false)
	m, c := &e.m, &e.c
	c.Bin(cabac.CtxTypeP, 0)
	c.Bin(cabac.CtxTypeP+1, one(m.shape == rows || m.shape == cols))
	switch m.shape {
	case whole, quads:
		c.Bin(cabac.CtxTypeP+2, one(m.shape == quads))
	default:
		c.Bin(cabac.CtxTypeP+3, one(m.shape == rows))
	}
	if m.shape == quads {
		for range 4 {
			c.Bin(cabac.CtxSubP, 1) // 8x8
		}
	}
	parts := &shapes[m.shape]
	if e.numRefs > 1 {
		for i := range parts.n {
			e.cabacRef(&parts.at[i], int(m.part[i].ref))
		}
	}
	for i := range parts.n {
		e.cabacDiff(&parts.at[i], &m.part[i])
	}
	m.info.DiffRight = [4]mb.Diff{m.diffs[3], m.diffs[7], m.diffs[11], m.diffs[15]}
	m.info.DiffBottom = [4]mb.Diff(m.diffs[12:16])
	e.cabacCBP()
	if m.cbp&15 != 0 && e.tools.transform8 {
		e.cabacTransform8()
	}
}

// cabacRef writes ref_idx of a partition (clause 9.3.3.1.1.6).
func (e *Encoder) cabacRef(p *rect, ref int) {
	m := &e.m
	ctx := one(m.blockAt(p.x-1, p.y).Ref > 0) + 2*one(m.blockAt(p.x, p.y-1).Ref > 0)
	for ; ref > 0; ref-- {
		e.c.Bin(cabac.CtxRef+ctx, 1)
		ctx = ctx>>2 + 4
	}
	e.c.Bin(cabac.CtxRef+ctx, 0)
}

// cabacDiff writes mvd of a partition (clause 9.3.3.1.1.7) and notes its magnitude.
func (e *Encoder) cabacDiff(p *rect, part *part) {
	m := &e.m
	var left, top mb.Diff
	switch {
	case p.x > 0:
		left = m.diffs[4*p.y+p.x-1]
	case m.left != nil:
		left = m.left.DiffRight[p.y]
	}
	switch {
	case p.y > 0:
		top = m.diffs[4*p.y+p.x-4]
	case m.top != nil:
		top = m.top.DiffBottom[p.x]
	}
	dx, dy := int(part.mv.X)-int(part.pred.X), int(part.mv.Y)-int(part.pred.Y)
	e.cabacComponent(cabac.CtxMVD, int(left[0])+int(top[0]), dx)
	e.cabacComponent(cabac.CtxMVD+7, int(left[1])+int(top[1]), dy)
	d := mb.DiffOf(dx, dy)
	for y := p.y; y < p.y+p.h; y++ {
		for x := p.x; x < p.x+p.w; x++ {
			m.diffs[4*y+x] = d
		}
	}
}

// cabacComponent writes one component of mvd (prefix up to 9, suffix of order 3).
func (e *Encoder) cabacComponent(ctx, sum, v int) {
	c := &e.c
	inc := one(sum > 2) + one(sum > 32)
	if v == 0 {
		c.Bin(ctx+inc, 0)
		return
	}
	c.Bin(ctx+inc, 1)
	n := max(v, -v)
	inc = 3
	for i := 1; i < min(n, 9); i++ {
		c.Bin(ctx+inc, 1)
		inc = min(inc+1, 6)
	}
	if n < 9 {
		c.Bin(ctx+inc, 0)
	} else {
		e.cabacGolomb(n-9, 3)
	}
	c.Bypass(one(v < 0))
}

// cabacGolomb writes the bypass bins of an Exp-Golomb suffix of order k (clause 9.3.2.3).
func (e *Encoder) cabacGolomb(v, k int) {
	c := &e.c
	for v >= 1<<k {
		c.Bypass(1)
		v -= 1 << k
		k++
	}
	c.Bypass(0)
	for k--; k >= 0; k-- {
		c.Bypass(v >> k & 1)
	}
}

// cabacModes writes transform_size_8x8_flag and the prediction modes of an I_NxN macroblock.
func (e *Encoder) cabacModes() {
	m, c := &e.m, &e.c
	step := 1
	if e.tools.transform8 {
		e.cabacTransform8()
	}
	if m.info.Transform8 {
		step = 4
	}
	for blk := 0; blk < 16; blk += step {
		b := int(transform.BlockY[blk])*4 + int(transform.BlockX[blk])
		mode, guess := int(m.info.Modes[b]), m.guessMode(b)
		c.Bin(cabac.CtxPrevMode, one(mode == guess))
		if mode == guess {
			continue
		}
		mode -= one(mode > guess)
		c.Bin(cabac.CtxRemMode, mode&1)
		c.Bin(cabac.CtxRemMode, mode>>1&1)
		c.Bin(cabac.CtxRemMode, mode>>2)
	}
}

// cabacChromaMode writes intra_chroma_pred_mode (clause 9.3.3.1.1.8).
func (e *Encoder) cabacChromaMode() {
	m := &e.m
	m.info.ChromaMode = uint8(m.modeChroma)
	ctx := cabac.CtxChromaMode + one(m.left != nil && m.left.ChromaMode != 0) + one(m.top != nil && m.top.ChromaMode != 0)
	for i := range 3 {
		e.c.Bin(ctx, one(m.modeChroma > i))
		if m.modeChroma == i {
			return
		}
		ctx = cabac.CtxChromaMode + 3
	}
}

// cabacCBP writes coded_block_pattern (clause 9.3.3.1.1.4).
func (e *Encoder) cabacCBP() {
	m, c := &e.m, &e.c
	left, top := 15, 15 // what is not available counts as coded in luma
	leftChroma, topChroma := 0, 0
	if m.left != nil {
		left, leftChroma = int(m.left.CBP), int(m.left.CBP)>>4&3
	}
	if m.top != nil {
		top, topChroma = int(m.top.CBP), int(m.top.CBP)>>4&3
	}
	cbp := m.cbp
	c.Bin(cabac.CtxCBPLuma+^left>>1&1+2*(^top>>2&1), cbp&1)
	c.Bin(cabac.CtxCBPLuma+^cbp&1+2*(^top>>3&1), cbp>>1&1)
	c.Bin(cabac.CtxCBPLuma+^left>>3&1+2*(^cbp&1), cbp>>2&1)
	c.Bin(cabac.CtxCBPLuma+^cbp>>2&1+2*(^cbp>>1&1), cbp>>3&1)
	chroma := cbp >> 4
	c.Bin(cabac.CtxCBPChroma+one(leftChroma != 0)+2*one(topChroma != 0), one(chroma != 0))
	if chroma != 0 {
		c.Bin(cabac.CtxCBPChroma+4+one(leftChroma == 2)+2*one(topChroma == 2), chroma-1)
	}
}

// cabacTransform8 writes transform_size_8x8_flag (clause 9.3.3.1.1.10).
func (e *Encoder) cabacTransform8() {
	m := &e.m
	ctx := cabac.CtxTransform8 + one(m.left != nil && m.left.Transform8) + one(m.top != nil && m.top.Transform8)
	e.c.Bin(ctx, one(m.info.Transform8))
}

// cabacQPDelta writes mb_qp_delta (clause 9.3.3.1.1.5).
func (e *Encoder) cabacQPDelta(delta int) {
	ctx := one(e.lastDelta)
	n := -2 * delta
	if delta > 0 {
		n = 2*delta - 1
	}
	for range n {
		e.c.Bin(cabac.CtxDelta+ctx, 1)
		ctx = 2 + ctx>>1
	}
	e.c.Bin(cabac.CtxDelta+ctx, 0)
}

// cabacResidual writes the residual of luma and chroma (clause 7.3.5.3).
func (e *Encoder) cabacResidual(intra16 bool) {
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
func (e *Encoder) cabacDC(cat int, bit uint16, levels []int16, total int) {
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
func (e *Encoder) cabacBlock(cat int, levels []int16, total, inc int) {
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
func (e *Encoder) cabacLevels8(levels *[64]int16) {
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
func (e *Encoder) cabacMagnitudes(cat int, list []int16) {
	c := &e.c
	base := cabac.LevelTable[cat]
	most := 4 // largest context increment above 5
	if cat == cabac.ChromaDC {
		most = 3
	}
	equal, greater := 0, 0 // levels of magnitude one and above so far
	for i := len(list) - 1; i >= 0; i-- {
		l := int(list[i])
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
