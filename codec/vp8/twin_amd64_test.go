//go:build !purego

package vp8

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/cpu"
	"github.com/callrec/callrec/internal/kerneltest"
)

// The tests here compare each kernel in assembly with its twin in plain Go, which other tests compare with the
// specification. Kernels work in place or in the middle of a buffer; all of it is compared, so that what surrounds a
// block is its canary.

// twinBuffer is a buffer for a kernel and one for its twin with the same contents. The kernel's lies between guards,
// directly behind the first or in front of the second one, at any alignment.
type twinBuffer struct {
	kernel, plain []byte
}

func newTwinBuffer(rnd *rand.Rand, arena *kerneltest.Arena, n int) twinBuffer {
	kernel := arena.Edge(rnd, n)
	copy(kernel, testSamples(rnd, n))
	return twinBuffer{kernel, bytes.Clone(kernel)}
}

// blockySamples fills b with nearly flat blocks of four by four samples, with steps in between that the loop filter takes
// for artifacts, at any brightness up to the limits.
func blockySamples(rnd *rand.Rand, b []byte, stride int) {
	base, step, spread := rnd.IntN(256), rnd.IntN(80)-40, 1+rnd.IntN(12)
	for i := range b {
		v := base + rnd.IntN(spread) + (i%stride/4+i/stride/4)&1*step
		b[i] = byte(min(max(v, 0), 255))
	}
}

// edgeCase is one kernel of the simple loop filter with its twin, both along 16 samples.
type edgeCase struct {
	name          string
	vertical      bool // the edges are
	across        int  // how many samples it reads across its edges
	kernel, plain func(pix []byte, stride int, limit int32)
}

func edgeCases() []edgeCase {
	var cases []edgeCase
	for n := 1; n <= 3; n++ {
		cases = append(cases,
			edgeCase{fmt.Sprint("rows ", n), false, 4 * n, func(p []byte, stride int, limit int32) {
				filterSimpleRowsSSE2(&p[0], stride, n, limit)
			}, func(p []byte, stride int, limit int32) {
				for i := range n {
					filterSimpleRow(p[4*i*stride:], stride, limit)
				}
			}},
			edgeCase{fmt.Sprint("columns ", n), true, 4 * n, func(p []byte, stride int, limit int32) {
				filterSimpleColumnsSSE2(&p[0], stride, n, limit)
			}, func(p []byte, stride int, limit int32) {
				for i := range n {
					filterSimpleColumn(p[4*i:], stride, limit)
				}
			}},
		)
	}
	return cases
}

func TestSimpleFilterTwins(t *testing.T) {
	t.Parallel()
	for _, test := range edgeCases() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pages := kerneltest.NewArena(t)
			rnd := rand.New(rand.NewPCG(8, 1))
			changed := 0
			for i := range 4000 {
				w, h := 16, test.across
				if test.vertical {
					w, h = h, w
				}
				stride := w + rnd.IntN(40)
				buf := newTwinBuffer(rnd, pages, (h-1)*stride+w)
				if i%4 != 0 {
					blockySamples(rnd, buf.plain, stride)
					copy(buf.kernel, buf.plain)
				}
				before := bytes.Clone(buf.plain)
				l := limitsAt(int32(rnd.IntN(64)), int32(rnd.IntN(8)), rnd.IntN(2) == 0)
				test.kernel(buf.kernel, stride, l.edge)
				test.plain(buf.plain, stride, l.edge)
				require.Equal(t, buf.plain, buf.kernel, "%d: stride %d, %+v", i, stride, l)
				if !bytes.Equal(before, buf.plain) {
					changed++
				}
			}
			require.Greater(t, changed, 1500)
		})
	}
}

