package inter_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/inter"
)

const stride = 48

// planes calls f with random planes and those that drive the filters to their limits.
func planes(f func(src []byte)) {
	r := rand.New(rand.NewPCG(1, 1))
	src := make([]byte, stride*40)
	for n := range 40 {
		for i := range src {
			src[i] = byte(r.Uint32())
			switch n % 4 {
			case 1:
				src[i] = src[i] >> 7 * 255
			case 2: // the signs of the taps, across and down
				src[i] = byte(255 * (0b001100 >> uint((i%stride+n)%6) & 1))
			case 3:
				src[i] = byte(255 * ((0b001100>>uint((i%stride+n)%6) ^ 0b110011>>uint((i/stride+n/6)%6)) & 1))
			}
		}
		f(src)
	}
}

func clip(v int) int { return min(max(v, 0), 255) }

func tap(a, b, c, d, e, f int) int { return a - 5*b + 20*c + 20*d - 5*e + f }

// sample is the luma sample at the whole position (x, y) plus a fraction, as clause 8.4.2.2.1 derives it.
func sample(src []byte, x, y, xFrac, yFrac int) int {
	at := func(dx, dy int) int { return int(src[(y+dy)*stride+x+dx]) }
	b1 := func(dy int) int { return tap(at(-2, dy), at(-1, dy), at(0, dy), at(1, dy), at(2, dy), at(3, dy)) }
	h1 := func(dx int) int { return tap(at(dx, -2), at(dx, -1), at(dx, 0), at(dx, 1), at(dx, 2), at(dx, 3)) }
	half := func(v int) int { return clip((v + 16) >> 5) }
	b, s, h, m := half(b1(0)), half(b1(1)), half(h1(0)), half(h1(1))
	j := clip((tap(b1(-2), b1(-1), b1(0), b1(1), b1(2), b1(3)) + 512) >> 10)
	mean := func(p, q int) int { return (p + q + 1) >> 1 }
	return [4][4]int{
		{at(0, 0), mean(at(0, 0), b), b, mean(b, at(1, 0))},
		{mean(at(0, 0), h), mean(b, h), mean(b, j), mean(b, m)},
		{h, mean(h, j), j, mean(j, m)},
		{mean(h, at(0, 1)), mean(h, s), mean(j, s), mean(s, m)},
	}[yFrac][xFrac]
}

func TestLuma(t *testing.T) {
	const x0, y0 = 9, 7
	planes(func(src []byte) {
		for frac := range 16 {
			for _, size := range [][2]int{{16, 16}, {16, 8}, {8, 16}, {8, 4}, {4, 8}, {4, 4}} {
				w, h := size[0], size[1]
				dst := make([]byte, 20*h)
				for i := range dst {
					dst[i] = 0xa5
				}
				inter.Luma(dst, 20, src, y0*stride+x0, stride, frac&3, frac>>2, w, h)
				for i, v := range dst {
					x, y := i%20, i/20
					want := 0xa5 // untouched
					if x < w {
						want = sample(src, x0+x, y0+y, frac&3, frac>>2)
					}
					if int(v) != want {
						t.Fatalf("fraction %d, %dx%d at (%d, %d): got %d, want %d", frac, w, h, x, y, v, want)
					}
				}
			}
		}
	})
}

func TestChroma(t *testing.T) {
	const x0, y0 = 5, 6
	planes(func(src []byte) {
		for frac := range 64 {
			fx, fy := frac&7, frac>>3
			w, h := 2<<(frac%3), 2<<(frac%3)
			var dst [10 * 9]byte
			inter.Chroma(dst[:], 10, src, y0*stride+x0, stride, fx, fy, w, h)
			for i, v := range dst {
				x, y := i%10, i/10
				want := 0
				if x < w && y < h {
					p := (y0+y)*stride + x0 + x
					want = ((8-fx)*(8-fy)*int(src[p]) + fx*(8-fy)*int(src[p+1]) +
						(8-fx)*fy*int(src[p+stride]) + fx*fy*int(src[p+stride+1]) + 32) >> 6
				}
				require.Equal(t, want, int(v))
			}
		}
	})
}
