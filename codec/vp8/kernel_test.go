package vp8

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The tests here compare the kernels with plain versions written after the specification.

// canary is what surrounds the output of a kernel and must not change.
const canary = 0xa5

// testSamples fills a buffer in one of several ways, up to the extremes.
func testSamples(rnd *rand.Rand, n int) []byte {
	b := make([]byte, n)
	kind, base, spread := rnd.IntN(4), rnd.IntN(256), 1+rnd.IntN(40)
	for i := range b {
		switch kind {
		case 0: // noise
			b[i] = byte(rnd.Uint32())
		case 1: // black and white
			b[i] = byte(rnd.IntN(2) * 255)
		case 2: // nearly flat
			b[i] = byte(min(max(base+rnd.IntN(spread)-spread/2, 0), 255))
		case 3: // steep vertical and horizontal stripes
			b[i] = byte((i / spread & 1) * base)
		}
	}
	return b
}

// sixtapTaps are the filters of RFC 6386 18.3 with their signs.
var sixtapTaps = [8][6]int{
	{0, 0, 128, 0, 0, 0},
	{0, -6, 123, 12, -1, 0},
	{2, -11, 108, 36, -8, 1},
	{0, -9, 93, 50, -6, 0},
	{3, -16, 77, 77, -16, 3},
	{0, -6, 50, 93, -9, 0},
	{1, -8, 36, 108, -11, 2},
	{0, -1, 12, 123, -6, 0},
}

// bilinearTaps are those of versions 1 to 3, as six taps.
var bilinearTaps = [8][6]int{
	{0, 0, 128, 0, 0, 0},
	{0, 0, 112, 16, 0, 0},
	{0, 0, 96, 32, 0, 0},
	{0, 0, 80, 48, 0, 0},
	{0, 0, 64, 64, 0, 0},
	{0, 0, 48, 80, 0, 0},
	{0, 0, 32, 96, 0, 0},
	{0, 0, 16, 112, 0, 0},
}

// specPredict is the interpolation of RFC 6386 18.3: rows first, each result rounded and limited, then columns. at gives
// the samples of the reference.
func specPredict(taps *[8][6]int, at func(x, y int) byte, w, h int, fx, fy int) []byte {
	filter := func(taps [6]int, sample func(i int) int) int {
		sum := 64
		for i, tap := range taps {
			sum += tap * sample(i-2)
		}
		return min(max(sum>>7, 0), 255)
	}
	out := make([]byte, w*h)
	for y := range h {
		for x := range w {
			out[y*w+x] = byte(filter(taps[fy], func(i int) int {
				return filter(taps[fx], func(j int) int { return int(at(x+j, y+i)) })
			}))
		}
	}
	return out
}

func TestInterpolation(t *testing.T) {
	t.Parallel()
	var d Decoder
	kernels := []struct {
		name   string
		taps   *[8][6]int
		kernel func(dst []byte, dstStride int, src []byte, srcStride, w, h int, fx, fy uint)
		start  int // of the samples in front of the block that src begins with, in both directions
	}{
		{"sixtap", &sixtapTaps, d.sixtap, tapsBefore},
		{"bilinear", &bilinearTaps, d.bilinear, 0},
	}
	rnd := rand.New(rand.NewPCG(1, 1))
	for _, k := range kernels {
		for _, size := range [][2]int{{16, 16}, {8, 8}, {8, 4}, {4, 4}} {
			w, h := size[0], size[1]
			for i := range 64 * 4 {
				fx, fy := i&7, i>>3&7
				if fx|fy == 0 {
					continue
				}
				srcStride, dstStride := 24+rnd.IntN(20), w+rnd.IntN(20)
				src := testSamples(rnd, 24*srcStride+planeSlack)
				dst := bytes.Repeat([]byte{canary}, (h+2)*dstStride+16)
				out := dst[dstStride:]
				k.kernel(out, dstStride, src[(2-k.start)*srcStride+2-k.start:], srcStride, w, h, uint(fx), uint(fy))
				want := specPredict(k.taps, func(x, y int) byte { return src[(y+2)*srcStride+x+2] }, w, h, fx, fy)
				requireBlock(t, want, dst, dstStride, dstStride, w, h, fmt.Sprintf("%s %v %d %d", k.name, size, fx, fy))
			}
		}
	}
}