// TestMacroblockFilterTwins filters macroblocks of whole frames, each of which is all that the kernel may touch.
func TestMacroblockFilterTwins(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 2))
	changed := 0
	for round := range 800 {
		var got, want frame
		mbw, mbh := 1+rnd.IntN(3), 1+rnd.IntN(3)
		got.resize(mbw, mbh)
		want.resize(mbw, mbh)
		for i := range got.planes {
			p := &got.planes[i]
			copy(p.pix, testSamples(rnd, len(p.pix)))
			if round%4 != 0 {
				blockySamples(rnd, p.pix, p.stride)
			}
			copy(want.planes[i].pix, p.pix)
		}
		before := bytes.Clone(want.buf)
		for i := range mbw * mbh {
			l := limitsAt(int32(rnd.IntN(64)), int32(rnd.IntN(8)), rnd.IntN(2) == 0)
			inner, simple := rnd.IntN(2) == 0, rnd.IntN(2) == 0
			mbx, mby := i%mbw, i/mbw
			if simple {
				filterSimple(&got.planes[0], mbx, mby, &l, inner)
				filterSimplePlain(&want.planes[0], mbx, mby, &l, inner)
			} else {
				filterNormal(&got, mbx, mby, &l, inner)
				filterNormalPlain(&want, mbx, mby, &l, inner)
			}
			require.True(t, bytes.Equal(want.buf, got.buf), "macroblock %d of %dx%d, inner %v, simple %v", i, mbw, mbh, inner, simple)
		}
		if !bytes.Equal(before, want.buf) {
			changed++
		}
	}
	require.Greater(t, changed, 400)
}

func TestSixtapTwins(t *testing.T) {
	t.Parallel()
	needAVX2(t)
	pages, pages2 := kerneltest.NewArena(t), kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(8, 3))
	var d, plain Decoder
	for _, size := range [][2]int{{16, 16}, {8, 8}, {8, 4}, {4, 4}} {
		w, h := size[0], size[1]
		for i := range 64 * 20 {
			fx, fy := uint(i&7), uint(i>>3&7)
			if fx|fy == 0 {
				continue
			}
			srcStride, dstStride := max(w, 8)+taps+rnd.IntN(40), w+rnd.IntN(40)
			// The first sample and the last one that may be read are next to the guards.
			srcSize, dstSize := (h+taps-1)*srcStride+w+taps+tapsOver, (h-1)*dstStride+w
			pair := w < 16 && rnd.IntN(2) == 0
			srcHalf, dstHalf := 0, 0
			if pair {
				srcHalf, dstHalf = srcSize+rnd.IntN(20), dstSize+rnd.IntN(20)
			}
			src := newTwinBuffer(rnd, pages, srcHalf+srcSize)
			dst := newTwinBuffer(rnd, pages2, dstHalf+dstSize)
			// The plain version loads whole words; give it room.
			src.plain = append(src.plain, make([]byte, planeSlack)...)
			out := append(bytes.Clone(dst.plain), make([]byte, planeSlack)...)
			plain.sixtapPlain(out, dstStride, src.plain, srcStride, w, h, fx, fy)
			if pair {
				d.sixtapPair(dst.kernel, dstStride, dstHalf, src.kernel, srcStride, srcHalf, w, h, fx, fy)
				plain.sixtapPlain(out[dstHalf:], dstStride, src.plain[srcHalf:], srcStride, w, h, fx, fy)
			} else {
				d.sixtap(dst.kernel, dstStride, src.kernel, srcStride, w, h, fx, fy)
			}
			require.Equal(t, out[:len(dst.kernel)], dst.kernel, "%v by %d, %d, strides %d, %d, pair %v", size, fx, fy, srcStride, dstStride, pair)
		}
	}
}

func TestCopyTwins(t *testing.T) {
	t.Parallel()
	pages, pages2 := kerneltest.NewArena(t), kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(8, 9))
	for range 500 {
		w, h := 4+4*rnd.IntN(2), 2+2*rnd.IntN(8)
		srcStride, dstStride := w+rnd.IntN(30), 2*w+rnd.IntN(30)
		srcHalf, dstHalf := [2]int{w, rnd.IntN(50)}[rnd.IntN(2)], w
		src := newTwinBuffer(rnd, pages, srcHalf+(h-1)*srcStride+w)
		dst := newTwinBuffer(rnd, pages2, dstHalf+(h-1)*dstStride+w)
		copyPair(dst.kernel, dstStride, dstHalf, src.kernel, srcStride, srcHalf, w, h)
		copyPairPlain(dst.plain, dstStride, dstHalf, src.plain, srcStride, srcHalf, w, h)
		require.Equal(t, dst.plain, dst.kernel)
	}
}

