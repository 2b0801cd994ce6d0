package decode

import (
	"github.com/callrec/callrec/codec/h264/internal/dpb"
	"github.com/callrec/callrec/codec/h264/internal/params"
)

// directMode holds the direct prediction of a B slice and of its current macroblock (clause 8.4.1.2).
type directMode struct {
	col      *dpb.Picture // colPic
	colShort bool
	scale    [params.MaxRefs]int // DistScaleFactor by refIdxL0; unscaled where the vector is taken as it is
	blocks   shape               // of an 8x8 block: whole with direct_8x8_inference_flag, else quads

	shape shape // into which an 8x8 block of the current macroblock is to be divided
	ref   [2][4]int8
	mv    [2][16]dpb.MV
}

const unscaled = 1 << 20

// prepareDirect derives what holds for a whole slice.
func (d *Decoder) prepareDirect() error {
	x := &d.direct
	x.col = d.lists[1][0]
	x.blocks = shapeQuads
	if d.hdr.SPS.Direct8x8 {
		x.blocks = shapeWhole
	}
	if x.col == nil {
		return nil // an error only where it is used
	}
	x.colShort = x.col.Marking == dpb.ShortTerm
	for i := range d.hdr.NumRef[0] {
		x.scale[i] = unscaled
		if p := d.lists[0][i]; p != nil && p.Marking == dpb.ShortTerm && p.POC != x.col.POC {
			x.scale[i] = distScale(d.pic.POC, p.POC, x.col.POC)
		}
	}
	return nil
}

// distScale is DistScaleFactor (equation 8-197 and following) for the counts of the current picture and the two
// references, which differ.
func distScale(cur, poc0, poc1 int32) int {
	tb := min(max(int(cur)-int(poc0), -128), 127)
	td := min(max(int(poc1)-int(poc0), -128), 127)
	half := td / 2
	tx := (16384 + max(half, -half)) / td
	return min(max((tb*tx+32)>>6, -1024), 1023)
}

// directMB predicts a whole macroblock in direct mode.
func (d *Decoder) directMB() {
	d.deriveDirect()
	x := &d.direct
	d.mbShape = shapeQuads
	for i := range d.sub {
		d.sub[i] = subType{shape: x.shape, direct: true}
	}
	uniform := x.shape == shapeWhole
	for l := range 2 {
		for i := range 4 {
			d.copyDirect(l, i, origin+2*(i&1)+16*(i>>1))
			corner := 8*(i>>1) + 2*(i&1)
			uniform = uniform && x.ref[l][i] == x.ref[l][0] && x.mv[l][corner] == x.mv[l][0]
		}
	}
	if uniform {
		d.mbShape = shapeWhole
	}
}

// copyDirect puts the direct prediction of 8x8 block i into the cache at index at.
func (d *Decoder) copyDirect(l, i, at int) {
	c, x := &d.motion[l], &d.direct
	ref := x.ref[l][i]
	from := 8*(i>>1) + 2*(i&1)
	for k := range 4 {
		to := at + k&1 + k>>1*8
		c.mv[to], c.ref[to], c.mvd[to] = x.mv[l][from+k&1+k>>1*4], ref, mvd{}
	}
}

// deriveDirect derives the direct prediction of all blocks of the current macroblock.
func (d *Decoder) deriveDirect() {
	x := &d.direct
	x.shape = x.blocks
	if x.col == nil {
		d.failf("direct prediction without a picture to take it from")
		x.ref, x.mv = [2][4]int8{}, [2][16]dpb.MV{}
		return
	}
	if d.hdr.DirectSpatial {
		d.spatialDirect()
	} else {
		d.temporalDirect()
	}
}