// requireBlock requires that dst holds the block want at offset and the canary everywhere else.
func requireBlock(t *testing.T, want, dst []byte, offset, stride, w, h int, what string) {
	t.Helper()
	expected := bytes.Repeat([]byte{canary}, len(dst))
	for y := range h {
		copy(expected[offset+y*stride:], want[y*w:][:w])
	}
	require.Equal(t, expected, dst, what)
}

// TestPredictBlock has blocks anywhere inside and far outside of the reference, whose edge goes on forever.
func TestPredictBlock(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 2))
	for _, version := range []int{0, 1} {
		var d Decoder
		d.hdr.Version = version
		taps := &sixtapTaps
		if version > 0 {
			taps = &bilinearTaps
		}
		var ref frame
		d.refs[refIntra] = &frame{}
		for i := range 3000 {
			mbw, mbh := 1+rnd.IntN(4), 1+rnd.IntN(4)
			ref.resize(mbw, mbh)
			d.refs[refIntra].resize(mbw, mbh)
			first, last, scale := 0, 0, 2
			if rnd.IntN(2) == 0 {
				first, last, scale = 1, 2, 1
			}
			for index := first; index <= last; index++ {
				p := &ref.planes[index]
				copy(p.pix, testSamples(rnd, len(p.pix)))
				p.extend()
				fillBytes(d.refs[refIntra].planes[index].pix, canary)
			}
			p := &ref.planes[first]
			size := [][2]int{{16, 16}, {8, 8}, {8, 4}, {4, 4}}[rnd.IntN(4)]
			w, h := min(size[0], p.w), min(size[1], p.h)
			if first > 0 {
				w, h = min(w, 8), min(h, 8)
			}
			x, y := rnd.IntN(p.w/w)*w, rnd.IntN(p.h/h)*h
			reach := []int{10, 300, 1000, 10000}[rnd.IntN(4)]
			v := vector{int16(rnd.IntN(2*reach) - reach), int16(rnd.IntN(2*reach) - reach)}
			dx, dy := scale*int(v.x), scale*int(v.y)
			if first == 0 {
				d.predictLuma(&ref, x, y, w, h, v)
			} else {
				d.predictChroma(&ref, x, y, w, h, v)
			}
			for index := first; index <= last; index++ {
				p, out := &ref.planes[index], &d.refs[refIntra].planes[index]
				want := specPredict(taps, func(i, j int) byte {
					i = min(max(x+dx>>3+i, 0), p.w-1)
					j = min(max(y+dy>>3+j, 0), p.h-1)
					return p.pix[p.origin+j*p.stride+i]
				}, w, h, dx&7, dy&7)
				requireBlock(t, want, out.pix, out.origin+y*out.stride+x, out.stride, w, h,
					fmt.Sprintf("%d: plane %d, %dx%d at %d,%d by %d,%d of %dx%d", i, index, w, h, x, y, dx, dy, p.w, p.h))
			}
		}
	}
}

// specIDCT is the inverse DCT of RFC 6386 14.3 with 16 bits between the passes.
func specIDCT(in [16]int16) (out [16]int) {
	pass := func(i [4]int) [4]int {
		a, b := i[0]+i[2], i[0]-i[2]
		c := i[1]*35468>>16 - (i[3] + i[3]*20091>>16)
		d := i[1] + i[1]*20091>>16 + i[3]*35468>>16
		return [4]int{a + d, b + c, b - c, a - d}
	}
	var m [16]int
	for x := range 4 {
		for y, v := range pass([4]int{int(in[x]), int(in[4+x]), int(in[8+x]), int(in[12+x])}) {
			m[4*y+x] = int(int16(v))
		}
	}
	for y := range 4 {
		for x, v := range pass([4]int(m[4*y : 4*y+4])) {
			out[4*y+x] = (v + 4) >> 3
		}
	}
	return out
}