func TestInverseDCTTwins(t *testing.T) {
	t.Parallel()
	pages := kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(8, 4))
	done := [2]int{}
	for i := range 60000 {
		coeffs := testCoeffs(rnd)
		if i%3 == 0 { // around where sums of 16 bits end
			for j := range 1 + rnd.IntN(8) {
				coeffs[zigzag[j]] = int16((rnd.IntN(2)*2 - 1) * (8000 + rnd.IntN(400)) >> rnd.IntN(3))
			}
		}
		stride := 4 + rnd.IntN(30)
		buf := newTwinBuffer(rnd, pages, 3*stride+4)
		got, want := coeffs, coeffs
		fits := inverseDCTSSE2(&got, &buf.kernel[0], stride)
		if fits {
			inverseDCTPlain(&want, buf.plain, stride)
			done[1]++
		} else {
			done[0]++
		}
		require.Equal(t, buf.plain, buf.kernel, "%v, stride %d, fits %v", coeffs, stride, fits)
		require.Equal(t, want, got)
		if !fits {
			inverseDCT(&got, buf.kernel, stride)
			inverseDCTPlain(&want, buf.plain, stride)
			require.Equal(t, buf.plain, buf.kernel)
			require.Equal(t, want, got)
		}
	}
	require.Greater(t, done[0], 5000)
	require.Greater(t, done[1], 5000)
}

func TestAddFourTwins(t *testing.T) {
	t.Parallel()
	needAVX2(t)
	pages := kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(8, 7))
	done := [2]int{}
	for i := range 20000 {
		var got [4][16]int16
		var ends [4]uint8
		for j := range got {
			ends[j] = uint8(rnd.IntN(17) * rnd.IntN(2))
			coeffs := testCoeffs(rnd)
			for k := range ends[j] {
				got[j][zigzag[k]] = coeffs[zigzag[k]]
				if i%8 == 0 {
					got[j][zigzag[k]] = int16((rnd.IntN(2)*2 - 1) * (8000 + rnd.IntN(400)) >> rnd.IntN(3))
				}
			}
		}
		// A row of four blocks, or a square.
		w, h := 16, 4
		if i%2 == 0 {
			w, h = 8, 8
		}
		stride, half := w+rnd.IntN(30), 8
		if i%2 == 0 {
			half = 4 * stride
		}
		buf := newTwinBuffer(rnd, pages, (h-1)*stride+w)
		want := got
		before := bytes.Clone(buf.kernel)
		if addFourAVX2(&got, &buf.kernel[0], stride, half) {
			addFourPlain(&want, &ends, buf.plain, stride, half)
			require.Equal(t, buf.plain, buf.kernel, "%v, stride %d, half %d", got, stride, half)
			done[1]++
		} else {
			require.Equal(t, before, buf.kernel)
			done[0]++
		}
		require.Equal(t, want, got)
	}
	require.Greater(t, done[0], 500)
	require.Greater(t, done[1], 5000)
}

func TestSpreadY2Twins(t *testing.T) {
	t.Parallel()
	needAVX2(t)
	rnd := rand.New(rand.NewPCG(8, 8))
	done := [2]int{}
	for i := range 8000 {
		y2 := testCoeffs(rnd)
		if i%4 == 0 { // around where sums of 16 bits end
			for j := range y2 {
				y2[j] = int16(rnd.IntN(2*8192)-8192) >> rnd.IntN(4)
			}
		}
		y2Plain := y2
		var got, want [16][16]int16
		var ends, endsPlain [16]uint8
		for j := range got {
			for k := range got[j] {
				got[j][k] = int16(rnd.Uint32())
			}
			ends[j] = uint8(rnd.IntN(17) * rnd.IntN(2))
		}
		want, endsPlain = got, ends
		if spreadY2AVX2(&y2, &got, &ends) {
			spreadY2Plain(&y2Plain, &want, &endsPlain)
			done[1]++
		} else {
			done[0]++
		}
		require.Equal(t, y2Plain, y2)
		require.Equal(t, want, got)
		require.Equal(t, endsPlain, ends)
	}
	require.Greater(t, done[0], 500)
	require.Greater(t, done[1], 2000)
}

// needAVX2 skips a test where the processor cannot run the kernel.
func needAVX2(t *testing.T) {
	t.Helper()
	if !cpu.AVX2() {
		t.Skip("the processor does not have AVX2")
	}
}

