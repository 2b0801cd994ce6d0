package transform

// Forward transforms the difference a-b of two 4x4 blocks, given by their first row and stride, into c in raster order.
// Inverse after scaling undoes it.
func Forward(c *[16]int32, a []byte, aStride int, b []byte, bStride int) {
	for y := range 4 {
		p := a[y*aStride:][:4]
		q := b[y*bStride:][:4]
		d0 := int32(p[0]) - int32(q[0])
		d1 := int32(p[1]) - int32(q[1])
		d2 := int32(p[2]) - int32(q[2])
		d3 := int32(p[3]) - int32(q[3])
		s03, s12, t03, t12 := d0+d3, d1+d2, d0-d3, d1-d2
		r := c[4*y : 4*y+4 : 4*y+4]
		r[0] = s03 + s12
		r[1] = 2*t03 + t12
		r[2] = s03 - s12
		r[3] = t03 - 2*t12
	}
	for x := range 4 {
		d0, d1, d2, d3 := c[x], c[x+4], c[x+8], c[x+12]
		s03, s12, t03, t12 := d0+d3, d1+d2, d0-d3, d1-d2
		c[x] = s03 + s12
		c[x+4] = 2*t03 + t12
		c[x+8] = s03 - s12
		c[x+12] = t03 - 2*t12
	}
}

// Inverse adds to the 4x4 block at dst the inverse transform of the scaled coefficients c, which it destroys
// (clauses 8.5.12.2 and 8.5.14).
func Inverse(dst []byte, stride int, c *[16]int32) {
	for y := range 4 {
		r := c[4*y : 4*y+4 : 4*y+4]
		e0, e1 := r[0]+r[2], r[0]-r[2]
		e2, e3 := r[1]>>1-r[3], r[1]+r[3]>>1
		r[0], r[1], r[2], r[3] = e0+e3, e1+e2, e1-e2, e0-e3
	}
	for x := range 4 {
		e0, e1 := c[x]+c[x+8], c[x]-c[x+8]
		e2, e3 := c[x+4]>>1-c[x+12], c[x+4]+c[x+12]>>1
		c[x], c[x+4], c[x+8], c[x+12] = e0+e3+32, e1+e2+32, e1-e2+32, e0-e3+32
	}
	for y := range 4 {
		p := dst[y*stride:][:4]
		r := c[4*y : 4*y+4 : 4*y+4]
		p[0] = clip(int32(p[0]) + r[0]>>6)
		p[1] = clip(int32(p[1]) + r[1]>>6)
		p[2] = clip(int32(p[2]) + r[2]>>6)
		p[3] = clip(int32(p[3]) + r[3]>>6)
	}
}

// InverseDC is Inverse for a block whose only coefficient is the scaled DC.
func InverseDC(dst []byte, stride int, dc int32) {
	v := (dc + 32) >> 6
	for y := range 4 {
		p := dst[y*stride:][:4]
		p[0] = clip(int32(p[0]) + v)
		p[1] = clip(int32(p[1]) + v)
		p[2] = clip(int32(p[2]) + v)
		p[3] = clip(int32(p[3]) + v)
	}
}

func clip(v int32) byte {
	if uint32(v) > 255 {
		return byte(^v >> 31)
	}
	return byte(v)
}

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

// ScaleChromaDC scales the transformed chroma DC levels in place to coefficients for Inverse (clause 8.5.11.2).
func ScaleChromaDC(c *[4]int32, qpc int) {
	v := 16 * normAdjust[qpc%6][0]
	for i := range c {
		c[i] = c[i] * v << (qpc / 6) >> 5
	}
}
