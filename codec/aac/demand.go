package aac

// demand is what the psychoacoustic model says about one band of a frame.
type demand struct {
	lines  float64 // number of lines
	energy float64
	form   float64 // sum of the square roots of the absolute values
	mask   float64 // noise energy that goes unnoticed
	floor  float64 // noise energy below which nothing is gained
	weight float64 // price of noise energy
}

const (
	// quietShare is how far below the threshold in quiet noise is worth reducing.
	quietShare = 0.25
	// maskShare weighs audible noise against plain noise, see weigh.
	maskShare = 4
)

// weigh sets the weights of the demands and returns the frame's perceptual entropy: an estimate of the bits it takes to
// bring all noise down to the masks.
//
// The cost of noise has two parts: noise over mask, as the ear would have it, and noise as such, in the same unit
// through the mean of all masks. Where there are bits for it the second part brings the error well below the masks where
// the signal is strong, at little expense of the ratio of noise to mask: on speech at 48 kbit/s it makes 14 dB of
// segmental signal-to-noise ratio for 1.3 dB of mean noise to mask. Weights are per line, for then the solution has an
// equal ratio of noise to mask in wide and narrow bands.
func weigh(demands []demand) (entropy float64) {
	logs, lines := 0.0, 0.0
	for i := range demands {
		d := &demands[i]
		perLine := log2(d.lines / d.mask)
		d.weight = exp2(perLine)
		if d.energy > d.floor {
			logs += float64(d.lines * perLine)
			lines += d.lines
			entropy += float64(d.lines * 0.5 * log2(1+d.energy/d.mask))
		}
	}
	mean := 0.0
	if lines > 0 {
		mean = exp2(logs / lines)
	}
	for i := range demands {
		d := &demands[i]
		d.weight = float64(maskShare*d.weight) + mean
	}
	return entropy
}
