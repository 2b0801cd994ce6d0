package deblock

// lumaPlain is the twin of lumaEdge.
func lumaPlain(pix []byte, at, across, along int, s *Strengths, t *Thresholds) {
	if t.Off() {
		return
	}
	alpha, beta := int(t.alpha), int(t.beta)
	for _, bs := range s {
		if bs == 0 {
			at += 4 * along
			continue
		}
		tc0 := int(t.tc0[bs&7])
		for range 4 {
			p1, p0 := int(pix[at-2*across]), int(pix[at-across])
			q0, q1 := int(pix[at]), int(pix[at+across])
			if abs(p0-q0) < alpha && abs(p1-p0) < beta && abs(q1-q0) < beta {
				if bs == 4 {
					strong(pix, at, across, alpha, beta)
				} else {
					p2, q2 := int(pix[at-3*across]), int(pix[at+2*across])
					mean := (p0 + q0 + 1) >> 1
					tc := tc0
					if abs(p2-p0) < beta {
						pix[at-2*across] = byte(p1 + clamp((p2+mean-2*p1)>>1, tc0))
						tc++
					}
					if abs(q2-q0) < beta {
						pix[at+across] = byte(q1 + clamp((q2+mean-2*q1)>>1, tc0))
						tc++
					}
					delta := clamp(((q0-p0)*4+p1-q1+4)>>3, tc)
					pix[at-across], pix[at] = clip(p0+delta), clip(q0-delta)
				}
			}
			at += along
		}
	}
}

// strong is the luma filter for bS 4 on a line that is to be filtered (clause 8.7.2.4).
func strong(pix []byte, at, across, alpha, beta int) {
	p2, p1, p0 := int(pix[at-3*across]), int(pix[at-2*across]), int(pix[at-across])
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

// chromaPlain is the twin of chromaEdges for one plane.
func chromaPlain(pix []byte, at, across, along int, s *Strengths, t *Thresholds) {
	if t.Off() {
		return
	}
	alpha, beta := int(t.alpha), int(t.beta)
	for _, bs := range s {
		if bs == 0 {
			at += 2 * along
			continue
		}
		tc := int(t.tc0[bs&7]) + 1
		for range 2 {
			p1, p0 := int(pix[at-2*across]), int(pix[at-across])
			q0, q1 := int(pix[at]), int(pix[at+across])
			if abs(p0-q0) < alpha && abs(p1-p0) < beta && abs(q1-q0) < beta {
				if bs < 4 {
					delta := clamp(((q0-p0)*4+p1-q1+4)>>3, tc)
					pix[at-across], pix[at] = clip(p0+delta), clip(q0-delta)
				} else {
					pix[at-across], pix[at] = byte((2*p1+p0+q1+2)>>2), byte((2*q1+q0+p1+2)>>2)
				}
			}
			at += along
		}
	}
}

func abs(v int) int {
	m := v >> 63
	return (v ^ m) - m
}

func clamp(v, limit int) int { return min(max(v, -limit), limit) }

func clip(v int) byte { return byte(min(max(v, 0), 255)) }
