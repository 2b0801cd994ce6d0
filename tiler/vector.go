package tiler

// lanes is what the horizontal kernel needs for eight output samples and four taps of each: it loads 16 source samples
// for the first four of them and 16 for the others, puts the four of each output sample side by side, and weighs them.
type lanes struct {
	base    [2]int32  // where the 16 samples begin
	shuffle [32]uint8 // which of them go where
	weights [32]int16 // a quarter of the axis'; in the order of the interleaved bytes: outputs 0, 1, 4, 5, then 2, 3, 6, 7
}

const (
	lanesOut  = 8
	lanesLoad = 16
	laneBytes = 104
)

// vectorize prepares the weights for the horizontal kernel, where there is one and the samples of four neighboring
// outputs lie near enough together: in reductions down to a third or a fourth, and in all enlargements.
func (a *axis) vectorize() {
	groups := (a.taps + 3) / 4
	out := len(a.off)
	if !hasVectors() || out < lanesOut || a.samples < max(lanesLoad, 4*groups) {
		return
	}
	blocks := (out + lanesOut - 1) / lanesOut
	table := make([]lanes, 0, blocks*groups)
	for b := range blocks {
		first := min(b*lanesOut, out-lanesOut)
		for g := range groups {
			l, ok := a.lanes(first, 4*g, 4*groups)
			if !ok {
				return
			}
			table = append(table, l)
		}
	}
	a.vector, a.groups = table, groups
}

// lanes returns the entry for the outputs from first on and the taps from tap on of all, or false if they span too much.
func (a *axis) lanes(first, tap, all int) (l lanes, ok bool) {
	for half := range 2 {
		base := -1
		for i := range 4 {
			j := first + 4*half + i
			start := min(int(a.off[j]), a.samples-all) // earlier, if it would reach beyond the last sample
			late := int(a.off[j]) - start
			if base < 0 {
				base = min(start+tap, a.samples-lanesLoad)
				l.base[half] = int32(base)
			}
			at := start + tap - base
			if at < 0 || at+4 > lanesLoad {
				return l, false
			}
			weights := a.weights(j)
			for k := range 4 {
				l.shuffle[16*half+4*i+k] = uint8(at + k)
				if t := tap + k - late; t >= 0 && t < len(weights) {
					// Outputs 0 and 1 are in the lower halves of the 128 bits that are interleaved with zeros, 2 and 3 in the upper.
					l.weights[16*(i/2)+8*half+4*(i&1)+k] = int16(weights[t] / weightGrain)
				}
			}
		}
	}
	return l, true
}