func testCoeffs(rnd *rand.Rand) (c [16]int16) {
	limit := []int{4, 100, 2000, 32768}[rnd.IntN(4)]
	for i := range 1 + rnd.IntN(16) {
		c[zigzag[i]] = int16(rnd.IntN(2*limit) - limit)
		if rnd.IntN(20) == 0 {
			c[zigzag[i]] = []int16{-32768, 32767}[rnd.IntN(2)]
		}
	}
	return c
}

func TestInverseDCT(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 3))
	for range 20000 {
		const stride = 9
		coeffs := testCoeffs(rnd)
		pix := testSamples(rnd, 4*stride+4)
		want := bytes.Clone(pix)
		for i, v := range specIDCT(coeffs) {
			p := &want[2+i/4*stride+i%4]
			*p = byte(min(max(int(*p)+v, 0), 255))
		}
		inverseDCT(&coeffs, pix[2:], stride)
		require.Equal(t, want, pix)
		require.Zero(t, coeffs)
	}
}

func TestAddDC(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(4, 4))
	for dc := -32768; dc < 32768; dc += 1 + max(dc, -dc)/3000 {
		const stride = 7
		pix := testSamples(rnd, 4*stride+4)
		want := bytes.Clone(pix)
		inverseDCT(&[16]int16{int16(dc)}, want[2:], stride)
		addDC(int16(dc), pix[2:], stride)
		require.Equal(t, want, pix, "%d", dc)
	}
}

// specWHT is the inverse Walsh-Hadamard transform of RFC 6386 14.3 with 16 bits between the passes.
func specWHT(in [16]int16) (out [16]int16) {
	var m [16]int
	for i := range 4 {
		a1, b1 := int(in[i])+int(in[12+i]), int(in[4+i])+int(in[8+i])
		c1, d1 := int(in[4+i])-int(in[8+i]), int(in[i])-int(in[12+i])
		m[i], m[4+i], m[8+i], m[12+i] = a1+b1, c1+d1, a1-b1, d1-c1
	}
	for i := range m {
		m[i] = int(int16(m[i]))
	}
	for i := 0; i < 16; i += 4 {
		a1, b1 := m[i]+m[i+3], m[i+1]+m[i+2]
		c1, d1 := m[i+1]-m[i+2], m[i]-m[i+3]
		for j, v := range []int{a1 + b1, c1 + d1, a1 - b1, d1 - c1} {
			out[i+j] = int16((v + 3) >> 3)
		}
	}
	return out
}

func TestInverseWHT(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 5))
	for range 20000 {
		y2 := testCoeffs(rnd)
		want := specWHT(y2)
		var blocks, wantBlocks [16][16]int16
		for i := range blocks {
			blocks[i] = testCoeffs(rnd)
			wantBlocks[i] = blocks[i]
			wantBlocks[i][0] = want[i]
		}
		inverseWHT(&y2, &blocks)
		require.Equal(t, wantBlocks, blocks)
		require.Zero(t, y2)
	}
}

func BenchmarkSixtap(b *testing.B) {
	var d Decoder
	src := testSamples(rand.New(rand.NewPCG(6, 6)), 24*32+planeSlack)
	dst := make([]byte, 16*16)
	b.SetBytes(16 * 16)
	b.ReportAllocs()
	for b.Loop() {
		d.sixtap(dst, 16, src, 32, 16, 16, 2, 6)
	}
}

func BenchmarkInverseDCT(b *testing.B) {
	coeffs := testCoeffs(rand.New(rand.NewPCG(7, 7)))
	pix := make([]byte, 16)
	b.ReportAllocs()
	for b.Loop() {
		c := coeffs
		inverseDCT(&c, pix, 4)
	}
}
