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

// subType is a sub_mb_type.
type subType struct {
	shape  shape
	pred   uint8
	direct bool
}

// motionCache is the motion of the current macroblock and its neighbors for one list.
type motionCache struct {
	mv  [cacheSize]dpb.MV
	ref [cacheSize]int8
	mvd [cacheSize]mvd
}
