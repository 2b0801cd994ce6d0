package h264

import "github.com/callrec/callrec/codec/h264/internal/pixel"

// These compare a block of the source, in rows of 16 (or 8, 4) samples without gaps, with samples of a plane.

// sad16 is the sum of absolute differences of the 16x16 block and the one at pix[at].
func sad16(src *[256]byte, pix []byte, at, stride int) int {
	return pixel.SAD(src[:], 16, pix[at:], stride, 16, 16)
}

// satd16 is the SATD of the 16x16 block and the one at pix[at].
func satd16(src *[256]byte, pix []byte, at, stride int) int {
	return pixel.SATD(src[:], 16, pix[at:], stride, 16, 16)
}

// satd8 is the SATD of two 8x8 blocks without gaps.
func satd8(src, pred *[64]byte) int { return pixel.SATD(src[:], 8, pred[:], 8, 8, 8) }

// sad4 is the sum of absolute differences of two 4x4 blocks at the same index of blocks with rows of 16.
func sad4(a, b *[256]byte, at int) int { return pixel.SAD(a[at:], 16, b[at:], 16, 4, 4) }

// sad8 is the sum of absolute differences of two 8x8 blocks without gaps.
func sad8(a, b *[64]byte) int { return pixel.SAD(a[:], 8, b[:], 8, 8, 8) }

// within tells whether all samples differ by at most limit, below 128, from c. There are a multiple of 16 of them.
func within(pix []byte, c byte, limit uint64) bool { return pixel.Within(pix, c, byte(limit)) }
