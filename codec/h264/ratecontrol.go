package h264

// windowSeconds is the time over which the ceiling holds.
const windowSeconds = 2

const maxWindow = windowSeconds * maxFrameRate

// The finest quantizer that rate control uses: below it nothing is gained that can be seen.
const floorQP = 20

// rateState is what rate control remembers of the pictures before; a redone picture takes it back.
type rateState struct {
	sizes  [maxWindow]int32 // bits of the last pictures, a ring
	at     int              // the oldest of them
	sum    int              // of all of them
	debt   int              // bits spent above plan, bounded
	qp     int              // mean of the last P picture or, if that is newer, of the IDR picture; 0 at first
	costP  int              // bits times squared step of an active macroblock of P pictures; 0 if not known
	scaleI int              // bits times squared step of IDR pictures per unit of activity, in 1/1024
}

// rateControl chooses the quantizer of each picture and of its macroblock rows.
type rateControl struct {
	fixed   int // constant QP, 0 if there is control
	window  int // pictures in windowSeconds, less the current one
	ceiling int // bits in windowSeconds
	mean    int // bits per picture on average
	planI   int // bits of an IDR picture that go with that
	planP   int // and of the others
	empty   int // bits of a picture without anything
	cabac   bool
	spare   int // bits that P pictures leave in the window: those of an I picture without any residual

	// of the current picture
	idr      bool
	base     int  // its quantizer
	qp       int  // of the current row
	target   int  // bits it should take
	plan     int  // bits it may take if all of it is new
	most     int  // and if these are too few
	limit    int  // bits it must not exceed
	soft     int  // limit for what is coded, before emulation prevention
	lower    int  // how much the limit is lowered because emulation prevention needed more
	tries    int  // how often it was
	active   int  // macroblocks to code
	coded    int  // how many of them are
	activity int  // of an IDR picture
	sumQP    int  // over the coded macroblocks, of their rows
	cut      bool // the quantizer of the last pictures was of no use

	// of the current picture's rows so far
	rowBits, rowCoded  int // up to the last row with anything to code
	recentBits, recent int // of the last rows, the latest counting most: bits, and macroblocks in 1/16
	rest               int // bits that the other rows would take if they went on like that
}

// keyframeGain is how much finer an IDR picture's quantizer is than a given one: all pictures up to the next are predicted
// from it, and what stands still stays as it made it.
const keyframeGain = 3

// unlimited is the limit of a picture that has none.
const unlimited = 1 << 40

func newRateControl(cfg EncoderConfig, t tools) rateControl {
	mbs := (cfg.Width + 15) / 16 * ((cfg.Height + 15) / 16)
	mean := cfg.Bitrate / cfg.FrameRate
	// An IDR picture may take several times the mean, which the pictures before the next one pay for.
	n := cfg.KeyframeInterval
	planI := mean * min(2*idrShare, n+1) / 2
	return rateControl{
		fixed:   cfg.QP,
		window:  windowSeconds*cfg.FrameRate - 1,
		ceiling: windowSeconds * cfg.MaxBitrate,
		mean:    mean,
		planI:   planI,
		planP:   (n*mean - planI) / max(n-1, 1),
		spare:   min(2*mbs*bareBits, windowSeconds*cfg.MaxBitrate/4),
		empty:   emptyPicture,
		cabac:   t.cabac,
	}
}

// step is the quantizer's step size in 1/16 (clause 8.5.9: 0.625 at QP 0, doubling every 6).
func step(qp int) int {
	return int([6]uint8{10, 11, 13, 14, 16, 18}[qp%6]) << (qp / 6)
}

// fits tells whether a picture of the given cost, bits times squared step, meets the target with the quantizer. That its
// size goes with the square of the step was measured on camera noise; the coarser the quantizer, the fewer macroblocks
// have any residual.
func fits(cost, qp, target int) bool { return cost <= target*step(qp)*step(qp) }

