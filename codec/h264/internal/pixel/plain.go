package pixel

import "encoding/binary"

// sadPlain is the twin of sad. A lane gathers at most 16 times 4 times 255, and the sum is at most 65280.
func sadPlain(a []byte, aStride int, b []byte, bStride, w, h int) int {
	var acc uint64
	i, k := 0, 0
	switch w {
	case 4:
		for range h {
			acc += sadWord(load32(a[i:i+4:i+4]), load32(b[k:k+4:k+4]))
			i, k = i+aStride, k+bStride
		}
	case 8:
		for range h {
			acc += sadWord(load64(a[i:i+8:i+8]), load64(b[k:k+8:k+8]))
			i, k = i+aStride, k+bStride
		}
	default:
		for range h {
			p, q := a[i:i+16:i+16], b[k:k+16:k+16]
			acc += sadWord(load64(p), load64(q)) + sadWord(load64(p[8:]), load64(q[8:]))
			i, k = i+aStride, k+bStride
		}
	}
	return int(acc * lanes >> 48)
}

// sadWord is the absolute differences of eight pairs of samples, in four sums.
func sadWord(v, u uint64) uint64 {
	return absDiff(v&low8, u&low8) + absDiff(v>>8&low8, u>>8&low8)
}

func sadsPlain(out *[4]int32, a []byte, aStride int, b []byte, at *[4]int, bStride, w, h int) {
	for i, from := range at {
		out[i] = int32(sadPlain(a, aStride, b[from:], bStride, w, h))
	}
}

// sadsOfPlain is the twin of sadsOf.
func sadsOfPlain(out *[4]int32, a []byte, aStride int, b *[4][]byte, bStride, w, h int) {
	for i, block := range b {
		out[i] = int32(sadPlain(a, aStride, block, bStride, w, h))
	}
}

// sadLinePlain is the twin of sadLine.
func sadLinePlain(out []int32, a []byte, aStride int, b []byte, at, step, bStride int) {
	for i := range out {
		out[i] = int32(sadPlain(a, 4*aStride, b[at+i*step:], 4*bStride, 16, 4))
	}
}

// ssdPlain is the twin of ssd.
func ssdPlain(a []byte, aStride int, b []byte, bStride, w, h int) (sum int) {
	for y := range h {
		p, q := a[y*aStride:][:w], b[y*bStride:][:w]
		for x, v := range p {
			d := int(v) - int(q[x])
			sum += d * d
		}
	}
	return sum
}

// momentsPlain is the twin of moments.
func momentsPlain(a []byte, stride, w, h int) (sum, squares int) {
	for y := range h {
		for _, v := range a[y*stride:][:w] {
			sum += int(v)
			squares += int(v) * int(v)
		}
	}
	return sum, squares
}

// meanPlain is the twin of mean.
func meanPlain(dst []byte, dStride int, p []byte, pStride int, q []byte, qStride, w, h int) {
	for y := range h {
		d, u, v := dst[y*dStride:][:w], p[y*pStride:][:w], q[y*qStride:][:w]
		for ; len(d) >= 8 && len(u) >= 8 && len(v) >= 8; d, u, v = d[8:], u[8:], v[8:] {
			store64(d, average(load64(u), load64(v)))
		}
		for x := range d {
			d[x] = byte((int(u[x]) + int(v[x]) + 1) >> 1)
		}
	}
}

// copyPlain is the twin of copyBlock.
func copyPlain(dst []byte, dStride int, src []byte, sStride, w, h int) {
	for y := range h {
		d, s := dst[y*dStride:][:w], src[y*sStride:][:w]
		for ; len(d) >= 8 && len(s) >= 8; d, s = d[8:], s[8:] {
			store64(d, load64(s))
		}
		if len(d) >= 4 && len(s) >= 4 {
			binary.LittleEndian.PutUint32(d, binary.LittleEndian.Uint32(s))
			d, s = d[4:], s[4:]
		}
		for x := range d {
			d[x] = s[x]
		}
	}
}

// withinPlain is the twin of within.
func withinPlain(pix []byte, c, limit byte) bool {
	ref, add := uint64(c)*lanes, (0x8000-1-uint64(limit))*lanes
	for ; len(pix) >= 8; pix = pix[8:] {
		v := load64(pix)
		far := (absDiff(v&low8, ref) + add) | (absDiff(v>>8&low8, ref) + add)
		if far&(0x8000*lanes) != 0 {
			return false
		}
	}
	return true
}
