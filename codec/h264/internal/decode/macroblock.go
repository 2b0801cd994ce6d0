package decode

import (
	"github.com/callrec/callrec/codec/h264/internal/dpb"
	"github.com/callrec/callrec/codec/h264/internal/params"
)

// macroblock decodes macroblock_layer (clause 7.3.5) of the current macroblock.
func (d *Decoder) macroblock() {
	t, intra := d.mbType()
	if intra {
		d.intraMB(t)
	} else {
		d.interMB(t)
	}
}

// intraMB decodes an intra macroblock of type t of table 7-11.
func (d *Decoder) intraMB(t int) {
	m := d.info
	d.noMotion()
	m.transform8 = false
	switch t {
	case typePCM:
		d.pcmMB()
		return
	case typeNxN:
		m.kind = kindI4
		if d.hdr.PPS.Transform8x8 && d.transform8() {
			m.kind, m.transform8 = kindI8, true
		}
		d.intraModes()
	default:
		m.kind = kindI16
		d.intra16Mode = (t - 1) & 3
	}
	m.chromaMode = 0
	if !d.hdr.SPS.Monochrome {
		m.chromaMode = d.chromaMode()
	}
	if t == typeNxN {
		d.cbp = d.codedBlockPattern(true)
	} else {
		d.cbp = (t - 1) / 4 % 3 << 4
		if t >= 13 {
			d.cbp |= 15
		}
		if d.hdr.SPS.Monochrome {
			d.cbp &= 15
		}
	}
	d.residual(t != typeNxN)
	d.reconstructIntra()
}

// pcmMB reads the samples of an I_PCM macroblock.
func (d *Decoder) pcmMB() {
	size := 384
	if d.hdr.SPS.Monochrome {
		size = 256
	}
	var raw []byte
	if d.hdr.PPS.CABAC {
		raw = d.bins.Raw(size)
	} else {
		d.r.Align()
		raw = d.r.Bytes(size)
	}
	if raw == nil {
		d.failf("samples are cut off")
		return
	}
	m := d.info
	m.kind, m.chromaMode, m.cbp, m.qp, m.coded = kindPCM, 0, cbpPCM, 0, 0xffff
	for c := range m.nnz {
		for i := range m.nnz[c] {
			m.nnz[c][i] = 16
		}
	}
	d.lastDelta = false
	f := d.pic.Frame
	for y := range 16 {
		copy(f.Y.Pix[f.Y.At(16*d.mbx, 16*d.mby+y):][:16], raw[16*y:])
	}
	raw = raw[256:]
	for c := range f.C {
		p := &f.C[c]
		for y := range 8 {
			row := p.Pix[p.At(8*d.mbx, 8*d.mby+y):][:8]
			if len(raw) == 0 {
				fillBytes(row, 128)
				continue
			}
			copy(row, raw)
			raw = raw[8:]
		}
	}
}

// intraModes reads the prediction modes of an I_NxN macroblock (clauses 8.3.1.1 and 8.3.2.1).
func (d *Decoder) intraModes() {
	d.fillModes()
	m := d.info
	step := 1
	if m.transform8 {
		step = 4
	}
	for i := 0; i < 16; i += step {
		at := insideTable[blockTable[i]]
		predicted := min(d.modes[at-1], d.modes[at-8])
		if predicted < 0 {
			predicted = 2 // DC
		}
		mode := d.predMode(predicted)
		d.modes[at] = mode
		if step == 4 {
			d.modes[at+1], d.modes[at+8], d.modes[at+9] = mode, mode, mode
		}
	}
	for i := range m.modes {
		m.modes[i] = d.modes[insideTable[i]]
	}
}

// fillModes puts the modes of the neighboring blocks into the cache: 2 for what is not I_NxN, -1 for what forces DC.
func (d *Decoder) fillModes() {
	if top := d.modeSource(d.top); top >= 0 {
		for x := range 4 {
			d.modes[origin-8+x] = top
		}
	} else if top == modesOwn {
		copy(d.modes[origin-8:origin-4], d.top.modes[12:16])
	} else {
		for x := range 4 {
			d.modes[origin-8+x] = -1
		}
	}
	left := d.modeSource(d.left)
	for y := range 4 {
		v := left
		if left == modesOwn {
			v = d.left.modes[4*y+3]
		} else if left < 0 {
			v = -1
		}
		d.modes[origin-1+8*y] = v
	}
}

