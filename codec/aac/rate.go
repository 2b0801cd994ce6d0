package aac

// maxBits is the size in bits of the decoder's input buffer per channel, which no access unit may exceed
// (ISO/IEC 14496-3 4.5.3.1).
const maxBits = 6144

// rateControl keeps the average bit rate: every frame adds its share to a reservoir, and takes from it what it uses.
type rateControl struct {
	bitrate, rate int
	fraction      int // of a bit, in 1/rate
	reservoir     int // bits saved by earlier frames
	capacity      int
	share         int     // of the current frame
	average       float64 // of the frames' perceptual entropy, 0 at the start
}

func newRateControl(bitrate, rate int) rateControl {
	r := rateControl{bitrate: min(bitrate, maxBits*rate/frameSize), rate: rate}
	r.capacity = max(0, maxBits-(r.bitrate*frameSize+rate-1)/rate)
	r.reservoir = r.capacity / 2
	return r
}

// budget opens a frame and returns the number of bits to aim at and the most that it may have. entropy is the frame's
// perceptual entropy, any unit: frames above the average get more.
func (r *rateControl) budget(entropy float64) (target, limit int) {
	r.fraction += r.bitrate * frameSize
	r.share = r.fraction / r.rate
	r.fraction %= r.rate
	limit = min(maxBits, r.share+r.reservoir)

	ratio := 1.0
	if r.average > 0 {
		ratio = min(3, max(0.4, entropy/r.average))
		// Neither pauses nor attacks should move it far.
		r.average += float64(averageRate * (min(2*r.average, max(entropy, r.average/8)) - r.average))
	} else {
		r.average = entropy
	}
	want := float64(float64(r.share) * (1 + float64(entropyShare*(ratio-1))))
	want += float64(reservoirShare * (float64(r.reservoir) - float64(reservoirLevel*float64(r.capacity))))
	// What does not fit into the reservoir would be lost.
	return min(max(int(want), r.share-(r.capacity-r.reservoir), r.share/4), limit), limit
}

const (
	averageRate    = 0.05 // of the perceptual entropy's moving average
	entropyShare   = 0.4  // how far the bits follow the perceptual entropy
	reservoirShare = 0.35 // how much of the reservoir's surplus is given to a frame
	reservoirLevel = 0.5  // what the reservoir returns to
)

// spend closes the frame with the bits that it took.
func (r *rateControl) spend(bits int) {
	r.reservoir = min(r.reservoir+r.share-bits, r.capacity)
}
