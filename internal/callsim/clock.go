package callsim

import (
	"math"
	"time"
)

// Skew says how much faster than true time a clock runs, in parts per million: PPM, and a swing around it.
type Skew struct {
	PPM    float64
	Swing  float64       // amplitude in ppm, as temperature changes
	Period time.Duration // of the swing; 0 means none
}

// clock is a clock that starts at 0 with true time 0. Times are in nanoseconds.
type clock struct{ skew Skew }

// local is the clock's time at a true time.
func (c clock) local(t float64) float64 {
	return t + 1e-6*(c.skew.PPM*t+c.swing(t))
}

// swing is the integral of the swing from 0 on.
func (c clock) swing(t float64) float64 {
	if c.skew.Period == 0 {
		return 0
	}
	w := 2 * math.Pi / float64(c.skew.Period)
	return c.skew.Swing / w * (1 - math.Cos(w*t))
}

// truth is the inverse of local. Each round gains a factor of some thousand.
func (c clock) truth(local float64) float64 {
	t := local
	for range 4 {
		t -= c.local(t) - local
	}
	return t
}
