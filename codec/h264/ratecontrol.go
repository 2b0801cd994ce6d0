package h264

// windowSeconds is the time over which the ceiling holds.
const windowSeconds = 2

const maxWindow = windowSeconds * maxFrameRate

const (
	// defaultQuality is the quantizer that pictures have where bits allow: camera pictures enlarged to a canvas have 44 dB
	// with it, and text over 38.
	defaultQuality = 26
	// averageQuality is the finest quantizer with an average to be reached.
	averageQuality = 12
)

// rateState is what rate control remembers of the pictures before; a redone picture takes it back.
type rateState struct {
	sizes   [maxWindow]int32 // bits of the last pictures, a ring
	at      int              // the oldest of them
	sum     int              // of all of them
	debt    int              // bits spent above plan, bounded
	qp      int              // mean of the last P picture or, if that is newer, of the IDR picture; 0 at first
	costP   int              // bits times squared step of an active macroblock of P pictures; 0 if not known
	costNew int              // bits times step of a macroblock of the last picture of which all was new
	scaleI  int              // bits times squared step of IDR pictures per unit of activity, in 1/1024
}

// rateControl chooses the quantizer of each picture and of its macroblock rows.
type rateControl struct {
	fixed   int  // constant QP, 0 if there is control
	finest  int  // quantizer of P pictures, however many bits there are
	average bool // there is an average to be reached
	window  int  // pictures in windowSeconds, less the current one
	ceiling int  // bits in windowSeconds
	mean    int  // bits per picture on average
	planI   int  // bits of an IDR picture that go with that
	planP   int  // and of the others
	longest int  // bits of averageSeconds
	empty   int  // bits of a picture without anything
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
	coarsest int  // quantizer of the macroblocks to be made better if nothing changes; 0 if something does
	cut      bool // the quantizer of the last pictures was of no use
	from     int  // the finest quantizer that it may have
	again    bool // it is coded anew because its quantizer was not the one it should have had

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
	mean, finest := cfg.Bitrate/cfg.FrameRate, cfg.Quality
	if mean == 0 {
		mean = cfg.MaxBitrate / 10 * 9 / cfg.FrameRate
	}
	if finest == 0 {
		finest = defaultQuality
		if cfg.Bitrate != 0 {
			finest = averageQuality
		}
	}
	// An IDR picture may take several times the mean, which the pictures before the next one pay for.
	n := cfg.KeyframeInterval
	planI := mean * min(2*idrShare, n+1) / 2
	return rateControl{
		fixed:   cfg.QP,
		finest:  finest,
		average: cfg.Bitrate != 0,
		window:  windowSeconds*cfg.FrameRate - 1,
		ceiling: windowSeconds * cfg.MaxBitrate,
		mean:    mean,
		longest: averageSeconds * cfg.Bitrate,
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
// maxBits bounds the picture; 0 means no bound. coarsest is the coarsest quantizer of these macroblocks if they are only to
// be made better, so that nothing else needs the bits, else 0; a result that is no finer says to leave them as they are.
func (r *rateControl) start(s *rateState, idr bool, coarsest, active, activity, maxBits int) int {
	r.idr, r.coarsest, r.active, r.activity = idr, coarsest, active, activity
	r.cut, r.again, r.lower, r.tries = false, false, 0, 0
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
		r.base = max(s.qp, r.finest)
	case idr:
		r.limit = min(r.limit, room)
		r.startIDR(s)
	default:
		r.limit = min(r.limit, max(room-r.spare, 0))
		r.startP(s)
	}
	r.restart(r.limit)
	return r.base
}

// startIDR chooses the quantizer of an IDR picture: somewhat finer than that of the pictures before it if there are bits for
// that.
func (r *rateControl) startIDR(s *rateState) {
	saved := max(-s.debt, 0)
	if s.scaleI == 0 {
		s.scaleI = firstScaleI
		saved = firstCredit * r.mean
	}
	r.plan = min(r.planI, r.limit*7/8)
	r.most = min(r.planI+saved, r.limit*7/8)
	r.from = max(r.finest, s.qp) - keyframeGain
	r.base = r.coarsen(r.activity*s.scaleI>>10, max(r.from, 1))
}

// startP chooses the quantizer of a P picture.
func (r *rateControl) startP(s *rateState) {
	// Neither a slide change, which is rare and often followed by pictures that cost nothing, nor what is made of it then
	// takes all there is: something may begin to move.
	free := max(r.limit-r.window*r.mean/8, r.limit/8)
	r.plan = min(r.planI, free)
	r.most = free
	r.from = r.finest
	if r.coarsest > 0 {
		r.target = free
		r.base = r.chooseRefined(s)
		return
	}
	r.target = min(r.planned(s), max(r.share(s), free/4), r.limit*7/8)
	r.base = r.chooseP(s)
}

// share is what each picture from now on may take if all take as much.
func (r *rateControl) share(s *rateState) int {
	left := r.ceiling - s.sum
	share := left
	for k := range r.window {
		left += int(s.sizes[(s.at+k)%r.window])
		share = min(share, left/(k+2))
	}
	return max(share, 0)
}

// chooseRefined chooses the quantizer of a picture of which all stands still, and that makes better what is worth it. That
// takes a third of what the finer quantizer would add to a picture of which all is new, which goes with the inverse of the
// step. What can't be made better by more than a step waits until there are more bits.
func (r *rateControl) chooseRefined(s *rateState) int {
	is := min(r.coarsest, maxQP)
	now := s.costNew * r.active / step(is)
	for qp := r.finest; qp < is-1; qp++ {
		if now*(step(is)-step(qp)) <= refinedShare*r.target*step(qp) {
			return qp
		}
	}
	return is
}

// refinedShare is how much less a picture takes that is only made better than one of which all is new.
const refinedShare = 3

// planned is what a P picture should take. What was saved may be spent soon, as it is for what happens after a while in
// which little did; an average is neither brought up nor down with haste.
func (r *rateControl) planned(s *rateState) int {
	switch {
	case r.average:
		return min(max(r.planP-s.debt/payBack, r.planP/3), 2*r.planP)
	case s.debt < 0:
		return r.planP - s.debt/payOut
	}
	return max(r.planP-s.debt/payBack, r.mean/8)
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
	// payBack is how many pictures it takes to make up for most of what was spent above plan, and payOut to spend most of
	// what was saved.
	payBack = 16
	payOut  = 4
	// averageSeconds bounds what is made up for of an average that was missed, so that a minute without anything to code
	// is not followed by one with more than anybody wanted.
	averageSeconds = 10
	// firstScaleI is scaleI before any IDR picture was coded: the middle of what calls of noisy tiles gave.
	firstScaleI = 4 << 20
	// maxScaleI keeps products within 64 bits; it is far above what any content gives.
	maxScaleI = 1 << 30
)

// chooseP chooses the quantizer of a P picture from what the last ones cost. It follows slowly, so that quality is steady,
// and keeps the quantizer if that comes near enough to the target.
func (r *rateControl) chooseP(s *rateState) int {
	if s.costP == 0 {
		return min(max(s.qp+1, r.finest), maxQP)
	}
	cost := s.costP * r.active
	qp := max(s.qp, r.finest)
	for n := 0; n < maxChange && qp > r.finest && fits(cost, qp-1, r.target); n++ {
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
	if r.fixed != 0 || r.cut || r.coarsest > 0 || r.coded*16 < r.active || bits < r.target*2 {
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
	saved, spent := payBack*r.mean, 2*payBack*r.mean
	if r.average {
		saved, spent = r.longest, r.longest
	}
	s.debt = min(max(s.debt+bits-plan, -saved), spent)
	if r.coded == 0 {
		return
	}
	qp := (r.sumQP + r.coded/2) / r.coded
	s.qp = qp
	if r.idr || r.cut {
		s.costNew = bits * step(qp) / r.active
	}
	if r.idr && bits < bareBits/2*r.active {
		return // it says nothing about pictures that have anything in them
	}
	if r.idr {
		s.scaleI = min(max(bits*step(qp)*step(qp)<<10/max(r.activity, 1), 1), maxScaleI)
		return
	}
	if r.cut {
		s.costP = 0
	}
	if r.cut || r.coarsest > 0 {
		return
	}
	cost := bits * step(qp) * step(qp) / r.active
	if s.costP == 0 {
		s.costP = max(cost, 1)
		return
	}
	s.costP = max((s.costP+cost)/2, 1)
}
