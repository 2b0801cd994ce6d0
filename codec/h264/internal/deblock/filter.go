package deblock

// lumaRun filters four lines across an edge (clauses 8.7.2.3 and 8.7.2.4). pix[at] is q0 of the first line, across the
// step from p0 to q0 and along that to the next line.
func lumaRun(pix []byte, at, across, along, bs int, t *thresholds) {
	alpha, beta := t.alpha, t.beta
	if alpha == 0 {
		return
	}
	tc0 := 0
	if bs < 4 {
		tc0 = int(t.tc0[bs-1])
	}
	for range 4 {
		p0, p1 := int(pix[at-across]), int(pix[at-2*across])
		q0, q1 := int(pix[at]), int(pix[at+across])
		if abs(p0-q0) < alpha && abs(p1-p0) < beta && abs(q1-q0) < beta {
			if bs < 4 {
				normal(pix, at, across, tc0, beta)
			} else {
				strong(pix, at, across, alpha, beta)
			}
		}
		at += along
	}
}

// normal is the luma filter for bS below 4 (clause 8.7.2.3) on a line that is to be filtered.
func normal(pix []byte, at, across, tc0, beta int) {
	p0, p1, p2 := int(pix[at-across]), int(pix[at-2*across]), int(pix[at-3*across])
	q0, q1, q2 := int(pix[at]), int(pix[at+across]), int(pix[at+2*across])
	tc := tc0
	if abs(p2-p0) < beta {
		pix[at-2*across] = byte(p1 + clamp((p2+(p0+q0+1)>>1-2*p1)>>1, tc0))
		tc++
	}
	if abs(q2-q0) < beta {
		pix[at+across] = byte(q1 + clamp((q2+(p0+q0+1)>>1-2*q1)>>1, tc0))
		tc++
	}
	delta := clamp(((q0-p0)*4+p1-q1+4)>>3, tc)
	pix[at-across] = clip(p0 + delta)
	pix[at] = clip(q0 - delta)
}

// strong is the luma filter for bS 4 (clause 8.7.2.4) on a line that is to be filtered.
func strong(pix []byte, at, across, alpha, beta int) {
	p0, p1, p2 := int(pix[at-across]), int(pix[at-2*across]), int(pix[at-3*across])
	q0, q1, q2 := int(pix[at]), int(pix[at+across]), int(pix[at+2*across])
	near := abs(p0-q0) < alpha>>2+2
	if near && abs(p2-p0) < beta {
		p3 := int(pix[at-4*across])
		pix[at-across] = byte((p2 + 2*p1 + 2*p0 + 2*q0 + q1 + 4) >> 3)
		pix[at-2*across] = byte((p2 + p1 + p0 + q0 + 2) >> 2)
		pix[at-3*across] = byte((2*p3 + 3*p2 + p1 + p0 + q0 + 4) >> 3)
	} else {
		pix[at-across] = byte((2*p1 + p0 + q1 + 2) >> 2)
	}
	if near && abs(q2-q0) < beta {
		q3 := int(pix[at+3*across])
		pix[at] = byte((p1 + 2*p0 + 2*q0 + 2*q1 + q2 + 4) >> 3)
		pix[at+across] = byte((p0 + q0 + q1 + q2 + 2) >> 2)
		pix[at+2*across] = byte((2*q3 + 3*q2 + q1 + q0 + p0 + 4) >> 3)
	} else {
		pix[at] = byte((2*q1 + q0 + p1 + 2) >> 2)
	}
}

// chromaRun filters two lines across an edge of a chroma plane.
func chromaRun(pix []byte, at, across, along, bs int, t *thresholds) {
	alpha, beta := t.alpha, t.beta
	if alpha == 0 {
		return
	}
	for range 2 {
		p0, p1 := int(pix[at-across]), int(pix[at-2*across])
		q0, q1 := int(pix[at]), int(pix[at+across])
		if abs(p0-q0) < alpha && abs(p1-p0) < beta && abs(q1-q0) < beta {
			if bs < 4 {
				delta := clamp(((q0-p0)*4+p1-q1+4)>>3, int(t.tc0[bs-1])+1)
				pix[at-across] = clip(p0 + delta)
				pix[at] = clip(q0 - delta)
			} else {
				pix[at-across] = byte((2*p1 + p0 + q1 + 2) >> 2)
				pix[at] = byte((2*q1 + q0 + p1 + 2) >> 2)
			}
		}
		at += along
	}
}

func abs(v int) int {
	m := v >> 63
	return (v ^ m) - m
}

func clamp(v, limit int) int { return min(max(v, -limit), limit) }

func clip(v int) byte { return byte(min(max(v, 0), 255)) }
