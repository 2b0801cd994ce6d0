package decode

// lumaVertical filters 16 rows across the vertical edge in front of pix[at] (clauses 8.7.2.3 and 8.7.2.4).
func lumaVertical(pix []byte, at, stride int, s *strengths, t *thresholds) {
	alpha, beta := t.alpha, t.beta
	for i := range 16 {
		bs := s[i>>2]
		if bs == 0 {
			continue
		}
		r := (*[8]byte)(pix[at-4+i*stride:])
		p1, p0, q0, q1 := int(r[2]), int(r[3]), int(r[4]), int(r[5])
		if abs(p0-q0) >= alpha || abs(p1-p0) >= beta || abs(q1-q0) >= beta {
			continue
		}
		p2, q2 := int(r[1]), int(r[6])
		if bs < 4 {
			n1, n0, m0, m1 := normal(p2, p1, p0, q0, q1, q2, beta, int(t.tc0[bs&3]))
			r[2], r[3], r[4], r[5] = n1, n0, m0, m1
			continue
		}
		near := abs(p0-q0) < alpha>>2+2
		if near && abs(p2-p0) < beta {
			r[3], r[2], r[1] = strong(int(r[0]), p2, p1, p0, q0, q1)
		} else {
			r[3] = byte((2*p1 + p0 + q1 + 2) >> 2)
		}
		if near && abs(q2-q0) < beta {
			r[4], r[5], r[6] = strong(int(r[7]), q2, q1, q0, p0, p1)
		} else {
			r[4] = byte((2*q1 + q0 + p1 + 2) >> 2)
		}
	}
}

// lumaHorizontal filters 16 columns across the horizontal edge above pix[at].
func lumaHorizontal(pix []byte, at, stride int, s *strengths, t *thresholds) {
	alpha, beta := t.alpha, t.beta
	rp3 := (*[16]byte)(pix[at-4*stride:])
	rp2 := (*[16]byte)(pix[at-3*stride:])
	rp1 := (*[16]byte)(pix[at-2*stride:])
	rp0 := (*[16]byte)(pix[at-stride:])
	rq0 := (*[16]byte)(pix[at:])
	rq1 := (*[16]byte)(pix[at+stride:])
	rq2 := (*[16]byte)(pix[at+2*stride:])
	rq3 := (*[16]byte)(pix[at+3*stride:])
	for i := range 16 {
		bs := s[i>>2]
		if bs == 0 {
			continue
		}
		p1, p0, q0, q1 := int(rp1[i]), int(rp0[i]), int(rq0[i]), int(rq1[i])
		if abs(p0-q0) >= alpha || abs(p1-p0) >= beta || abs(q1-q0) >= beta {
			continue
		}
		p2, q2 := int(rp2[i]), int(rq2[i])
		if bs < 4 {
			rp1[i], rp0[i], rq0[i], rq1[i] = normal(p2, p1, p0, q0, q1, q2, beta, int(t.tc0[bs&3]))
			continue
		}
		near := abs(p0-q0) < alpha>>2+2
		if near && abs(p2-p0) < beta {
			rp0[i], rp1[i], rp2[i] = strong(int(rp3[i]), p2, p1, p0, q0, q1)
		} else {
			rp0[i] = byte((2*p1 + p0 + q1 + 2) >> 2)
		}
		if near && abs(q2-q0) < beta {
			rq0[i], rq1[i], rq2[i] = strong(int(rq3[i]), q2, q1, q0, p0, p1)
		} else {
			rq0[i] = byte((2*q1 + q0 + p1 + 2) >> 2)
		}
	}
}

// normal is the luma filter for bS below 4 (clause 8.7.2.3).
func normal(p2, p1, p0, q0, q1, q2, beta, tc0 int) (np1, np0, nq0, nq1 byte) {
	tc := tc0
	mean := (p0 + q0 + 1) >> 1
	np1, nq1 = byte(p1), byte(q1)
	if abs(p2-p0) < beta {
		np1 = byte(p1 + clamp((p2+mean-2*p1)>>1, tc0))
		tc++
	}
	if abs(q2-q0) < beta {
		nq1 = byte(q1 + clamp((q2+mean-2*q1)>>1, tc0))
		tc++
	}
	delta := clamp(((q0-p0)*4+p1-q1+4)>>3, tc)
	return np1, clip(p0 + delta), clip(q0 - delta), nq1
}

// strong gives the three samples of one side for bS 4 (clause 8.7.2.4), the one at the edge first.
func strong(p3, p2, p1, p0, q0, q1 int) (np0, np1, np2 byte) {
	return byte((p2 + 2*p1 + 2*p0 + 2*q0 + q1 + 4) >> 3), byte((p2 + p1 + p0 + q0 + 2) >> 2),
		byte((2*p3 + 3*p2 + p1 + p0 + q0 + 4) >> 3)
}

// chromaVertical filters 8 rows across the vertical edge in front of pix[at].
func chromaVertical(pix []byte, at, stride int, s *strengths, t *thresholds) {
	for i := range 8 {
		bs := s[i>>1]
		if bs == 0 {
			continue
		}
		r := (*[4]byte)(pix[at-2+i*stride:])
		r[1], r[2] = chroma(int(r[0]), int(r[1]), int(r[2]), int(r[3]), bs, t)
	}
}

// chromaHorizontal filters 8 columns across the horizontal edge above pix[at].
func chromaHorizontal(pix []byte, at, stride int, s *strengths, t *thresholds) {
	rp1 := (*[8]byte)(pix[at-2*stride:])
	rp0 := (*[8]byte)(pix[at-stride:])
	rq0 := (*[8]byte)(pix[at:])
	rq1 := (*[8]byte)(pix[at+stride:])
	for i := range 8 {
		if bs := s[i>>1]; bs != 0 {
			rp0[i], rq0[i] = chroma(int(rp1[i]), int(rp0[i]), int(rq0[i]), int(rq1[i]), bs, t)
		}
	}
}

// chroma filters one line of a chroma plane across an edge.
func chroma(p1, p0, q0, q1 int, bs uint8, t *thresholds) (np0, nq0 byte) {
	if abs(p0-q0) >= t.alpha || abs(p1-p0) >= t.beta || abs(q1-q0) >= t.beta {
		return byte(p0), byte(q0)
	}
	if bs < 4 {
		delta := clamp(((q0-p0)*4+p1-q1+4)>>3, int(t.tc0[bs&3])+1)
		return clip(p0 + delta), clip(q0 - delta)
	}
	return byte((2*p1 + p0 + q1 + 2) >> 2), byte((2*q1 + q0 + p1 + 2) >> 2)
}

func abs(v int) int { return max(v, -v) }

func clamp(v, limit int) int { return min(max(v, -limit), limit) }
