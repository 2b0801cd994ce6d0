package h264

import (
	"github.com/callrec/callrec/codec/h264/internal/cavlc"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// quantizer is all that depends on QP.
type quantizer struct {
	shift  uint32
	intra  int32 // rounding term of intra blocks: a third
	inter  int32 // of inter blocks: a sixth
	lambda int   // bits to SAD
	// zeroSAD is the sum of absolute differences of a 4x4 block below which every inter level is zero: no coefficient
	// exceeds the sum times its basis' largest weight, 4 for both coordinates odd, 2 for others, 1 for both even, and
	// the first of these binds.
	zeroSAD int

	intra4, inter4 transform.Quantizer[[16]int32]
	intra8, inter8 transform.Quantizer[[64]int32]

	zone                 transform.DeadZone // of inter4
	intraZone, interZone transform.DeadZone // of both, DC coefficients aside
}

func buildQuantizers() *[52]quantizer {
	// 2^(i/6) in 1/64.
	root := [6]int{64, 72, 81, 91, 102, 114}
	table := new([52]quantizer)
	for qp := range table {
		q := &table[qp]
		q.shift = uint32(15 + qp/6)
		q.intra = 1 << q.shift / 3
		q.inter = 1 << q.shift / 6
		factor, factor8 := new([16]int32), new([64]int32)
		for i := range factor {
			factor[i] = multiplier[qp%6][transform.PositionKind(i)]
		}
		for i := range factor8 {
			factor8[i] = multiplier8[qp%6][transform.PositionKind8(i)]
		}
		q.intra4 = transform.Quantizer[[16]int32]{
			Factor: factor, Scale: &transform.Scale[qp], Round: q.intra, Shift: q.shift, Max: cavlc.MaxLevel,
		}
		q.inter4 = q.intra4
		q.inter4.Round = q.inter
		q.intra8 = transform.Quantizer[[64]int32]{
			Factor: factor8, Scale: &transform.Scale8[qp], Round: 2 * q.intra, Shift: q.shift + 1, Max: cavlc.MaxLevel,
		}
		q.inter8 = q.intra8
		q.inter8.Round = 2 * q.inter
		q.zone = transform.NewDeadZone(&q.inter4, true)
		q.intraZone = transform.NewDeadZone(&q.intra4, false)
		q.interZone = transform.NewDeadZone(&q.inter4, false)
		q.zeroSAD = int((1<<q.shift - q.inter - 1) / (4 * multiplier[qp%6][1]))
		q.lambda = max(1, (root[qp%6]<<(qp/6)+128)/256) // 2^((QP-12)/6)
	}
	return table
}

// dc quantizes a DC coefficient that went through a second transform of gain two.
func (q *quantizer) dc(v, round int32) int32 {
	sign := v >> 31
	l := int32((int64((v^sign)-sign)*int64(q.intra4.Factor[0]) + 2*int64(round)) >> (q.shift + 1))
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

// worth8 is worth for an 8x8 block.
func worth8(levels *[64]int16) (score int) {
	zeros := 0
	for _, l := range levels {
		switch l {
		case 0:
			zeros++
		case 1, -1:
			score += int(isolated8[zeros&63])
			zeros = 0
		default:
			return 9
		}
	}
	return score
}
