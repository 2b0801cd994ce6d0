//go:build amd64 && !purego

package cabac

// mapStep makes the map of four scan positions, by which of them have levels: which of the eight bins for these are there,
// one behind the other, and their values.
type mapStep struct{ order, values [8]uint32 }

// mapSteps are by which positions have levels, the first in bit 0.
var mapSteps = buildMapSteps()

func buildMapSteps() (steps [16]mapStep) {
	for set := range steps {
		s := &steps[set]
		n := 0
		for k := range 4 {
			s.order[n] = uint32(2 * k)
			n++
			if set>>k&1 != 0 {
				s.values[n-1] = 1
				s.order[n] = uint32(2*k + 1)
				n++
			}
		}
	}
	return steps
}
