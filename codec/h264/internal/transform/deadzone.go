package transform

// DeadZone holds the largest magnitudes of the coefficients of a 4x4 block that become the level zero, by column of the
// transformed block and, four times over, by row.
type DeadZone [4][16]int16

// NewDeadZone makes the dead zone of a quantizer.
func NewDeadZone(q *Quantizer[[16]int32]) (z DeadZone) {
	for col := range z {
		for i := range z[col] {
			z[col][i] = int16((1<<q.Shift - q.Round - 1) / q.Factor[i&3*4+col])
		}
	}
	return z
}

// Coded tells which of the 16 blocks of 4x4 of two 16x16 blocks differ by something outside of the dead zone: bit i is
// for the block with raster index i. a has no gaps between its rows.
func Coded(a *[256]byte, b []byte, bStride int, z *DeadZone) uint16 {
	return coded(a, b, bStride, z)
}

// codedPlain is the twin of coded.
func codedPlain(a *[256]byte, b []byte, bStride int, z *DeadZone) (mask uint16) {
	var c [16]int32
	for i := range 16 {
		Forward(&c, a[i>>2*64+i&3*4:], 16, b[i>>2*4*bStride+i&3*4:], bStride)
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
