//go:build !amd64 || purego

package pixel

func sad(a []byte, aStride int, b []byte, bStride, w, h int) int {
	return sadPlain(a, aStride, b, bStride, w, h)
}

func sads(out *[4]int32, a []byte, aStride int, b []byte, at *[4]int, bStride, w, h int) {
	sadsPlain(out, a, aStride, b, at, bStride, w, h)
}

func sadsOf(out *[4]int32, a []byte, aStride int, b *[4][]byte, bStride, w, h int) {
	sadsOfPlain(out, a, aStride, b, bStride, w, h)
}

func sadLine(out []int32, a []byte, aStride int, b []byte, at, step, bStride int) {
	sadLinePlain(out, a, aStride, b, at, step, bStride)
}

func satd(a []byte, aStride int, b []byte, bStride, w, h int) int {
	return satdPlain(a, aStride, b, bStride, w, h)
}

func satdMean(a []byte, aStride int, p, q []byte, stride, w, h int) int {
	return satdMeanPlain(a, aStride, p, q, stride, w, h)
}

func hadamard8(a []byte, aStride int, b []byte, bStride, w, h int) int {
	return hadamard8Plain(a, aStride, b, bStride, w, h)
}

func hadamard8s(costs *[9]int32, a []byte, aStride int, line []byte, b *Blocks, which uint16) {
	hadamard8sPlain(costs, a, aStride, line, b, which)
}

func straight8(costs *[3]int32, a []byte, aStride int, top, left *[8]byte, mean byte) {
	straight8Plain(costs, a, aStride, top, left, mean)
}

func straight16(costs *[3]int32, a *[256]byte, top, left *[16]byte, mean byte) {
	straight16Plain(costs, a, top, left, mean)
}

func straightChroma(costs *[3]int32, a *[2][64]byte, top, left *[2][8]byte, means *[2][4]byte) {
	straightChromaPlain(costs, a, top, left, means)
}

func ssd(a []byte, aStride int, b []byte, bStride, w, h int) int {
	return ssdPlain(a, aStride, b, bStride, w, h)
}

func moments(a []byte, stride, w, h int) (sum, squares int) {
	return momentsPlain(a, stride, w, h)
}

func mean(dst []byte, dStride int, p []byte, pStride int, q []byte, qStride, w, h int) {
	meanPlain(dst, dStride, p, pStride, q, qStride, w, h)
}

func copyBlock(dst []byte, dStride int, src []byte, sStride, w, h int) {
	copyPlain(dst, dStride, src, sStride, w, h)
}

func within(pix []byte, c, limit byte) bool { return withinPlain(pix, c, limit) }
