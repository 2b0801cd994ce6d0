package tiler

// rows scales n rows, one to four, from row y of src on to those from row to of dst. All four are computed at once: a
// 64-bit word holds a sample of two rows in its halves, and one multiplication weighs both. The sums may borrow from one
// half to the other on the way, but both are non-negative in the end, and then the halves hold exactly what separate
// sums would.
func (s *scaler) rows(dst plane, to int, src plane, y, n int, a *axis) {
	if a.vector != nil {
		for i := range n {
			horizontalVector(dst.row(to+i), src.row(y+i), a)
		}
		return
	}
	in := grow(&s.lanes, src.w)
	i1, i2, i3 := min(1, n-1), min(2, n-1), min(3, n-1)
	interleave(in, src.row(y), src.row(y+i1), src.row(y+i2), src.row(y+i3))
	d0, d1, d2, d3 := dst.row(to), dst.row(to+i1), dst.row(to+i2), dst.row(to+i3)
	switch {
	case src.w < 4:
		narrowRows(d0, d1, d2, d3, in, a)
	case a.spline:
		cubicRows(d0, d1, d2, d3, in, a)
	case a.taps == 3:
		areaRows3(d0, d1, d2, d3, in, a)
	case a.taps == 4:
		areaRows4(d0, d1, d2, d3, in, a)
	default:
		areaRows(d0, d1, d2, d3, in, a)
	}
}

// interleave puts four rows side by side.
func interleave(in [][2]uint64, s0, s1, s2, s3 []uint8) {
	s0, s1, s2, s3 = s0[:len(in)], s1[:len(in)], s2[:len(in)], s3[:len(in)]
	for x := range in {
		in[x] = [2]uint64{uint64(s0[x]) | uint64(s1[x])<<32, uint64(s2[x]) | uint64(s3[x])<<32}
	}
}

// narrowRows is the plain form, for sources of less than four samples.
func narrowRows(d0, d1, d2, d3 []uint8, in [][2]uint64, a *axis) {
	for x := range d0 {
		p, q := uint64(clipRound), uint64(clipRound)
		for i := range in {
			v := &in[i]
			k := uint64(a.few[x][i])
			p += v[0] * k
			q += v[1] * k
		}
		d0[x], d1[x] = clip[p>>weightBits&clipMask], clip[p>>(32+weightBits)&clipMask]
		d2[x], d3[x] = clip[q>>weightBits&clipMask], clip[q>>(32+weightBits)&clipMask]
	}
}

// cubicRows uses four weights, some of them negative.
func cubicRows(d0, d1, d2, d3 []uint8, in [][2]uint64, a *axis) {
	off, few := a.off[:len(d0)], a.few[:len(d0)]
	d1, d2, d3 = d1[:len(d0)], d2[:len(d0)], d3[:len(d0)]
	for x := range few {
		o, k := int(off[x]), &few[x]
		k0, k1, k2, k3 := uint64(k[0]), uint64(k[1]), uint64(k[2]), uint64(k[3])
		p := clipRound + in[o+3][0]*k3 + in[o][0]*k0 + in[o+1][0]*k1 + in[o+2][0]*k2
		q := clipRound + in[o+3][1]*k3 + in[o][1]*k0 + in[o+1][1]*k1 + in[o+2][1]*k2
		d0[x], d1[x] = clip[p>>weightBits&clipMask], clip[p>>(32+weightBits)&clipMask]
		d2[x], d3[x] = clip[q>>weightBits&clipMask], clip[q>>(32+weightBits)&clipMask]
	}
}

// areaRows3 uses three weights, none of them negative, so that there is nothing to clip.
func areaRows3(d0, d1, d2, d3 []uint8, in [][2]uint64, a *axis) {
	off, few := a.off[:len(d0)], a.few[:len(d0)]
	d1, d2, d3 = d1[:len(d0)], d2[:len(d0)], d3[:len(d0)]
	for x := range few {
		o, k := int(off[x]), &few[x]
		k0, k1, k2 := uint64(k[0]), uint64(k[1]), uint64(k[2])
		p := round + in[o+2][0]*k2 + in[o][0]*k0 + in[o+1][0]*k1
		q := round + in[o+2][1]*k2 + in[o][1]*k0 + in[o+1][1]*k1
		d0[x], d1[x] = uint8(p>>weightBits), uint8(p>>(32+weightBits))
		d2[x], d3[x] = uint8(q>>weightBits), uint8(q>>(32+weightBits))
	}
}

// areaRows4 is the same with four weights.
func areaRows4(d0, d1, d2, d3 []uint8, in [][2]uint64, a *axis) {
	off, few := a.off[:len(d0)], a.few[:len(d0)]
	d1, d2, d3 = d1[:len(d0)], d2[:len(d0)], d3[:len(d0)]
	for x := range few {
		o, k := int(off[x]), &few[x]
		k0, k1, k2, k3 := uint64(k[0]), uint64(k[1]), uint64(k[2]), uint64(k[3])
		p := round + in[o+3][0]*k3 + in[o][0]*k0 + in[o+1][0]*k1 + in[o+2][0]*k2
		q := round + in[o+3][1]*k3 + in[o][1]*k0 + in[o+1][1]*k1 + in[o+2][1]*k2
		d0[x], d1[x] = uint8(p>>weightBits), uint8(p>>(32+weightBits))
		d2[x], d3[x] = uint8(q>>weightBits), uint8(q>>(32+weightBits))
	}
}

// areaRows is the same with any number of weights.
func areaRows(d0, d1, d2, d3 []uint8, in [][2]uint64, a *axis) {
	d1, d2, d3 = d1[:len(d0)], d2[:len(d0)], d3[:len(d0)]
	w := a.many
	for x, o := range a.off[:len(d0)] {
		p, q := uint64(round), uint64(round)
		k := w[:a.taps]
		for i, v := range in[o:][:len(k)] {
			p += v[0] * uint64(k[i])
			q += v[1] * uint64(k[i])
		}
		w = w[len(k):]
		d0[x], d1[x] = uint8(p>>weightBits), uint8(p>>(32+weightBits))
		d2[x], d3[x] = uint8(q>>weightBits), uint8(q>>(32+weightBits))
	}
}
