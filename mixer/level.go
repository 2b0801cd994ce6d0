package mixer

import (
	"math/bits"
	"sort"
)

const (
	// LevelWindow is the length in samples of the windows over which levels are measured, 100 ms. They lie on a fixed
	// grid: window k goes from timeline position k*LevelWindow to (k+1)*LevelWindow.
	LevelWindow = SampleRate / 10
	// SilentLevel is the level of digital silence.
	SilentLevel = 127

	levelWindows = 64 // that an input remembers, 6.4 s
)

// levels measures the loudness of one input.
type levels struct {
	windows [levelWindows]struct {
		number int64 // of the window on the timeline
		energy int64 // sum of the squares of its samples
	}
}

// add takes samples from a timeline position on. What is not added to a window is silence.
func (l *levels) add(pos int64, pcm []int16) {
	for len(pcm) > 0 {
		number := pos / LevelWindow
		n := min(int64(len(pcm)), (number+1)*LevelWindow-pos)
		w := &l.windows[number%levelWindows]
		if w.number != number {
			w.number, w.energy = number, 0
		}
		energy := int64(0)
		for _, v := range pcm[:n] {
			energy += int64(v) * int64(v)
		}
		w.energy += energy
		pos, pcm = pos+n, pcm[n:]
	}
}

// Level is how loud the input was in the last whole window of LevelWindow samples that ends at a timeline position or
// before it, as RFC 6464 has it in its header extension: the RMS in dB below overload (that of a full-scale square
// wave), so 0 is as loud as can be, 3 a full-scale sine, and 127 digital silence, SilentLevel. It is measured on what
// the input gives to the mix, but before its gain: with the drift of its clock taken out, fades and cuts included.
//
// The position may lie up to six seconds behind the mixer's, older windows count as silence. A window that Read has not
// taken yet is not whole: for a position beyond, the last whole window answers. It stays valid after the mixer has
// forgotten the input.
func (in *Input) Level(position int64) int {
	newest := in.m.frontier/LevelWindow - 1
	number := min(position/LevelWindow-1, newest)
	if number < 0 || number <= newest-levelWindows {
		return SilentLevel
	}
	w := &in.levels.windows[number%levelWindows]
	if w.number != number {
		return SilentLevel
	}
	return in.m.scale.level(w.energy)
}

// levelScale holds the least energy of a window for each level but silence, falling.
type levelScale [SilentLevel]int64

// newLevelScale computes the borders half-way between the levels with integers, so that they are the same everywhere.
func newLevelScale() levelScale {
	const (
		// first is LevelWindow * 2^30 * 10^-0.05, the border between levels 0 and 1, in units of 2^-20.
		first = 1605534957149096541
		// step is 10^-0.1, one dB less, in units of 2^-64.
		step = 0xcb59185e6e21a0de
	)
	var s levelScale
	border := uint64(first)
	for i := range s {
		s[i] = int64((border + 1<<20 - 1) >> 20)
		border, _ = bits.Mul64(border, step)
	}
	return s
}

func (s *levelScale) level(energy int64) int {
	if energy == 0 {
		return SilentLevel
	}
	return sort.Search(len(s)-1, func(i int) bool { return energy >= s[i] })
}
