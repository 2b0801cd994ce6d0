package h264

// restart begins with the first macroblock of the picture. What is coded must not exceed the given bits, less the NAL
// unit's header and length, the trailing bits and an allowance for emulation prevention.
func (r *rateControl) restart(limit int) {
	r.soft = limit - limit/512 - 64
	r.qp, r.coded, r.sumQP = r.base, 0, 0
	r.rowBits, r.rowCoded, r.recentBits, r.recent, r.rest = 0, 0, 0, 0, 0
}

// exceeded tells whether the picture, of the given size, is over its limit though what was coded was not, so that it is to
// be coded again with a limit that is lower by as much, and each time by more.
func (r *rateControl) exceeded(bits int) bool {
	over := bits - r.limit
	if over <= 0 || r.soft < 0 {
		return false
	}
	r.lower += max(2*over, r.limit/32) << r.tries
	r.tries++
	r.restart(r.limit - r.lower)
	return true
}

// row gives the quantizer of the next macroblock row from the bits that the rows before it took: it compares what the
// picture would take if the rest went on like the last rows with what it should.
func (r *rateControl) row(bits int) int {
	done := r.coded - r.rowCoded
	if r.fixed != 0 || done == 0 {
		return r.qp
	}
	r.recentBits = (r.recentBits + bits - r.rowBits) / 2
	r.recent = (r.recent + 16*done) / 2
	r.rowBits, r.rowCoded = bits, r.coded
	r.rest = 16 * r.recentBits * (r.active - r.coded) / max(r.recent, 1)
	rest := r.rest
	over := bits + rest - r.target
	top := min(r.base+rowRange, maxQP)
	if bits+rest > min(r.limit*7/8, r.target*3/2) {
		top = maxQP
	}
	switch {
	case over > max(rest/2, r.target/8):
		r.qp += 3
	case over > max(rest/4, r.target/8):
		r.qp += 2
	case over > max(rest/8, r.target/8):
		r.qp++
	case over < -rest/4 && r.qp > r.base:
		r.qp--
	}
	r.qp = min(r.qp, top)
	return r.qp
}

// rowRange is how much coarser than the first row the others may get unless far too much is being spent.
const rowRange = 8

// misjudged tells whether the picture, coded in the given bits and all of it new, should have had another quantizer: it came
// to others than it began with, or could have had a much finer one. It is to be coded again then, once: as a slide looks, and
// a keyframe, so it stays.
func (r *rateControl) misjudged(bits int) bool {
	if r.fixed != 0 || r.again || r.coded == 0 || !r.idr && !r.cut {
		return false
	}
	mean := (r.sumQP + r.coded/2) / r.coded
	base := r.coarsen(bits*step(mean)*step(mean), max(r.from, 1))
	coarser, finer := max(mean, r.qp) >= r.base+uneven, base <= r.base-tooCoarse && r.base > legibleQP+uneven
	if !coarser && !finer || base == r.base && !coarser {
		return false
	}
	r.again, r.cut, r.base = true, true, base
	r.restart(r.limit - r.lower)
	return true
}

const (
	// uneven is by how much a picture's first and last row may differ in their quantizers.
	uneven = 2
	// tooCoarse is by how much a picture's quantizer may be too coarse.
	tooCoarse = 3
)

// missed tells whether the picture is about to take several times its target, as when the scene cuts, so that it is to be
// coded again, once, with a coarser quantizer. It sets that, and a target that takes what there is.
func (r *rateControl) missed() bool {
	bits := r.rowBits + r.rest
	r.expected = bits
	if r.fixed != 0 || r.cut || r.settled || r.coarsest > 0 || r.coded*16 < r.active || bits < r.target*2 {
		return false
	}
	cost := bits * step(r.base) * step(r.base)
	base := r.base
	if r.base = r.coarsen(cost, base); r.base <= base+1 && r.qp <= base+uneven {
		r.base = base
		return false
	}
	r.cut = true
	r.restart(r.limit - r.lower)
	return true
}

// done notes that an active macroblock is coded in a row with the given quantizer.
func (r *rateControl) done(qp int) {
	r.coded++
	r.sumQP += qp
}

const (
	// bareBits is the most that an I macroblock without residual takes beside others of its kind: 5 bits for its type,
	// one each for the chroma mode, the quantizer's difference and the token of the DC block.
	bareBits = 8
	// bareToken is how much longer the token may be beside macroblocks with residual.
	bareToken = 5
	// emptyPicture bounds a picture without anything, in bits.
	emptyPicture = 128
	// learning bounds what it takes CABAC's contexts to become used to macroblocks without residual, each of which then
	// takes less than an eighth of a bit in P pictures.
	learning = 400
	// bareSkips bounds the run of skipped macroblocks that ends a P picture.
	bareSkips = 64
)

// short tells whether too few bits are left, the given number being spent, to code that many more macroblocks in the
// cheapest way; mbw are in a row.
func (r *rateControl) short(bits, left, mbw int) bool {
	rest := bareSkips
	if r.idr {
		rest = left*bareBits + min(left, mbw+1)*bareToken
	}
	if r.cabac {
		rest += learning + left/8
	}
	return bits+rest > r.soft
}