// start chooses the quantizer of a picture with the given number of macroblocks to code and, if it is an IDR one, activity.
// maxBits bounds the picture; 0 means no bound. refine says that the macroblocks are only to be made better: nothing else
// needs the bits.
func (r *rateControl) start(s *rateState, idr, refine bool, active, activity, maxBits int) int {
	r.idr, r.active, r.activity = idr, active, activity
	r.cut, r.lower, r.tries = false, 0, 0
	r.limit = unlimited
	if maxBits > 0 {
		r.limit = maxBits
	}
	if r.fixed != 0 {
		r.base = r.fixed
		if idr {
			r.base = max(r.fixed-keyframeGain, 1)
		}
		r.restart(r.limit)
		return r.base
	}
	// The pictures that follow until the first of the window leaves it must at least be able to repeat this one.
	room := max(r.ceiling-s.sum-r.window*r.empty, 0)
	switch {
	case active == 0:
		r.base = max(s.qp, floorQP)
	case idr:
		r.limit = min(r.limit, room)
		if s.scaleI == 0 {
			s.scaleI = firstScaleI
			s.debt = -firstCredit * r.mean
			r.allow(s)
			s.debt = 0
		} else {
			r.allow(s)
		}
		r.base = r.coarsen(activity*s.scaleI>>10, floorQP)
	default:
		r.limit = min(r.limit, max(room-r.spare, 0))
		r.allow(s)
		r.target = min(max(r.planP-s.debt/payBack, r.mean/8), r.limit/2)
		if refine {
			r.target = r.limit * 3 / 4
		}
		r.base = r.chooseP(s)
		if refine && s.costP == 0 {
			r.base = max(s.qp-2, floorQP) // after a cut: finer than what is there
		}
	}
	r.restart(r.limit)
	return r.base
}

// allow sets what the picture may take if all of it is new: what is planned for an IDR picture, and all that was saved.
func (r *rateControl) allow(s *rateState) {
	r.plan = min(r.planI, r.limit*7/8)
	r.most = min(r.planI+max(-s.debt, 0), r.limit*7/8)
	if !r.idr {
		r.most = r.limit * 7 / 8 // a slide change: it is rare, and what follows often costs nothing
	}
}

// coarsen sets the target of a picture of which all is new, of the given cost, and gives the quantizer for it, no finer
// than from: the plan is exceeded only as far as it takes to make text legible at once.
func (r *rateControl) coarsen(cost, from int) int {
	qp := from
	for r.target = r.plan; qp < maxQP && !fits(cost, qp, r.target); qp++ {
		if qp+1 >= legibleQP {
			r.target = r.most
		}
	}
	return qp
}

// legibleQP is the quantizer with which the PSNR of a page of text is above 38 dB.
const legibleQP = 28

// firstCredit is how many times the mean the first picture may exceed its plan.
const firstCredit = 8

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

const (
	// idrShare is how many times the mean an IDR picture may take, if they are rare enough.
	idrShare = 5
	// payBack is how many pictures it takes to make up for most of what was spent above plan, or was not.
	payBack = 16
	// firstScaleI is scaleI before any IDR picture was coded: the middle of what calls of noisy tiles gave.
	firstScaleI = 4 << 20
	// maxScaleI keeps products within 64 bits; it is far above what any content gives.
	maxScaleI = 1 << 30
)

// chooseP chooses the quantizer of a P picture from what the last ones cost. It follows slowly, so that quality is steady,
// and keeps the quantizer if that comes near enough to the target.
func (r *rateControl) chooseP(s *rateState) int {
	if s.costP == 0 {
		return min(max(s.qp+1, floorQP), maxQP)
	}
	cost := s.costP * r.active
	qp := max(s.qp, floorQP)
	for n := 0; n < maxChange && qp > floorQP && fits(cost, qp-1, r.target); n++ {
		qp--
	}
	for n := 0; n < maxChange && qp < maxQP && !fits(cost, qp, r.target*9/8); n++ {
		qp++
	}
	return qp
}

// maxChange is how much the quantizer of a P picture may differ from that of the last.
const maxChange = 4

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

// missed tells whether the picture is about to take several times its target, as when the scene cuts, so that it is to be
// coded again, once, with a coarser quantizer. It sets that, and a target that takes what there is.
func (r *rateControl) missed() bool {
	bits := r.rowBits + r.rest
	if r.fixed != 0 || r.cut || r.coded*16 < r.active || bits < r.target*2 {
		return false
	}
	cost := bits * step(r.base) * step(r.base)
	base := r.base
	if r.base = r.coarsen(cost, base); r.base <= base+1 {
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

// finish notes what the picture took.
func (r *rateControl) finish(s *rateState, bits int) {
	if r.fixed != 0 {
		return
	}
	if r.window > 0 {
		s.sum += bits - int(s.sizes[s.at])
		s.sizes[s.at] = int32(bits)
		s.at = (s.at + 1) % r.window
	}
	plan := r.planP
	if r.idr {
		plan = r.planI
	}
	s.debt = min(max(s.debt+bits-plan, -payBack*r.mean), 2*payBack*r.mean)
	if r.active == 0 {
		return
	}
	qp := (r.sumQP + r.active/2) / r.active
	s.qp = qp
	if r.idr {
		s.scaleI = min(max(bits*step(qp)*step(qp)<<10/max(r.activity, 1), 1), maxScaleI)
		return
	}
	if r.cut {
		s.costP = 0
		return
	}
	cost := bits * step(qp) * step(qp) / r.active
	if s.costP == 0 {
		s.costP = max(cost, 1)
		return
	}
	s.costP = max((s.costP+cost)/2, 1)
}
