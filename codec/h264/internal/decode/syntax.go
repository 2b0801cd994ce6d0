package decode

import (
	"github.com/callrec/callrec/codec/h264/internal/cabac"
	"github.com/callrec/callrec/codec/h264/internal/params"
)

// skipFlag reads mb_skip_flag (clause 9.3.3.1.1.1).
func (d *Decoder) skipFlag() bool {
	ctx := cabac.CtxSkipP
	if d.hdr.Type == params.SliceB {
		ctx = cabac.CtxSkipB
	}
	if d.left != nil && d.left.kind&kindSkip == 0 {
		ctx++
	}
	if d.top != nil && d.top.kind&kindSkip == 0 {
		ctx++
	}
	return d.bins.Bin(ctx) != 0
}

// The mb_type of I slices; in others the intra ones follow those of inter prediction.
const (
	typeNxN = 0
	typePCM = 25
)

// mbType reads mb_type. intra tells whether it is one of table 7-11, else of table 7-13 or 7-14.
func (d *Decoder) mbType() (t int, intra bool) {
	first := 0 // number of inter types
	switch d.hdr.Type {
	case params.SliceP:
		first = 5
	case params.SliceB:
		first = 23
	}
	if d.hdr.PPS.CABAC {
		switch d.hdr.Type {
		case params.SliceP:
			t = d.cabacTypeP()
		case params.SliceB:
			t = d.cabacTypeB()
		default:
			t = d.cabacTypeI()
		}
	} else {
		t = int(min(d.r.UE(), 1000))
	}
	if t > first+typePCM {
		d.failf("mb_type %d", t)
		return typeNxN, true
	}
	if t >= first {
		return t - first, true
	}
	return t, false
}

func (d *Decoder) cabacTypeI() int {
	ctx := cabac.CtxTypeI
	if d.left != nil && d.left.kind&(kindI4|kindI8) == 0 {
		ctx++
	}
	if d.top != nil && d.top.kind&(kindI4|kindI8) == 0 {
		ctx++
	}
	if d.bins.Bin(ctx) == 0 {
		return typeNxN
	}
	return d.cabacIntra16(cabac.CtxTypeI+2, 1)
}

// cabacIntra reads an intra mb_type behind the prefix of P and B slices.
func (d *Decoder) cabacIntra(ctx int) int {
	if d.bins.Bin(ctx) == 0 {
		return typeNxN
	}
	return d.cabacIntra16(ctx, 0)
}

// cabacIntra16 reads the bins after the first one of an intra mb_type (table 9-36); wide is 1 in I slices, where the bins
// have more contexts.
func (d *Decoder) cabacIntra16(ctx, wide int) int {
	b := &d.bins
	if b.Terminate() {
		return typePCM
	}
	t := 1 + 12*b.Bin(ctx+1)
	if b.Bin(ctx+2) != 0 {
		t += 4 + 4*b.Bin(ctx+2+wide)
	}
	t += 2 * b.Bin(ctx+3+wide)
	return t + b.Bin(ctx+3+2*wide)
}

func (d *Decoder) cabacTypeP() int {
	b := &d.bins
	if b.Bin(cabac.CtxTypeP) != 0 {
		return 5 + d.cabacIntra(cabac.CtxTypePIntra)
	}
	if b.Bin(cabac.CtxTypeP+1) == 0 {
		return 3 * b.Bin(cabac.CtxTypeP+2)
	}
	return 2 - b.Bin(cabac.CtxTypeP+3)
}

func (d *Decoder) cabacTypeB() int {
	b := &d.bins
	ctx := cabac.CtxTypeB
	if d.left != nil && d.left.kind&kindDirect == 0 {
		ctx++
	}
	if d.top != nil && d.top.kind&kindDirect == 0 {
		ctx++
	}
	if b.Bin(ctx) == 0 {
		return 0
	}
	if b.Bin(cabac.CtxTypeB+3) == 0 {
		return 1 + b.Bin(cabac.CtxTypeB+5)
	}
	t := b.Bin(cabac.CtxTypeB+4) << 3
	t |= b.Bin(cabac.CtxTypeB+5) << 2
	t |= b.Bin(cabac.CtxTypeB+5) << 1
	t |= b.Bin(cabac.CtxTypeB + 5)
	switch {
	case t < 8:
		return t + 3
	case t == 13:
		return 23 + d.cabacIntra(cabac.CtxTypeBIntra)
	case t == 14:
		return 11
	case t == 15:
		return 22
	}
	return t<<1 | b.Bin(cabac.CtxTypeB+5) - 4
}

