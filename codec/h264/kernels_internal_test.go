package h264

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// blocks calls f with pairs of planes of the given stride: random ones, alike ones, and the extremes.
func blocks(stride, rows int, f func(a, b []byte)) {
	r := rand.New(rand.NewPCG(7, 8))
	a, b := make([]byte, stride*rows), make([]byte, stride*rows)
	for n := range 300 {
		for i := range a {
			a[i], b[i] = byte(r.Uint32()), byte(r.Uint32())
			switch n % 6 {
			case 1:
				a[i], b[i] = a[i]>>7*255, b[i]>>7*255
			case 2:
				b[i] = a[i] + b[i]&1
			case 3:
				a[i], b[i] = 255, 0
			case 4:
				a[i], b[i] = 0, 255
			case 5:
				// The signs of a Hadamard basis, so that one coefficient takes all.
				a[i] = byte(255 * (((i%stride)>>(n>>3&1) ^ i/stride>>(n>>4&1)) & 1))
				b[i] = 255 - a[i]
			}
		}
		f(a, b)
	}
}

func plainSAD(a []byte, aStride int, b []byte, bStride, w, h int) (sum int) {
	for y := range h {
		for x := range w {
			sum += max(int(a[y*aStride+x]), int(b[y*bStride+x])) - min(int(a[y*aStride+x]), int(b[y*bStride+x]))
		}
	}
	return sum
}

// plainSATD is half the sum of the magnitudes of H*D*H for each 4x4 block D of differences.
func plainSATD(a []byte, aStride int, b []byte, bStride, w, h int) int {
	hadamard := [4][4]int{{1, 1, 1, 1}, {1, 1, -1, -1}, {1, -1, -1, 1}, {1, -1, 1, -1}}
	sum := 0
	for y0 := 0; y0 < h; y0 += 4 {
		for x0 := 0; x0 < w; x0 += 4 {
			for u := range 4 {
				for v := range 4 {
					c := 0
					for y := range 4 {
						for x := range 4 {
							d := int(a[(y0+y)*aStride+x0+x]) - int(b[(y0+y)*bStride+x0+x])
							c += hadamard[u][y] * hadamard[v][x] * d
						}
					}
					sum += max(c, -c)
				}
			}
		}
	}
	return sum / 2
}

func TestComparisons(t *testing.T) {
	const stride, at = 41, 3*41 + 5
	blocks(stride, 22, func(a, b []byte) {
		var src, mean [256]byte
		copy(src[:], a)
		plane := b[at:]
		require.Equal(t, plainSAD(src[:], 16, plane, stride, 16, 16), sad16(&src, b, at, stride))
		require.Equal(t, plainSATD(src[:], 16, plane, stride, 16, 16), satd16(&src, b, at, stride))

		mean16(&mean, a, at, b, at+1, stride)
		for i, v := range mean {
			p := at + i/16*stride + i%16
			require.Equal(t, (int(a[p])+int(b[p+1])+1)>>1, int(v))
		}
		require.Equal(t, plainSATD(src[:], 16, mean[:], 16, 16, 16), satdMean16(&src, a, at, b, at+1, stride))

		s8, p8 := (*[64]byte)(a), (*[64]byte)(b)
		require.Equal(t, plainSAD(a, 8, b, 8, 8, 8), sad8(s8, p8))
		require.Equal(t, plainSATD(a, 8, b, 8, 8, 8), satd8(s8, p8))
		other := (*[256]byte)(b)
		for blk := range 16 {
			i := blk>>2*64 + blk&3*4
			require.Equal(t, plainSAD(src[i:], 16, b[i:], 16, 4, 4), sad4(&src, other, i))
			require.Equal(t, plainSATD(src[i:], 16, b, 4, 4, 4), satd4(&src, i, (*[16]byte)(b)))
		}
	})
}

func TestWithin(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 5000 {
		var pix [64]byte
		c, limit := r.IntN(256), r.IntN(12)
		want := true
		for i := range pix {
			d := r.IntN(2*limit+1) - limit
			if r.IntN(64) == 0 {
				d = r.IntN(256)
			}
			v := min(max(c+d, 0), 255)
			pix[i] = byte(v)
			want = want && max(v-c, c-v) <= limit
		}
		require.Equal(t, want, within(pix[:], byte(c), uint64(limit)))
	}
}

// TestQuantizer wants each level to be the coefficient over the step, rounded as told, and the step to be the decoder's:
// a scaled coefficient stands for 16, 25 or 20 64ths of itself before scaling, by kind of position.
func TestQuantizer(t *testing.T) {
	norm := [3]int{16, 25, 20}
	r := rand.New(rand.NewPCG(5, 5))
	for qp := range 52 {
		q := &quantizers[qp]
		for range 200 {
			var c [16]int32
			var levels [16]int16
			for i := range c {
				c[i] = int32(r.IntN(1<<(2+r.IntN(13)))) * int32(1-2*r.IntN(2))
			}
			before := c
			total := q.block(&c, &levels, q.intra, 0)
			count := 0
			for k, i := range transform.ZigZag {
				l := int(levels[k])
				require.Equal(t, int32(l)*transform.Scale[qp][i], c[i])
				if l != 0 {
					count++
				}
				if l == 2063 || l == -2063 {
					continue
				}
				// |coefficient - level*step| is at most two thirds of a step, plus the reciprocal's error.
				step := float64(int(transform.Scale[qp][i])*norm[transform.PositionKind(int(i))]) / 64
				off := (float64(before[i]) - float64(l)*step) / step
				require.InDelta(t, 0, off, 0.67+0.002*float64(max(l, -l)), "QP %d position %d: %d", qp, i, before[i])
			}
			require.Equal(t, count, total)
		}
	}
}

// TestZeroSAD wants no inter level where the shortcut assumes none.
func TestZeroSAD(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 5))
	var zero [16]byte
	for qp := range 52 {
		q := &quantizers[qp]
		for n := range 300 {
			var d [16]byte
			for left := q.zeroSAD; left > 0; {
				v := min(left, 1+r.IntN(1+q.zeroSAD/(1+n%4)))
				i := r.IntN(16)
				if int(d[i])+v > 255 {
					break
				}
				d[i] += byte(v)
				left -= v
			}
			var c [16]int32
			var levels [16]int16
			transform.Forward(&c, d[:], 4, zero[:], 4)
			require.Zero(t, q.block(&c, &levels, q.inter, 0), "QP %d: %v", qp, d)
		}
	}
}

func TestQPDelta(t *testing.T) {
	for from := range 52 {
		for to := range 52 {
			d := qpDelta(to - from)
			require.GreaterOrEqual(t, d, -26)
			require.LessOrEqual(t, d, 25)
			require.Equal(t, to, (from+d+52)%52) // clause 7.4.5
		}
	}
}
