package vp8

// filterLimits are the thresholds of the loop filter at one level (RFC 6386 15.2 to 15.4).
type filterLimits struct {
	edge     int32 // step across the edge of a macroblock
	subEdge  int32 // step across an edge inside
	interior int32 // step between neighbors on one side
	variance int32 // step next to the edge above which only two samples change
}

// filterMode is the kind of mode by which levels is indexed, in the order of filterDeltas.
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
					l += int32(d.deltas[ref])
					if ref != refIntra || mode == 0 {
						l += int32(d.deltas[modeDeltas+mode])
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
		filterNormal(f, mbx, mby, limits, mb.inner)
	}
}
