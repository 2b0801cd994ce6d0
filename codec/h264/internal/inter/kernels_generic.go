//go:build !amd64 || purego

package inter

func halfH(dst []byte, dStride int, src []byte, so, sStride, w, h int, mean bool) {
	plain(Right, dst, dStride, src, so, sStride, w, h, mean)
}

func halfV(dst []byte, dStride int, src []byte, so, sStride, w, h int, mean bool) {
	plain(Below, dst, dStride, src, so, sStride, w, h, mean)
}

func halfHV(dst []byte, dStride int, src []byte, so, sStride, w, h int, mean bool) {
	plain(Diagonal, dst, dStride, src, so, sStride, w, h, mean)
}

func chroma(dst []byte, dStride int, src []byte, so, sStride int, weights *[4]uint8, w, h int) {
	chromaPlain(dst, dStride, src, so, sStride, weights, w, h)
}
