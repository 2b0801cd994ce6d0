package vp8

// filterLimits are the thresholds of the loop filter at one level (RFC 6386 15.2 to 15.4).
type filterLimits struct {
	edge     int32 // step across the edge of a macroblock
	subEdge  int32 // step across an edge inside
	interior int32 // step between neighbors on one side
	variance int32 // step next to the edge above which only two samples change
}

// filterMode is the kind of mode by which levels is indexed: filterDeltas.mode, of which ordinary intra modes use none.
func filterMode(mode uint8) int {
	switch mode {
	case modeSubblocks:
		return 0
	case modeMotion:
		return 2
	case modeSplit:
		return 3
	}
	return 1
}

// initFilter derives the levels and limits of the frame (RFC 6386 9.6, 15.1).
func (d *Decoder) initFilter() {
	f := &d.hdr.filter
	if f.level == 0 {
		return
	}
	for segment := range d.levels {
		level := int32(f.level)
		if d.hdr.segmentation.enabled {
			if d.segments.absolute {
				level = 0
			}
			level = clipLevel(level + int32(d.segments.filter[segment]))
		}
		for ref := range d.levels[segment] {
			for mode := range d.levels[segment][ref] {
				l := level
				if f.deltasEnabled {
					l += int32(d.deltas.ref[ref])
					if ref != refIntra || mode == 0 {
						l += int32(d.deltas.mode[mode])
					}
				}
				d.levels[segment][ref][mode] = uint8(clipLevel(l))
			}
		}
	}
	for level := range d.filters {
		d.filters[level] = limitsAt(int32(level), int32(f.sharpness), d.hdr.Keyframe)
	}
}

func clipLevel(l int32) int32 { return min(max(l, 0), 63) }

func limitsAt(level, sharpness int32, keyframe bool) filterLimits {
	interior := level
	if sharpness > 0 {
		interior >>= 1
		if sharpness > 4 {
			interior >>= 1
		}
		interior = min(interior, 9-sharpness)
	}
	interior = max(interior, 1)
	variance := int32(0)
	switch {
	case level >= 40:
		variance = 2
	case level >= 15:
		variance = 1
	}
	if !keyframe {
		switch {
		case level >= 40:
			variance = 3
		case level >= 20:
			variance = 2
		}
	}
	return filterLimits{
		edge:     (level+2)*2 + interior,
		subEdge:  level*2 + interior,
		interior: interior,
		variance: variance,
	}
}

// filterMacroblockRow filters the edges of a row of macroblocks, in the order of the macroblocks and in each of them left
// edge, inner columns, top edge, inner rows (RFC 6386 15).
func (d *Decoder) filterMacroblockRow(mby int) {
	f := d.refs[refIntra]
	for mbx := range d.mbw {
		mb := d.filterRow[mbx]
		if mb.level == 0 {
			continue
		}
		limits := &d.filters[mb.level&63]
		if d.hdr.filter.simple {
			filterSimple(&f.planes[0], mbx, mby, limits, mb.inner)
			continue
		}
		filterNormal(&f.planes[0], mbx, mby, 16, limits, mb.inner)
		filterNormal(&f.planes[1], mbx, mby, 8, limits, mb.inner)
		filterNormal(&f.planes[2], mbx, mby, 8, limits, mb.inner)
	}
}

// filterNormal filters the edges of one macroblock in one plane by the normal filter (RFC 6386 15.3).
func filterNormal(p *plane, mbx, mby, size int, limits *filterLimits, inner bool) {
	at := p.origin + mby*size*p.stride + mbx*size
	if mbx > 0 {
		filterMBEdge(p.pix[at-4:], 1, p.stride, size, limits)
	}
	if inner {
		for x := 4; x < size; x += 4 {
			filterSubEdge(p.pix[at+x-4:], 1, p.stride, size, limits)
		}
	}
	if mby > 0 {
		filterMBEdge(p.pix[at-4*p.stride:], p.stride, 1, size, limits)
	}
	if inner {
		for y := 4; y < size; y += 4 {
			filterSubEdge(p.pix[at+(y-4)*p.stride:], p.stride, 1, size, limits)
		}
	}
}

