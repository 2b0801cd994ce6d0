package inputs

import "math/rand/v2"

// noise is the noise of a camera sensor: a long stretch of nearly normal values, from which every row of samples takes a
// piece at a random place. That is cheap, and no piece comes back soon.
type noise struct{ values []int8 }

const (
	noiseLength = 1 << 18
	noisePiece  = 512 // samples that are taken from one place
	// noiseSpread makes the standard deviation of luma 2.5: the sum of six values of 0 to 2*noiseSpread, each with a
	// variance of spread*(spread+1)/3, in eighths of a step.
	noiseSpread = 14
)

func newNoise(r *rand.Rand) noise {
	n := noise{make([]int8, noiseLength)}
	for i := range n.values {
		sum := -6 * noiseSpread
		for range 6 {
			sum += r.IntN(2*noiseSpread + 1)
		}
		n.values[i] = int8((sum + r.IntN(8)) >> 3) // rounded up as often as makes the mean right
	}
	return n
}

// addTo adds noise to samples, halved as often as shift says.
func (n noise) addTo(r *rand.Rand, samples []byte, shift int) {
	for len(samples) > 0 {
		piece := samples[:min(noisePiece, len(samples))]
		from := n.values[r.IntN(noiseLength-noisePiece):][:len(piece)]
		for i, v := range from {
			piece[i] = byte(min(max(int(piece[i])+int(v)>>shift, 0), 255))
		}
		samples = samples[len(piece):]
	}
}
