package tiler

// Filter weights are fixed-point numbers with weightBits fractional bits. The weights of one output sample add up to
// exactly weightOne, so a flat area stays flat to the bit. They are multiples of weightGrain, so that a quarter of each
// fits into the 16 bits of vector instructions, and the sum is the same with and without.
const (
	weightBits  = 16
	weightOne   = 1 << weightBits
	weightGrain = 4
)

// axisKey says how one row or column of samples becomes another. The source interval is given in half samples because a
// chroma sample belongs to two luma samples, of which a picture of odd size, or one cut out at an odd position, shows
// only one.
type axisKey struct {
	samples int // available source samples
	start   int // where the interval begins, in half samples: 0 or 1
	length  int // how long it is, in half samples
	out     int // number of output samples
}

// axis holds the filter of one direction: output sample j is the sum of taps source samples from off[j] on, with the
// weights few[j][:taps] or, for more than four, many[j*taps:(j+1)*taps].
type axis struct {
	identity bool // a plain copy; the rest is unset
	spline   bool // some weights are negative, and there are four at most
	taps     int
	off      []uint16
	few      [][4]int32
	many     []int32

	samples int     // of the source
	vector  []lanes // the same for the vector kernel, groups for each eight output samples; nil if it can't be used
	groups  int
}

// makeAxis returns an axis without weights.
func makeAxis(samples, out, taps int) *axis {
	a := &axis{samples: samples, taps: taps, off: make([]uint16, out)}
	if taps <= 4 {
		a.few = make([][4]int32, out)
	} else {
		a.many = make([]int32, out*taps)
	}
	return a
}

// bytes is the memory that a takes.
func (a *axis) bytes() int {
	return 2*cap(a.off) + 16*cap(a.few) + 4*cap(a.many) + laneBytes*cap(a.vector)
}

// weights returns the weights of output sample j.
func (a *axis) weights(j int) []int32 {
	if a.taps <= 4 {
		return a.few[j][:a.taps]
	}
	return a.many[j*a.taps : (j+1)*a.taps]
}

// newAxis computes the filter: a copy where nothing changes, area averaging for a reduction (each output sample is the
// mean of the source interval it covers), Catmull-Rom interpolation for an enlargement, and for a reduction by less than
// an eighth, such as that of 640x360 to a ninth of the canvas: averaging would blur it more than it keeps from aliasing.
func newAxis(k axisKey) *axis {
	if k.length == 2*k.out && k.start == 0 {
		return &axis{identity: true}
	}
	filter := cubicAxis
	if 8*k.length > 9*2*k.out {
		filter = areaAxis
	}
	a := filter(k)
	a.vectorize()
	return a
}

// areaAxis counts in units of 1/out half samples, in which every edge is a whole number.
func areaAxis(k axisKey) *axis {
	unit := 2 * k.out // one source sample
	taps := min(max((k.length+unit-1)/unit+1, 3), k.samples)
	a := makeAxis(k.samples, k.out, taps)
	for j := range k.out {
		from := k.start*k.out + j*k.length
		to := from + k.length
		first := from / unit
		off := min(first, k.samples-taps)
		a.off[j] = uint16(off)
		w := a.weights(j)
		// The weight of a sample is the difference of the rounded running coverage, so that the sum is exact.
		before := 0
		for s := first; s*unit < to; s++ {
			covered := min((s+1)*unit, to) - from
			running := (covered*(weightOne/weightGrain) + k.length/2) / k.length * weightGrain
			w[s-off] = int32(running - before)
			before = running
		}
	}
	return a
}

// cubicAxis places the center of each output sample in the source and interpolates between the four samples around it.
// Samples outside of the source repeat the outermost one.
func cubicAxis(k axisKey) *axis {
	taps := min(4, k.samples)
	a := makeAxis(k.samples, k.out, taps)
	a.spline = true
	unit := 4 * k.out
	for j := range k.out {
		// The center, in 1/unit samples, relative to the center of sample 0, and moved by one sample to be positive.
		center := 2*k.start*k.out + (2*j+1)*k.length - 2*k.out + unit
		base := center/unit - 1
		frac := (int64(center%unit)*weightOne + int64(unit/2)) / int64(unit)
		off := min(max(base-1, 0), k.samples-taps)
		a.off[j] = uint16(off)
		w := a.weights(j)
		for i, weight := range catmullRom(frac) {
			s := min(max(base-1+i, 0), k.samples-1)
			w[s-off] += weight
		}
	}
	return a
}

// catmullRom returns the four weights of the Catmull-Rom spline at the position f/weightOne between the second and the
// third sample.
func catmullRom(f int64) [4]int32 {
	const one = weightOne
	f2 := (f*f + one/2) / one
	f3 := (f2*f + one/2) / one
	grain := func(w int64) int32 { return int32(w+weightGrain/2) &^ (weightGrain - 1) }
	w := [4]int32{
		grain((-f + 2*f2 - f3) / 2),
		0,
		grain((f + 4*f2 - 3*f3) / 2),
		grain((f3 - f2) / 2),
	}
	w[1] = one - w[0] - w[2] - w[3]
	return w
}
