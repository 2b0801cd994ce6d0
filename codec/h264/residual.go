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
// sets the luma part of cbp. The scaled coefficients are left in e.coeffs or e.coeffs8.
func (e *sliceEncoder) quantizeInter() {
	m := &e.m
	m.cbp = 0
	sum := 0
	var coded uint16
	if !m.info.Transform8 {
		coded = transform.Coded(&m.luma, m.pred[:], 16, &m.q.zone)
	}
	for q := range 4 {
		var score int
		if m.info.Transform8 {
			score = e.quantizeInter8(q)
		} else {
			score = e.quantizeQuarter(q, coded)
		}
		if score == 0 || score < worthQuarter && m.detail != flat {
			m.dropQuarter(q)
			continue
		}
		sum += score
		m.cbp |= 1 << q
	}
	if sum < worthLuma && m.detail != flat {
		m.cbp = 0
		m.marks, m.marks8 = [16]transform.Marks{}, [4]transform.Marks8{}
	}
	m.info.Transform8 = m.info.Transform8 && m.cbp != 0
}

// dropQuarter drops the levels of an 8x8 quarter.
func (m *macro) dropQuarter(q int) {
	m.marks8[q] = transform.Marks8{}
	for _, b := range quarterBlocks[q] {
		m.marks[b] = 0
	}
}

// lumaVanishes tells whether quantizeInter with the 4x4 transform would leave nothing of luma that is not flat.
func (e *sliceEncoder) lumaVanishes() bool {
	coded := transform.Coded(&e.m.luma, e.m.pred[:], 16, &e.m.q.zone)
	sum := 0
	for q := 0; coded != 0 && q < 4; q++ {
		if score := e.quantizeQuarter(q, coded); score >= worthQuarter {
			sum += score
		}
		if sum >= worthLuma {
			return false
		}
	}
	return true
}

