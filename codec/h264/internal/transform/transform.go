package transform

// Inverse adds to the 4x4 block at dst the inverse transform of the scaled coefficients c, which it clears
// (clauses 8.5.12.2 and 8.5.14).
func Inverse(dst []byte, stride int, c *[16]int32) { inverse(dst, stride, c) }

// Code transforms and quantizes the difference of the 4x4 block src and its prediction pred into levels in scan order, and
// writes what a decoder makes of both to dst.
func Code(
	levels *[16]int16, dst []byte, dstStride int, src []byte, srcStride int, pred *[16]byte, q *Quantizer[[16]int32],
) Marks {
	return code(levels, dst, dstStride, src, srcStride, pred, q)
}

// InverseDC is Inverse for a block whose only coefficient is the scaled DC.
func InverseDC(dst []byte, stride int, dc int32) { addDC(dst, stride, (dc+32)>>6) }

// Forward8 transforms the difference a-b of two 8x8 blocks, given by their first row and stride, into c in raster order.
// Inverse8 after scaling undoes it.
func Forward8(c *[64]int32, a []byte, aStride int, b []byte, bStride int) {
	forward8(c, a, aStride, b, bStride)
}

// Inverse8 adds to the 8x8 block at dst the inverse transform of the scaled coefficients c, which it clears
// (clause 8.5.13.2).
func Inverse8(dst []byte, stride int, c *[64]int32) { inverse8(dst, stride, c) }

// Hadamard4 transforms the 16 luma DC coefficients of an Intra_16x16 macroblock in place, in raster order of their
// blocks (clause 8.5.10). It is its own inverse up to a factor of 16.
func Hadamard4(c *[16]int32) {
	for y := range 4 {
		r := c[4*y : 4*y+4 : 4*y+4]
		a, b, d, e := r[0]+r[1], r[0]-r[1], r[2]+r[3], r[2]-r[3]
		r[0], r[1], r[2], r[3] = a+d, a-d, b-e, b+e
	}
	for x := range 4 {
		a, b := c[x]+c[x+4], c[x]-c[x+4]
		d, e := c[x+8]+c[x+12], c[x+8]-c[x+12]
		c[x], c[x+4], c[x+8], c[x+12] = a+d, a-d, b-e, b+e
	}
}

// ScaleLumaDC scales the transformed luma DC levels in place to coefficients for Inverse (clause 8.5.10).
func ScaleLumaDC(c *[16]int32, qp int) {
	v := 16 * normAdjust[qp%6][0]
	if qp >= 36 {
		for i := range c {
			c[i] = c[i] * v << (qp/6 - 6)
		}
		return
	}
	shift := 6 - qp/6
	round := int32(1) << (shift - 1)
	for i := range c {
		c[i] = (c[i]*v + round) >> shift
	}
}

// Hadamard2 transforms the 4 DC coefficients of a chroma plane in place (clause 8.5.11.1).
func Hadamard2(c *[4]int32) {
	a, b, d, e := c[0]+c[1], c[0]-c[1], c[2]+c[3], c[2]-c[3]
	c[0], c[1], c[2], c[3] = a+d, b+e, a-d, b-e
}
