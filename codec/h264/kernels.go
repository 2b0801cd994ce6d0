package h264

import (
	"encoding/binary"

	"github.com/callrec/callrec/codec/h264/internal/inter"
)

// The kernels compare a block of the source, in rows of 16 (or 8, 4) samples without gaps, with samples of a plane. They
// hold eight samples in two words of four 16-bit lanes each.
const (
	lanes  = 0x0001000100010001
	low8   = 0x00ff00ff00ff00ff
	low16  = 0x0000ffff0000ffff
	carry8 = 0x0100010001000100
)

func load64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// absDiff is the absolute difference of four pairs of samples.
func absDiff(a, b uint64) uint64 {
	x := (a | carry8) - b
	n := ^x >> 8 & lanes // one where a is below b
	return (x&low8 ^ (n<<8 - n)) + n
}

// sad16 is the sum of absolute differences of the 16x16 block and the one at pix[at].
func sad16(src *[256]byte, pix []byte, at, stride int) int {
	var acc uint64
	for y := 0; y < 256; y += 16 {
		s := src[y : y+16 : y+16]
		p := pix[at : at+16 : at+16]
		a, b := load64(s), load64(p)
		acc += absDiff(a&low8, b&low8) + absDiff(a>>8&low8, b>>8&low8)
		a, b = load64(s[8:]), load64(p[8:])
		acc += absDiff(a&low8, b&low8) + absDiff(a>>8&low8, b>>8&low8)
		at += stride
	}
	return int(acc * lanes >> 48) // at most 65280
}

// within tells whether all samples differ by at most limit, below 128, from c. There are a multiple of eight of them.
func within(pix []byte, c byte, limit uint64) bool {
	ref, add := uint64(c)*lanes, (0x8000-1-limit)*lanes
	for ; len(pix) >= 8; pix = pix[8:] {
		v := load64(pix)
		far := (absDiff(v&low8, ref) + add) | (absDiff(v>>8&low8, ref) + add)
		if far&(0x8000*lanes) != 0 {
			return false
		}
	}
	return true
}

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

// satd16 is the sum of satd8x4 over a 16x16 block and the one at pix[at].
func satd16(src *[256]byte, pix []byte, at, stride int) int {
	var acc uint64
	for y := 0; y < 256; y += 64 {
		s := src[y : y+64 : y+64]
		p0 := pix[at : at+16 : at+16]
		p1 := pix[at+stride : at+stride+16 : at+stride+16]
		p2 := pix[at+2*stride : at+2*stride+16 : at+2*stride+16]
		p3 := pix[at+3*stride : at+3*stride+16 : at+3*stride+16]
		acc += satd8x4(load64(s), load64(s[16:]), load64(s[32:]), load64(s[48:]),
			load64(p0), load64(p1), load64(p2), load64(p3))
		acc += satd8x4(load64(s[8:]), load64(s[24:]), load64(s[40:]), load64(s[56:]),
			load64(p0[8:]), load64(p1[8:]), load64(p2[8:]), load64(p3[8:]))
		at += 4 * stride
	}
	return int(acc&0xffffffff + acc>>32)
}

// satd8 is the sum of satd8x4 over two 8x8 blocks without gaps.
func satd8(src, pred *[64]byte) int {
	var acc uint64
	for y := 0; y < 64; y += 32 {
		s, p := src[y:y+32:y+32], pred[y:y+32:y+32]
		acc += satd8x4(load64(s), load64(s[8:]), load64(s[16:]), load64(s[24:]),
			load64(p), load64(p[8:]), load64(p[16:]), load64(p[24:]))
	}
	return int(acc&0xffffffff + acc>>32)
}

// satd4 is the SATD of the 4x4 block at src[at], in rows of 16, and the prediction pred.
func satd4(src *[256]byte, at int, pred *[16]byte) int {
	s := src[at : at+52]
	le := binary.LittleEndian
	acc := satd8x4(
		uint64(le.Uint32(s)), uint64(le.Uint32(s[16:])), uint64(le.Uint32(s[32:])), uint64(le.Uint32(s[48:])),
		uint64(le.Uint32(pred[0:])), uint64(le.Uint32(pred[4:])), uint64(le.Uint32(pred[8:])), uint64(le.Uint32(pred[12:])))
	return int(acc & 0xffffffff)
}

// sad4 is the sum of absolute differences of two 4x4 blocks at the same index of blocks with rows of 16.
func sad4(a, b *[256]byte, at int) int {
	p, q := a[at&0xcc:], b[at&0xcc:]
	p, q = p[:52], q[:52]
	le := binary.LittleEndian
	v0 := uint64(le.Uint32(p)) | uint64(le.Uint32(p[16:]))<<32
	w0 := uint64(le.Uint32(q)) | uint64(le.Uint32(q[16:]))<<32
	v1 := uint64(le.Uint32(p[32:])) | uint64(le.Uint32(p[48:]))<<32
	w1 := uint64(le.Uint32(q[32:])) | uint64(le.Uint32(q[48:]))<<32
	acc := absDiff(v0&low8, w0&low8) + absDiff(v0>>8&low8, w0>>8&low8) +
		absDiff(v1&low8, w1&low8) + absDiff(v1>>8&low8, w1>>8&low8)
	return int(acc * lanes >> 48)
}

// sad8 is the sum of absolute differences of two 8x8 blocks without gaps.
func sad8(a, b *[64]byte) int {
	var acc uint64
	for y := 0; y < 64; y += 8 {
		v, w := load64(a[y:y+8]), load64(b[y:y+8])
		acc += absDiff(v&low8, w&low8) + absDiff(v>>8&low8, w>>8&low8)
	}
	return int(acc * lanes >> 48)
}

// mean16 fills dst with the rounded mean of two 16x16 blocks.
func mean16(dst *[256]byte, p []byte, pAt int, q []byte, qAt, stride int) {
	le := binary.LittleEndian
	for y := 0; y < 256; y += 16 {
		d := dst[y : y+16 : y+16]
		pr := p[pAt : pAt+16 : pAt+16]
		qr := q[qAt : qAt+16 : qAt+16]
		le.PutUint64(d, inter.Average(load64(pr), load64(qr)))
		le.PutUint64(d[8:], inter.Average(load64(pr[8:]), load64(qr[8:])))
		pAt += stride
		qAt += stride
	}
}

// satdMean16 is satd16 against the rounded mean of two blocks.
func satdMean16(src *[256]byte, p []byte, pAt int, q []byte, qAt, stride int) int {
	var mean [256]byte
	mean16(&mean, p, pAt, q, qAt, stride)
	return satd16(src, mean[:], 0, 16)
}
