package h264

// windowSeconds is the time over which the ceiling holds.
const windowSeconds = 2

const maxWindow = windowSeconds * maxFrameRate

const (
	// defaultQuality is the quantizer that pictures have where bits allow: camera pictures enlarged to a canvas have 44 dB
	// with it, and text over 38.
	defaultQuality = 28
	// stillGain is how much finer the quantizer is for what is likely to stand still for long: a new slide, and what is made
	// better because nothing moves.
	stillGain = 2
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
	untilIDR int  // pictures until the next one is due
	again    bool // it is coded anew because its quantizer was not the one it should have had
	settled  bool // it is not to be given up any more
	expected int  // bits that it would take if the other rows went on like those so far

	// of the current picture's rows so far
	rowBits, rowCoded  int // up to the last row with anything to code
	recentBits, recent int // of the last rows, the latest counting most: bits, and macroblocks in 1/16
	rest               int // bits that the other rows would take if they went on like that
}

// keyframeGain is how much finer an IDR picture's quantizer is than a given one: all pictures up to the next are predicted
// from it, and what stands still stays as it made it.
const keyframeGain = 3

// coarseQP is the coarsest quantizer that a keyframe's depends on: pictures that came out coarser were short of bits, which is
// no reason for it to be so.
const coarseQP = 34

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
func (r *rateControl) start(s *rateState, idr bool, coarsest, active, activity, maxBits, untilIDR int) int {
	r.idr, r.coarsest, r.active, r.activity = idr, coarsest, active, activity
	r.untilIDR = max(untilIDR, 1)
	r.cut, r.again, r.settled, r.lower, r.tries = false, false, false, 0, 0
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
	room := r.room(s)
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

// room is what a picture may take: those that follow until the first of the window leaves it must at least be able to repeat
// it.
func (r *rateControl) room(s *rateState) int { return max(r.ceiling-s.sum-r.window*r.empty, 0) }

// affords tells whether an IDR picture of the given activity could be coded now about as well as the pictures before.
func (r *rateControl) affords(s *rateState, activity int) bool {
	return fits(activity*s.scaleI>>10, min(max(s.qp, r.finest)+uneven, maxQP), r.room(s)*7/8)
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
	r.from = max(r.finest, min(s.qp, coarseQP)) - keyframeGain
	r.base = r.coarsen(r.activity*s.scaleI>>10, max(r.from, 1))
}

// startP chooses the quantizer of a P picture.
func (r *rateControl) startP(s *rateState) {
	// Neither a slide change, which is rare and often followed by pictures that cost nothing, nor what is made of it then
	// takes all there is: something may begin to move.
	free := max(r.limit-r.window*r.mean/8, r.limit/8)
	if r.average {
		free = min(free, max(r.planI-s.debt, r.planP/3))
	}
	r.plan = min(r.planI, free)
	r.most = free
	r.from = max(r.finest-stillGain, 1)
	if r.coarsest > 0 {
		r.target = free
		r.base = r.chooseRefined(s)
		return
	}
	most := r.share(s) * 9 / 8
	if s.debt < 0 {
		most = max(most, free/payOut)
	}
	r.target = min(r.planned(s), most, r.limit*7/8)
	r.base = r.chooseP(s)
}

// share is what each picture from now on may take if all take as much, but for the next IDR picture, which may take what is
// planned for one.
func (r *rateControl) share(s *rateState) int {
	left := r.ceiling - s.sum - r.spare
	share := left
	for k := range r.window {
		left += int(s.sizes[(s.at+k)%r.window])
		if k+1 == r.untilIDR {
			left -= r.planI - r.spare
		}
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
	for qp := r.from; qp < is-1; qp++ {
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
