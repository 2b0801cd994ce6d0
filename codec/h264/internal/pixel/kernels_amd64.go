//go:build !purego

package pixel

import "github.com/callrec/callrec/internal/cpu"

// The kernels in assembly. All of them need AVX2. They read what the block holds and no byte beyond, at any alignment.
// h is a multiple of 4.

//go:noescape
func sad16AVX2(a *byte, aStride int, b *byte, bStride, h int) int

//go:noescape
func sad8AVX2(a *byte, aStride int, b *byte, bStride, h int) int

//go:noescape
func sad4AVX2(a *byte, aStride int, b *byte, bStride, h int) int

// sads16AVX2 compares with four blocks, sads8AVX2 too.
//
//go:noescape
func sads16AVX2(out *[4]int32, a *byte, aStride int, b0, b1, b2, b3 *byte, bStride, h int)

//go:noescape
func sads8AVX2(out *[4]int32, a *byte, aStride int, b0, b1, b2, b3 *byte, bStride, h int)

// sadLineAVX2 takes strides of every fourth row, and the address of the first of n blocks.
//
//go:noescape
func sadLineAVX2(out *int32, n int, a *byte, aStride int, b *byte, bStride, step int)

//go:noescape
func satd16AVX2(a *byte, aStride int, b *byte, bStride, h int) int

// satd8AVX2 takes eight rows at a time: h is a multiple of 8, or 4.
//
//go:noescape
func satd8AVX2(a *byte, aStride int, b *byte, bStride, h int) int

//go:noescape
func satd4AVX2(a *byte, aStride int, b *byte, bStride, h int) int

//go:noescape
func satdMean16AVX2(a *byte, aStride int, p, q *byte, stride, h int) int

// satdMean8AVX2 takes eight rows at a time: h is a multiple of 8, or 4.
//
//go:noescape
func satdMean8AVX2(a *byte, aStride int, p, q *byte, stride, h int) int

// hadamard16x8AVX2 gives the sum for two blocks of 8x8 next to each other.
//
//go:noescape
func hadamard16x8AVX2(a *byte, aStride int, b *byte, bStride int) int

// hadamard8x8AVX2 takes rows 0, 2, 4 and 6 of the second block from even on, the others from odd on.
//
//go:noescape
func hadamard8x8AVX2(a *byte, aStride int, even, odd *byte, step int) int

// hadamard8sAVX2 gives SATD8 for each block in which; there is at least one.
//
//go:noescape
func hadamard8sAVX2(costs *[9]int32, a *byte, aStride int, line *byte, rows *[9]Rows, which uint16)

//go:noescape
func straight8AVX2(costs *[3]int32, a *byte, aStride int, top, left *[8]byte, mean byte)

//go:noescape
func straight16AVX2(costs *[3]int32, a *[256]byte, top, left *[16]byte, mean byte)

//go:noescape
func straightChromaAVX2(costs *[3]int32, a *[2][64]byte, top, left *[2][8]byte, means *[2][4]byte)

//go:noescape
func ssd16AVX2(a *byte, aStride int, b *byte, bStride, h int) int

//go:noescape
func ssd8AVX2(a *byte, aStride int, b *byte, bStride, h int) int

//go:noescape
func ssd4AVX2(a *byte, aStride int, b *byte, bStride, h int) int

//go:noescape
func moments16AVX2(a *byte, stride, h int) (sum, squares int)

//go:noescape
func moments8AVX2(a *byte, stride, h int) (sum, squares int)

// The means take an even number of rows.
//
//go:noescape
func mean16AVX2(dst *byte, dStride int, p *byte, pStride int, q *byte, qStride, h int)

//go:noescape
func mean8AVX2(dst *byte, dStride int, p *byte, pStride int, q *byte, qStride, h int)

// The copies take an even number of rows.
//
//go:noescape
func copy16AVX2(dst *byte, dStride int, src *byte, sStride, h int)

//go:noescape
func copy8AVX2(dst *byte, dStride int, src *byte, sStride, h int)

