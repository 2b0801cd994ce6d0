package pixel_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/pixel"
	"github.com/callrec/callrec/internal/kerneltest"
)

// area is a block in memory of its own, with all of which a kernel may do as it likes.
type area struct {
	pix    []byte
	stride int
}

func (a area) at(x, y int) int { return int(a.pix[y*a.stride+x]) }

// newArea makes a w by h block between guards.
func newArea(rnd *rand.Rand, mem *kerneltest.Arena, w, h int) area {
	stride := w + rnd.IntN(40)
	a := area{mem.Edge(rnd, (h-1)*stride+w), stride}
	kerneltest.Samples(rnd, a.pix)
	return a
}

// like makes a resemble b in some cases: equal but for little, or its inverse.
func (a area) like(rnd *rand.Rand, b area, w, h int) {
	kind := rnd.IntN(6)
	for y := range h {
		for x := range w {
			switch p := &a.pix[y*a.stride+x]; kind {
			case 0:
				*p = byte(b.at(x, y)) ^ byte(rnd.Uint32()&1)
			case 1:
				*p = 255 - byte(b.at(x, y))
			}
		}
	}
}

// hadamard is the sum of the magnitudes of H*D*H for each n by n block D of a w by h block of differences, H being the
// Hadamard matrix of order n.
func hadamard(n, w, h int, diff func(x, y int) int) (sum int) {
	sign := func(i, j int) int { // of the Hadamard matrix in its natural order
		s := 1
		for k := i & j; k != 0; k &= k - 1 {
			s = -s
		}
		return s
	}
	for y0 := 0; y0 < h; y0 += n {
		for x0 := 0; x0 < w; x0 += n {
			var half [8][8]int // D*H
			for y := range n {
				for v := range n {
					for x := range n {
						half[y][v] += sign(x, v) * diff(x0+x, y0+y)
					}
				}
			}
			for u := range n {
				for v := range n {
					c := 0
					for y := range n {
						c += sign(y, u) * half[y][v]
					}
					sum += max(c, -c)
				}
			}
		}
	}
	return sum
}

// TestComparisons holds the kernels against sums as their definitions have them, on every size.
func TestComparisons(t *testing.T) {
	t.Parallel()
	for _, w := range []int{4, 8, 16} {
		for _, h := range []int{4, 8, 16} {
			t.Run(fmt.Sprintf("%dx%d", w, h), func(t *testing.T) {
				t.Parallel()
				rnd := rand.New(rand.NewPCG(uint64(w), uint64(h)))
				mem, mem2 := kerneltest.NewArena(t), kerneltest.NewArena(t)
				for range 400 {
					a, b := newArea(rnd, mem, w, h), newArea(rnd, mem2, w, h)
					a.like(rnd, b, w, h)
					var sad, ssd, sum, squares int
					diff := func(x, y int) int { return a.at(x, y) - b.at(x, y) }
					for y := range h {
						for x := range w {
							d := diff(x, y)
							sad += max(d, -d)
							ssd += d * d
							sum += a.at(x, y)
							squares += a.at(x, y) * a.at(x, y)
						}
					}
					require.Equal(t, sad, pixel.SAD(a.pix, a.stride, b.pix, b.stride, w, h), "SAD")
					require.Equal(t, ssd, pixel.SSD(a.pix, a.stride, b.pix, b.stride, w, h), "SSD")
					require.Equal(t, hadamard(4, w, h, diff)/2, pixel.SATD(a.pix, a.stride, b.pix, b.stride, w, h), "SATD")
					if w == 4 {
						continue
					}
					s, q := pixel.Moments(a.pix, a.stride, w, h)
					require.Equal(t, [2]int{sum, squares}, [2]int{s, q}, "moments")
					if h > 4 {
						require.Equal(t, (hadamard(8, w, h, diff)+2)/4,
							pixel.SATD8(a.pix, a.stride, b.pix, b.stride, w, h), "SATD8")
					}
				}
			})
		}
	}
}

func TestSADs(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	mem, mem2 := kerneltest.NewArena(t), kerneltest.NewArena(t)
	for _, w := range []int{4, 8, 16} {
		for range 300 {
			h := 4 << rnd.IntN(3)
			a := newArea(rnd, mem, w, h)
			plane := newArea(rnd, mem2, w+20, h+20)
			var at [4]int
			for i := range at {
				at[i] = rnd.IntN(21)*plane.stride + rnd.IntN(21)
			}
			at[rnd.IntN(4)] = 20*plane.stride + 20
			at[rnd.IntN(4)] = 0
			var got, want [4]int32
			pixel.SADs(&got, a.pix, a.stride, plane.pix, &at, plane.stride, w, h)
			var blocks [4][]byte
			for i, from := range at {
				blocks[i] = plane.pix[from:]
			}
			var apart [4]int32
			pixel.SADsOf(&apart, a.pix, a.stride, &blocks, plane.stride, w, h)
			require.Equal(t, got, apart)
			for i := range want {
				want[i] = int32(pixel.SAD(a.pix, a.stride, plane.pix[at[i]:], plane.stride, w, h))
			}
			require.Equal(t, want, got)
		}
	}
}

