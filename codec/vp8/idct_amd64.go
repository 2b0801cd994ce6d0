//go:build !purego

package vp8

import "github.com/callrec/callrec/internal/cpu"

// The transforms in assembly, with SSE2 and, several blocks at once, AVX2. They touch the samples of their blocks and no
// byte beyond.

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

// addFourAVX2 does what addFourPlain does and returns true, or nothing, like inverseDCTSSE2.
//
//go:noescape
func addFourAVX2(blocks *[4][16]int16, pix *byte, stride, half int) bool

// spreadY2AVX2 does what spreadY2Plain does and returns true, or nothing, like inverseDCTSSE2.
//
//go:noescape
func spreadY2AVX2(y2 *[16]int16, blocks *[16][16]int16, ends *[16]uint8) bool

// addFour adds the residuals of two blocks side by side, and of two that begin half behind them, to their predictions and
// zeroes them.
func addFour(blocks *[4][16]int16, ends *[4]uint8, pix []byte, stride, half int) {
	_ = pix[3*stride+half+7]
	if !cpu.AVX2() || !addFourAVX2(blocks, &pix[0], stride, half) {
		addFourPlain(blocks, ends, pix, stride, half)
	}
}

// spreadY2 transforms the coefficients in block y2 to the DC coefficients of the luma blocks, zeroes them, and makes ends
// say that all blocks have one.
func spreadY2(y2 *[16]int16, blocks *[16][16]int16, ends *[16]uint8) {
	if !cpu.AVX2() || !spreadY2AVX2(y2, blocks, ends) {
		spreadY2Plain(y2, blocks, ends)
	}
}

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
