package decode

import "github.com/callrec/callrec/codec/h264/internal/cabac"

// codedBlockFlag reads coded_block_flag (clause 9.3.3.1.1.9).
func (d *Decoder) codedBlockFlag(cat, plane, at int) int {
	ctx := cabac.CodedTable[cat]
	var a, b bool
	switch cat {
	case catLumaDC:
		a, b = d.dcFlag(d.left, cbpLumaDC), d.dcFlag(d.top, cbpLumaDC)
	case catChromaDC:
		bit := uint16(cbpChromaDC) << (plane - 1)
		a, b = d.dcFlag(d.left, bit), d.dcFlag(d.top, bit)
	default:
		a, b = d.nnz[plane][at-1] != 0, d.nnz[plane][at-8] != 0
	}
	if a {
		ctx++
	}
	if b {
		ctx += 2
	}
	return d.bins.Bin(ctx)
}

// dcFlag is the coded_block_flag of a neighbor's DC block.
func (d *Decoder) dcFlag(m *mbInfo, bit uint16) bool {
	if m == nil {
		return d.info.kind&kindIntra != 0
	}
	return m.cbp&bit != 0
}

// cabacBlock reads residual_block_cabac after coded_block_flag (clause 7.3.5.3.3), in the manner of cavlcBlock.
func (d *Decoder) cabacBlock(coef []int32, scan []uint8, scale []int32, shift uint, cat int) int {
	var at [64]uint8
	var n int
	if cat == catLuma8 {
		n = d.significance8(&at)
	} else {
		n = d.significance(&at, len(scan), cat)
	}
	b := &d.bins
	base := cabac.LevelTable[cat]
	most := 4 // largest context increment above 5
	if cat == catChromaDC {
		most = 3
	}
	round := int32(1) << shift >> 1
	equal, greater := 0, 0 // levels of magnitude one and above so far
	for i := n - 1; i >= 0; i-- {
		ctx := base
		if greater == 0 {
			ctx += min(4, 1+equal)
		}
		level := 1
		if b.Bin(ctx) == 0 {
			equal++
		} else {
			ctx = base + 5 + min(most, greater)
			for level = 2; level < 15 && b.Bin(ctx) != 0; level++ {
			}
			if level == 15 {
				level += d.expGolomb(0)
			}
			greater++
		}
		if b.Bypass() != 0 {
			level = -level
		}
		p := scan[at[i&63]]
		coef[p] = (int32(level)*scale[p] + round) >> shift
	}
	return n
}

// significance reads the significance map of a block of up to 16 positions and lists those with coefficients.
func (d *Decoder) significance(at *[64]uint8, size, cat int) (n int) {
	b := &d.bins
	sig, last := cabac.SignificantTable[cat], cabac.LastTable[cat]
	for i := range size - 1 {
		inc := i
		if cat == catChromaDC {
			inc = min(i, 2)
		}
		if b.Bin(sig+inc) != 0 {
			at[n&63] = uint8(i)
			n++
			if b.Bin(last+inc) != 0 {
				return n
			}
		}
	}
	at[n&63] = uint8(size - 1)
	return n + 1
}

// significance8 is significance for an 8x8 block.
func (d *Decoder) significance8(at *[64]uint8) (n int) {
	b := &d.bins
	sig, last := cabac.SignificantTable[catLuma8], cabac.LastTable[catLuma8]
	for i := range 63 {
		if b.Bin(sig+int(cabac.Significant8Table[i])) != 0 {
			at[n&63] = uint8(i)
			n++
			if b.Bin(last+int(cabac.Last8Table[i])) != 0 {
				return n
			}
		}
	}
	at[n&63] = 63
	return n + 1
}
