package conceal

const (
	order   = 24  // of the predictor, 1.5 ms
	lpcSpan = 480 // samples that it is computed from, 30 ms
	lpcFall = 48  // of the analysis window, at the newest end, 3 ms
)

// predictor is a linear predictor: a sample is about the sum of coefficient k times the sample k+1 before it. What is
// left is the residual.
//
// Products that are added are converted explicitly, so that no compiler fuses them and the results are the same on
// every CPU.
type predictor [order]float64

// fit computes the predictor of the newest lpcSpan samples by the autocorrelation method.
func (p *predictor) fit(past *[history]float64) {
	var x [lpcSpan]float64
	for i, v := range past[history-lpcSpan:] {
		x[i] = v * weight(i)
	}
	var corr [order + 1]float64
	for k := range corr {
		sum := 0.0
		for i := k; i < lpcSpan; i++ {
			sum += float64(x[i] * x[i-k])
		}
		// A smear of 40 Hz keeps the poles away from the unit circle, 2*pi*40/16000 = 0.0157.
		smear := 0.0157 * float64(k)
		corr[k] = sum * (1 - float64(smear*smear)/2)
	}
	// White noise 50 dB down, and of half a step where there is nothing else.
	corr[0] = float64(corr[0]*1.00001) + 0.25*lpcSpan
	p.solve(&corr)
}

// weight is the analysis window: a parabola that rises over nearly all of it, so that what was heard last counts most,
// and one that falls over the end.
func weight(i int) float64 {
	r := 1 - (float64(i)+0.5)/(lpcSpan-lpcFall)
	if i >= lpcSpan-lpcFall {
		r = (float64(i-(lpcSpan-lpcFall)) + 0.5) / lpcFall
	}
	return 1 - float64(r*r)
}

// solve is the recursion of Levinson and Durbin.
func (p *predictor) solve(corr *[order + 1]float64) {
	*p = predictor{}
	left := corr[0] // energy of the residual
	for i := range order {
		r := corr[i+1]
		for k := range i {
			r -= float64(p[k] * corr[i-k])
		}
		r /= left
		old := *p
		p[i] = r
		for k := range i {
			p[k] = old[k] - float64(r*old[i-1-k])
		}
		left *= 1 - float64(r*r)
		if left < 1e-5*corr[0] {
			return // what rounding leaves is no signal
		}
	}
}

// predict is the sample that follows the order samples of x.
func (p *predictor) predict(x []float64) float64 {
	x = x[:order]
	sum := 0.0
	for k, c := range p {
		sum += float64(c * x[order-1-k])
	}
	return sum
}
