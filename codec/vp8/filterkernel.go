package vp8

// The filters of one edge in plain Go. On amd64 their twins in assembly take their place, and these are what the tests
// compare them with. Each comes twice: for the vertical edges, where the samples across the edge lie side by side, and for
// the horizontal ones, where each lies in a row of its own. They work in differences of unsigned samples; the
// specification subtracts 128 from each sample first, which comes to the same.
//
// Names are those of RFC 6386 15: across the edge lie p3, p2, p1, p0, then q0, q1, q2, q3. What costs least and passes
// most is tested first: where nothing would change, nothing else is looked at.

// filterNormalPlain filters the edges of one macroblock by the normal filter (RFC 6386 15.3).
func filterNormalPlain(f *frame, mbx, mby int, limits *filterLimits, inner bool) {
	filterPlane(&f.planes[0], mbx, mby, 16, limits, inner)
	filterPlane(&f.planes[1], mbx, mby, 8, limits, inner)
	filterPlane(&f.planes[2], mbx, mby, 8, limits, inner)
}

// filterPlane filters the edges of one macroblock in one plane by the normal filter.
func filterPlane(p *plane, mbx, mby, size int, limits *filterLimits, inner bool) {
	at := p.origin + mby*size*p.stride + mbx*size
	if mbx > 0 {
		filterLeftEdge(p.pix[at-4:], p.stride, size, limits)
	}
	if inner {
		for x := 4; x < size; x += 4 {
			filterInnerColumn(p.pix[at+x-4:], p.stride, size, limits)
		}
	}
	if mby > 0 {
		filterTopEdge(p.pix[at-4*p.stride:], p.stride, size, limits)
	}
	if inner {
		for y := 4; y < size; y += 4 {
			filterInnerRow(p.pix[at+(y-4)*p.stride:], p.stride, size, limits)
		}
	}
}

// filterLeftEdge filters n rows across the left edge of a macroblock, which is four samples into pix.
func filterLeftEdge(pix []byte, stride, n int, l *filterLimits) {
	for range n {
		s := pix[:8]
		if len(pix) > stride {
			pix = pix[stride:]
		}
		p1, p0, q0, q1 := int32(s[2]), int32(s[3]), int32(s[4]), int32(s[5])
		outer := p1 - q1
		w := clipSigned(clipSigned(outer) + 3*(q0-p0))
		if uint32(w+2) <= 4 || 2*abs(p0-q0)+abs(outer)>>1 > l.edge {
			continue
		}
		p3, p2, q2, q3 := int32(s[0]), int32(s[1]), int32(s[6]), int32(s[7])
		if !near(p3, p2, l.interior) || !near(p2, p1, l.interior) || !near(p1, p0, l.interior) ||
			!near(q1, q0, l.interior) || !near(q2, q1, l.interior) || !near(q3, q2, l.interior) {
			continue
		}
		if !near(p1, p0, l.variance) || !near(q1, q0, l.variance) {
			s[3] = clip(p0 + min(w+3, 127)>>3)
			s[4] = clip(q0 - min(w+4, 127)>>3)
			continue
		}
		a := (27*w + 63) >> 7
		s[3] = clip(p0 + a)
		s[4] = clip(q0 - a)
		a = (18*w + 63) >> 7
		s[2] = clip(p1 + a)
		s[5] = clip(q1 - a)
		a = (9*w + 63) >> 7
		s[1] = clip(p2 + a)
		s[6] = clip(q2 - a)
	}
}

