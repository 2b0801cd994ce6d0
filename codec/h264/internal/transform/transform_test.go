package transform_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// multiply is m * c * m transposed.
func multiply(m [4][4]int32, c [16]int32) (out [16]int32) {
	for u := range 4 {
		for v := range 4 {
			for y := range 4 {
				for x := range 4 {
					out[4*u+v] += m[u][y] * c[4*y+x] * m[v][x]
				}
			}
		}
	}
	return out
}

func TestForward(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	core := [4][4]int32{{1, 1, 1, 1}, {2, 1, -1, -2}, {1, -1, -1, 1}, {1, -2, 2, -1}}
	for n := range 500 {
		var a, b [64]byte
		var d, got [16]int32
		for i := range a {
			a[i], b[i] = byte(r.Uint32()), byte(r.Uint32())
			if n&1 != 0 {
				a[i], b[i] = a[i]>>7*255, b[i]>>7*255
			}
		}
		for i := range d {
			d[i] = int32(a[i/4*9+i%4]) - int32(b[i/4*16+i%4])
		}
		transform.Forward(&got, a[:], 9, b[:], 16)
		require.Equal(t, multiply(core, d), got)
	}
}

// inverse is clause 8.5.12.2, one one-dimensional transform after the other, and 8.5.14.
func inverse(dst []byte, stride int, c [16]int32) {
	one := func(w [4]int32) [4]int32 {
		e0, e1, e2, e3 := w[0]+w[2], w[0]-w[2], w[1]>>1-w[3], w[1]+w[3]>>1
		return [4]int32{e0 + e3, e1 + e2, e1 - e2, e0 - e3}
	}
	for i := range 4 {
		copy(c[4*i:], sliceOf(one([4]int32(c[4*i:4*i+4]))))
	}
	for j := range 4 {
		h := one([4]int32{c[j], c[4+j], c[8+j], c[12+j]})
		for i, v := range h {
			p := &dst[i*stride+j]
			*p = byte(min(max(int32(*p)+(v+32)>>6, 0), 255))
		}
	}
}

func sliceOf(a [4]int32) []int32 { return a[:] }

func TestInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 2))
	for range 2000 {
		var c [16]int32
		var want [80]byte
		limit := 1 << (3 + r.IntN(14))
		for i := range c {
			c[i] = int32(r.IntN(2*limit) - limit)
		}
		for i := range want {
			want[i] = byte(r.Uint32())
		}
		got := want
		inverse(want[:], 20, c)
		transform.Inverse(got[:], 20, &c)
		require.Equal(t, want, got)

		dc := int32(r.IntN(2*limit) - limit)
		inverse(want[:], 20, [16]int32{dc})
		transform.InverseDC(got[:], 20, dc)
		require.Equal(t, want, got)
	}
}

func TestHadamard(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	m := [4][4]int32{{1, 1, 1, 1}, {1, 1, -1, -1}, {1, -1, -1, 1}, {1, -1, 1, -1}}
	for range 500 {
		var c [16]int32
		for i := range c {
			c[i] = int32(r.IntN(1<<15) - 1<<14)
		}
		want := multiply(m, c)
		transform.Hadamard4(&c)
		require.Equal(t, want, c)
		d := [4]int32{c[0], c[1], c[2], c[3]}
		transform.Hadamard2(&d)
		require.Equal(t, [4]int32{
			c[0] + c[1] + c[2] + c[3], c[0] - c[1] + c[2] - c[3], c[0] + c[1] - c[2] - c[3], c[0] - c[1] - c[2] + c[3],
		}, d)
	}
}

// TestScaleDC follows clause 8.5.10 with LevelScale4x4 of flat scaling lists, 16 * normAdjust.
func TestScaleDC(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 2))
	for qp := range 52 {
		scale := 16 * transform.Scale[qp%6][0]
		var luma [16]int32
		for i := range luma {
			luma[i] = int32(r.IntN(8000) - 4000)
		}
		wantLuma := luma
		for i, f := range luma {
			if qp >= 36 {
				wantLuma[i] = f * scale << (qp/6 - 6)
			} else {
				wantLuma[i] = (f*scale + 1<<(5-qp/6)) >> (6 - qp/6)
			}
		}
		transform.ScaleLumaDC(&luma, qp)
		require.Equal(t, wantLuma, luma)
	}
}
