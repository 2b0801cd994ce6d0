package vp8

import "encoding/binary"

// decodeRows decodes the macroblocks of the frame into refs[refIntra], and filters each row as soon as it is complete.
// What intra prediction needs from above is kept from before the filter, in lines.
func (d *Decoder) decodeRows() {
	clear(d.aboveRow)
	clear(d.aboveTokens)
	clear(d.aboveSubmodes)
	for _, line := range d.lines {
		fillBytes(line, outsideAbove)
	}
	for mby := range d.mbh {
		r := &d.tokens[mby&(d.hdr.partitions-1)]
		d.leftTokens = tokenContext{}
		d.leftSubmodes = [4]uint8{}
		for mbx := range d.mbw {
			d.decodeMacroblock(r, mbx, mby)
		}
		d.saveLines(mby)
		if d.hdr.filter.level != 0 {
			d.filterMacroblockRow(mby)
		}
		d.aboveRow, d.row = d.row, d.aboveRow
	}
}

// saveLines keeps the last row of samples of a row of macroblocks for intra prediction in the next.
func (d *Decoder) saveLines(mby int) {
	for i, line := range d.lines {
		p := &d.refs[refIntra].planes[i]
		size := 8
		if i == 0 {
			size = 16
		}
		y := mby*size + size - 1
		copy(line[linePad:linePad+p.w], p.pix[p.origin+y*p.stride:])
		line[linePad-1] = outsideLeft
		fillBytes(line[linePad+p.w:], line[linePad+p.w-1])
	}
}

// decodeMacroblock decodes and reconstructs the macroblock at (mbx, mby), whose tokens r holds.
func (d *Decoder) decodeMacroblock(r *boolReader, mbx, mby int) {
	segment, skip := d.readModes(mbx, mby)
	mb := &d.row[mbx+1]
	hasY2 := mb.mode != modeSubblocks && mb.mode != modeSplit
	coded := false
	if skip {
		d.aboveTokens[mbx].clearBlocks(hasY2)
		d.leftTokens.clearBlocks(hasY2)
	} else {
		coded = d.readResidual(r, &d.aboveTokens[mbx], &d.leftTokens, hasY2, &d.runs[segment&3])
	}
	if mb.ref != refIntra {
		d.predictMotion(mb, mbx, mby)
	} else {
		d.predictIntra(mb, mbx, mby, coded)
	}
	if coded {
		if hasY2 && d.ends[y2Block] != 0 {
			spreadY2(&d.coeffs[y2Block], (*[16][16]int16)(d.coeffs[:]), (*[16]uint8)(d.ends[:]))
		}
		if mb.mode != modeSubblocks {
			d.addLuma(mbx, mby)
		}
		d.addChroma(mbx, mby)
	}
	d.filterRow[mbx] = mbFilter{
		level: d.levels[segment&3][mb.ref&3][filterMode(mb.mode)&3],
		inner: coded || !hasY2,
	}
}

// predictIntra predicts the macroblock from its surroundings. With sub-block modes it adds the luma residual as well,
// because each sub-block is predicted from the finished ones before it.
func (d *Decoder) predictIntra(mb *macroblock, mbx, mby int, coded bool) {
	var b intraBorder
	f := d.refs[refIntra]
	for i := 1; i < 3; i++ {
		p := &f.planes[i]
		b.gather(p, d.lines[i], mbx*8, mby*8, 8)
		b.predict(p.pix[p.origin+mby*8*p.stride+mbx*8:], p.stride, 8, d.chromaMode)
	}
	p := &f.planes[0]
	b.gather(p, d.lines[0], mbx*16, mby*16, 16)
	pix := p.pix[p.origin+mby*16*p.stride+mbx*16:]
	if mb.mode != modeSubblocks {
		b.predict(pix, p.stride, 16, mb.mode)
		return
	}
	d.predictSubblocks(pix, p.stride, d.lines[0][linePad+mbx*16-1:], &b.left, coded)
}

// predictSubblocks predicts luma block by block. line is the row above the macroblock from the corner on; it also gives
// what is above and to the right of all four blocks on the right.
func (d *Decoder) predictSubblocks(pix []byte, stride int, line []byte, left *[16]byte, coded bool) {
	for i := range 16 {
		x, y := i&3*4, i>>2*4
		var e subEdge
		switch {
		case y == 0:
			copy(e[edgeCorner:], line[x:x+9])
		case x == 0:
			e[edgeCorner] = left[y-1]
			copy(e[edgeAbove:], pix[(y-1)*stride:][:8])
		default:
			copy(e[edgeCorner:], pix[(y-1)*stride+x-1:][:9])
		}
		if x == 12 {
			copy(e[edgeAbove+4:], line[17:21])
		}
		for j := range 4 {
			if x == 0 {
				e[3-j] = left[y+j]
			} else {
				e[3-j] = pix[(y+j)*stride+x-1]
			}
		}
		block := pix[y*stride+x:]
		predictSub(block, stride, d.submodes[i], &e)
		if coded {
			addBlock(&d.coeffs[i], d.ends[i], block, stride)
		}
	}
}

// moreThanDC is the part of four of mbState.ends that is zero if none of the blocks has more than its DC coefficient.
const moreThanDC = 0xfefefefe

// addLuma adds the residual of luma to its prediction, a row of blocks at a time, and zeroes its coefficients.
func (d *Decoder) addLuma(mbx, mby int) {
	p := &d.refs[refIntra].planes[0]
	pix := p.pix[p.origin+mby*16*p.stride+mbx*16:]
	for i := 0; i < 16; i += 4 {
		row, blocks, ends := pix[i*p.stride:], (*[4][16]int16)(d.coeffs[i:]), (*[4]uint8)(d.ends[i:])
		switch all := binary.LittleEndian.Uint32(ends[:]); {
		case all == 0:
		case all&moreThanDC == 0:
			addDCRow(blocks, row, p.stride)
		default:
			addFour(blocks, ends, row, p.stride, 8)
		}
	}
}

// addChroma does the same for chroma, a plane at a time.
func (d *Decoder) addChroma(mbx, mby int) {
	for plane := range 2 {
		p := &d.refs[refIntra].planes[1+plane]
		pix := p.pix[p.origin+mby*8*p.stride+mbx*8:]
		first := firstU + 4*plane
		blocks, ends := (*[4][16]int16)(d.coeffs[first:]), (*[4]uint8)(d.ends[first:])
		switch all := binary.LittleEndian.Uint32(ends[:]); {
		case all == 0:
		case all&moreThanDC == 0:
			addDCSquare(blocks, pix, p.stride)
		default:
			addFour(blocks, ends, pix, p.stride, 4*p.stride)
		}
	}
}
