package mixer

import "math"

const (
	fadeLength = 64 // samples, 4 ms
	fadeBits   = 15
)

// fadeTable holds the weights of a fade-in, in 1/2^fadeBits: half a period of a raised cosine. Read backwards it is the
// fade-out, and the two add up to one.
type fadeTable [fadeLength]int32

func newFadeTable() fadeTable {
	var t fadeTable
	const one = 1 << fadeBits
	for i := range fadeLength / 2 {
		c := math.Cos(math.Pi * (float64(i) + 0.5) / fadeLength)
		t[i] = int32(math.Floor(float64((1-c)*(one/2)) + 0.5))
		t[fadeLength-1-i] = one - t[i]
	}
	return t
}

// in weights a sample of a fade-in.
func (t *fadeTable) in(k int, v int16) int32 {
	return (int32(v)*t[k] + 1<<(fadeBits-1)) >> fadeBits
}

// out weights a sample of a fade-out.
func (t *fadeTable) out(k int, v int16) int32 {
	return t.in(fadeLength-1-k, v)
}

func saturate(v int32) int16 {
	return int16(min(max(v, math.MinInt16), math.MaxInt16))
}