func TestAddDCTwins(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		w, h          int
		kernel, plain func(blocks *[4][16]int16, pix []byte, stride int)
	}{
		{"row", 16, 4, addDCRow, addDCRowPlain},
		{"square", 8, 8, addDCSquare, addDCSquarePlain},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pages := kerneltest.NewArena(t)
			rnd := rand.New(rand.NewPCG(8, 5))
			for dc := -32768; dc < 32768; dc += 1 + max(dc, -dc)/2000 {
				stride := test.w + rnd.IntN(30)
				buf := newTwinBuffer(rnd, pages, (test.h-1)*stride+test.w)
				var got [4][16]int16
				for i := range got {
					got[i][0] = int16(rnd.IntN(4096) - 2048)
					for j := 1; j < 16; j++ {
						got[i][j] = int16(rnd.Uint32()) // must be left alone
					}
				}
				got[rnd.IntN(4)][0] = int16(dc)
				want := got
				test.kernel(&got, buf.kernel, stride)
				test.plain(&want, buf.plain, stride)
				require.Equal(t, buf.plain, buf.kernel, "%d", dc)
				require.Equal(t, want, got)
			}
		})
	}
}

// TestTokenTwins decodes macroblocks of random partitions, from all of their lengths on to far beyond their end.
func TestTokenTwins(t *testing.T) {
	t.Parallel()
	if !cpu.BMI2() {
		t.Skip("the processor does not have BMI2")
	}
	pages := kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(8, 6))
	longest := 0
	for i := range 5000 {
		var probs [8][3][11]uint8
		for b := range probs {
			for c := range probs[b] {
				for j := range probs[b][c] {
					// Improbable decisions take the most bits.
					probs[b][c][j] = [4]uint8{0, 1, 255, uint8(rnd.Uint32())}[max(i%4, rnd.IntN(4))]
				}
				probs[b][c][0] >>= rnd.IntN(9)
			}
		}
		data := pages.Edge(rnd, rnd.IntN(300)>>rnd.IntN(6))
		copy(data, randomPartition(rnd, len(data)))
		steps := [2]int32{int32(1 + rnd.IntN(157)), int32(1 + rnd.IntN(284))}
		runs := []tokenRun{{0, 16, rnd.IntN(2), &steps, &probs}, {16, 24, 0, &steps, &probs}, {24, 25, 0, &steps, &probs}}
		var got, want mbState
		var above, left tokenContext
		for j := range above {
			above[j], left[j] = uint8(rnd.IntN(2)), uint8(rnd.IntN(2))
		}
		above2, left2 := above, left
		var r, r2 boolReader
		r.reset(data)
		r2.reset(data)
		for range 3 {
			run := &runs[rnd.IntN(3)]
			require.Equal(t, want.readRunPlain(&r2, &above2, &left2, run), readRunBMI2(&got, &r, &above, &left, run))
			require.Equal(t, want.coeffs, got.coeffs)
			require.Equal(t, want.ends, got.ends)
			require.Equal(t, above2, above)
			require.Equal(t, left2, left)
			longest = max(longest, int(slices.Max(want.ends[:])))
		}
		// How far ahead they have read differs.
		r2.fill()
		r.fill()
		require.Equal(t, r2.rng, r.rng)
		require.Equal(t, r2.value>>8, r.value>>8)
	}
	require.Equal(t, 16, longest)
}

func BenchmarkTwins(b *testing.B) {
	rnd := rand.New(rand.NewPCG(9, 9))
	l := limitsAt(20, 0, false)
	var f frame
	f.resize(2, 2)
	for i := range f.planes {
		for j := range f.planes[i].pix {
			f.planes[i].pix[j] = byte(j%f.planes[i].stride + rnd.IntN(8))
		}
	}
	saved := bytes.Clone(f.buf)
	var d Decoder
	src := testSamples(rnd, 24*32+planeSlack)
	dst := make([]byte, 16*16)
	coeffs := [16]int16{100, 30, -20, 5, 7, -9}
	benchmarks := []struct {
		name  string
		bytes int64 // samples that are worked on
		run   func()
	}{
		{"filter/avx2", 384, func() { copy(f.buf, saved); filterNormal(&f, 1, 1, &l, true) }},
		{"filter/plain", 384, func() { copy(f.buf, saved); filterNormalPlain(&f, 1, 1, &l, true) }},
		{"sixtap/avx2", 256, func() { d.sixtap(dst, 16, src, 32, 16, 16, 2, 6) }},
		{"sixtap/plain", 256, func() { d.sixtapPlain(dst, 16, src, 32, 16, 16, 2, 6) }},
		{"dct/sse2", 16, func() { c := coeffs; inverseDCT(&c, dst, 16) }},
		{"dct/plain", 16, func() { c := coeffs; inverseDCTPlain(&c, dst, 16) }},
	}
	for _, bench := range benchmarks {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(bench.bytes)
			for b.Loop() {
				bench.run()
			}
		})
	}
}
