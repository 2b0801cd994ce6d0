package decode

import (
	"github.com/callrec/callrec/codec/h264/internal/params"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// scales are the factors of transform coefficients by QP and position in raster order: LevelScale shifted left by QP/6
// (clause 8.5.9), so that a coefficient is (level*scale+8)>>4 in a 4x4 block and (level*scale+32)>>6 in an 8x8 block
// whatever QP is (clauses 8.5.12.1 and 8.5.13.1).
type scales struct {
	s4 [6][52][16]int32
	s8 [2][52][64]int32
}

func newScales(l *params.ScalingLists) *scales {
	s := &scales{}
	for i := range s.s4 {
		for qp := range s.s4[i] {
			for k := range s.s4[i][qp] {
				s.s4[i][qp][k] = int32(l.L4[i][k]) * norm4Table[qp%6][position4(k)] << (qp / 6)
			}
		}
	}
	for i := range s.s8 {
		for qp := range s.s8[i] {
			for k := range s.s8[i][qp] {
				s.s8[i][qp][k] = int32(l.L8[i][k]) * transform.Norm8[qp%6][transform.PositionKind8(k)] << (qp / 6)
			}
		}
	}
	return s
}

// position4 is the column of norm4Table for raster index k.
func position4(k int) int {
	x, y := k&3, k>>2
	switch {
	case x&1 == 0 && y&1 == 0:
		return 0
	case x&1 == 1 && y&1 == 1:
		return 1
	}
	return 2
}

// chromaQP is QPC for a luma QP and a chroma_qp_index_offset.
func chromaQP(qp, offset int) int {
	return int(chromaQPTable[min(max(qp+offset, 0), 51)])
}
