package decode

import "github.com/callrec/callrec/codec/h264/internal/deblock"

// insideTable are the cache indices of the 16 blocks in raster order.
var insideTable = [16]uint8{12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31, 36, 37, 38, 39}

// blockTable gives for each luma4x4BlkIdx its raster index (clause 6.4.3).
var blockTable = [16]uint8{0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15}

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

// subPTable and subBTable are tables 7-17 and 7-18.
var (
	subPTable = [4]subType{
		{shape: shapeWhole, pred: predL0},
		{shape: shapeRows, pred: predL0},
		{shape: shapeCols, pred: predL0},
		{shape: shapeQuads, pred: predL0},
	}
	subBTable = [13]subType{
		{shape: shapeQuads, direct: true},
		{shape: shapeWhole, pred: predL0},
		{shape: shapeWhole, pred: predL1},
		{shape: shapeWhole, pred: predBi},
		{shape: shapeRows, pred: predL0},
		{shape: shapeCols, pred: predL0},
		{shape: shapeRows, pred: predL1},
		{shape: shapeCols, pred: predL1},
		{shape: shapeRows, pred: predBi},
		{shape: shapeCols, pred: predBi},
		{shape: shapeQuads, pred: predL0},
		{shape: shapeQuads, pred: predL1},
		{shape: shapeQuads, pred: predBi},
	}
)

// noRefsTable and noIDsTable are the references of an intra macroblock.
var (
	noRefsTable = [4]int8{refNone, refNone, refNone, refNone}
	noIDsTable  = [4]int32{-1, -1, -1, -1}
)

// shapeSizeTable gives the size in blocks of the partitions of a shape.
var shapeSizeTable = [4]struct{ w, h, n int }{{4, 4, 1}, {4, 2, 2}, {2, 4, 2}, {2, 2, 4}}

// strength3 and strength4 are those of edges of intra macroblocks.
var (
	strength3 = deblock.Strengths{3, 3, 3, 3}
	strength4 = deblock.Strengths{4, 4, 4, 4}
)
