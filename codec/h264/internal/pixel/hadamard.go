package pixel

import "math/bits"

// satd8x4 is half the sum of the absolute 4x4 Hadamard coefficients of the differences of two 8x4 blocks, each given as
// four rows, in two 32-bit lanes. The differences stay exact in words read as sums of signed lanes: a borrow from the lane
// above is part of the representation.
func satd8x4(a0, a1, a2, a3, b0, b1, b2, b3 uint64) uint64 {
	e0, o0 := a0&low8-b0&low8, a0>>8&low8-b0>>8&low8
	e1, o1 := a1&low8-b1&low8, a1>>8&low8-b1>>8&low8
	e2, o2 := a2&low8-b2&low8, a2>>8&low8-b2>>8&low8
	e3, o3 := a3&low8-b3&low8, a3>>8&low8-b3>>8&low8
	// At most 12 times 2040 in a lane; neighboring lanes together are even.
	sum := hadamardHalf(e0+o0, e1+o1, e2+o2, e3+o3) + hadamardHalf(e0-o0, e1-o1, e2-o2, e3-o3)
	return (sum&low16 + sum>>16&low16) >> 1
}

// hadamardHalf makes the vertical butterflies and sums the magnitudes of what the last butterflies, of lanes 0 and 1 and
// of lanes 2 and 3, would make. These are never made: |a+b| + |a-b| is |a| + |b| + ||a|-|b||.
func hadamardHalf(r0, r1, r2, r3 uint64) uint64 {
	s01, d01, s23, d23 := r0+r1, r0-r1, r2+r3, r2-r3
	a, b, c, d := abs16(s01+s23), abs16(s01-s23), abs16(d01+d23), abs16(d01-d23)
	return a + b + c + d + apart(a, b) + apart(c, d)
}

// apart is the absolute differences of lanes 0 and 1 and of lanes 2 and 3 of v, and in the lanes between those of w.
func apart(v, w uint64) uint64 {
	return abs16((v&low16 | w&low16<<16) - (v>>16&low16 | w&^low16))
}

// abs16 is the magnitude of each signed lane.
func abs16(v uint64) uint64 {
	s := v >> 15 & lanes
	s = s<<16 - s
	return (v + s) ^ s
}

// satdPlain is the twin of satd.
func satdPlain(a []byte, aStride int, b []byte, bStride, w, h int) int {
	var acc uint64
	for y := 0; y < h; y += 4 {
		p0, q0 := a[y*aStride:], b[y*bStride:]
		p1, q1 := p0[aStride:], q0[bStride:]
		p2, q2 := p1[aStride:], q1[bStride:]
		p3, q3 := p2[aStride:], q2[bStride:]
		if w == 4 {
			acc += satd8x4(load32(p0), load32(p1), load32(p2), load32(p3), load32(q0), load32(q1), load32(q2), load32(q3))
			continue
		}
		for x := 0; x < w; x += 8 {
			acc += satd8x4(load64(p0[x:]), load64(p1[x:]), load64(p2[x:]), load64(p3[x:]),
				load64(q0[x:]), load64(q1[x:]), load64(q2[x:]), load64(q3[x:]))
		}
	}
	return int(acc&0xffffffff + acc>>32)
}

// satdMeanPlain is the twin of satdMean.
func satdMeanPlain(a []byte, aStride int, p, q []byte, stride, w, h int) int {
	var block [256]byte
	meanPlain(block[:], 16, p, stride, q, stride, w, h)
	return satdPlain(a, aStride, block[:], 16, w, h)
}

// hadamard8Plain is the twin of hadamard8: half the sum of the magnitudes of the 8x8 Hadamard coefficients.
func hadamard8Plain(a []byte, aStride int, b []byte, bStride, w, h int) (sum int) {
	for y := 0; y < h; y += 8 {
		for x := 0; x < w; x += 8 {
			sum += hadamard8x8(a[y*aStride+x:], aStride, b[y*bStride+x:], bStride)
		}
	}
	return sum
}

func hadamard8x8(a []byte, aStride int, b []byte, bStride int) int {
	return hadamard8RowsPlain(a, aStride, b, &Rows{0, bStride, 2 * bStride})
}