// subMBType reads sub_mb_type of a P or B macroblock.
func (d *Decoder) subMBType() subType {
	isB := d.hdr.Type == params.SliceB
	if !d.hdr.PPS.CABAC {
		t := d.r.UE()
		switch {
		case isB && t < uint32(len(subBTable)):
			return subBTable[t]
		case !isB && t < uint32(len(subPTable)):
			return subPTable[t]
		}
		d.failf("sub_mb_type %d", t)
		return subPTable[0]
	}
	b := &d.bins
	if !isB {
		switch {
		case b.Bin(cabac.CtxSubP) != 0:
			return subPTable[0]
		case b.Bin(cabac.CtxSubP+1) == 0:
			return subPTable[1]
		case b.Bin(cabac.CtxSubP+2) != 0:
			return subPTable[2]
		}
		return subPTable[3]
	}
	if b.Bin(cabac.CtxSubB) == 0 {
		return subBTable[0]
	}
	if b.Bin(cabac.CtxSubB+1) == 0 {
		return subBTable[1+b.Bin(cabac.CtxSubB+3)]
	}
	t := 3
	if b.Bin(cabac.CtxSubB+2) != 0 {
		if b.Bin(cabac.CtxSubB+3) != 0 {
			return subBTable[11+b.Bin(cabac.CtxSubB+3)]
		}
		t += 4
	}
	t += 2 * b.Bin(cabac.CtxSubB+3)
	return subBTable[t+b.Bin(cabac.CtxSubB+3)]
}

// refIndex reads ref_idx of the 8x8 block with raster index i in its macroblock (clause 9.3.3.1.1.6).
func (d *Decoder) refIndex(list, i int) int8 {
	n := d.hdr.NumRef[list]
	if n == 1 {
		return 0
	}
	var ref int
	switch {
	case d.hdr.PPS.CABAC:
		at := 4 + i&1 + i>>1*3
		c := &d.refPos[list]
		ctx := int(c[at-1] + 2*c[at-3])
		for ref < 32 && d.bins.Bin(cabac.CtxRef+ctx) != 0 {
			ref++
			ctx = ctx>>2 + 4
		}
	case n == 2:
		ref = int(1 - d.r.Bits(1))
	default:
		ref = int(min(d.r.UE(), 32))
	}
	if ref >= n {
		d.failf("ref_idx_l%d %d of %d", list, ref, n)
		return 0
	}
	return int8(ref)
}

// vectorDiff reads mvd_lX of the partition whose first block is at index at of the caches, and remembers its magnitude
// there.
func (d *Decoder) vectorDiff(c *motionCache, at int) (x, y int16, m mvd) {
	if !d.hdr.PPS.CABAC {
		return int16(d.r.SE()), int16(d.r.SE()), m
	}
	a, b := &c.mvd[at-1], &c.mvd[at-8]
	dx := d.cabacMVD(cabac.CtxMVD, int(a[0])+int(b[0]))
	dy := d.cabacMVD(cabac.CtxMVD+7, int(a[1])+int(b[1]))
	m = mvd{uint8(min(max(dx, -dx), maxMVD)), uint8(min(max(dy, -dy), maxMVD))}
	return int16(dx), int16(dy), m
}

// cabacMVD reads one component (clause 9.3.2.3: prefix up to 9, suffix of order 3); sum is that of the neighbors'
// magnitudes.
func (d *Decoder) cabacMVD(ctx, sum int) int {
	b := &d.bins
	inc := 0
	if sum > 2 {
		inc = 1
	}
	if sum > 32 {
		inc = 2
	}
	if b.Bin(ctx+inc) == 0 {
		return 0
	}
	v := 1
	for inc = 3; v < 9 && b.Bin(ctx+inc) != 0; v++ {
		inc = min(inc+1, 6)
	}
	if v == 9 {
		v += d.expGolomb(3)
	}
	if b.Bypass() != 0 {
		return -v
	}
	return v
}

// expGolomb reads the bypass bins of an Exp-Golomb suffix of order k (clause 9.3.2.3).
func (d *Decoder) expGolomb(k int) int {
	v := 0
	for d.bins.Bypass() != 0 {
		v += 1 << k
		if k++; k > 24 {
			d.failf("endless suffix")
			return 0
		}
	}
	for k--; k >= 0; k-- {
		v += d.bins.Bypass() << k
	}
	return v
}

// predMode reads prev_intra_pred_mode_flag and rem_intra_pred_mode (clause 8.3.1.1); predicted is what the neighbors
// suggest.
func (d *Decoder) predMode(predicted int8) int8 {
	var rem int8
	if d.hdr.PPS.CABAC {
		b := &d.bins
		if b.Bin(cabac.CtxPrevMode) != 0 {
			return predicted
		}
		rem = int8(b.Bin(cabac.CtxRemMode))
		rem |= int8(b.Bin(cabac.CtxRemMode) << 1)
		rem |= int8(b.Bin(cabac.CtxRemMode) << 2)
	} else {
		if d.r.Flag() {
			return predicted
		}
		rem = int8(d.r.Bits(3))
	}
	if rem >= predicted {
		rem++
	}
	return rem
}

