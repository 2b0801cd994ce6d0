package transform

import "math/bits"

// Marks tells of the levels of a 4x4 block, by scan position, which are not zero, in the lower 16 bits, and which of these
// have a magnitude above one, in the upper 16.
type Marks uint32

// Set is a bit for each level that is not zero.
func (m Marks) Set() uint32 { return uint32(m & 0xffff) }

// Large is a bit for each level of a magnitude above one.
func (m Marks) Large() uint32 { return uint32(m >> 16) }

// Total is the number of levels that are not zero.
func (m Marks) Total() int { return bits.OnesCount32(m.Set()) }

// mark returns the marks with those of level l at scan position k.
func (m Marks) mark(k int, l int32) Marks {
	switch l {
	case 0:
		return m
	case 1, -1:
		return m | 1<<k
	}
	return m | 1<<16<<k | 1<<k
}

// Marks8 is Marks for an 8x8 block.
type Marks8 struct{ Set, Large uint64 }
