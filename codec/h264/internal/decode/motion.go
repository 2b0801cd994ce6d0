package decode

import "github.com/callrec/callrec/codec/h264/internal/dpb"

// fillMotion puts the motion of the neighbors into the cache of list l, and what the contexts of its syntax elements
// need.
func (d *Decoder) fillMotion(l int) {
	c := &d.motion[l]
	mvs, refs := d.pic.MV[l], d.pic.Ref[l]
	var topPos, leftPos uint8
	if d.top != nil {
		up := d.addr - d.mbw
		c.set2(origin-8, (*[2]dpb.MV)(mvs[16*up+12:]), refs[4*up+2])
		c.set2(origin-6, (*[2]dpb.MV)(mvs[16*up+14:]), refs[4*up+3])
		topPos = d.top.refPos[l] >> 2
		*(*[4]mvd)(c.mvd[origin-8:]) = d.top.mvdBottom[l]
	} else {
		for x := range 4 {
			c.set(origin-8+x, dpb.MV{}, refUnavailable)
		}
		*(*[4]mvd)(c.mvd[origin-8:]) = [4]mvd{}
	}
	if d.left != nil {
		v := (*[16]dpb.MV)(mvs[16*d.addr-16:])
		r := (*[4]int8)(refs[4*d.addr-4:])
		for y := range 4 {
			c.set(origin-1+8*y, v[4*y+3], r[y>>1*2+1])
			c.mvd[origin-1+8*y] = d.left.mvdRight[l][y]
		}
		leftPos = d.left.refPos[l]
	} else {
		for y := range 4 {
			c.set(origin-1+8*y, dpb.MV{}, refUnavailable)
			c.mvd[origin-1+8*y] = mvd{}
		}
	}
	if d.topLeft != nil {
		at := d.addr - d.mbw - 1
		c.set(origin-9, mvs[16*at+15], refs[4*at+3])
	} else {
		c.set(origin-9, dpb.MV{}, refUnavailable)
	}
	if d.topRight != nil {
		at := d.addr - d.mbw + 1
		c.set(origin-4, mvs[16*at+12], refs[4*at+2])
	} else {
		c.set(origin-4, dpb.MV{}, refUnavailable)
	}
	p := &d.refPos[l]
	p[1], p[2] = topPos&1, topPos>>1&1
	p[3], p[6] = leftPos>>1&1, leftPos>>3&1
}

// set stores one block; a vector without reference counts as zero.
func (c *motionCache) set(at int, v dpb.MV, ref int8) {
	if ref < 0 {
		v = dpb.MV{}
	}
	c.mv[at], c.ref[at] = v, ref
}

// set2 stores two blocks next to each other.
func (c *motionCache) set2(at int, v *[2]dpb.MV, ref int8) {
	if ref < 0 {
		v = &[2]dpb.MV{}
	}
	*(*[2]dpb.MV)(c.mv[at:]), *(*[2]int8)(c.ref[at:]) = *v, [2]int8{ref, ref}
}

// fill stores the motion of a partition of w by h blocks.
func (c *motionCache) fill(at, w, h int, v dpb.MV, ref int8, m mvd) {
	if w == 4 {
		mvs, refs, mvds := [4]dpb.MV{v, v, v, v}, [4]int8{ref, ref, ref, ref}, [4]mvd{m, m, m, m}
		for range h {
			*(*[4]dpb.MV)(c.mv[at:]), *(*[4]int8)(c.ref[at:]), *(*[4]mvd)(c.mvd[at:]) = mvs, refs, mvds
			at += 8
		}
		return
	}
	for range h {
		mvs, refs, mvds := c.mv[at:at+w], c.ref[at:at+w], c.mvd[at:at+w]
		for x := range mvs {
			mvs[x], refs[x], mvds[x] = v, ref, m
		}
		at += 8
	}
}

// diagonal gives the cache index of neighbor C of a partition w blocks wide, or of D where C is not available
// (clause 8.4.1.3.2).
func (c *motionCache) diagonal(at, w int) int {
	if c.ref[at-8+w] != refUnavailable {
		return at - 8 + w
	}
	return at - 9
}

