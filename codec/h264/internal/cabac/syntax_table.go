package cabac

// The first context of each syntax element (table 9-34).
const (
	CtxSkipP      = 11
	CtxSkipB      = 24
	CtxTypeI      = 3
	CtxTypeP      = 14
	CtxTypePIntra = 17
	CtxTypeB      = 27
	CtxTypeBIntra = 32
	CtxSubP       = 21
	CtxSubB       = 36
	CtxMVD        = 40 // horizontal; vertical is 7 further
	CtxRef        = 54
	CtxDelta      = 60
	CtxChromaMode = 64
	CtxPrevMode   = 68
	CtxRemMode    = 69
	CtxCBPLuma    = 73
	CtxCBPChroma  = 77
	CtxTransform8 = 399
)

// The values of ctxBlockCat (table 9-42).
const (
	LumaDC = iota
	LumaAC
	Luma4
	ChromaDC
	ChromaAC
	Luma8
)

// The first contexts of the syntax elements of residual blocks by ctxBlockCat, for frame macroblocks (table 9-34 with
// ctxBlockCatOffset of table 9-40).
var (
	CodedTable       = [5]int{85, 89, 93, 97, 101}
	SignificantTable = [6]int{105, 120, 134, 149, 152, 402}
	LastTable        = [6]int{166, 181, 195, 210, 213, 417}
	LevelTable       = [6]int{227, 237, 247, 257, 266, 426}
)

// ctxIdxInc of significant_coeff_flag and last_significant_coeff_flag in 8x8 blocks (table 9-43).
var (
	Significant8Table = [63]uint8{
		0, 1, 2, 3, 4, 5, 5, 4, 4, 3, 3, 4, 4, 4, 5, 5, 4, 4, 4, 4, 3, 3, 6, 7, 7, 7, 8, 9, 10, 9, 8, 7,
		7, 6, 11, 12, 13, 11, 6, 7, 8, 9, 14, 10, 9, 8, 6, 11, 12, 13, 11, 6, 9, 14, 10, 9, 11, 12, 13, 11, 14, 10, 12,
	}
	Last8Table = [63]uint8{
		0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
		3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 8, 8, 8,
	}
)
