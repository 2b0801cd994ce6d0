package params

import (
	"fmt"

	"github.com/callrec/callrec/codec/h264/internal/nal"
)

// ScalingLists are the weights of clause 7.4.2.1.1.1 in raster order: 4x4 for intra Y, Cb, Cr and inter Y, Cb, Cr; 8x8
// for intra Y and inter Y.
type ScalingLists struct {
	L4 [6][16]uint8
	L8 [2][64]uint8
}

func flatLists() (l ScalingLists) {
	for i := range l.L4 {
		for k := range l.L4[i] {
			l.L4[i][k] = 16
		}
	}
	for i := range l.L8 {
		for k := range l.L8[i] {
			l.L8[i][k] = 16
		}
	}
	return l
}

func defaultLists() (l ScalingLists) {
	for i := range l.L4 {
		l.L4[i] = default4[i/3]
	}
	l.L8 = default8
	return l
}

// parse reads count lists of a parameter set. fallback holds what the first list of each kind falls back to (rule A:
// the default lists, rule B: those of the sequence parameter set); the others fall back to the list before.
func (l *ScalingLists) parse(r *nal.Reader, count int, fallback ScalingLists) error {
	defaults := defaultLists()
	for i := range 6 {
		prev := fallback.L4[i]
		if i%3 != 0 {
			prev = l.L4[i-1]
		}
		if err := parseList(r, l.L4[i][:], prev[:], defaults.L4[i][:], ZigZag4[:]); err != nil {
			return err
		}
	}
	l.L8 = fallback.L8
	for i := range count - 6 {
		if err := parseList(r, l.L8[i][:], fallback.L8[i][:], defaults.L8[i][:], ZigZag8[:]); err != nil {
			return err
		}
	}
	return nil
}

// parseList reads the present flag and scaling_list (clause 7.3.2.1.1.1).
func parseList(r *nal.Reader, list, fallback, defaults, scan []uint8) error {
	if !r.Flag() {
		copy(list, fallback)
		return nil
	}
	last, next := 8, 8
	for i, at := range scan {
		if next != 0 {
			delta := r.SE()
			if delta < -128 || delta > 127 {
				return fmt.Errorf("%w: delta_scale %d", ErrInvalid, delta)
			}
			next = (last + int(delta) + 256) & 255
			if i == 0 && next == 0 {
				copy(list, defaults)
				return nil
			}
		}
		if next != 0 {
			last = next
		}
		list[at] = uint8(last)
	}
	return nil
}
