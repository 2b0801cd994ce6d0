package decode

import "github.com/callrec/callrec/codec/h264/internal/dpb"

// kind is a set of what is to be known of a macroblock's mb_type.
type kind uint8

const (
	kindI4     kind = 1 << iota // I_NxN with 4x4 prediction
	kindI8                      // I_NxN with 8x8 prediction
	kindI16                     // Intra_16x16
	kindPCM                     // I_PCM
	kindSkip                    // P_Skip or B_Skip
	kindDirect                  // B_Skip or B_Direct_16x16
	kindInter

	kindIntra = kindI4 | kindI8 | kindI16 | kindPCM
)

// Bits of mbInfo.cbp above coded_block_pattern, for the coded_block_flag of DC blocks (clause 9.3.3.1.1.9).
const (
	cbpLumaDC   = 1 << 8
	cbpChromaDC = 1 << 9 // Cb; Cr has the next bit
	cbpPCM      = 15 | 2<<4 | cbpLumaDC | 3*cbpChromaDC
)

// mbInfo is what is remembered of a macroblock for its neighbors and for the deblocking filter. Blocks are in raster
// order.
type mbInfo struct {
	slice      uint32 // number of the slice in the picture, from 1; 0 is not decoded
	kind       kind
	qp         uint8 // QPY
	chromaMode uint8 // intra_chroma_pred_mode
	transform8 bool
	whole      bool // one partition, if inter
	cbp        uint16
	coded      uint16       // bit i: luma block i has coefficients, for the deblocking filter
	nnz        [3][16]uint8 // total_coeff of the blocks of Y, Cb (4) and Cr (4)
	modes      [16]int8     // Intra4x4PredMode or Intra8x8PredMode of each 4x4 block
	refPos     [2]uint8     // bit i: 8x8 block i refers by a transmitted reference index above 0
	mvdBottom  [2][4]mvd    // of the lowest row of blocks
	mvdRight   [2][4]mvd    // of the rightmost column
}

// mvd is the magnitude of a vector difference, as far as the choice of contexts needs it (clause 9.3.3.1.1.7).
type mvd [2]uint8

// maxMVD is where magnitudes are cut off: two of them above 32 cannot be told apart.
const maxMVD = 66

// The caches hold the 4x4 blocks of the current macroblock and those around it in rows of 8: block (x, y) is at
// origin+x+8*y, the neighbors on the left in the column before, those above in the row before. Column 4 of rows 0 to 3
// is never available.
const (
	origin    = 12
	cacheSize = 48
)

// Reference indices that are none.
const (
	refNone        = -1 // not used, or intra
	refUnavailable = -2
)

// inside are the cache indices of the 16 blocks in raster order.
var insideTable = [16]uint8{12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31, 36, 37, 38, 39}

// blockTable gives for each luma4x4BlkIdx its raster index (clause 6.4.3).
var blockTable = [16]uint8{0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15}

// shape is how a macroblock or an 8x8 block is divided into partitions.
type shape uint8

const (
	shapeWhole shape = iota
	shapeRows        // 16x8 or 8x4
	shapeCols        // 8x16 or 4x8
	shapeQuads       // 8x8 or 4x4
)

// predL0 and predL1 say which lists a partition is predicted from.
const (
	predL0 = 1
	predL1 = 2
	predBi = 3
)

// bTypeTable is table 7-14 for mb_type 1 to 21.
var bTypeTable = [22]struct {
	shape shape
	pred  [2]uint8
}{
	1: {shapeWhole, [2]uint8{predL0}}, 2: {shapeWhole, [2]uint8{predL1}}, 3: {shapeWhole, [2]uint8{predBi}},
	4: {shapeRows, [2]uint8{predL0, predL0}}, 5: {shapeCols, [2]uint8{predL0, predL0}},
	6: {shapeRows, [2]uint8{predL1, predL1}}, 7: {shapeCols, [2]uint8{predL1, predL1}},
	8: {shapeRows, [2]uint8{predL0, predL1}}, 9: {shapeCols, [2]uint8{predL0, predL1}},
	10: {shapeRows, [2]uint8{predL1, predL0}}, 11: {shapeCols, [2]uint8{predL1, predL0}},
	12: {shapeRows, [2]uint8{predL0, predBi}}, 13: {shapeCols, [2]uint8{predL0, predBi}},
	14: {shapeRows, [2]uint8{predL1, predBi}}, 15: {shapeCols, [2]uint8{predL1, predBi}},
	16: {shapeRows, [2]uint8{predBi, predL0}}, 17: {shapeCols, [2]uint8{predBi, predL0}},
	18: {shapeRows, [2]uint8{predBi, predL1}}, 19: {shapeCols, [2]uint8{predBi, predL1}},
	20: {shapeRows, [2]uint8{predBi, predBi}}, 21: {shapeCols, [2]uint8{predBi, predBi}},
}

// subType is a sub_mb_type.
type subType struct {
	shape  shape
	pred   uint8
	direct bool
}

// subPTable and subBTable are tables 7-17 and 7-18.
var (
	subPTable = [4]subType{
		{shape: shapeWhole, pred: predL0}, {shape: shapeRows, pred: predL0},
		{shape: shapeCols, pred: predL0}, {shape: shapeQuads, pred: predL0},
	}
	subBTable = [13]subType{
		{shape: shapeQuads, direct: true},
		{shape: shapeWhole, pred: predL0}, {shape: shapeWhole, pred: predL1}, {shape: shapeWhole, pred: predBi},
		{shape: shapeRows, pred: predL0}, {shape: shapeCols, pred: predL0},
		{shape: shapeRows, pred: predL1}, {shape: shapeCols, pred: predL1},
		{shape: shapeRows, pred: predBi}, {shape: shapeCols, pred: predBi},
		{shape: shapeQuads, pred: predL0}, {shape: shapeQuads, pred: predL1}, {shape: shapeQuads, pred: predBi},
	}
)

// motionCache is the motion of the current macroblock and its neighbors for one list.
type motionCache struct {
	mv  [cacheSize]dpb.MV
	ref [cacheSize]int8
	mvd [cacheSize]mvd
}
