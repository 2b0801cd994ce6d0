//go:build !amd64 || purego

package vp8

// inverseDCT adds the inverse transform of coeffs to the 4x4 samples at pix, and zeroes coeffs (RFC 6386 14.3, 14.5).
func inverseDCT(coeffs *[16]int16, pix []byte, stride int) { inverseDCTPlain(coeffs, pix, stride) }

// addDCRow adds the DC coefficients of four blocks side by side, which have no others, to their samples, and zeroes
// them.
func addDCRow(blocks *[4][16]int16, pix []byte, stride int) { addDCRowPlain(blocks, pix, stride) }

// addDCSquare does the same for two blocks and the two below them.
func addDCSquare(blocks *[4][16]int16, pix []byte, stride int) {
	addDCSquarePlain(blocks, pix, stride)
}

// addFour adds the residuals of two blocks side by side, and of two that begin half behind them, to their predictions and
// zeroes them.
func addFour(blocks *[4][16]int16, ends *[4]uint8, pix []byte, stride, half int) {
	addFourPlain(blocks, ends, pix, stride, half)
}

// spreadY2 transforms the coefficients in block y2 to the DC coefficients of the luma blocks, zeroes them, and makes ends
// say that all blocks have one.
func spreadY2(y2 *[16]int16, blocks *[16][16]int16, ends *[16]uint8) {
	spreadY2Plain(y2, blocks, ends)
}
