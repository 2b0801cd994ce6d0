package transform

// inverse8Plain is the twin of inverse8.
func inverse8Plain(dst []byte, stride int, c *[64]int32) {
	for y := range 8 {
		r := (*[8]int32)(c[8*y:])
		if r[1]|r[2]|r[3]|r[4]|r[5]|r[6]|r[7] == 0 {
			v := r[0]
			*r = [8]int32{v, v, v, v, v, v, v, v}
			continue
		}
		r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7] = butterfly8(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7])
	}
	for x := range 8 {
		v0, v1, v2, v3, v4, v5, v6, v7 := butterfly8(
			c[x]+32, c[x+8], c[x+16], c[x+24], c[x+32], c[x+40], c[x+48], c[x+56])
		c[x], c[x+8], c[x+16], c[x+24] = v0, v1, v2, v3
		c[x+32], c[x+40], c[x+48], c[x+56] = v4, v5, v6, v7
	}
	for y := range 8 {
		p := dst[y*stride:][:8]
		r := c[8*y:][:8]
		for x := range p {
			p[x] = clip(int32(p[x]) + r[x]>>6)
		}
	}
	*c = [64]int32{}
}

// butterfly8 is the one-dimensional transform.
func butterfly8(i0, i1, i2, i3, i4, i5, i6, i7 int32) (o0, o1, o2, o3, o4, o5, o6, o7 int32) {
	a0, a2 := i0+i4, i0-i4
	a4, a6 := i2>>1-i6, i2+i6>>1
	b0, b2, b4, b6 := a0+a6, a2+a4, a2-a4, a0-a6
	a1 := -i3 + i5 - i7 - i7>>1
	a3 := i1 + i7 - i3 - i3>>1
	a5 := -i1 + i7 + i5 + i5>>1
	a7 := i3 + i5 + i1 + i1>>1
	b1, b7 := a1+a7>>2, a7-a1>>2
	b3, b5 := a3+a5>>2, a3>>2-a5
	return b0 + b7, b2 + b5, b4 + b3, b6 + b1, b6 - b1, b4 - b3, b2 - b5, b0 - b7
}

// forward8Plain is the twin of forward8.
func forward8Plain(c *[64]int32, a []byte, aStride int, b []byte, bStride int) {
	for y := range 8 {
		p := a[y*aStride:][:8]
		q := b[y*bStride:][:8]
		r := (*[8]int32)(c[8*y:])
		r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7] = forwardButterfly8(
			int32(p[0])-int32(q[0]), int32(p[1])-int32(q[1]), int32(p[2])-int32(q[2]), int32(p[3])-int32(q[3]),
			int32(p[4])-int32(q[4]), int32(p[5])-int32(q[5]), int32(p[6])-int32(q[6]), int32(p[7])-int32(q[7]))
	}
	for x := range 8 {
		c[x], c[x+8], c[x+16], c[x+24], c[x+32], c[x+40], c[x+48], c[x+56] = forwardButterfly8(
			c[x], c[x+8], c[x+16], c[x+24], c[x+32], c[x+40], c[x+48], c[x+56])
	}
}

// forwardButterfly8 is the one-dimensional transform: the rows of the matrix behind clause 8.5.13.2.
func forwardButterfly8(i0, i1, i2, i3, i4, i5, i6, i7 int32) (o0, o1, o2, o3, o4, o5, o6, o7 int32) {
	s0, s1, s2, s3 := i0+i7, i1+i6, i2+i5, i3+i4
	d0, d1, d2, d3 := i0-i7, i1-i6, i2-i5, i3-i4
	a0, a1, a2, a3 := s0+s3, s1+s2, s0-s3, s1-s2
	b0 := d1 + d2 + d0 + d0>>1
	b1 := d0 - d3 - d2 - d2>>1
	b2 := d0 + d3 - d1 - d1>>1
	b3 := d1 - d2 + d3 + d3>>1
	return a0 + a1, b0 + b3>>2, a2 + a3>>1, b1 + b2>>2, a0 - a1, b2 - b1>>2, a2>>1 - a3, b0>>2 - b3
}