// colocated gives the vector and reference of the co-located block of block k in 8x8 block i (clause 8.4.1.2.1): list and
// index in the arrays of colPic; list is -1 for an intra block.
func (d *Decoder) colocated(i, k int) (list int, v dpb.MV) {
	x := &d.direct
	block := 8*(i>>1) + 2*(i&1) + k&1 + k>>1*4
	if x.blocks == shapeWhole {
		block = 12*(i>>1) + 3*(i&1) // the corner of the macroblock
	}
	for l := range 2 {
		if x.col.Ref[l][4*d.addr+i] >= 0 {
			return l, x.col.MV[l][16*d.addr+block]
		}
	}
	return -1, dpb.MV{}
}

// spatialDirect is clause 8.4.1.2.2.
func (d *Decoder) spatialDirect() {
	x := &d.direct
	var ref [2]int8
	var pred [2]dpb.MV
	for l := range ref {
		c := &d.motion[l]
		// Negative ones are the largest as unsigned numbers: MinPositive.
		ref[l] = int8(min(uint8(c.ref[origin-1]), uint8(c.ref[origin-8]), uint8(c.ref[c.diagonal(origin, 4)])))
		if ref[l] >= 0 {
			pred[l] = c.median(origin, 4, ref[l])
		} else {
			ref[l] = refNone
		}
	}
	zero := ref[0] < 0 && ref[1] < 0
	if zero {
		ref = [2]int8{}
	}
	for l := range ref {
		x.ref[l] = [4]int8{ref[l], ref[l], ref[l], ref[l]}
	}
	still := uint16(0) // bit per block: colZeroFlag
	if x.colShort && !zero && (ref[0] == 0 || ref[1] == 0) {
		still = d.colZero()
	}
	for l := range ref {
		for b := range x.mv[l] {
			v := pred[l]
			if ref[l] == 0 && still>>b&1 != 0 {
				v = dpb.MV{}
			}
			x.mv[l][b] = v
		}
	}
	if still == 0 || still == 0xffff {
		x.shape = shapeWhole
	}
}

// colZero gives colZeroFlag of each block as a bit.
func (d *Decoder) colZero() (bits uint16) {
	x := &d.direct
	n := 4
	if x.blocks == shapeWhole {
		n = 1
	}
	for i := range 4 {
		for k := range n {
			l, v := d.colocated(i, k)
			if l < 0 || x.col.Ref[l][4*d.addr+i] != 0 || v.X < -1 || v.X > 1 || v.Y < -1 || v.Y > 1 {
				continue
			}
			first := uint(8*(i>>1) + 2*(i&1))
			if n == 1 {
				bits |= 0x33 << first
			} else {
				bits |= 1 << (first + uint(k&1+k>>1*4))
			}
		}
	}
	return bits
}

// temporalDirect is clause 8.4.1.2.3.
func (d *Decoder) temporalDirect() {
	x := &d.direct
	x.ref[1] = [4]int8{}
	for i := range 4 {
		x.ref[0][i] = 0
		for k := range 4 {
			l, v := d.colocated(i, k)
			ref := int8(0)
			if l >= 0 {
				ref = d.mapToList0(x.col.RefID[l][4*d.addr+i])
			}
			x.ref[0][i] = ref
			b := 8*(i>>1) + 2*(i&1) + k&1 + k>>1*4
			if f := x.scale[ref]; f == unscaled {
				x.mv[0][b], x.mv[1][b] = v, dpb.MV{}
			} else {
				s := dpb.MV{X: int16((f*int(v.X) + 128) >> 8), Y: int16((f*int(v.Y) + 128) >> 8)}
				x.mv[0][b], x.mv[1][b] = s, dpb.MV{X: s.X - v.X, Y: s.Y - v.Y}
			}
		}
	}
}

// mapToList0 is the lowest index in list 0 of the picture with the given ID, which colPic was predicted from.
func (d *Decoder) mapToList0(id int32) int8 {
	for i, v := range d.ids[0][:d.hdr.NumRef[0]] {
		if v == id {
			return int8(i)
		}
	}
	return 0
}
