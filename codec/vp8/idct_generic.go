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
