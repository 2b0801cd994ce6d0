package aac

import "math"

// The functions of this file are used instead of package math's because their results reach the bit stream: every
// product that is added is rounded by an explicit conversion, so that no compiler may fuse it into a multiply-add, and
// the result is the same on every CPU. (math.Sin and friends are plain Go on most machines and get fused there.)
// math.Sqrt, Floor, Frexp and Ldexp are exact everywhere.

// horner evaluates a polynomial; the coefficients come highest power first.
func horner(x float64, coef []float64) float64 {
	sum := 0.0
	for _, c := range coef {
		sum = float64(sum*x) + c
	}
	return sum
}

// sinCosTurn returns the sine and cosine of num/den turns, den > 0. The reduction to an eighth of a turn is exact.
func sinCosTurn(num, den int) (sin, cos float64) {
	num %= den
	if num < 0 {
		num += den
	}
	// Quadrant by quadrant: 4*num/den is the quadrant, the rest an angle below a quarter turn.
	quadrant := 4 * num / den
	rest := 4*num - quadrant*den // in units of 1/(4 den) turn, below den
	swap := 2*rest > den         // beyond an eighth: use the complement
	if swap {
		rest = den - rest
	}
	x := 2 * math.Pi * float64(rest) / float64(4*den)
	xx := x * x
	s, c := x*horner(xx, sinTaylor), horner(xx, cosTaylor)
	if swap {
		s, c = c, s
	}
	switch quadrant {
	case 0:
		return s, c
	case 1:
		return c, -s
	case 2:
		return -s, -c
	default:
		return -c, s
	}
}

// exp2Coefficients makes exp2Taylor.
func exp2Coefficients() []float64 {
	coef := make([]float64, 15)
	c := 1.0
	for k := range coef {
		coef[len(coef)-1-k] = c
		c = c * math.Ln2 / float64(k+1)
	}
	return coef
}

// exp2 returns 2 to the power of x.
func exp2(x float64) float64 {
	whole := math.Floor(x + 0.5)
	return math.Ldexp(horner(x-whole, exp2Taylor), int(whole))
}

// log2 returns the binary logarithm of x > 0, through the series of the inverse hyperbolic tangent.
func log2(x float64) float64 {
	m, e := math.Frexp(x) // 0.5 <= m < 1
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	s := (m - 1) / (m + 1) // below 0.172
	ss := s * s
	sum := 0.0
	for k := 19; k >= 1; k -= 2 {
		sum = float64(sum*ss) + 1/float64(k)
	}
	return float64(e) + float64(2/math.Ln2*float64(s*sum))
}

// fromDB returns the power ratio of a level in dB.
func fromDB(db float64) float64 {
	return exp2(db * (math.Log2E * math.Ln10 / 10))
}
