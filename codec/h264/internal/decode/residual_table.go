package decode

import "github.com/callrec/callrec/codec/h264/internal/params"

// scan4Table and scan8Table are the frame scans.
var (
	scan4Table = params.ZigZag4
	scan8Table = params.ZigZag8
	// chromaDCTable is the order of chroma DC levels.
	chromaDCTable = [4]uint8{0, 1, 2, 3}
)

// interleavedTable holds every fourth position of the 8x8 scan.
var interleavedTable = buildInterleaved()

func buildInterleaved() (t [4][16]uint8) {
	for i := range t {
		for k := range t[i] {
			t[i][k] = params.ZigZag8[4*k+i]
		}
	}
	return t
}

// The first contexts of the syntax elements of residual blocks by ctxBlockCat, for frame macroblocks (table 9-34 with
// ctxBlockCatOffset of table 9-40).
var (
	ctxCodedTable       = [5]int{85, 89, 93, 97, 101}
	ctxSignificantTable = [6]int{105, 120, 134, 149, 152, 402}
	ctxLastTable        = [6]int{166, 181, 195, 210, 213, 417}
	ctxLevelTable       = [6]int{227, 237, 247, 257, 266, 426}
)

// ctxIdxInc of significant_coeff_flag and last_significant_coeff_flag in 8x8 blocks (table 9-43).
var (
	significant8Table = [63]uint8{
		0, 1, 2, 3, 4, 5, 5, 4, 4, 3, 3, 4, 4, 4, 5, 5, 4, 4, 4, 4, 3, 3, 6, 7, 7, 7, 8, 9, 10, 9, 8, 7,
		7, 6, 11, 12, 13, 11, 6, 7, 8, 9, 14, 10, 9, 8, 6, 11, 12, 13, 11, 6, 9, 14, 10, 9, 11, 12, 13, 11, 14, 10, 12,
	}
	last8Table = [63]uint8{
		0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
		3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 8, 8, 8,
	}
)
