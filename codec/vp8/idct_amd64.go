//go:build !purego

package vp8

// The transforms in assembly, with SSE2. They touch the samples of their blocks and no byte beyond.

// inverseDCTSSE2 does what inverseDCTPlain does and returns true, or, if what the first pass leaves is too large for
// sums of 16 bits, nothing.
//
//go:noescape
func inverseDCTSSE2(coeffs *[16]int16, pix *byte, stride int) bool

// addDCRowSSE2 adds the DC coefficients of four blocks side by side to their samples, and zeroes them.
//
//go:noescape
func addDCRowSSE2(blocks *[4][16]int16, pix *byte, stride int)

// addDCSquareSSE2 does the same for two blocks and the two below them.
//
//go:noescape
func addDCSquareSSE2(blocks *[4][16]int16, pix *byte, stride int)

// inverseDCT adds the inverse transform of coeffs to the 4x4 samples at pix, and zeroes coeffs (RFC 6386 14.3, 14.5).
func inverseDCT(coeffs *[16]int16, pix []byte, stride int) {
	_ = pix[3*stride+3]
	if !inverseDCTSSE2(coeffs, &pix[0], stride) {
		inverseDCTPlain(coeffs, pix, stride)
	}
}

// addDCRow adds the DC coefficients of four blocks side by side, which have no others, to their samples, and zeroes
// them.
func addDCRow(blocks *[4][16]int16, pix []byte, stride int) {
	_ = pix[3*stride+15]
	addDCRowSSE2(blocks, &pix[0], stride)
}

// addDCSquare does the same for two blocks and the two below them.
func addDCSquare(blocks *[4][16]int16, pix []byte, stride int) {
	_ = pix[7*stride+7]
	addDCSquareSSE2(blocks, &pix[0], stride)
}
