package h264

import "github.com/callrec/callrec/codec/h264/internal/intra"

// level is a row of table A-1.
type level struct {
	idc      uint32 // level_idc
	mbps     int    // MaxMBPS
	frameMBs int    // MaxFS
	kbps     int    // MaxBR for the Baseline profile, kbit/s
	mvY      int    // vertical vector range in samples: -mvY .. mvY-0.25
}

// levels is table A-1 from the lowest level up, without level 1b.
var levels = [...]level{
	{10, 1485, 99, 64, 64},
	{11, 3000, 396, 192, 128},
	{12, 6000, 396, 384, 128},
	{13, 11880, 396, 768, 128},
	{20, 11880, 396, 2000, 128},
	{21, 19800, 792, 4000, 256},
	{22, 20250, 1620, 4000, 256},
	{30, 40500, 1620, 10000, 256},
	{31, 108000, 3600, 14000, 512},
	{32, 216000, 5120, 20000, 512},
	{40, 245760, 8192, 20000, 512},
	{41, 245760, 8192, 50000, 512},
	{42, 522240, 8704, 50000, 512},
	{50, 589824, 22080, 135000, 512},
	{51, 983040, 36864, 240000, 512},
	{52, 2073600, 36864, 240000, 512},
}

// topRightInside says by raster index whether the samples above and to the right of a 4x4 block belong to a block of
// the same macroblock that is decoded before it (clause 6.4.11.4).
var topRightInside = [16]bool{4: true, 6: true, 8: true, 9: true, 10: true, 12: true, 14: true}

// quarterBlocks are the raster indices of the four 4x4 blocks in each 8x8 quarter.
var quarterBlocks = [4][4]uint8{{0, 1, 4, 5}, {2, 3, 6, 7}, {8, 9, 12, 13}, {10, 11, 14, 15}}

// quarterMasks are bits of these blocks, for each set of quarters.
var quarterMasks = [16]uint16{
	0x0000, 0x0033, 0x00cc, 0x00ff, 0x3300, 0x3333, 0x33cc, 0x33ff, 0xcc00, 0xcc33, 0xcccc, 0xccff, 0xff00, 0xff33, 0xffcc, 0xffff,
}

// hexagon are the whole-sample steps of the walk, in quarter samples.
var hexagon = [6][2]int{{-8, 0}, {-4, 8}, {4, 8}, {8, 0}, {4, -8}, {-4, -8}}

// diamond are the four nearest neighbors.
var diamond = [4][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}}

// multiplier is the quantizer's reciprocal of the decoder's scale by QP%6 and kind of position, in units of 2^-15 at
// QP 0..5: 2^21 over the scale and over the squared norms of the transform's basis, 16 for both coordinates even, 25
// (times 4) for both odd, 20 (times 2) for others.
var multiplier = [6][3]int32{
	{13107, 5243, 8066},
	{11916, 4660, 7490},
	{10082, 4194, 6554},
	{9362, 3647, 5825},
	{8192, 3355, 5243},
	{7282, 2893, 4559},
}

// multiplier8 is multiplier for 8x8 blocks, in units of 2^-16, by kind of position (transform.PositionKind8).
var multiplier8 = [6][6]int32{
	{13107, 11428, 20972, 12222, 16777, 15481},
	{11916, 10826, 19174, 11058, 14980, 14290},
	{10082, 8943, 15978, 9675, 12710, 11985},
	{9362, 8228, 14913, 8931, 11984, 11259},
	{8192, 7346, 13159, 7740, 10486, 9777},
	{7282, 6428, 11570, 6830, 9118, 8640},
}

// quantizers are by QP.
var quantizers = buildQuantizers()

// shapes are the partitions by shape.
var shapes = [4]struct {
	n  int
	at [4]rect
}{
	whole: {1, [4]rect{{0, 0, 4, 4}}},
	rows:  {2, [4]rect{{0, 0, 4, 2}, {0, 2, 4, 2}}},
	cols:  {2, [4]rect{{0, 0, 2, 4}, {2, 0, 2, 4}}},
	quads: {4, [4]rect{{0, 0, 2, 2}, {2, 0, 2, 2}, {0, 2, 2, 2}, {2, 2, 2, 2}}},
}

// shapeBits is how many more bits mb_type and sub_mb_type take than for a whole macroblock.
var shapeBits = [4]uint8{rows: 2, cols: 2, quads: 5}

// besideMode are, for each mode of Intra_4x4 and Intra_8x8, as bits, those whose direction is next to it; for DC the
// diagonals.
var besideMode = [9]uint16{
	intra.Vertical4:          1<<intra.VerticalRight4 | 1<<intra.VerticalLeft4,
	intra.Horizontal4:        1<<intra.HorizontalDown4 | 1<<intra.HorizontalUp4,
	intra.DC4:                1<<intra.DiagonalDownLeft4 | 1<<intra.DiagonalDownRight4,
	intra.DiagonalDownLeft4:  1 << intra.VerticalLeft4,
	intra.DiagonalDownRight4: 1<<intra.VerticalRight4 | 1<<intra.HorizontalDown4,
	intra.VerticalRight4:     1 << intra.DiagonalDownRight4,
	intra.HorizontalDown4:    1 << intra.DiagonalDownRight4,
	intra.VerticalLeft4:      1 << intra.DiagonalDownLeft4,
	intra.HorizontalUp4:      0,
}
