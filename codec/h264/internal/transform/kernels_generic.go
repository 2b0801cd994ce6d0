//go:build !amd64 || purego

package transform

func inverse(dst []byte, stride int, c *[16]int32) { inversePlain(dst, stride, c) }

func addDC(dst []byte, stride int, v int32) { addDCPlain(dst, stride, v) }

func forward8(c *[64]int32, a []byte, aStride int, b []byte, bStride int) {
	forward8Plain(c, a, aStride, b, bStride)
}

func inverse8(dst []byte, stride int, c *[64]int32) { inverse8Plain(dst, stride, c) }

func quantize8(levels *[64]int16, c *[64]int32, q *Quantizer[[64]int32]) (set, large uint64) {
	return quantize8Plain(levels, c, q)
}

func coded(a *[256]byte, b []byte, bStride int, z *DeadZone) uint16 {
	return codedPlain(a, b, bStride, z)
}

func code(
	levels *[16]int16, dst []byte, dstStride int, src []byte, srcStride int, pred *[16]byte, q *Quantizer[[16]int32],
) Marks {
	return codePlain(levels, dst, dstStride, src, srcStride, pred, q)
}