// modesOwn says that a neighbor has modes of its own.
const modesOwn = -2

func (d *Decoder) modeSource(m *mbInfo) int8 {
	switch {
	case m == nil:
		return -1
	case m.kind&(kindI4|kindI8) != 0:
		return modesOwn
	case m.kind&kindIntra == 0 && d.hdr.PPS.ConstrainedIntra:
		return -1
	}
	return 2
}

// noMotion marks the macroblock as not predicted from other pictures.
func (d *Decoder) noMotion() {
	p, m := d.pic, d.info
	at := 4 * d.addr
	for l := range 2 {
		copy(p.Ref[l][at:at+4], noRefsTable[:])
		copy(p.RefID[l][at:at+4], noIDsTable[:])
	}
	m.refPos = [2]uint8{}
	if d.hdr.PPS.CABAC && d.hdr.Type != params.SliceI {
		m.mvdBottom, m.mvdRight = [2][4]mvd{}, [2][4]mvd{}
	}
}

// skip decodes a P_Skip or B_Skip macroblock.
func (d *Decoder) skip() {
	m := d.info
	m.chromaMode, m.cbp, m.coded, m.transform8 = 0, 0, 0, false
	m.qp = uint8(d.qp)
	m.nnz = [3][16]uint8{}
	m.refPos = [2]uint8{}
	if d.hdr.PPS.CABAC {
		m.mvdBottom, m.mvdRight = [2][4]mvd{}, [2][4]mvd{}
	}
	if d.hdr.Type == params.SliceB {
		m.kind = kindInter | kindSkip | kindDirect
		d.fillMotion(0)
		d.fillMotion(1)
		d.directMB()
		d.storeMotion()
	} else {
		m.kind = kindInter | kindSkip
		d.fillMotion(0)
		d.mbShape = shapeWhole
		d.motion[0].fill(origin, 4, 4, d.skipVector(), 0, mvd{})
		d.storeMotion()
	}
	d.predictInter()
}

// interMB decodes an inter macroblock of type t of table 7-13 or 7-14.
func (d *Decoder) interMB(t int) {
	m := d.info
	m.kind, m.chromaMode, m.transform8 = kindInter, 0, false
	isB := d.hdr.Type == params.SliceB
	d.fillMotion(0)
	if isB {
		d.fillMotion(1)
	}
	may8 := true // transform_size_8x8_flag may follow
	switch {
	case isB && t == 0:
		m.kind |= kindDirect
		m.refPos = [2]uint8{}
		m.mvdBottom, m.mvdRight = [2][4]mvd{}, [2][4]mvd{}
		d.directMB()
		may8 = d.hdr.SPS.Direct8x8
	case isB && t == 22 || !isB && t >= 3:
		may8 = d.quarters(!isB && t == 4)
		d.rememberMotion()
	case isB:
		d.mbShape = bTypeTable[t].shape
		d.partitions(bTypeTable[t].pred)
		d.rememberMotion()
	default:
		d.mbShape = shape(t)
		d.partitions([2]uint8{predL0, predL0})
		d.rememberMotion()
	}
	d.storeMotion()
	d.cbp = d.codedBlockPattern(false)
	if d.cbp&15 != 0 && may8 && d.hdr.PPS.Transform8x8 {
		m.transform8 = d.transform8()
	}
	d.residual(false)
	if d.bad == nil {
		d.predictInter()
		d.addResidual()
	}
}