// hadamard8sPlain is the twin of hadamard8s.
func hadamard8sPlain(costs *[9]int32, a []byte, aStride int, line []byte, b *Blocks, which uint16) {
	for ; which != 0; which &= which - 1 {
		i := bits.TrailingZeros16(which)
		costs[i] = int32(hadamard8RowsPlain(a, aStride, line, &b.rows[i])+1) >> 1
	}
}

// hadamard8RowsPlain is half the sum of the magnitudes of the coefficients of a and the block whose rows are in a line.
func hadamard8RowsPlain(a []byte, aStride int, line []byte, rows *Rows) (sum int) {
	var c [8][8]int32
	at, next := rows.Even, rows.Odd
	for y := range c {
		p, q, r := a[y*aStride:][:8], line[at:][:8], &c[y]
		at, next = next, at+rows.Step
		r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7] = butterflies(
			int32(p[0])-int32(q[0]), int32(p[1])-int32(q[1]), int32(p[2])-int32(q[2]), int32(p[3])-int32(q[3]),
			int32(p[4])-int32(q[4]), int32(p[5])-int32(q[5]), int32(p[6])-int32(q[6]), int32(p[7])-int32(q[7]))
	}
	for x := range 8 {
		sum += magnitudes(c[0][x], c[1][x], c[2][x], c[3][x], c[4][x], c[5][x], c[6][x], c[7][x])
	}
	return sum >> 1
}

// straight8Plain is the twin of straight8. Of the coefficients of a block whose rows are all the same only those of the
// first row are not zero, and likewise for columns: it is enough to transform a, and those rows and columns.
func straight8Plain(costs *[3]int32, a []byte, aStride int, top, left *[8]byte, mean byte) {
	var nothing [8]byte // a block of zeros, as rows without a stride
	total := hadamard8RowsPlain(a, aStride, nothing[:], &Rows{})
	var rows, cols [8]int32
	for y := range rows {
		for x, v := range a[y*aStride:][:8] {
			rows[y] += int32(v)
			cols[x] += int32(v)
		}
	}
	dc := int32(0)
	for _, v := range rows {
		dc += v
	}
	vertical := total - magnitudesOf(&cols)>>1
	horizontal := total - magnitudesOf(&rows)>>1
	for i := range 8 {
		cols[i] -= 8 * int32(top[i])
		rows[i] -= 8 * int32(left[7-i])
	}
	costs[0] = int32(vertical+magnitudesOf(&cols)>>1+1) >> 1
	costs[1] = int32(horizontal+magnitudesOf(&rows)>>1+1) >> 1
	costs[2] = (int32(total) + (magnitude(dc-64*int32(mean))-dc)>>1 + 1) >> 1
}

func magnitudesOf(v *[8]int32) int {
	return magnitudes(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7])
}

// magnitudes is the sum of the magnitudes of the Hadamard transform of eight numbers.
func magnitudes(i0, i1, i2, i3, i4, i5, i6, i7 int32) int {
	v0, v1, v2, v3, v4, v5, v6, v7 := butterflies(i0, i1, i2, i3, i4, i5, i6, i7)
	return int(magnitude(v0) + magnitude(v1) + magnitude(v2) + magnitude(v3) +
		magnitude(v4) + magnitude(v5) + magnitude(v6) + magnitude(v7))
}

func magnitude(v int32) int32 {
	s := v >> 31
	return (v ^ s) - s
}

// butterflies is the Hadamard transform of eight numbers.
func butterflies(i0, i1, i2, i3, i4, i5, i6, i7 int32) (o0, o1, o2, o3, o4, o5, o6, o7 int32) {
	a0, a1, a2, a3, a4, a5, a6, a7 := i0+i1, i0-i1, i2+i3, i2-i3, i4+i5, i4-i5, i6+i7, i6-i7
	b0, b1, b2, b3, b4, b5, b6, b7 := a0+a2, a1+a3, a0-a2, a1-a3, a4+a6, a5+a7, a4-a6, a5-a7
	return b0 + b4, b1 + b5, b2 + b6, b3 + b7, b0 - b4, b1 - b5, b2 - b6, b3 - b7
}
