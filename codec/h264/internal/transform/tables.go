// Package transform holds the 4x4 integer transforms, the scaling and the scan of ITU-T H.264 clause 8.5, forward and
// inverse.
package transform

// ZigZag is the frame scan of a 4x4 block (table 8-13): the raster index of each scan position.
var ZigZag = [16]uint8{0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15}

// BlockX and BlockY are the position of each luma4x4BlkIdx in units of 4 samples (clause 6.4.3).
var (
	BlockX = [16]uint8{0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3}
	BlockY = [16]uint8{0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3}
)

// ChromaQP is QPC for each qPI with a chroma_qp_index_offset of 0 (table 8-15).
var ChromaQP = [52]uint8{
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
	29, 30, 31, 32, 32, 33, 34, 34, 35, 35, 36, 36, 37, 37, 37, 38, 38, 38, 39, 39, 39, 39,
}

// normAdjust is v of clause 8.5.9 by QP%6 and kind of position: both coordinates even, both odd, other.
var normAdjust = [6][3]int32{{10, 16, 13}, {11, 18, 14}, {13, 20, 16}, {14, 23, 18}, {16, 25, 20}, {18, 29, 23}}

// Scale is the factor of each coefficient position (raster order) for each QP: normAdjust4x4 shifted left by QP/6, which
// is clause 8.5.12.1 with flat scaling lists, where nothing is ever rounded.
var Scale = buildScale()

func buildScale() (scale [52][16]int32) {
	for qp := range scale {
		for i := range scale[qp] {
			scale[qp][i] = normAdjust[qp%6][PositionKind(i)] << (qp / 6)
		}
	}
	return scale
}

// PositionKind is 0 where both coordinates of raster index i are even, 1 where both are odd, else 2.
func PositionKind(i int) int {
	switch {
	case i&1 == 0 && i>>2&1 == 0:
		return 0
	case i&1 == 1 && i>>2&1 == 1:
		return 1
	}
	return 2
}

// Norm8 is v of clause 8.5.9 for 8x8 blocks by QP%6 and kind of position (PositionKind8).
var Norm8 = [6][6]int32{
	{20, 18, 32, 19, 25, 24},
	{22, 19, 35, 21, 28, 26},
	{26, 23, 42, 24, 33, 31},
	{28, 25, 45, 26, 35, 33},
	{32, 28, 51, 30, 40, 38},
	{36, 32, 58, 34, 46, 43},
}

// Scale8 is the factor of each coefficient position (raster order) of an 8x8 block for each QP with flat scaling lists: a
// coefficient is (level*Scale8+2)>>2, which is clause 8.5.13.1.
var Scale8 = buildScale8()

func buildScale8() (scale [52][64]int32) {
	for qp := range scale {
		for i := range scale[qp] {
			scale[qp][i] = Norm8[qp%6][PositionKind8(i)] << (qp / 6)
		}
	}
	return scale
}

// PositionKind8 is the column of Norm8 for raster index k.
func PositionKind8(k int) int {
	x, y := k&7, k>>3
	switch {
	case x&3 == 0 && y&3 == 0:
		return 0
	case x&1 == 1 && y&1 == 1:
		return 1
	case x&3 == 2 && y&3 == 2:
		return 2
	case x&3 == 0 && y&1 == 1 || x&1 == 1 && y&3 == 0:
		return 3
	case x&3 == 0 && y&3 == 2 || x&3 == 2 && y&3 == 0:
		return 4
	}
	return 5
}
