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

// inversePlain is the twin of inverse.
func inversePlain(dst []byte, stride int, c *[16]int32) {
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
	*c = [16]int32{}
}

// addDCPlain is the twin of addDC: it adds v to a 4x4 block.
func addDCPlain(dst []byte, stride int, v int32) {
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

// codePlain is the twin of code.
func codePlain(
	levels *[16]int16, dst []byte, dstStride int, src []byte, srcStride int, pred *[16]byte, q *Quantizer[[16]int32],
) Marks {
	for y := range 4 {
		copy(dst[y*dstStride:], pred[4*y:4*y+4])
	}
	var c [16]int32
	Forward(&c, src, srcStride, pred[:], 4)
	marks := Quantize(levels, &c, q)
	if marks != 0 {
		inversePlain(dst, dstStride, &c)
	}
	return marks
}
