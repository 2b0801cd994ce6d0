package h264

import (
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
func (e *sliceEncoder) cabacSkip(skip bool) {
	m := &e.m
	e.c.Reserve(maxMacroBins)
	if e.idr {
		return
	}
	ctx := cabac.CtxSkipP + one(m.left != nil && m.left.Kind != mb.Skip) + one(m.top != nil && m.top.Kind != mb.Skip)
	e.c.Bin(ctx, one(skip))
}

// notNxN tells whether a neighbor is there and of a kind other than I_NxN.
func notNxN(m *mb.Info) bool {
	return m != nil && m.Kind != mb.Intra4x4 && m.Kind != mb.Intra8x8
}

// cabacIntraType writes mb_type t of table 7-11 (table 9-36).
func (e *sliceEncoder) cabacIntraType(t int) {
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
func (e *sliceEncoder) cabacInter() {
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
func (e *sliceEncoder) cabacRef(p *rect, ref int) {
	m := &e.m
	ctx := one(m.blockAt(p.x-1, p.y).Ref > 0) + 2*one(m.blockAt(p.x, p.y-1).Ref > 0)
	for ; ref > 0; ref-- {
		e.c.Bin(cabac.CtxRef+ctx, 1)
		ctx = ctx>>2 + 4
	}
	e.c.Bin(cabac.CtxRef+ctx, 0)
}

// cabacDiff writes mvd of a partition (clause 9.3.3.1.1.7) and notes its magnitude.
func (e *sliceEncoder) cabacDiff(p *rect, part *part) {
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
func (e *sliceEncoder) cabacComponent(ctx, sum, v int) {
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
		c.Golomb(n-9, 3)
	}
	c.Bypass(one(v < 0))
}

// cabacModes writes transform_size_8x8_flag and the prediction modes of an I_NxN macroblock.
func (e *sliceEncoder) cabacModes() {
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
func (e *sliceEncoder) cabacChromaMode() {
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
func (e *sliceEncoder) cabacCBP() {
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
func (e *sliceEncoder) cabacTransform8() {
	m := &e.m
	ctx := cabac.CtxTransform8 + one(m.left != nil && m.left.Transform8) + one(m.top != nil && m.top.Transform8)
	e.c.Bin(ctx, one(m.info.Transform8))
}

// cabacQPDelta writes mb_qp_delta (clause 9.3.3.1.1.5).
func (e *sliceEncoder) cabacQPDelta(delta int) {
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
