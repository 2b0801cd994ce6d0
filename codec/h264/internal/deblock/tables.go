// Package deblock is the deblocking filter of ITU-T H.264 clause 8.7 for frame macroblocks.
package deblock

// alphaTable and betaTable are the thresholds by indexA and indexB (table 8-16).
var alphaTable = [52]uint8{
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 5, 6, 7, 8, 9, 10, 12, 13,
	15, 17, 20, 22, 25, 28, 32, 36, 40, 45, 50, 56, 63, 71, 80, 90, 101, 113, 127, 144, 162, 182, 203, 226, 255, 255,
}

var betaTable = [52]uint8{
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4,
	6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15, 16, 16, 17, 17, 18, 18,
}

// tc0Table is tC0 by indexA and bS (table 8-17); nothing is filtered where bS is 0.
var tc0Table = [52][8]int8{
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 0},
	{-1, 0, 0, 1},
	{-1, 0, 0, 1},
	{-1, 0, 0, 1},
	{-1, 0, 0, 1},
	{-1, 0, 1, 1},
	{-1, 0, 1, 1},
	{-1, 1, 1, 1},
	{-1, 1, 1, 1},
	{-1, 1, 1, 1},
	{-1, 1, 1, 1},
	{-1, 1, 1, 2},
	{-1, 1, 1, 2},
	{-1, 1, 1, 2},
	{-1, 1, 1, 2},
	{-1, 1, 2, 3},
	{-1, 1, 2, 3},
	{-1, 2, 2, 3},
	{-1, 2, 2, 4},
	{-1, 2, 3, 4},
	{-1, 2, 3, 4},
	{-1, 3, 3, 5},
	{-1, 3, 4, 6},
	{-1, 3, 4, 6},
	{-1, 4, 5, 7},
	{-1, 4, 5, 8},
	{-1, 4, 6, 9},
	{-1, 5, 7, 10},
	{-1, 6, 8, 11},
	{-1, 6, 8, 13},
	{-1, 7, 10, 14},
	{-1, 8, 11, 16},
	{-1, 9, 12, 18},
	{-1, 10, 13, 20},
	{-1, 11, 15, 23},
	{-1, 13, 17, 25},
}

// edgeBlocks are, by direction, the blocks along the first edge, and the step to the next edge.
var edgeBlocks = [2]struct {
	first [4]int
	step  int
	last  [4]int
}{
	vertical:   {first: [4]int{0, 4, 8, 12}, step: 1, last: [4]int{3, 7, 11, 15}},
	horizontal: {first: [4]int{0, 1, 2, 3}, step: 4, last: [4]int{12, 13, 14, 15}},
}

// CodedStrengths are those of an edge of whose four blocks those with a set bit have coefficients on one side.
var CodedStrengths = [16]Strengths{
	{0, 0, 0, 0},
	{2, 0, 0, 0},
	{0, 2, 0, 0},
	{2, 2, 0, 0},
	{0, 0, 2, 0},
	{2, 0, 2, 0},
	{0, 2, 2, 0},
	{2, 2, 2, 0},
	{0, 0, 0, 2},
	{2, 0, 0, 2},
	{0, 2, 0, 2},
	{2, 2, 0, 2},
	{0, 0, 2, 2},
	{2, 0, 2, 2},
	{0, 2, 2, 2},
	{2, 2, 2, 2},
}
