//go:build !purego

package transform

import "github.com/callrec/callrec/internal/cpu"

// The kernels in assembly. All of them need AVX2. They read and write the block and nothing else.

//go:noescape
func inverseAVX2(dst *byte, stride int, c *[16]int32)

// addDCAVX2 adds v, which is from -255 to 255.
//
//go:noescape
func addDCAVX2(dst *byte, stride int, v int32)

//go:noescape
func forward8AVX2(c *[64]int32, a *byte, aStride int, b *byte, bStride int)

//go:noescape
func inverse8AVX2(dst *byte, stride int, c *[64]int32)

//go:noescape
func quantize8AVX2(
	levels *[64]int16, c, factor, scale *[64]int32, round int32, shift uint32, limit int32,
) (set, large uint64)

//go:noescape
func codedAVX2(a *[256]byte, b *byte, bStride int, z *DeadZone) uint16

//go:noescape
func code4AVX2(
	levels *[16]int16, dst *byte, dstStride int, src *byte, srcStride int, pred *[16]byte,
	factor, scale *[16]int32, round int32, shift uint32, limit int32,
) Marks

// check panics unless the slice holds a block of n by n.
func check(b []byte, stride, n int) *byte {
	_ = b[uint((n-1)*stride+n-1)]
	return &b[0]
}

func inverse(dst []byte, stride int, c *[16]int32) {
	if !cpu.AVX2() {
		inversePlain(dst, stride, c)
		return
	}
	inverseAVX2(check(dst, stride, 4), stride, c)
}

func addDC(dst []byte, stride int, v int32) {
	if !cpu.AVX2() {
		addDCPlain(dst, stride, v)
		return
	}
	addDCAVX2(check(dst, stride, 4), stride, min(max(v, -255), 255))
}

func forward8(c *[64]int32, a []byte, aStride int, b []byte, bStride int) {
	if !cpu.AVX2() {
		forward8Plain(c, a, aStride, b, bStride)
		return
	}
	forward8AVX2(c, check(a, aStride, 8), aStride, check(b, bStride, 8), bStride)
}

func inverse8(dst []byte, stride int, c *[64]int32) {
	if !cpu.AVX2() {
		inverse8Plain(dst, stride, c)
		return
	}
	inverse8AVX2(check(dst, stride, 8), stride, c)
}

func quantize8(levels *[64]int16, c *[64]int32, q *Quantizer[[64]int32]) (set, large uint64) {
	if !cpu.AVX2() {
		return quantize8Plain(levels, c, q)
	}
	return quantize8AVX2(levels, c, q.Factor, q.Scale, q.Round, q.Shift, q.Max)
}

func coded(a *[256]byte, b []byte, bStride int, z *DeadZone) uint16 {
	if !cpu.AVX2() {
		return codedPlain(a, b, bStride, z)
	}
	return codedAVX2(a, check(b, bStride, 16), bStride, z)
}

func code(
	levels *[16]int16, dst []byte, dstStride int, src []byte, srcStride int, pred *[16]byte, q *Quantizer[[16]int32],
) Marks {
	if !cpu.AVX2() {
		return codePlain(levels, dst, dstStride, src, srcStride, pred, q)
	}
	to, from := check(dst, dstStride, 4), check(src, srcStride, 4)
	return code4AVX2(levels, to, dstStride, from, srcStride, pred, q.Factor, q.Scale, q.Round, q.Shift, q.Max)
}