// withinAVX2 takes n samples, a multiple of 16 and not zero.
//
//go:noescape
func withinAVX2(pix *byte, n int, c, limit byte) bool

// check panics unless the slice holds the block, as the twins do.
func check(b []byte, stride, w, h int) *byte {
	_ = b[uint((h-1)*stride+w-1)]
	return &b[0]
}

func sad(a []byte, aStride int, b []byte, bStride, w, h int) int {
	if !cpu.AVX2() {
		return sadPlain(a, aStride, b, bStride, w, h)
	}
	p, q := check(a, aStride, w, h), check(b, bStride, w, h)
	switch w {
	case 16:
		return sad16AVX2(p, aStride, q, bStride, h)
	case 8:
		return sad8AVX2(p, aStride, q, bStride, h)
	}
	return sad4AVX2(p, aStride, q, bStride, h)
}

func sads(out *[4]int32, a []byte, aStride int, b []byte, at *[4]int, bStride, w, h int) {
	if !cpu.AVX2() || w == 4 {
		sadsPlain(out, a, aStride, b, at, bStride, w, h)
		return
	}
	p := check(a, aStride, w, h)
	_ = b[uint(max(at[0], at[1], at[2], at[3])+(h-1)*bStride+w-1)]
	b0, b1, b2, b3 := &b[at[0]], &b[at[1]], &b[at[2]], &b[at[3]]
	if w == 16 {
		sads16AVX2(out, p, aStride, b0, b1, b2, b3, bStride, h)
	} else {
		sads8AVX2(out, p, aStride, b0, b1, b2, b3, bStride, h)
	}
}

func sadLine(out []int32, a []byte, aStride int, b []byte, at, step, bStride int) {
	if !cpu.AVX2() || len(out) == 0 {
		sadLinePlain(out, a, aStride, b, at, step, bStride)
		return
	}
	p := check(a, 4*aStride, 16, 4)
	check(b[at+(len(out)-1)*step:], 4*bStride, 16, 4)
	sadLineAVX2(&out[0], len(out), p, 4*aStride, check(b[at:], 4*bStride, 16, 4), 4*bStride, step)
}

func sadsOf(out *[4]int32, a []byte, aStride int, b *[4][]byte, bStride, w, h int) {
	if !cpu.AVX2() || w == 4 {
		sadsOfPlain(out, a, aStride, b, bStride, w, h)
		return
	}
	p := check(a, aStride, w, h)
	b0, b1, b2, b3 := check(b[0], bStride, w, h), check(b[1], bStride, w, h), check(b[2], bStride, w, h), check(b[3], bStride, w, h)
	if w == 16 {
		sads16AVX2(out, p, aStride, b0, b1, b2, b3, bStride, h)
	} else {
		sads8AVX2(out, p, aStride, b0, b1, b2, b3, bStride, h)
	}
}

func satd(a []byte, aStride int, b []byte, bStride, w, h int) int {
	if !cpu.AVX2() {
		return satdPlain(a, aStride, b, bStride, w, h)
	}
	p, q := check(a, aStride, w, h), check(b, bStride, w, h)
	switch w {
	case 16:
		return satd16AVX2(p, aStride, q, bStride, h)
	case 8:
		return satd8AVX2(p, aStride, q, bStride, h)
	}
	return satd4AVX2(p, aStride, q, bStride, h)
}

func satdMean(a []byte, aStride int, p, q []byte, stride, w, h int) int {
	if !cpu.AVX2() {
		return satdMeanPlain(a, aStride, p, q, stride, w, h)
	}
	s, u, v := check(a, aStride, w, h), check(p, stride, w, h), check(q, stride, w, h)
	if w == 16 {
		return satdMean16AVX2(s, aStride, u, v, stride, h)
	}
	return satdMean8AVX2(s, aStride, u, v, stride, h)
}