// quantizeQuarter transforms and quantizes the 4x4 blocks of a quarter, of which those with a bit in coded have levels, and
// returns what they are worth.
func (e *sliceEncoder) quantizeQuarter(q int, coded uint16) (score int) {
	m := &e.m
	for _, b := range quarterBlocks[q] {
		m.marks[b] = 0
		if coded>>b&1 == 0 {
			continue
		}
		at := int(b>>2*64 + b&3*4)
		c := &e.coeffs[b]
		transform.Forward(c, m.luma[at:], 16, m.pred[at:], 16)
		m.marks[b] = transform.Quantize(&m.levels[b], c, &m.q.inter4)
		score += worth(m.marks[b], 0)
	}
	return score
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
// are left in e.coeffsC.
func (e *sliceEncoder) quantizeChroma(inter bool) {
	m := &e.m
	round, quantize, zone := m.qc.intra, &m.qc.intra4, &m.qc.intraZone
	if inter {
		round, quantize, zone = m.qc.inter, &m.qc.inter4, &m.qc.interZone
	}
	var dcs [2][4]int32
	coded := transform.CodedChroma(&dcs, &m.chroma, &m.predC, zone)
	anyDC, anyAC := false, false
	for p := range 2 {
		m.marksC[p] = [4]transform.Marks{}
		m.dcSetC[p] = 0
		score := 0
		dc := &dcs[p]
		for b := range 4 {
			if coded>>(4*p+b)&1 == 0 {
				continue
			}
			c := &e.coeffsC[p][b]
			at := b>>1*32 + b&1*4
			transform.Forward(c, m.chroma[p][at:], 8, m.predC[p][at:], 8)
			m.marksC[p][b] = transform.QuantizeAC(&m.levelsC[p][b], c, quantize)
			score += worth(m.marksC[p][b], 1)
		}
		if inter && score < worthChroma && m.detail != flat {
			m.marksC[p] = [4]transform.Marks{}
		}
		anyAC = anyAC || m.marksC[p] != [4]transform.Marks{}
		transform.Hadamard2(dc)
		for i, v := range dc {
			l := m.qc.dc(v, round)
			m.chromaDC[p][i] = int16(l)
			dc[i] = l
			if l != 0 {
				m.dcSetC[p] |= 1 << i
			}
		}
		anyDC = anyDC || m.dcSetC[p] != 0
		transform.Hadamard2(dc)
		transform.ScaleChromaDC(dc, chromaQP(m.qp))
		for b := range 4 {
			e.coeffsC[p][b][0] = dc[b]
		}
	}
	m.cbp &= 15
	switch {
	case anyAC:
		m.cbp |= 2 << 4
	case anyDC:
		m.cbp |= 1 << 4
	}
}

// reconstructInter writes the prediction plus the scaled luma coefficients to the picture.
func (e *sliceEncoder) reconstructInter() {
	m := &e.m
	p := &e.cur.frame.Y
	at := p.At(16*m.x, 16*m.y)
	copyBlock16(p.Pix, at, p.Stride, &m.pred)
	if m.cbp&15 == 0 {
		return
	}
	if m.info.Transform8 {
		for q := range 4 {
			if m.marks8[q].Set != 0 {
				transform.Inverse8(p.Pix[at+q>>1*8*p.Stride+q&1*8:], p.Stride, &e.coeffs8[q])
			}
		}
		return
	}
	for b := range 16 {
		if m.marks[b] != 0 {
			transform.Inverse(p.Pix[at+b>>2*4*p.Stride+b&3*4:], p.Stride, &e.coeffs[b])
		}
	}
}

// reconstructChroma writes the prediction plus the scaled chroma coefficients to the picture.
func (e *sliceEncoder) reconstructChroma() {
	m := &e.m
	for i := range 2 {
		p := &e.cur.frame.C[i]
		at := p.At(8*m.x, 8*m.y)
		for y := range 8 {
			copy(p.Pix[at+y*p.Stride:][:8], m.predC[i][8*y:8*y+8])
		}
		if m.cbp>>4 == 0 || m.dcSetC[i] == 0 && m.marksC[i] == [4]transform.Marks{} {
			continue
		}
		for b := range 4 {
			to := p.Pix[at+b>>1*4*p.Stride+b&1*4:]
			switch c := &e.coeffsC[i][b]; {
			case m.marksC[i][b] != 0:
				transform.Inverse(to, p.Stride, c)
			case c[0] != 0:
				transform.InverseDC(to, p.Stride, c[0])
			}
		}
	}
}

// codeIntra16 transforms, quantizes and reconstructs luma with its Intra_16x16 prediction, which is in m.pred.
func (e *sliceEncoder) codeIntra16() {
	m := &e.m
	m.cbp = 0
	var dc [16]int32
	for b := range 16 {
		at := b>>2*64 + b&3*4
		c := &e.coeffs[b]
		transform.Forward(c, m.luma[at:], 16, m.pred[at:], 16)
		dc[b] = c[0]
		m.marks[b] = transform.QuantizeAC(&m.levels[b], c, &m.q.intra4)
		if m.marks[b] != 0 {
			m.cbp = 15
		}
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
	p := &e.cur.frame.Y
	at := p.At(16*m.x, 16*m.y)
	copyBlock16(p.Pix, at, p.Stride, &m.pred)
	for b := range 16 {
		to := p.Pix[at+b>>2*4*p.Stride+b&3*4:]
		c := &e.coeffs[b]
		c[0] = dc[b]
		switch {
		case m.marks[b] != 0:
			transform.Inverse(to, p.Stride, c)
		case c[0] != 0:
			transform.InverseDC(to, p.Stride, c[0])
		}
	}
}

// codeIntra4 transforms, quantizes and reconstructs the luma block with raster index b from its prediction.
func (e *sliceEncoder) codeIntra4(b int, pred *[16]byte) {
	m := &e.m
	c := &e.coeffs[b]
	transform.Forward(c, m.luma[b>>2*64+b&3*4:], 16, pred[:], 4)
	m.marks[b] = transform.Quantize(&m.levels[b], c, &m.q.intra4)
	p := &e.cur.frame.Y
	to := p.Pix[p.At(16*m.x+b&3*4, 16*m.y+b>>2*4):]
	pixel.Copy(to, p.Stride, pred[:], 4, 4, 4)
	if m.marks[b] != 0 {
		transform.Inverse(to, p.Stride, c)
	}
}

func copyBlock16(pix []byte, at, stride int, block *[256]byte) {
	pixel.Copy(pix[at:], stride, block[:], 16, 16, 16)
}

// keepCoded notes in the macroblock's info what was coded, for its neighbors and for deblocking.
func (m *macro) keepCoded() {
	info := m.info
	info.Coded, info.CodedC = 0, 0
	info.CBP = uint16(m.cbp)
	switch {
	case m.cbp&15 == 0:
	case info.Transform8:
		for q, marks := range m.marks8 {
			if marks.Set != 0 {
				info.Coded |= 0x33 << (8*(q>>1) + 2*(q&1))
			}
		}
	default:
		for b, marks := range m.marks {
			if marks != 0 {
				info.Coded |= 1 << b
			}
		}
	}
	if m.cbp>>4 != 2 {
		return
	}
	for p := range 2 {
		for b, marks := range m.marksC[p] {
			if marks != 0 {
				info.CodedC |= 1 << (4*p + b)
			}
		}
	}
}
