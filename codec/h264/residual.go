package h264

import (
	"github.com/callrec/callrec/codec/h264/internal/pixel"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

func chromaQP(qp int) int { return int(transform.ChromaQP[qp]) }

// chooseTransform chooses the size of the transform of an inter macroblock: the one after which less is left.
func (e *sliceEncoder) chooseTransform() {
	m := &e.m
	m.info.Transform8 = e.tools.transform8 &&
		pixel.SATD8(m.luma[:], 16, m.pred[:], 16, 16, 16) < pixel.SATD(m.luma[:], 16, m.pred[:], 16, 16, 16)
}

// quantizeInter transforms and quantizes the difference of luma and its prediction, drops what is not worth its bits, and
// sets the luma part of cbp. The scaled coefficients are left in e.fours or e.coeffs8.
func (e *sliceEncoder) quantizeInter() {
	m := &e.m
	m.cbp = 0
	if !m.info.Transform8 {
		m.coded = transform.QuantizeLuma(&m.levels, &m.marks, &e.fours, &m.luma, &m.pred, m.q.interFours)
		if m.coded == 0 {
			return
		}
	}
	sum := 0
	for q := range 4 {
		var score int
		if m.info.Transform8 {
			score = e.quantizeInter8(q)
		} else {
			score = m.worthOf(q)
		}
		if score == 0 || score < worthQuarter && m.detail != flat {
			continue
		}
		sum += score
		m.cbp |= 1 << q
	}
	if sum < worthLuma && m.detail != flat {
		m.cbp = 0
	}
	m.info.Transform8 = m.info.Transform8 && m.cbp != 0
}

// worthOf is what the 4x4 blocks of a quarter are worth.
func (m *macro) worthOf(q int) int {
	b := q>>1*8 + q&1*2
	return worth(m.marks[b], m.marks[b+1], m.marks[b+4], m.marks[b+5], 0)
}

// lumaVanishes tells whether quantizeInter with the 4x4 transform would leave nothing of luma that is not flat.
func (e *sliceEncoder) lumaVanishes() bool {
	m := &e.m
	if transform.Coded(&m.luma, m.pred[:], 16, &m.q.zone) == 0 {
		return true
	}
	m.coded = transform.QuantizeLuma(&m.levels, &m.marks, &e.fours, &m.luma, &m.pred, m.q.interFours)
	sum := 0
	for q := range 4 {
		if score := m.worthOf(q); score >= worthQuarter {
			sum += score
		}
	}
	return sum < worthLuma
}

// quantizeInter8 transforms and quantizes 8x8 block q and returns what it is worth.
func (e *sliceEncoder) quantizeInter8(q int) int {
	m := &e.m
	c := &e.coeffs8[q]
	at := q>>1*128 + q&1*8
	transform.Forward8(c, m.luma[at:], 16, m.pred[at:], 16)
	m.marks8[q] = transform.Quantize8(&m.levels8[q], c, &m.q.inter8)
	return worth8(m.marks8[q])
}

// quantizeChroma transforms and quantizes both chroma planes and sets the chroma part of cbp. The scaled coefficients
// are left in e.foursC.
func (e *sliceEncoder) quantizeChroma(inter bool) {
	m := &e.m
	q := m.qc.intraFours
	if inter {
		q = m.qc.interFours
	}
	var dc [8]int16
	m.codedC = transform.QuantizeChroma(&dc, &m.levelsC, &m.marksC, &e.foursC, &m.chroma, &m.predC, q)
	if inter && m.detail != flat && m.codedC != 0 {
		e.dropChroma(0)
		e.dropChroma(1)
	}
	set := uint32(transform.QuantizeChromaDC(&m.chromaDC, &e.foursC, &dc, q))
	m.dcSetC = [2]uint32{set & 15, set >> 4}
	m.cbp &= 15
	switch {
	case m.codedC != 0:
		m.cbp |= 2 << 4
	case set != 0:
		m.cbp |= 1 << 4
	}
}

// dropChroma drops the AC levels of chroma plane p of an inter macroblock if they are not worth their bits.
func (e *sliceEncoder) dropChroma(p int) {
	m := &e.m
	mask := uint8(0x33) << (2 * p)
	if m.codedC&mask == 0 {
		return
	}
	b := 2 * p
	if worth(m.marksC[b], m.marksC[b+1], m.marksC[b+4], m.marksC[b+5], 1) >= worthChroma {
		return
	}
	m.codedC &^= mask
	m.marksC[b], m.marksC[b+1], m.marksC[b+4], m.marksC[b+5] = 0, 0, 0, 0
	for i := range e.foursC {
		e.foursC[i].DropAC(p)
	}
}

// reconstructInter writes the prediction plus the scaled luma coefficients to the picture.
func (e *sliceEncoder) reconstructInter() {
	m := &e.m
	p := &e.cur.frame.Y
	at := p.At(16*m.x, 16*m.y)
	if m.cbp&15 != 0 && !m.info.Transform8 {
		transform.ReconstructLuma(p.Pix[at:], p.Stride, &m.pred, &e.fours, m.coded&quarterMask(m.cbp&15))
		return
	}
	copyBlock16(p.Pix, at, p.Stride, &m.pred)
	for q := range 4 {
		if m.cbp>>q&1 != 0 {
			transform.Inverse8(p.Pix[at+q>>1*8*p.Stride+q&1*8:], p.Stride, &e.coeffs8[q])
		}
	}
}

// reconstructChroma writes the prediction plus the scaled chroma coefficients to the picture.
func (e *sliceEncoder) reconstructChroma() {
	m := &e.m
	cb, cr := &e.cur.frame.C[0], &e.cur.frame.C[1]
	at := cb.At(8*m.x, 8*m.y)
	which := uint8(0)
	if m.cbp>>4 != 0 {
		which = 0xff
	}
	transform.ReconstructChroma(cb.Pix[at:], cr.Pix[at:], cb.Stride, &m.predC, &e.foursC, which)
}

// codeIntra16 transforms, quantizes and reconstructs luma with its Intra_16x16 prediction, which is in m.pred.
func (e *sliceEncoder) codeIntra16() {
	m := &e.m
	var first [16]int16
	m.coded = transform.QuantizeLumaAC(&first, &m.levels, &m.marks, &e.fours, &m.luma, &m.pred, m.q.intraFours)
	m.cbp = 0
	if m.coded != 0 {
		m.cbp = 15
	}
	var dc [16]int32
	for i, v := range first {
		dc[i] = int32(v)
	}
	transform.Hadamard4(&dc)
	for i := range dc {
		dc[i] = m.q.dc((dc[i]+1)>>1, m.q.intra)
	}
	m.dcSet = 0
	for k, i := range transform.ZigZag {
		m.dc[k] = int16(dc[i])
		if dc[i] != 0 {
			m.dcSet |= 1 << k
		}
	}
	transform.Hadamard4(&dc)
	transform.ScaleLumaDC(&dc, m.qp)
	for i, v := range dc {
		e.fours[i>>2].SetDC(i, v)
	}
	p := &e.cur.frame.Y
	transform.ReconstructLuma(p.Pix[p.At(16*m.x, 16*m.y):], p.Stride, &m.pred, &e.fours, 0xffff)
}

func copyBlock16(pix []byte, at, stride int, block *[256]byte) {
	pixel.Copy(pix[at:], stride, block[:], 16, 16, 16)
}

// keepCoded notes in the macroblock's info what was coded, for its neighbors and for deblocking.
func (m *macro) keepCoded() {
	info := m.info
	info.CBP = uint16(m.cbp)
	info.Coded = quarterMask(m.cbp & 15)
	if !info.Transform8 {
		info.Coded &= m.coded
	}
	info.CodedC = 0
	if m.cbp>>4 == 2 {
		info.CodedC = m.codedC
	}
}

// quarterMask is the 4x4 blocks, by raster index, of the quarters with a bit in set.
func quarterMask(set int) uint16 { return quarterMasks[set&15] }