// filterTopEdge filters n columns across the top edge of a macroblock, which is four rows into pix.
func filterTopEdge(pix []byte, stride, n int, l *filterLimits) {
	r0 := pix[:n]
	r1 := pix[stride:][:len(r0)]
	r2 := pix[2*stride:][:len(r0)]
	r3 := pix[3*stride:][:len(r0)]
	r4 := pix[4*stride:][:len(r0)]
	r5 := pix[5*stride:][:len(r0)]
	r6 := pix[6*stride:][:len(r0)]
	r7 := pix[7*stride:][:len(r0)]
	for i := range r0 {
		p1, p0, q0, q1 := int32(r2[i]), int32(r3[i]), int32(r4[i]), int32(r5[i])
		outer := p1 - q1
		w := clipSigned(clipSigned(outer) + 3*(q0-p0))
		if uint32(w+2) <= 4 || 2*abs(p0-q0)+abs(outer)>>1 > l.edge {
			continue
		}
		p3, p2, q2, q3 := int32(r0[i]), int32(r1[i]), int32(r6[i]), int32(r7[i])
		if !near(p3, p2, l.interior) || !near(p2, p1, l.interior) || !near(p1, p0, l.interior) ||
			!near(q1, q0, l.interior) || !near(q2, q1, l.interior) || !near(q3, q2, l.interior) {
			continue
		}
		if !near(p1, p0, l.variance) || !near(q1, q0, l.variance) {
			r3[i] = clip(p0 + min(w+3, 127)>>3)
			r4[i] = clip(q0 - min(w+4, 127)>>3)
			continue
		}
		a := (27*w + 63) >> 7
		r3[i] = clip(p0 + a)
		r4[i] = clip(q0 - a)
		a = (18*w + 63) >> 7
		r2[i] = clip(p1 + a)
		r5[i] = clip(q1 - a)
		a = (9*w + 63) >> 7
		r1[i] = clip(p2 + a)
		r6[i] = clip(q2 - a)
	}
}

// filterInnerColumn filters n rows across a vertical edge inside of a macroblock, which is four samples into pix.
func filterInnerColumn(pix []byte, stride, n int, l *filterLimits) {
	for range n {
		s := pix[:8]
		if len(pix) > stride {
			pix = pix[stride:]
		}
		p1, p0, q0, q1 := int32(s[2]), int32(s[3]), int32(s[4]), int32(s[5])
		outer, step := p1-q1, q0-p0
		if 2*abs(step)+abs(outer)>>1 > l.subEdge || unchanged(outer, step) {
			continue
		}
		p3, p2, q2, q3 := int32(s[0]), int32(s[1]), int32(s[6]), int32(s[7])
		if !near(p3, p2, l.interior) || !near(p2, p1, l.interior) || !near(p1, p0, l.interior) ||
			!near(q1, q0, l.interior) || !near(q2, q1, l.interior) || !near(q3, q2, l.interior) {
			continue
		}
		if !near(p1, p0, l.variance) || !near(q1, q0, l.variance) {
			a := clipSigned(clipSigned(outer) + 3*step)
			s[3] = clip(p0 + min(a+3, 127)>>3)
			s[4] = clip(q0 - min(a+4, 127)>>3)
			continue
		}
		a := clipSigned(3 * step)
		f := min(a+4, 127) >> 3
		s[3] = clip(p0 + min(a+3, 127)>>3)
		s[4] = clip(q0 - f)
		f = (f + 1) >> 1
		s[2] = clip(p1 + f)
		s[5] = clip(q1 - f)
	}
}

// filterInnerRow filters n columns across a horizontal edge inside of a macroblock, which is four rows into pix.
func filterInnerRow(pix []byte, stride, n int, l *filterLimits) {
	r0 := pix[:n]
	r1 := pix[stride:][:len(r0)]
	r2 := pix[2*stride:][:len(r0)]
	r3 := pix[3*stride:][:len(r0)]
	r4 := pix[4*stride:][:len(r0)]
	r5 := pix[5*stride:][:len(r0)]
	r6 := pix[6*stride:][:len(r0)]
	r7 := pix[7*stride:][:len(r0)]
	for i := range r0 {
		p1, p0, q0, q1 := int32(r2[i]), int32(r3[i]), int32(r4[i]), int32(r5[i])
		outer, step := p1-q1, q0-p0
		if 2*abs(step)+abs(outer)>>1 > l.subEdge || unchanged(outer, step) {
			continue
		}
		p3, p2, q2, q3 := int32(r0[i]), int32(r1[i]), int32(r6[i]), int32(r7[i])
		if !near(p3, p2, l.interior) || !near(p2, p1, l.interior) || !near(p1, p0, l.interior) ||
			!near(q1, q0, l.interior) || !near(q2, q1, l.interior) || !near(q3, q2, l.interior) {
			continue
		}
		if !near(p1, p0, l.variance) || !near(q1, q0, l.variance) {
			a := clipSigned(clipSigned(outer) + 3*step)
			r3[i] = clip(p0 + min(a+3, 127)>>3)
			r4[i] = clip(q0 - min(a+4, 127)>>3)
			continue
		}
		a := clipSigned(3 * step)
		f := min(a+4, 127) >> 3
		r3[i] = clip(p0 + min(a+3, 127)>>3)
		r4[i] = clip(q0 - f)
		f = (f + 1) >> 1
		r2[i] = clip(p1 + f)
		r5[i] = clip(q1 - f)
	}
}

