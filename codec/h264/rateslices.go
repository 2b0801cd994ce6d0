package h264

// share is what a slice has of a picture.
type share struct {
	active       int // macroblocks to code
	ofBits, bits int // that its rows are thought to take, and those of the picture
	ofRows, rows int // macroblock rows
}

// of is the slice's share of v by bits.
func (p *share) of(v int) int { return v * p.ofBits / max(p.bits, 1) }

// part is the control of a slice of the picture. What the slices must not exceed is no more, together, than what the picture
// must not; half of it goes by size, so that there is enough for rows that take much more than they are thought to.
func (r *rateControl) part(p share) rateControl {
	s := *r
	s.active = p.active
	s.target, s.plan, s.most = p.of(r.target), p.of(r.plan), p.of(r.most)
	if r.limit < unlimited {
		half := (r.limit - r.lower) / 2
		s.limit = half*p.ofRows/p.rows + p.of(half)
	}
	s.lower = 0
	s.restart(s.limit)
	return s
}

// divisible tells whether slices of a picture of mbw by mbh macroblocks have enough bits to code what they must in the
// cheapest way, if each has at least the given number of rows.
func (r *rateControl) divisible(least, mbw, mbh int) bool {
	row, slice := mbw/8+1, learning+bareSkips+2*emptyPicture
	if r.idr {
		row += mbw * bareBits
		slice += (mbw + 1) * bareToken
	}
	return r.limit-r.lower >= 2*mbh*(row+slice/least+1)
}

// meanQP is the mean quantizer of a slice of a picture with the given one, as far as it got.
func (e *sliceEncoder) meanQP(base int) int {
	if e.payload == nil || e.rate.coded == 0 {
		return base
	}
	return (e.rate.sumQP + e.rate.coded/2) / e.rate.coded
}

// merge takes up what became of the slices of a picture, and tells whether that is how it stays. Otherwise it is to be coded
// again, as it is at most once, with shares that go by what the rows took: because one of the slices was about to take
// several times its share, or ran out of bits while others had some left.
func (r *rateControl) merge(slices []*sliceEncoder) bool {
	r.coded, r.sumQP, r.qp = 0, 0, 0
	bits, cost, stopped, starved := 0, 0, false, false
	for _, s := range slices {
		p, spent, qp := &s.rate, 8*len(s.payload), s.meanQP(r.base)
		if s.payload == nil {
			spent, stopped = p.expected, true
		}
		bits += spent
		cost += spent * step(qp) * step(qp)
		starved = starved || s.starved
		r.coded += p.coded
		r.sumQP += p.sumQP
		r.qp = max(r.qp, p.qp)
	}
	if !stopped && (!starved || r.settled || bits > r.limit/4*3) {
		return true
	}
	if stopped && bits >= 2*r.target {
		r.base, r.cut = r.coarsen(cost, r.base), true
	}
	r.settled = true
	r.restart(r.limit - r.lower)
	return false
}
