package decode

// inverse8 adds to the 8x8 block at dst the inverse transform of the scaled coefficients c, which it destroys
// (clause 8.5.13.2).
func inverse8(dst []byte, stride int, c *[64]int32) {
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
			p[x] = clip(int(p[x]) + int(r[x]>>6))
		}
	}
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