// unchanged says that an edge inside of a macroblock stays as it is whether its variance is high or not: the adjustment
// is between -3 and 3, both with and without the outer samples.
func unchanged(outer, step int32) bool {
	return uint32(step+1) <= 2 && uint32(outer+3*step+3) <= 6
}

// filterSimplePlain filters the luma edges of one macroblock by the simple filter (RFC 6386 15.2).
func filterSimplePlain(p *plane, mbx, mby int, limits *filterLimits, inner bool) {
	at := p.origin + mby*16*p.stride + mbx*16
	if mbx > 0 {
		filterSimpleColumn(p.pix[at-2:], p.stride, limits.edge)
	}
	if inner {
		for x := 4; x < 16; x += 4 {
			filterSimpleColumn(p.pix[at+x-2:], p.stride, limits.subEdge)
		}
	}
	if mby > 0 {
		filterSimpleRow(p.pix[at-2*p.stride:], p.stride, limits.edge)
	}
	if inner {
		for y := 4; y < 16; y += 4 {
			filterSimpleRow(p.pix[at+(y-2)*p.stride:], p.stride, limits.subEdge)
		}
	}
}

// filterSimpleColumn filters 16 rows across a vertical edge, which is two samples into pix.
func filterSimpleColumn(pix []byte, stride int, limit int32) {
	for range 16 {
		s := pix[:4]
		if len(pix) > stride {
			pix = pix[stride:]
		}
		p1, p0, q0, q1 := int32(s[0]), int32(s[1]), int32(s[2]), int32(s[3])
		a := clipSigned(clipSigned(p1-q1) + 3*(q0-p0))
		if uint32(a+3) <= 6 || 2*abs(p0-q0)+abs(p1-q1)>>1 > limit {
			continue
		}
		s[1] = clip(p0 + min(a+3, 127)>>3)
		s[2] = clip(q0 - min(a+4, 127)>>3)
	}
}

// filterSimpleRow filters 16 columns across a horizontal edge, which is two rows into pix.
func filterSimpleRow(pix []byte, stride int, limit int32) {
	r0 := pix[:16]
	r1 := pix[stride:][:16]
	r2 := pix[2*stride:][:16]
	r3 := pix[3*stride:][:16]
	for i := range r0 {
		p1, p0, q0, q1 := int32(r0[i]), int32(r1[i]), int32(r2[i]), int32(r3[i])
		a := clipSigned(clipSigned(p1-q1) + 3*(q0-p0))
		if uint32(a+3) <= 6 || 2*abs(p0-q0)+abs(p1-q1)>>1 > limit {
			continue
		}
		r1[i] = clip(p0 + min(a+3, 127)>>3)
		r2[i] = clip(q0 - min(a+4, 127)>>3)
	}
}

func abs(v int32) int32 { return max(v, -v) }

// near says that a and b differ by no more than limit.
func near(a, b, limit int32) bool { return uint32(a-b+limit) <= uint32(2*limit) }

// clipSigned limits v to -128 to 127.
func clipSigned(v int32) int32 {
	if uint32(v+128) > 255 {
		return v>>31 ^ 127
	}
	return v
}
