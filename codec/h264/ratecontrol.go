package h264

import "image"

// windowSeconds is the time over which the ceiling holds.
const windowSeconds = 2

const maxWindow = windowSeconds * maxFrameRate

// The finest quantiser that rate control uses: below it nothing is gained that can be seen.
const floorQP = 20

// rateState is what rate control remembers of the pictures before; a redone picture takes it back.
type rateState struct {
	sizes  [maxWindow]int32 // bits of the last pictures, a ring
	at     int              // the oldest of them
	sum    int              // of all of them
	debt   int              // bits spent above the average rate, bounded
	qp     int              // mean of the last P picture or, if that is newer, of the IDR picture; 0 at first
	costP  int              // bits times step of an active macroblock of P pictures; 0 if not known
	scaleI int              // bits times step of IDR pictures per unit of activity, in 1/1024
}

// rateControl chooses the quantiser of each picture and of its macroblock rows.
type rateControl struct {
	fixed   int // constant QP, 0 if there is control
	window  int // pictures in windowSeconds, less the current one
	ceiling int // bits in windowSeconds
	mean    int // bits per picture on average
	mbs     int

	// of the current picture
	idr      bool
	base     int // its quantiser
	qp       int // of the current row
	target   int // bits it should take
	limit    int // bits it must not exceed
	active   int
	activity int // of an IDR picture
	sumQP    int // over active macroblocks
	panic    bool
}

func newRateControl(cfg EncoderConfig) rateControl {
	return rateControl{
		fixed:   cfg.QP,
		window:  windowSeconds*cfg.FrameRate - 1,
		ceiling: windowSeconds * cfg.MaxBitrate,
		mean:    cfg.Bitrate / cfg.FrameRate,
		mbs:     (cfg.Width + 15) / 16 * ((cfg.Height + 15) / 16),
	}
}

// step is the quantiser's step size in 1/16 (clause 8.5.9: 0.625 at QP 0, doubling every 6).
func step(qp int) int {
	return int([6]uint8{10, 11, 13, 14, 16, 18}[qp%6]) << (qp / 6)
}

// finest is the finest quantiser, from lo to hi, at which cost (bits times step) is met by target.
func finest(cost, target, lo, hi int) int {
	qp := lo
	for qp < hi && cost > target*step(qp) {
		qp++
	}
	return qp
}

// start chooses the quantiser of a picture with the given number of active macroblocks.
func (r *rateControl) start(s *rateState, idr bool, active int, e *Encoder, pic *image.YCbCr) int {
	r.idr, r.active, r.sumQP, r.panic = idr, active, 0, false
	if r.fixed != 0 {
		r.base, r.qp = r.fixed, r.fixed
		return r.fixed
	}
	room := max(r.ceiling-s.sum, 0)
	switch {
	case active == 0:
		r.base = max(s.qp, floorQP)
	case idr:
		r.target = min(idrShare*r.mean, room*3/4)
		r.limit = room
		r.activity = e.activity(pic)
		if s.scaleI == 0 {
			s.scaleI = firstScaleI
		}
		r.base = finest(r.activity*s.scaleI>>10, r.target, floorQP, maxQP)
	default:
		r.target = min(max(r.mean-s.debt/(windowSeconds*8), r.mean/8), room/2)
		r.limit = room * 7 / 8
		r.base = r.chooseP(s)
	}
	r.qp = r.base
	return r.base
}

// An IDR picture may take this many times the mean.
const idrShare = 5

// firstScaleI is scaleI before any IDR picture was coded, from camera-like pictures.
const firstScaleI = 1024

// chooseP chooses the quantiser of a P picture from what the last ones cost. It follows slowly, so that quality is
// steady.
func (r *rateControl) chooseP(s *rateState) int {
	if s.costP == 0 {
		return min(max(s.qp+1, floorQP), maxQP)
	}
	qp := finest(s.costP*r.active, r.target, floorQP, maxQP)
	return min(max(qp, s.qp-2, floorQP), s.qp+4, maxQP)
}

// row gives the quantiser of the next macroblock row from the bits the rows before it took and the active macroblocks in
// them.
func (r *rateControl) row(bits, done, active int) int {
	if r.fixed != 0 || done == 0 {
		return r.qp
	}
	plan := r.target * done / active
	slack := r.target / 8
	left := active - done
	projected := bits + bits/done*left
	switch {
	case projected > r.limit:
		r.qp += 3
	case bits > plan*3/2+slack:
		r.qp += 2
	case bits > plan+slack:
		r.qp++
	case bits < plan && r.qp > r.base:
		r.qp--
	}
	r.qp = min(r.qp, maxQP)
	r.panic = bits+left*panicBits > r.limit
	return r.qp
}

// panicBits is what a macroblock takes at the coarsest quantiser.
const panicBits = 10

// finish notes what the picture took.
func (r *rateControl) finish(s *rateState, idr bool, bits int) {
	if r.fixed != 0 {
		return
	}
	if r.window > 0 {
		s.sum += bits - int(s.sizes[s.at])
		s.sizes[s.at] = int32(bits)
		s.at = (s.at + 1) % r.window
	}
	s.debt = min(max(s.debt+bits-r.mean, -16*r.mean), 32*r.mean)
	if r.active == 0 {
		return
	}
	qp := (r.sumQP + r.active/2) / r.active
	s.qp = qp
	if idr {
		s.scaleI = max(bits*step(qp)<<10/max(r.activity, 1), 1)
		return
	}
	cost := bits * step(qp) / r.active
	if s.costP == 0 {
		s.costP = max(cost, 1)
		return
	}
	s.costP = max((s.costP+cost)/2, 1)
}

// activity measures how much there is to code in an intra picture: the SATD of a sample of its macroblocks, less their
// means, scaled up to the whole picture.
func (e *Encoder) activity(pic *image.YCbCr) int {
	m := &e.m
	total, count := 0, 0
	for y := range e.mbh {
		for x := y * 3 % activityStep; x < e.mbw; x += activityStep {
			m.x, m.y = x, y
			m.loadSource(pic)
			sum := 0
			for _, v := range m.luma {
				sum += int(v)
			}
			mean := byte((sum + 128) >> 8)
			for i := range e.spare {
				e.spare[i] = mean
			}
			total += satd16(&m.luma, e.spare[:], 0, 16)
			count++
		}
	}
	if count == 0 {
		return 1
	}
	return total * r16(e.mbw*e.mbh, count) / 16
}

// activityStep is the distance of the sampled macroblocks in a row.
const activityStep = 7

// r16 is a/b in 1/16.
func r16(a, b int) int { return 16 * a / b }
