//go:build amd64 && !purego

package cabac

// sizesUp are the sizes by state and qCodIRangeIdx in the place that runBMI2 has the range in.
var sizesUp = buildSizesUp()

func buildSizesUp() (t [128][4]uint32) {
	for state := range t {
		for q := range t[state] {
			t[state][q] = uint32(sizes[q<<7|state]) << 23
		}
	}
	return t
}

// nextState is the state after a bin by 2*state+bin. The sign tells that it was the less probable symbol.
var nextState = buildNextState()

func buildNextState() (t [256]int16) {
	for i := range t {
		state, v := i>>1, i&1
		if state&1 == v {
			t[i] = int16(transition[state])
		} else {
			t[i] = int16(transition[255-state]) | -1<<15
		}
	}
	return t
}
