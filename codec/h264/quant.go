package h264

import (
	"math/bits"

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

	intraFours, interFours *transform.FourQuantizer // of intra4 and inter4

	zone transform.DeadZone // of inter4
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
		q.zone = transform.NewDeadZone(&q.inter4)
		q.intraFours = transform.NewFourQuantizer(&q.intra4)
		q.interFours = transform.NewFourQuantizer(&q.inter4)
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

// worth scores the levels of four 4x4 blocks that begin at scan position from, 0 or 1: a group of blocks with a low sum is
// not worth its bits. A level of magnitude one scores three right behind the level before it, two behind up to two zeros, one
// behind up to five, and nothing behind more. Any level above one makes the group worth its bits.
func worth(a, b, c, d transform.Marks, from int) int {
	if (a | b | c | d).Large() != 0 {
		return worthMost
	}
	set := uint64(a.Set()) | uint64(b.Set())<<16 | uint64(c.Set())<<32 | uint64(d.Set())<<48
	if set == 0 {
		return 0
	}
	// Bit k of each word: there is a level just before position k, at most two zeros before it, and at most five.
	behind := set<<1&0xfffefffefffefffe | 0x0001000100010001<<from
	two := behind | behind<<1&0xfffefffefffefffe | behind<<2&0xfffcfffcfffcfffc
	five := two | two<<3&0xfff8fff8fff8fff8
	return bits.OnesCount64(set&behind) + bits.OnesCount64(set&two) + bits.OnesCount64(set&five)
}

// worthMost is what blocks are worth that have a level of a magnitude above one: enough for all that is asked of them.
const worthMost = 9

// The scores below which levels are dropped in inter macroblocks: those of an 8x8 quarter, of all luma, of a chroma plane.
const (
	worthQuarter = 4
	worthLuma    = 6
	worthChroma  = 7
)

// worth8 is worth for an 8x8 block, where it takes three, eleven or twenty-three zeros for a lower score.
func worth8(m transform.Marks8) int {
	if m.Large != 0 {
		return worthMost
	}
	behind := m.Set<<1 | 1
	three := behind | behind<<1
	three |= three << 2
	eleven := three | three<<4 | three<<8
	most := eleven | eleven<<12
	return bits.OnesCount64(m.Set&three) + bits.OnesCount64(m.Set&eleven) + bits.OnesCount64(m.Set&most)
}