func TestMeansAndCopies(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 2))
	var mem [4]*kerneltest.Arena
	for i := range mem {
		mem[i] = kerneltest.NewArena(t)
	}
	for _, w := range []int{2, 4, 8, 16} {
		for range 600 {
			h := 2 << rnd.IntN(4)
			a, p, dst := newArea(rnd, mem[0], w, h), newArea(rnd, mem[1], w, h), newArea(rnd, mem[3], w, h)
			q := area{mem[2].Edge(rnd, len(p.pix)), p.stride}
			kerneltest.Samples(rnd, q.pix)
			a.like(rnd, p, w, h)
			q.like(rnd, p, w, h)
			want := append([]byte{}, dst.pix...)
			for y := range h {
				for x := range w {
					want[y*dst.stride+x] = byte((p.at(x, y) + q.at(x, y) + 1) >> 1)
				}
			}
			pixel.Mean(dst.pix, dst.stride, p.pix, p.stride, q.pix, q.stride, w, h)
			require.Equal(t, want, dst.pix)
			if w >= 8 && h >= 4 {
				require.Equal(t, pixel.SATD(a.pix, a.stride, dst.pix, dst.stride, w, h),
					pixel.SATDMean(a.pix, a.stride, p.pix, q.pix, p.stride, w, h))
			}
			for y := range h {
				copy(want[y*dst.stride:][:w], a.pix[y*a.stride:])
			}
			pixel.Copy(dst.pix, dst.stride, a.pix, a.stride, w, h)
			require.Equal(t, want, dst.pix)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 3))
	mem := kerneltest.NewArena(t)
	for range 5000 {
		pix := mem.Edge(rnd, 16*(1+rnd.IntN(16)))
		c, limit := rnd.IntN(256), rnd.IntN(12)
		want := true
		for i := range pix {
			d := rnd.IntN(2*limit+1) - limit
			if rnd.IntN(4*len(pix)) == 0 {
				d = rnd.IntN(256)
			}
			v := min(max(c+d, 0), 255)
			pix[i] = byte(v)
			want = want && max(v-c, c-v) <= limit
		}
		require.Equal(t, want, pixel.Within(pix, byte(c), byte(limit)))
	}
}

// TestStraight8 compares with blocks made of the row, of the column, of the mean, and of rows of a line.
func TestStraight8(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	mem := kerneltest.NewArena(t)
	line := make([]byte, 40)
	for range 1000 {
		a := newArea(rnd, mem, 8, 8)
		kerneltest.Samples(rnd, line)
		top, left, mean := (*[8]byte)(line), (*[8]byte)(line[8:]), line[16]
		rows := pixel.Rows{Even: rnd.IntN(9), Odd: rnd.IntN(9), Step: rnd.IntN(9)}
		var blocks [4][64]byte
		for i := range 64 {
			x, y := i&7, i>>3
			blocks[0][i], blocks[1][i], blocks[2][i] = top[x], left[7-y], mean
			blocks[3][i] = line[[2]int{rows.Even, rows.Odd}[y&1]+y>>1*rows.Step+x]
		}
		var costs [3]int32
		pixel.Straight8(&costs, a.pix, a.stride, top, left, mean)
		for i, cost := range costs {
			require.Equal(t, pixel.SATD8(a.pix, a.stride, blocks[i][:], 8, 8, 8), int(cost), i)
		}
		some := pixel.NewBlocks([9]pixel.Rows{3: rows})
		require.Equal(t, rows, *some.Rows(3))
		var costs8 [9]int32
		pixel.SATD8s(&costs8, a.pix, a.stride, line, some, 1<<3)
		require.Equal(t, pixel.SATD8(a.pix, a.stride, blocks[3][:], 8, 8, 8), int(costs8[3]))
	}
}

// TestStraight16 compares whole macroblocks, luma and chroma, with blocks made of rows, of columns and of means.
func TestStraight16(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		var luma [256]byte
		var top, left [16]byte
		kerneltest.Samples(rnd, luma[:])
		kerneltest.Samples(rnd, top[:])
		kerneltest.Samples(rnd, left[:])
		mean := left[3]
		var blocks [3][256]byte
		for i := range 256 {
			blocks[0][i], blocks[1][i], blocks[2][i] = top[i&15], left[i>>4], mean
		}
		var costs [3]int32
		pixel.Straight16(&costs, &luma, &top, &left, mean)
		for i, cost := range costs {
			require.Equal(t, pixel.SATD(luma[:], 16, blocks[i][:], 16, 16, 16), int(cost), i)
		}

		chroma := [2][64]byte{[64]byte(luma[:]), [64]byte(luma[64:])}
		topC, leftC := [2][8]byte{[8]byte(top[:]), [8]byte(top[8:])}, [2][8]byte{[8]byte(left[:]), [8]byte(left[8:])}
		means := [2][4]byte{[4]byte(luma[128:]), [4]byte(luma[132:])}
		var want [3]int32
		for p := range 2 {
			for i := range 64 {
				x, y := i&7, i>>3
				blocks[0][i], blocks[1][i], blocks[2][i] = topC[p][x], leftC[p][y], means[y>>2][2*p+x>>2]
			}
			for i := range want {
				want[i] += int32(pixel.SATD(chroma[p][:], 8, blocks[i][:], 8, 8, 8))
			}
		}
		pixel.StraightChroma(&costs, &chroma, &topC, &leftC, &means)
		require.Equal(t, want, costs)
	}
}