// chromaMode reads intra_chroma_pred_mode (clause 9.3.3.1.1.8).
func (d *Decoder) chromaMode() uint8 {
	if !d.hdr.PPS.CABAC {
		m := d.r.UE()
		if m > 3 {
			d.failf("intra_chroma_pred_mode %d", m)
			return 0
		}
		return uint8(m)
	}
	ctx := cabac.CtxChromaMode
	if d.left != nil && d.left.chromaMode != 0 {
		ctx++
	}
	if d.top != nil && d.top.chromaMode != 0 {
		ctx++
	}
	b := &d.bins
	for m := range uint8(3) {
		if b.Bin(ctx) == 0 {
			return m
		}
		ctx = cabac.CtxChromaMode + 3
	}
	return 3
}

// codedBlockPattern reads coded_block_pattern.
func (d *Decoder) codedBlockPattern(intra bool) int {
	if d.hdr.PPS.CABAC {
		return d.cabacCBP()
	}
	code := d.r.UE()
	mono := d.hdr.SPS.Monochrome
	if code > 47 || mono && code > 15 {
		d.failf("coded_block_pattern %d", code)
		return 0
	}
	switch {
	case mono && intra:
		return int(cbpIntraGrayTable[code])
	case mono:
		return int(cbpInterGrayTable[code])
	case intra:
		return int(cbpIntraTable[code])
	}
	return int(cbpInterTable[code])
}

// cabacCBP is clause 9.3.3.1.1.4.
func (d *Decoder) cabacCBP() int {
	b := &d.bins
	left, top := uint16(15), uint16(15) // what is not available counts as coded in luma
	leftChroma, topChroma := uint16(0), uint16(0)
	if d.left != nil {
		left, leftChroma = d.left.cbp, d.left.cbp>>4&3
	}
	if d.top != nil {
		top, topChroma = d.top.cbp, d.top.cbp>>4&3
	}
	not := func(v uint16, bit uint) int { return int(^v >> bit & 1) }
	bit0 := b.Bin(cabac.CtxCBPLuma + not(left, 1) + 2*not(top, 2))
	bit1 := b.Bin(cabac.CtxCBPLuma + 1 - bit0 + 2*not(top, 3))
	bit2 := b.Bin(cabac.CtxCBPLuma + not(left, 3) + 2*(1-bit0))
	bit3 := b.Bin(cabac.CtxCBPLuma + 1 - bit2 + 2*(1-bit1))
	cbp := bit0 | bit1<<1 | bit2<<2 | bit3<<3
	if d.hdr.SPS.Monochrome {
		return cbp
	}
	ctx := cabac.CtxCBPChroma
	if leftChroma != 0 {
		ctx++
	}
	if topChroma != 0 {
		ctx += 2
	}
	if b.Bin(ctx) == 0 {
		return cbp
	}
	ctx = cabac.CtxCBPChroma + 4
	if leftChroma == 2 {
		ctx++
	}
	if topChroma == 2 {
		ctx += 2
	}
	return cbp | 1<<b.Bin(ctx)<<4
}

// transform8 reads transform_size_8x8_flag (clause 9.3.3.1.1.10).
func (d *Decoder) transform8() bool {
	if !d.hdr.PPS.CABAC {
		return d.r.Flag()
	}
	ctx := cabac.CtxTransform8
	if d.left != nil && d.left.transform8 {
		ctx++
	}
	if d.top != nil && d.top.transform8 {
		ctx++
	}
	return d.bins.Bin(ctx) != 0
}

// qpDelta reads mb_qp_delta and applies it (clause 7.4.5).
func (d *Decoder) qpDelta() {
	var delta int
	if d.hdr.PPS.CABAC {
		delta = d.cabacQPDelta()
	} else {
		delta = int(d.r.SE())
	}
	if delta < -26 || delta > 25 {
		d.failf("mb_qp_delta %d", delta)
		return
	}
	d.lastDelta = delta != 0
	if delta != 0 {
		d.setQP((d.qp + delta + 52) % 52)
	}
}

func (d *Decoder) cabacQPDelta() int {
	ctx := 0
	if d.lastDelta {
		ctx = 1
	}
	n := 0
	for n < 60 && d.bins.Bin(cabac.CtxDelta+ctx) != 0 {
		n++
		ctx = 2 + ctx>>1
	}
	if n&1 != 0 {
		return (n + 1) >> 1
	}
	return -(n >> 1)
}