func hadamard8(a []byte, aStride int, b []byte, bStride, w, h int) (sum int) {
	if !cpu.AVX2() {
		return hadamard8Plain(a, aStride, b, bStride, w, h)
	}
	check(a, aStride, w, h)
	check(b, bStride, w, h)
	for y := 0; y < h; y += 8 {
		if w == 16 {
			sum += hadamard16x8AVX2(&a[y*aStride], aStride, &b[y*bStride], bStride)
		} else {
			sum += hadamard8x8AVX2(&a[y*aStride], aStride, &b[y*bStride], &b[(y+1)*bStride], 2*bStride)
		}
	}
	return sum
}

func hadamard8s(costs *[9]int32, a []byte, aStride int, line []byte, b *Blocks, which uint16) {
	if !cpu.AVX2() {
		hadamard8sPlain(costs, a, aStride, line, b, which)
		return
	}
	if which &= 1<<9 - 1; which != 0 {
		_ = line[b.size-1]
		hadamard8sAVX2(costs, check(a, aStride, 8, 8), aStride, &line[0], &b.rows, which)
	}
}

func straight8(costs *[3]int32, a []byte, aStride int, top, left *[8]byte, mean byte) {
	if !cpu.AVX2() {
		straight8Plain(costs, a, aStride, top, left, mean)
		return
	}
	straight8AVX2(costs, check(a, aStride, 8, 8), aStride, top, left, mean)
}

func straight16(costs *[3]int32, a *[256]byte, top, left *[16]byte, mean byte) {
	if !cpu.AVX2() {
		straight16Plain(costs, a, top, left, mean)
		return
	}
	straight16AVX2(costs, a, top, left, mean)
}

func straightChroma(costs *[3]int32, a *[2][64]byte, top, left *[2][8]byte, means *[2][4]byte) {
	if !cpu.AVX2() {
		straightChromaPlain(costs, a, top, left, means)
		return
	}
	straightChromaAVX2(costs, a, top, left, means)
}

func ssd(a []byte, aStride int, b []byte, bStride, w, h int) int {
	if !cpu.AVX2() {
		return ssdPlain(a, aStride, b, bStride, w, h)
	}
	p, q := check(a, aStride, w, h), check(b, bStride, w, h)
	switch w {
	case 16:
		return ssd16AVX2(p, aStride, q, bStride, h)
	case 8:
		return ssd8AVX2(p, aStride, q, bStride, h)
	}
	return ssd4AVX2(p, aStride, q, bStride, h)
}

func moments(a []byte, stride, w, h int) (sum, squares int) {
	if !cpu.AVX2() {
		return momentsPlain(a, stride, w, h)
	}
	p := check(a, stride, w, h)
	if w == 16 {
		return moments16AVX2(p, stride, h)
	}
	return moments8AVX2(p, stride, h)
}

func mean(dst []byte, dStride int, p []byte, pStride int, q []byte, qStride, w, h int) {
	if !cpu.AVX2() || w&7 != 0 {
		meanPlain(dst, dStride, p, pStride, q, qStride, w, h)
		return
	}
	d, u, v := check(dst, dStride, w, h), check(p, pStride, w, h), check(q, qStride, w, h)
	if w == 16 {
		mean16AVX2(d, dStride, u, pStride, v, qStride, h)
	} else {
		mean8AVX2(d, dStride, u, pStride, v, qStride, h)
	}
}

func copyBlock(dst []byte, dStride int, src []byte, sStride, w, h int) {
	if !cpu.AVX2() || w&7 != 0 {
		copyPlain(dst, dStride, src, sStride, w, h)
		return
	}
	d, s := check(dst, dStride, w, h), check(src, sStride, w, h)
	if w == 16 {
		copy16AVX2(d, dStride, s, sStride, h)
	} else {
		copy8AVX2(d, dStride, s, sStride, h)
	}
}

func within(pix []byte, c, limit byte) bool {
	if !cpu.AVX2() || len(pix) < 16 {
		return withinPlain(pix, c, limit)
	}
	return withinAVX2(&pix[0], len(pix)&^15, c, limit)
}