// partitions reads the motion of a macroblock that is not divided below 16x8 or 8x16 (clause 7.3.5.1).
func (d *Decoder) partitions(pred [2]uint8) {
	size := shapeSizeTable[d.mbShape]
	lists := d.lists2()
	for l := range lists {
		for i := range size.n {
			ref := int8(refNone)
			// The first 8x8 block of partition i: with rows it is the third one.
			first := i
			if d.mbShape == shapeRows {
				first = 2 * i
			}
			if pred[i]>>l&1 != 0 {
				ref = d.refIndex(l, first)
			}
			d.noteRef(l, first, ref)
			switch d.mbShape {
			case shapeWhole:
				d.noteRef(l, 1, ref)
				d.noteRef(l, 2, ref)
				d.noteRef(l, 3, ref)
			case shapeRows:
				d.noteRef(l, first+1, ref)
			default:
				d.noteRef(l, first+2, ref)
			}
		}
	}
	for l := range lists {
		c := &d.motion[l]
		for i := range size.n {
			at, first := origin+2*i, i
			if d.mbShape == shapeRows {
				at, first = origin+16*i, 2*i
			}
			ref := d.refs[l][first]
			if ref < 0 {
				c.fill(at, size.w, size.h, dpb.MV{}, refNone, mvd{})
				continue
			}
			v := c.predict(d.mbShape, i, at, ref)
			dx, dy, m := d.vectorDiff(c, at)
			c.fill(at, size.w, size.h, dpb.MV{X: v.X + dx, Y: v.Y + dy}, ref, m)
		}
	}
}

// lists2 is the number of reference lists of the slice.
func (d *Decoder) lists2() int {
	if d.hdr.Type == params.SliceB {
		return 2
	}
	return 1
}

// noteRef notes the reference index of 8x8 block i.
func (d *Decoder) noteRef(l, i int, ref int8) {
	d.refs[l][i] = ref
	pos := uint8(0)
	if ref > 0 {
		pos = 1
	}
	d.refPos[l][4+i&1+i>>1*3] = pos
}

// quarters reads the motion of a macroblock of four 8x8 blocks (clause 7.3.5.2). zeroRefs says that no reference indices
// are transmitted. It tells whether the 8x8 transform may be used.
func (d *Decoder) quarters(zeroRefs bool) (may8 bool) {
	d.mbShape = shapeQuads
	may8 = true
	anyDirect := false
	for i := range d.sub {
		d.sub[i] = d.subMBType()
		if d.sub[i].direct {
			anyDirect = true
			may8 = may8 && d.hdr.SPS.Direct8x8
		} else if d.sub[i].shape != shapeWhole {
			may8 = false
		}
	}
	if anyDirect {
		d.deriveDirect()
	}
	lists := d.lists2()
	for l := range lists {
		for i := range d.sub {
			ref := int8(refNone)
			switch {
			case d.sub[i].pred>>l&1 == 0:
			case zeroRefs:
				ref = 0
			default:
				ref = d.refIndex(l, i)
			}
			d.noteRef(l, i, ref)
		}
	}
	for l := range lists {
		c := &d.motion[l]
		for _, at := range insideTable {
			c.ref[at] = refUnavailable // not yet decoded
		}
		for i := range d.sub {
			at := origin + 2*(i&1) + 16*(i>>1)
			switch ref := d.refs[l][i]; {
			case d.sub[i].direct:
				d.copyDirect(l, i, at)
			case ref < 0:
				c.fill(at, 2, 2, dpb.MV{}, refNone, mvd{})
			default:
				d.subPartitions(c, d.sub[i].shape, at, ref)
			}
		}
	}
	for i := range d.sub {
		if d.sub[i].direct {
			d.sub[i].shape = d.direct.shape
		}
	}
	return may8
}

// subPartitions reads the vectors of one 8x8 block.
func (d *Decoder) subPartitions(c *motionCache, s shape, at int, ref int8) {
	size := shapeSizeTable[s]
	w, h := size.w/2, size.h/2
	for i := range size.n {
		p := at
		switch s {
		case shapeRows:
			p += 8 * i
		case shapeCols:
			p += i
		case shapeQuads:
			p += i&1 + 8*(i>>1)
		}
		v := c.median(p, w, ref)
		dx, dy, m := d.vectorDiff(c, p)
		c.fill(p, w, h, dpb.MV{X: v.X + dx, Y: v.Y + dy}, ref, m)
	}
}

func fillBytes(row []byte, v byte) {
	for i := range row {
		row[i] = v
	}
}
