package transform

import "math"

// DeadZone holds the largest magnitudes of the coefficients of a 4x4 block that become the level zero, by column of the
// transformed block and, four times over, by row.
type DeadZone [4][16]int16

// NewDeadZone makes the dead zone of a quantizer. Without dc the first coefficient is left out of account.
func NewDeadZone(q *Quantizer[[16]int32], dc bool) (z DeadZone) {
	for col := range z {
		for i := range z[col] {
			z[col][i] = int16((1<<q.Shift - q.Round - 1) / q.Factor[i&3*4+col])
		}
	}
	if !dc {
		for i := 0; i < 16; i += 4 {
			z[0][i] = math.MaxInt16
		}
	}
	return z
}

// Coded tells which of the 16 blocks of 4x4 of two 16x16 blocks differ by something outside of the dead zone: bit i is
// for the block with raster index i. a has no gaps between its rows.
func Coded(a *[256]byte, b []byte, bStride int, z *DeadZone) uint16 {
	return coded(a, b, bStride, z)
}

// CodedChroma does the same for the four blocks of each of two pairs of 8x8 blocks without gaps, four bits for each pair,
// and gives the first coefficients of all of them.
func CodedChroma(dc *[2][4]int32, a, b *[2][64]byte, z *DeadZone) uint8 {
	return codedChroma(dc, a, b, z)
}

// codedPlain is the twin of coded.
func codedPlain(a *[256]byte, b []byte, bStride int, z *DeadZone) (mask uint16) {
	var c [16]int32
	for i := range 16 {
		forwardPlain(&c, a[i>>2*64+i&3*4:], 16, b[i>>2*4*bStride+i&3*4:], bStride)
		if z.leaves(&c) {
			mask |= 1 << i
		}
	}
	return mask
}

// codedChromaPlain is the twin of codedChroma.
func codedChromaPlain(dc *[2][4]int32, a, b *[2][64]byte, z *DeadZone) (mask uint8) {
	var c [16]int32
	for i := range 8 {
		at := i>>1&1*32 + i&1*4
		forwardPlain(&c, a[i>>2][at:], 8, b[i>>2][at:], 8)
		dc[i>>2][i&3] = c[0]
		if z.leaves(&c) {
			mask |= 1 << i
		}
	}
	return mask
}

// leaves tells whether something is outside of the dead zone.
func (z *DeadZone) leaves(c *[16]int32) bool {
	for i, v := range c {
		if limit := int32(z[i&3][i>>2]); v > limit || v < -limit {
			return true
		}
	}
	return false
}
