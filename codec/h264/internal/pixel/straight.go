package pixel

// straight16Plain is the twin of straight16.
func straight16Plain(costs *[3]int32, a *[256]byte, top, left *[16]byte, mean byte) {
	var nothing [16]byte // a block of zeros, as rows without a stride
	total := int32(satdPlain(a[:], 16, nothing[:], 0, 16, 16))
	*costs = [3]int32{total, total, total}
	for y := 0; y < 16; y += 4 {
		for x := 0; x < 16; x += 4 {
			straight4(costs, a[16*y+x:], 16, (*[4]byte)(top[x:]), (*[4]byte)(left[y:]), mean)
		}
	}
}

// straightChromaPlain is the twin of straightChroma.
func straightChromaPlain(costs *[3]int32, a *[2][64]byte, top, left *[2][8]byte, means *[2][4]byte) {
	var nothing [8]byte
	total := int32(satdPlain(a[0][:], 8, nothing[:], 0, 8, 8) + satdPlain(a[1][:], 8, nothing[:], 0, 8, 8))
	*costs = [3]int32{total, total, total}
	for i := range 8 {
		p, x, y := i>>1&1, i&1, i>>2
		straight4(costs, a[p][32*y+4*x:], 8, (*[4]byte)(top[p][4*x:]), (*[4]byte)(left[p][4*y:]), means[y][2*p+x])
	}
}

// straight4 adds what straight predictions of a 4x4 block change about its SATD. Of the coefficients of a block whose rows are
// all the same only those of the first row are not zero, and likewise for columns: it is enough to transform those.
func straight4(costs *[3]int32, a []byte, stride int, top, left *[4]byte, mean byte) {
	var rows, cols [4]int32
	for y := range rows {
		r := a[y*stride:][:4]
		v0, v1, v2, v3 := int32(r[0]), int32(r[1]), int32(r[2]), int32(r[3])
		rows[y] = v0 + v1 + v2 + v3
		cols[0], cols[1], cols[2], cols[3] = cols[0]+v0, cols[1]+v1, cols[2]+v2, cols[3]+v3
	}
	dc := rows[0] + rows[1] + rows[2] + rows[3]
	costs[0] -= magnitudes4(&cols)
	costs[1] -= magnitudes4(&rows)
	for i := range 4 {
		cols[i] -= 4 * int32(top[i])
		rows[i] -= 4 * int32(left[i])
	}
	costs[0] += magnitudes4(&cols)
	costs[1] += magnitudes4(&rows)
	costs[2] += (magnitude(dc-16*int32(mean)) - dc) >> 1
}

// magnitudes4 is half the sum of the magnitudes of the Hadamard transform of four numbers.
func magnitudes4(v *[4]int32) int32 {
	s, d, t, u := v[0]+v[1], v[0]-v[1], v[2]+v[3], v[2]-v[3]
	return max(magnitude(s), magnitude(t)) + max(magnitude(d), magnitude(u))
}
