package h264

import (
	"github.com/callrec/callrec/codec/h264/internal/cavlc"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// quantizer is all that depends on QP.
type quantizer struct {
	mf     [16]int32  // raster order
	scale  *[16]int32 // the decoder's
	shift  uint
	intra  int32 // rounding term of intra blocks: a third
	inter  int32 // of inter blocks: a sixth
	lambda int   // bits to SAD
	// zeroSAD is the sum of absolute differences of a 4x4 block below which every inter level is zero: no coefficient
	// exceeds the sum times its basis' largest weight, 4 for both coordinates odd, 2 for others, 1 for both even, and
	// the first of these binds.
	zeroSAD int
}

func buildQuantizers() (table [52]quantizer) {
	// 2^(i/6) in 1/64.
	root := [6]int{64, 72, 81, 91, 102, 114}
	for qp := range table {
		q := &table[qp]
		for i := range q.mf {
			q.mf[i] = multiplier[qp%6][transform.PositionKind(i)]
		}
		q.scale = &transform.Scale[qp]
		q.shift = uint(15 + qp/6)
		q.intra = 1 << q.shift / 3
		q.inter = 1 << q.shift / 6
		q.zeroSAD = int((1<<q.shift - q.inter - 1) / (4 * multiplier[qp%6][1]))
		q.lambda = max(1, (root[qp%6]<<(qp/6)+128)/256) // 2^((QP-12)/6)
	}
	return table
}

// block quantizes the coefficients c with the given rounding term into levels in scan order, leaves the scaled
// coefficients in c, and returns how many levels are not zero. It starts with scan position from.
func (q *quantizer) block(c *[16]int32, levels *[16]int16, round int32, from int) (total int) {
	for k := from; k < 16; k++ {
		i := transform.ZigZag[k&15] & 15
		v := c[i]
		sign := v >> 31
		l := ((v^sign)-sign)*q.mf[i] + round
		l >>= q.shift & 31
		if l == 0 {
			levels[k&15] = 0
			c[i] = 0
			continue
		}
		l = (min(l, cavlc.MaxLevel) ^ sign) - sign
		levels[k&15] = int16(l)
		c[i] = l * q.scale[i]
		total++
	}
	return total
}

// dc quantizes a DC coefficient that went through a second transform of gain two.
func (q *quantizer) dc(v, round int32) int32 {
	sign := v >> 31
	l := int32((int64((v^sign)-sign)*int64(q.mf[0]) + 2*int64(round)) >> (q.shift + 1))
	return (min(l, cavlc.MaxLevel) ^ sign) - sign
}

// worth scores the levels from scan position from on: a block, or a group of blocks, with a low sum is not worth its bits.
func worth(levels *[16]int16, from int) (score int) {
	zeros := 0
	for k := from; k < 16; k++ {
		switch levels[k&15] {
		case 0:
			zeros++
		case 1, -1:
			score += int(isolated[zeros&15])
			zeros = 0
		default:
			return 9
		}
	}
	return score
}

// The scores below which levels are dropped in inter macroblocks: those of an 8x8 quarter, of all luma, of a chroma plane.
const (
	worthQuarter = 4
	worthLuma    = 6
	worthChroma  = 7
)
