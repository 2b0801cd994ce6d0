package decode

// The values of ctxBlockCat (table 9-42).
const (
	catLumaDC = iota
	catLumaAC
	catLuma4
	catChromaDC
	catChromaAC
	catLuma8
)

// The shift behind the factors of package scales.
const (
	shiftNone = 0
	shift4    = 4
	shift8    = 6
)

// residual reads mb_qp_delta and the residual of the current macroblock (clause 7.3.5.3), scales the coefficients, and
// notes what neighbors and the deblocking filter need.
func (d *Decoder) residual(intra16 bool) {
	m := d.info
	m.cbp = uint16(d.cbp)
	m.coded = 0
	if d.cbp == 0 && !intra16 {
		d.lastDelta = false
		m.qp = uint8(d.qp)
		m.nnz = [3][16]uint8{}
		return
	}
	d.qpDelta()
	m.qp = uint8(d.qp)
	if d.bad != nil {
		return
	}
	d.fillCounts()
	intra := m.kind&kindIntra != 0
	list := 3
	if intra {
		list = 0
	}
	if intra16 {
		d.intra16Residual()
	} else {
		d.lumaResidual(list)
	}
	for y := range 4 {
		*(*[4]uint8)(m.nnz[0][4*y:]) = *(*[4]uint8)(d.nnz[0][origin+8*y:])
	}
	m.coded = codedBlocks(&m.nnz[0], m.transform8)
	if d.cbp>>4 != 0 {
		d.chromaResidual(list)
	} else {
		m.nnz[1], m.nnz[2] = [16]uint8{}, [16]uint8{}
	}
}

// codedBlocks gives the blocks with coefficients as bits; with the 8x8 transform those of an 8x8 block stand together.
func codedBlocks(nnz *[16]uint8, transform8 bool) (bits uint16) {
	for i, n := range nnz {
		if n != 0 {
			bits |= 1 << i
		}
	}
	if transform8 {
		bits |= bits>>1&0x5555 | bits&0x5555<<1
		bits |= bits>>4&0x0f0f | bits&0x0f0f<<4
	}
	return bits
}

// countUnavailable in the cache of counts marks blocks that are not available; only CAVLC needs to know.
const countUnavailable = 64

// fillCounts puts the numbers of coefficients of the neighboring blocks into the cache and clears those of the
// macroblock itself.
func (d *Decoder) fillCounts() {
	missing := uint8(countUnavailable)
	if d.hdr.PPS.CABAC {
		// coded_block_flag counts as set beside an intra macroblock (clause 9.3.3.1.1.9).
		missing = 0
		if d.info.kind&kindIntra != 0 {
			missing = 1
		}
	}
	for c := range d.nnz {
		n := &d.nnz[c]
		if c == 0 {
			d.fillLumaCounts(n, missing)
			continue
		}
		above, left := [2]uint8{missing, missing}, [2]uint8{missing, missing}
		if d.top != nil {
			above = [2]uint8(d.top.nnz[c][2:])
		}
		if d.left != nil {
			left = [2]uint8{d.left.nnz[c][1], d.left.nnz[c][3]}
		}
		*(*[2]uint8)(n[origin-8:]) = above
		n[origin-1], n[origin+7] = left[0], left[1]
		*(*[2]uint8)(n[origin:]), *(*[2]uint8)(n[origin+8:]) = [2]uint8{}, [2]uint8{}
	}
}

func (d *Decoder) fillLumaCounts(n *[cacheSize]uint8, missing uint8) {
	above := [4]uint8{missing, missing, missing, missing}
	left := above
	if d.top != nil {
		above = [4]uint8(d.top.nnz[0][12:])
	}
	if d.left != nil {
		v := &d.left.nnz[0]
		left = [4]uint8{v[3], v[7], v[11], v[15]}
	}
	*(*[4]uint8)(n[origin-8:]) = above
	for y, v := range left {
		n[origin-1+8*y] = v
		*(*[4]uint8)(n[origin+8*y:]) = [4]uint8{}
	}
}

