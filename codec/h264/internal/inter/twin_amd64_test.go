//go:build !purego

package inter

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/cpu"
	"github.com/callrec/callrec/internal/kerneltest"
)

// needAVX2 skips a test where twins run in place of kernels: these load whole words, and more than they use.
func needAVX2(t *testing.T) {
	t.Helper()
	if !cpu.AVX2() {
		t.Skip("no AVX2")
	}
}

// TestHalfTwins compares the kernels in use with their twins, between guards: what a kernel reads and writes is the block
// with its margins, and nothing around.
func TestHalfTwins(t *testing.T) {
	t.Parallel()
	needAVX2(t)
	type kernel func(dst []byte, dStride int, src []byte, so, sStride, w, h int, mean bool)
	tests := []struct {
		name        string
		kernel      kernel
		plane       uint8 // of the twin
		left, right int   // columns read outside of the block
		above, more int   // rows
	}{
		{"horizontal", halfH, Right, 2, 3, 0, 0},
		{"vertical", halfV, Below, 0, 0, 2, 3},
		{"both", halfHV, Diagonal, 2, 3, 2, 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			from, to := kerneltest.NewArena(t), kerneltest.NewArena(t)
			rnd := rand.New(rand.NewPCG(8, 3))
			for i := range 4000 {
				w, h := 4<<(i%3), 4<<rnd.IntN(3)
				cols, rows := test.left+max(w, 8)+test.right, test.above+h+test.more
				sStride, dStride := cols+rnd.IntN(30), w+rnd.IntN(30)
				src, dst := from.NewPair(rnd, (rows-1)*sStride+cols), to.NewPair(rnd, (h-1)*dStride+w)
				at := test.above*sStride + test.left
				mean := rnd.IntN(2) == 0
				// The twin loads whole words; give it room.
				in := slices.Concat(src.Plain, make([]byte, 16))
				plain(test.plane, dst.Plain, dStride, in, at, sStride, w, h, mean)
				test.kernel(dst.Kernel, dStride, src.Kernel, at, sStride, w, h, mean)
				require.Equal(t, dst.Plain, dst.Kernel, "%d by %d, strides %d, %d, mean %v", w, h, sStride, dStride, mean)
			}
		})
	}
}

func TestChromaTwins(t *testing.T) {
	t.Parallel()
	needAVX2(t)
	from, to := kerneltest.NewArena(t), kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(8, 4))
	for i := range 6000 {
		w, h := 2<<(i%3), 2<<rnd.IntN(3)
		x, y := uint8(rnd.IntN(8)), uint8(rnd.IntN(8))
		sStride, dStride := 9+rnd.IntN(30), w+rnd.IntN(30)
		src, dst := from.NewPair(rnd, h*sStride+9), to.NewPair(rnd, (h-1)*dStride+w)
		weights := [4]uint8{(8 - x) * (8 - y), x * (8 - y), (8 - x) * y, x * y}
		chroma(dst.Kernel, dStride, src.Kernel, 0, sStride, &weights, w, h)
		chromaPlain(dst.Plain, dStride, src.Plain, 0, sStride, &weights, w, h)
		require.Equal(t, dst.Plain, dst.Kernel, "%d by %d, strides %d, %d, %v", w, h, sStride, dStride, weights)
	}
}

func BenchmarkLuma(b *testing.B) {
	rnd := rand.New(rand.NewPCG(9, 9))
	src, dst := make([]byte, 64*64), make([]byte, 256)
	kerneltest.Samples(rnd, src)
	for _, size := range []int{16, 8, 4} {
		for _, frac := range []int{0, 2, 8, 10, 5, 7} {
			b.Run(fmt.Sprintf("%d/%d,%d", size, frac&3, frac>>2), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					Luma(dst, 16, src, 20*64+20, 64, frac&3, frac>>2, size, size)
				}
			})
		}
	}
	for _, size := range []int{8, 4} {
		b.Run(fmt.Sprintf("chroma/%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Chroma(dst, 16, src, 20*64+20, 64, 3, 5, size, size)
			}
		})
	}
}