// filterSimple filters the luma edges of one macroblock by the simple filter (RFC 6386 15.2).
func filterSimple(p *plane, mbx, mby int, limits *filterLimits, inner bool) {
	at := p.origin + mby*16*p.stride + mbx*16
	if mbx > 0 {
		filterSimpleEdge(p.pix[at-2:], 1, p.stride, limits.edge)
	}
	if inner {
		for x := 4; x < 16; x += 4 {
			filterSimpleEdge(p.pix[at+x-2:], 1, p.stride, limits.subEdge)
		}
	}
	if mby > 0 {
		filterSimpleEdge(p.pix[at-2*p.stride:], p.stride, 1, limits.edge)
	}
	if inner {
		for y := 4; y < 16; y += 4 {
			filterSimpleEdge(p.pix[at+(y-2)*p.stride:], p.stride, 1, limits.subEdge)
		}
	}
}

func filterSimpleEdge(pix []byte, across, along int, limit int32) {
	for i := range 16 {
		s := pix[i*along:]
		p1, p0, q0, q1 := int32(s[0]), int32(s[across]), int32(s[2*across]), int32(s[3*across])
		if 2*abs(p0-q0)+abs(p1-q1)>>1 > limit {
			continue
		}
		a := clipSigned(clipSigned(p1-q1) + 3*(q0-p0))
		s[across] = clip(p0 + clipSigned(a+3)>>3)
		s[2*across] = clip(q0 - clipSigned(a+4)>>3)
	}
}

func filterSubEdge(pix []byte, across, along, n int, l *filterLimits) {
	for i := range n {
		s := pix[i*along:]
		p1, p0, q0, q1 := int32(s[2*across]), int32(s[3*across]), int32(s[4*across]), int32(s[5*across])
		if 2*abs(p0-q0)+abs(p1-q1)>>1 > l.subEdge {
			continue
		}
		p3, p2, q2, q3 := int32(s[0]), int32(s[across]), int32(s[6*across]), int32(s[7*across])
		if abs(p3-p2) > l.interior || abs(p2-p1) > l.interior || abs(p1-p0) > l.interior ||
			abs(q1-q0) > l.interior || abs(q2-q1) > l.interior || abs(q3-q2) > l.interior {
			continue
		}
		if abs(p1-p0) > l.variance || abs(q1-q0) > l.variance {
			a := clipSigned(clipSigned(p1-q1) + 3*(q0-p0))
			s[3*across] = clip(p0 + clipSigned(a+3)>>3)
			s[4*across] = clip(q0 - clipSigned(a+4)>>3)
			continue
		}
		a := clipSigned(3 * (q0 - p0))
		f := clipSigned(a+4) >> 3
		s[3*across] = clip(p0 + clipSigned(a+3)>>3)
		s[4*across] = clip(q0 - f)
		f = (f + 1) >> 1
		s[2*across] = clip(p1 + f)
		s[5*across] = clip(q1 - f)
	}
}

func filterMBEdge(pix []byte, across, along, n int, l *filterLimits) {
	for i := range n {
		s := pix[i*along:]
		p1, p0, q0, q1 := int32(s[2*across]), int32(s[3*across]), int32(s[4*across]), int32(s[5*across])
		if 2*abs(p0-q0)+abs(p1-q1)>>1 > l.edge {
			continue
		}
		p3, p2, q2, q3 := int32(s[0]), int32(s[across]), int32(s[6*across]), int32(s[7*across])
		if abs(p3-p2) > l.interior || abs(p2-p1) > l.interior || abs(p1-p0) > l.interior ||
			abs(q1-q0) > l.interior || abs(q2-q1) > l.interior || abs(q3-q2) > l.interior {
			continue
		}
		w := clipSigned(clipSigned(p1-q1) + 3*(q0-p0))
		if abs(p1-p0) > l.variance || abs(q1-q0) > l.variance {
			s[3*across] = clip(p0 + clipSigned(w+3)>>3)
			s[4*across] = clip(q0 - clipSigned(w+4)>>3)
			continue
		}
		a := (27*w + 63) >> 7
		s[3*across] = clip(p0 + a)
		s[4*across] = clip(q0 - a)
		a = (18*w + 63) >> 7
		s[2*across] = clip(p1 + a)
		s[5*across] = clip(q1 - a)
		a = (9*w + 63) >> 7
		s[across] = clip(p2 + a)
		s[6*across] = clip(q2 - a)
	}
}

func abs(v int32) int32 { return max(v, -v) }

// clipSigned limits v to -128 to 127.
func clipSigned(v int32) int32 { return min(max(v, -128), 127) }