// median predicts a vector (clause 8.4.1.3.1).
func (c *motionCache) median(at, w int, ref int8) dpb.MV {
	a, b, x := at-1, at-8, c.diagonal(at, w)
	refA, refB, refC := c.ref[a], c.ref[b], c.ref[x]
	if refB == refUnavailable && refC == refUnavailable && refA != refUnavailable {
		return c.mv[a]
	}
	switch inA, inB, inC := refA == ref, refB == ref, refC == ref; {
	case inA && !inB && !inC:
		return c.mv[a]
	case inB && !inA && !inC:
		return c.mv[b]
	case inC && !inA && !inB:
		return c.mv[x]
	}
	return dpb.MV{
		X: middle(c.mv[a].X, c.mv[b].X, c.mv[x].X),
		Y: middle(c.mv[a].Y, c.mv[b].Y, c.mv[x].Y),
	}
}

func middle(a, b, c int16) int16 {
	return max(min(a, b), min(max(a, b), c))
}

// predict predicts the vector of partition i of a macroblock (clause 8.4.1.3).
func (c *motionCache) predict(s shape, i, at int, ref int8) dpb.MV {
	switch s {
	case shapeRows:
		if i == 0 && c.ref[at-8] == ref {
			return c.mv[at-8]
		}
		if i == 1 && c.ref[at-1] == ref {
			return c.mv[at-1]
		}
		return c.median(at, 4, ref)
	case shapeCols:
		if i == 0 && c.ref[at-1] == ref {
			return c.mv[at-1]
		}
		if x := c.diagonal(at, 2); i == 1 && c.ref[x] == ref {
			return c.mv[x]
		}
		return c.median(at, 2, ref)
	}
	return c.median(at, 4, ref)
}

// skipVector is that of P_Skip (clause 8.4.1.1).
func (d *Decoder) skipVector() dpb.MV {
	c := &d.motion[0]
	const a, b = origin - 1, origin - 8
	if c.ref[a] == refUnavailable || c.ref[b] == refUnavailable ||
		c.ref[a] == 0 && c.mv[a] == (dpb.MV{}) || c.ref[b] == 0 && c.mv[b] == (dpb.MV{}) {
		return dpb.MV{}
	}
	return c.median(origin, 4, 0)
}

// storeMotion keeps the motion in the cache with the picture.
func (d *Decoder) storeMotion() {
	p := d.pic
	at16, at4 := 16*d.addr, 4*d.addr
	d.info.whole = d.mbShape == shapeWhole
	lists := d.lists2()
	for l := range lists {
		c := &d.motion[l]
		mvs := p.MV[l][at16 : at16+16]
		for y := range 4 {
			*(*[4]dpb.MV)(mvs[4*y:]) = *(*[4]dpb.MV)(c.mv[origin+8*y:])
		}
		refs, ids := (*[4]int8)(p.Ref[l][at4:]), (*[4]int32)(p.RefID[l][at4:])
		for i := range refs {
			ref := c.ref[origin+2*(i&1)+16*(i>>1)]
			refs[i] = ref
			ids[i] = -1
			if ref >= 0 {
				ids[i] = d.ids[l][ref]
			}
		}
	}
	if lists == 1 {
		*(*[4]int8)(p.Ref[1][at4:]) = noRefsTable
		*(*[4]int32)(p.RefID[1][at4:]) = noIDsTable
	}
}

// rememberMotion keeps what the contexts of later macroblocks need of a macroblock with transmitted motion.
func (d *Decoder) rememberMotion() {
	m := d.info
	for l := range d.lists2() {
		p := &d.refPos[l]
		m.refPos[l] = p[4] | p[5]<<1 | p[7]<<2 | p[8]<<3
		if d.hdr.PPS.CABAC {
			c := &d.motion[l]
			m.mvdBottom[l] = [4]mvd(c.mvd[origin+24:])
			for y := range 4 {
				m.mvdRight[l][y] = c.mvd[origin+3+8*y]
			}
		}
	}
}
