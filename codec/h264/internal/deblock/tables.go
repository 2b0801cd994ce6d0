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

// tc0Table is tC0 by indexA and bS (table 8-17).
var tc0Table = [52][4]uint8{
	17: {0, 0, 0, 1}, 18: {0, 0, 0, 1}, 19: {0, 0, 0, 1}, 20: {0, 0, 0, 1}, 21: {0, 0, 1, 1}, 22: {0, 0, 1, 1},
	23: {0, 1, 1, 1}, 24: {0, 1, 1, 1}, 25: {0, 1, 1, 1}, 26: {0, 1, 1, 1}, 27: {0, 1, 1, 2}, 28: {0, 1, 1, 2},
	29: {0, 1, 1, 2}, 30: {0, 1, 1, 2}, 31: {0, 1, 2, 3}, 32: {0, 1, 2, 3}, 33: {0, 2, 2, 3}, 34: {0, 2, 2, 4},
	35: {0, 2, 3, 4}, 36: {0, 2, 3, 4}, 37: {0, 3, 3, 5}, 38: {0, 3, 4, 6}, 39: {0, 3, 4, 6}, 40: {0, 4, 5, 7},
	41: {0, 4, 5, 8}, 42: {0, 4, 6, 9}, 43: {0, 5, 7, 10}, 44: {0, 6, 8, 11}, 45: {0, 6, 8, 13}, 46: {0, 7, 10, 14},
	47: {0, 8, 11, 16}, 48: {0, 9, 12, 18}, 49: {0, 10, 13, 20}, 50: {0, 11, 15, 23}, 51: {0, 13, 17, 25},
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
