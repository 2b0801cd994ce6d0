package decode

import (
	"github.com/callrec/callrec/codec/h264/internal/intra"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// reconstructIntra predicts and reconstructs an intra macroblock.
func (d *Decoder) reconstructIntra() {
	if d.bad != nil {
		return
	}
	hasLeft, hasTop := d.usable(d.left), d.usable(d.top)
	switch d.info.kind {
	case kindI16:
		d.intra16(hasLeft, hasTop)
	case kindI8:
		d.intra8(hasLeft, hasTop)
	default:
		d.intra4(hasLeft, hasTop)
	}
	if d.hdr.SPS.Monochrome {
		d.grayChroma(16*d.mbx, 16*d.mby, 16, 16)
		return
	}
	d.intraChroma(hasLeft, hasTop)
	if d.bad == nil {
		d.addChroma()
	}
}

// clearCoefficients empties the coefficients of a macroblock at which a slice was given up.
func (d *Decoder) clearCoefficients() {
	d.luma = [16 * 16]int32{}
	d.chroma = [2][4 * 16]int32{}
	d.lumaDC = [16]int32{}
	d.chromaDC = [2][4]int32{}
}

// usable tells whether intra prediction may use a neighbor's samples.
func (d *Decoder) usable(m *mbInfo) bool {
	return m != nil && (!d.hdr.PPS.ConstrainedIntra || m.kind&kindIntra != 0)
}

// intra4 is Intra_4x4 prediction and reconstruction, block by block (clause 8.3.1).
func (d *Decoder) intra4(hasLeft, hasTop bool) {
	p := &d.pic.Y
	var edges intra.Edges4
	var pred [16]byte
	hasTopRight := d.usable(d.topRight)
	for i := range 16 {
		b := blockTable[i]
		x, y := int(b&3), int(b>>2)
		at := p.At(16*d.mbx+4*x, 16*d.mby+4*y)
		var topRight bool
		switch {
		case y > 0:
			topRight = 0x5750>>b&1 != 0
		case x < 3:
			topRight = hasTop
		default:
			topRight = hasTopRight
		}
		edges.Load(p.Pix, at, p.Stride, hasLeft || x > 0, hasTop || y > 0, topRight)
		mode := int(d.modes[insideTable[b]])
		if !edges.Allowed(mode) {
			d.failf("Intra4x4PredMode %d without neighbors", mode)
			return
		}
		edges.Predict(&pred, mode)
		dst := p.Pix[at:]
		for r := range 4 {
			copy(dst[r*p.Stride:][:4], pred[4*r:4*r+4])
		}
		d.addLuma4(dst, p.Stride, i, int(b))
	}
}

// addLuma4 adds the residual of luma block i, b in raster order, to dst.
func (d *Decoder) addLuma4(dst []byte, stride, i, b int) {
	if d.info.nnz[0][b] == 0 {
		return
	}
	c := (*[16]int32)(d.luma[16*i:])
	transform.Inverse(dst, stride, c)
}

// intra8 is Intra_8x8 prediction and reconstruction, block by block (clause 8.3.2).
func (d *Decoder) intra8(hasLeft, hasTop bool) {
	p := &d.pic.Y
	var edges intra.Edges8
	for q := range 4 {
		x, y := q&1, q>>1
		at := p.At(16*d.mbx+8*x, 16*d.mby+8*y)
		var corner, topRight bool
		switch q {
		case 0:
			corner, topRight = d.usable(d.topLeft), hasTop
		case 1:
			corner, topRight = hasTop, d.usable(d.topRight)
		case 2:
			corner, topRight = hasLeft, true
		default:
			corner = true
		}
		edges.Load(p.Pix, at, p.Stride, hasLeft || x > 0, hasTop || y > 0, corner, topRight)
		mode := int(d.modes[origin+2*x+16*y])
		if !edges.Allowed(mode) {
			d.failf("Intra8x8PredMode %d without neighbors", mode)
			return
		}
		dst := p.Pix[at:]
		edges.Predict(dst, p.Stride, mode)
		d.addLuma8(dst, p.Stride, q)
	}
}

// intra16 is Intra_16x16 prediction and reconstruction (clause 8.3.3).
func (d *Decoder) intra16(hasLeft, hasTop bool) {
	p := &d.pic.Y
	at := p.At(16*d.mbx, 16*d.mby)
	var edges intra.Edges16
	edges.Load(p.Pix, at, p.Stride, hasLeft, hasTop)
	if !edges.Allowed(d.intra16Mode) {
		d.failf("Intra16x16PredMode %d without neighbors", d.intra16Mode)
		return
	}
	var pred [256]byte
	edges.Predict(&pred, d.intra16Mode)
	dst := p.Pix[at:]
	for y := range 16 {
		copy(dst[y*p.Stride:][:16], pred[16*y:16*y+16])
	}
	hasDC := d.info.cbp&cbpLumaDC != 0 || !d.hdr.PPS.CABAC
	if hasDC {
		transform.Hadamard4(&d.lumaDC)
	}
	scale := d.scales.s4[0][d.qp][0]
	for i := range 16 {
		b := int(blockTable[i])
		c := (*[16]int32)(d.luma[16*i:])
		block := dst[b>>2*4*p.Stride+b&3*4:]
		dc := (d.lumaDC[b]*scale + 32) >> 6
		if d.info.nnz[0][b] != 0 {
			c[0] = dc
			transform.Inverse(block, p.Stride, c)
		} else if dc != 0 {
			transform.InverseDC(block, p.Stride, dc)
		}
	}
	if hasDC {
		d.lumaDC = [16]int32{}
	}
}

// intraChroma predicts both chroma planes (clause 8.3.4).
func (d *Decoder) intraChroma(hasLeft, hasTop bool) {
	cb, cr := &d.pic.C[0], &d.pic.C[1]
	at := cb.At(8*d.mbx, 8*d.mby)
	var edges intra.EdgesChroma
	edges.Load(cb.Pix, cr.Pix, at, cb.Stride, hasLeft, hasTop)
	if !edges.Allowed(int(d.info.chromaMode)) {
		d.failf("intra_chroma_pred_mode %d without neighbors", d.info.chromaMode)
		return
	}
	var pred [2][64]byte
	edges.Predict(&pred, int(d.info.chromaMode))
	for y := range 8 {
		copy(cb.Pix[at:][:8], pred[0][8*y:])
		copy(cr.Pix[at:][:8], pred[1][8*y:])
		at += cb.Stride
	}
}

// addResidual adds the residual of an inter macroblock to its prediction.
func (d *Decoder) addResidual() {
	if d.bad != nil {
		return
	}
	if d.cbp&15 != 0 {
		p := &d.pic.Y
		dst := p.Pix[p.At(16*d.mbx, 16*d.mby):]
		if d.info.transform8 {
			for q := range 4 {
				d.addLuma8(dst[q>>1*8*p.Stride+q&1*8:], p.Stride, q)
			}
		} else {
			for i := range 16 {
				b := int(blockTable[i])
				d.addLuma4(dst[b>>2*4*p.Stride+b&3*4:], p.Stride, i, b)
			}
		}
	}
	if !d.hdr.SPS.Monochrome {
		d.addChroma()
	}
}

// addLuma8 adds the residual of luma 8x8 block q to dst.
func (d *Decoder) addLuma8(dst []byte, stride, q int) {
	if d.info.coded>>(8*(q>>1)+2*(q&1))&1 == 0 {
		return
	}
	c := (*[64]int32)(d.luma[64*q:])
	transform.Inverse8(dst, stride, c)
}

// addChroma adds the chroma residual.
func (d *Decoder) addChroma() {
	if d.cbp>>4 == 0 {
		return
	}
	list := 4
	if d.info.kind&kindIntra != 0 {
		list = 1
	}
	for c := range d.pic.C {
		dc := &d.chromaDC[c]
		transform.Hadamard2(dc)
		scale := d.scales.s4[list+c][d.chromaQP[c]][0]
		p := &d.pic.C[c]
		at := p.At(8*d.mbx, 8*d.mby)
		for i := range dc {
			v := dc[i] * scale >> 5
			coef := (*[16]int32)(d.chroma[c][16*i:])
			dst := p.Pix[at+i>>1*4*p.Stride+i&1*4:]
			if d.info.nnz[c+1][i] != 0 {
				coef[0] = v
				transform.Inverse(dst, p.Stride, coef)
			} else if v != 0 {
				transform.InverseDC(dst, p.Stride, v)
			}
		}
		*dc = [4]int32{}
	}
}
