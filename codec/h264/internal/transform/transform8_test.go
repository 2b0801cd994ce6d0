package transform_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// TestInverse8 compares with the transform matrix that clause 8.5.13.2 amounts to on blocks so large that its
// intermediate shifts do not matter.
func TestInverse8(t *testing.T) {
	t.Parallel()
	// Rows of the forward matrix of the 8x8 transform, times 8.
	basis := [8][8]int32{
		{8, 8, 8, 8, 8, 8, 8, 8},
		{12, 10, 6, 3, -3, -6, -10, -12},
		{8, 4, -4, -8, -8, -4, 4, 8},
		{10, -3, -12, -6, 6, 12, 3, -10},
		{8, -8, -8, 8, 8, -8, -8, 8},
		{6, -12, 3, 10, -10, -3, 12, -6},
		{4, -8, 8, -4, -4, 8, -8, 4},
		{3, -6, 10, -12, 12, -10, 6, -3},
	}
	r := rand.New(rand.NewPCG(5, 5))
	for range 500 {
		var c [64]int32
		for range 1 + r.IntN(5) {
			c[r.IntN(64)] = int32(r.IntN(33)-16) * 64
		}
		var dst [64]byte
		for i := range dst {
			dst[i] = 128
		}
		want := dst
		for y := range 8 {
			for x := range 8 {
				sum := int32(0)
				for v := range 8 {
					for u := range 8 {
						sum += c[8*v+u] * basis[v][y] * basis[u][x]
					}
				}
				want[8*y+x] = byte(min(max(128+(sum/64+32)>>6, 0), 255))
			}
		}
		transform.Inverse8(dst[:], 8, &c)
		require.Equal(t, want, dst)
	}
}

// TestRoundTrip8 wants the inverse transform to undo the forward one. The squared norms of the basis by kind of position
// are 64ths of the scale's denominator: coefficients divided by them are what the inverse takes.
func TestRoundTrip8(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 5))
	for n := range 300 {
		var a, b, dst [64]byte
		for i := range a {
			a[i], b[i] = byte(r.Uint32()), byte(r.Uint32())
			if n%3 == 1 {
				a[i], b[i] = 255*byte(i&1), 255*byte(i>>3&1)
			}
		}
		var c [64]int32
		transform.Forward8(&c, a[:], 8, b[:], 8)
		for i, v := range c {
			// 2^14 over the products of the norms is what quantizer and scale have in common at any QP.
			c[i] = int32(divide(int64(v)*inverseNorm8[transform.PositionKind8(i)], 1<<16))
		}
		dst = b
		transform.Inverse8(dst[:], 8, &c)
		for i := range dst {
			require.InDelta(t, int(a[i]), int(dst[i]), 1)
		}
	}
}

// inverseNorm8 is 2^22 over the product of the squared norms of the two basis rows, which are 8, 578/64 and 5 for even
// multiples of four, odd and other rows.
var inverseNorm8 = [6]int64{
	1 << 22 / 64, (1 << 22) * 4096 / (578 * 578), 1 << 22 / 25,
	(1 << 22) * 64 / (8 * 578), 1 << 22 / 40, (1 << 22) * 64 / (5 * 578),
}

func divide(a, b int64) int64 {
	if a < 0 {
		return -((-a + b/2) / b)
	}
	return (a + b/2) / b
}