// intra16Residual reads the luma of an Intra_16x16 macroblock.
func (d *Decoder) intra16Residual() {
	if d.block(d.lumaDC[:], scan4Table[:], onesTable[:], shiftNone, catLumaDC, 0, origin) > 0 {
		d.info.cbp |= cbpLumaDC
	}
	if d.cbp&15 == 0 {
		return
	}
	scale := d.scales.s4[0][d.qp][:]
	for i := range 16 {
		at := int(insideTable[blockTable[i]])
		d.nnz[0][at] = uint8(d.block(d.luma[16*i:16*i+16], scan4Table[1:], scale, shift4, catLumaAC, 0, at))
	}
}

// lumaResidual reads the luma of other macroblocks.
func (d *Decoder) lumaResidual(list int) {
	scale4 := d.scales.s4[list][d.qp][:]
	scale8 := d.scales.s8[list/3][d.qp][:]
	n := &d.nnz[0]
	for q := range 4 {
		if d.cbp>>q&1 == 0 {
			continue
		}
		at := origin + 2*(q&1) + 16*(q>>1)
		switch {
		case !d.info.transform8:
			for i := range 4 {
				b := at + i&1 + i>>1*8
				n[b] = uint8(d.block(d.luma[64*q+16*i:64*q+16*i+16], scan4Table[:], scale4, shift4, catLuma4, 0, b))
			}
		case d.hdr.PPS.CABAC:
			total := uint8(d.cabacBlock(d.luma[64*q:64*q+64], scan8Table[:], scale8, shift8, catLuma8))
			n[at], n[at+1], n[at+8], n[at+9] = total, total, total, total
		default:
			// Four interleaved blocks (clause 7.3.5.3.2).
			for i := range 4 {
				b := at + i&1 + i>>1*8
				n[b] = uint8(d.block(d.luma[64*q:64*q+64], interleavedTable[i][:], scale8, shift8, catLuma4, 0, b))
			}
		}
	}
}

// chromaResidual reads both chroma planes.
func (d *Decoder) chromaResidual(list int) {
	m := d.info
	for c := range 2 {
		if d.block(d.chromaDC[c][:], chromaDCTable[:], onesTable[:], shiftNone, catChromaDC, c+1, origin) > 0 {
			m.cbp |= cbpChromaDC << c
		}
	}
	if d.cbp>>4 == 1 {
		m.nnz[1], m.nnz[2] = [16]uint8{}, [16]uint8{}
		return
	}
	for c := range 2 {
		scale := d.scales.s4[list+1+c][d.chromaQP[c]][:]
		for i := range 4 {
			at := origin + i&1 + i>>1*8
			total := uint8(d.block(d.chroma[c][16*i:16*i+16], scan4Table[1:], scale, shift4, catChromaAC, c+1, at))
			d.nnz[c+1][at], m.nnz[c+1][i] = total, total
		}
	}
}

// block reads one block of plane, whose place in the cache of counts is at, and gives the number of its coefficients.
func (d *Decoder) block(coef []int32, scan []uint8, scale []int32, shift uint, cat, plane, at int) int {
	if !d.hdr.PPS.CABAC {
		return d.cavlcBlock(coef, scan, scale, shift, d.countContext(cat, plane, at))
	}
	if d.codedBlockFlag(cat, plane, at) == 0 {
		return 0
	}
	return d.cabacBlock(coef, scan, scale, shift, cat)
}

// countContext is nC (clause 9.2.1).
func (d *Decoder) countContext(cat, plane, at int) int {
	if cat == catChromaDC {
		return -1
	}
	n := int(d.nnz[plane][at-1]) + int(d.nnz[plane][at-8])
	if n < countUnavailable {
		return (n + 1) >> 1
	}
	return n & 31
}
