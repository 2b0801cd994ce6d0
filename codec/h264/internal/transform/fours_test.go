package transform

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/kerneltest"
)

// quantizerOf is the quantizer of intra or inter blocks as encoders have it: rounding from two thirds or five sixths on.
func quantizerOf(qp int, part int32) *FourQuantizer {
	var factor [16]int32
	for i := range factor {
		kind := PositionKind(i)
		norm := [3]float64{16, 25, 20}[kind]
		factor[i] = int32(math.Round((1 << 21) / (norm * float64(normAdjust[qp%6][kind]))))
	}
	shift := uint32(15 + qp/6)
	return NewFourQuantizer(&Quantizer[[16]int32]{
		Factor: &factor, Scale: &Scale[qp], Round: 1 << shift / part, Shift: shift, Max: 2063,
	})
}

// patterned makes the difference of a and b as large as can be, along the basis of a coefficient, in some of the blocks.
func patterned(rnd *rand.Rand, a, b []byte, stride int) {
	u, v := rnd.IntN(4), rnd.IntN(4)
	signs := [4][4]int{{1, 1, 1, 1}, {1, 1, -1, -1}, {1, -1, -1, 1}, {1, -1, 1, -1}}
	for i := range a {
		if s := signs[u][i%stride&3] * signs[v][i/stride&3]; s > 0 {
			a[i], b[i] = 255, 0
		} else {
			a[i], b[i] = 0, 255
		}
		if rnd.IntN(40) == 0 {
			a[i] = byte(rnd.IntN(256))
		}
	}
}

// someBlocks makes two blocks with differences of any size.
func someBlocks(rnd *rand.Rand, a, b []byte, stride int) {
	if rnd.IntN(4) == 0 {
		patterned(rnd, a, b, stride)
		return
	}
	near(rnd, []byte{byte(rnd.IntN(256))}, a, 1<<rnd.IntN(9)-1)
	near(rnd, a, b, 1<<rnd.IntN(9)-1)
}

// requireLevels compares the levels of the blocks that have any.
func requireLevels(t *testing.T, want, got [][16]int16, marks []Marks) {
	t.Helper()
	for i := range want {
		if marks[i] != 0 {
			require.Equal(t, want[i], got[i])
		}
	}
}

// TestLumaTwins codes 16x16 blocks by the kernels in use and by their twins, at all quantizers.
func TestLumaTwins(t *testing.T) {
	t.Parallel()
	arena := kerneltest.NewArena(t)
	rnd := rand.New(rand.NewPCG(8, 9))
	for n := range 5200 {
		q := quantizerOf(n%52, int32(3+n&1*3))
		var a, b [256]byte
		someBlocks(rnd, a[:], b[:], 16)
		var levels, levelsPlain [16][16]int16
		var marks, marksPlain [16]Marks
		var c, cPlain [4]Four
		var dc, dcPlain [16]int16
		if n&2 == 0 {
			coded := QuantizeLuma(&levels, &marks, &c, &a, &b, q)
			require.Equal(t, uint16(quantizeFoursPlain(
				levelsPlain[:], marksPlain[:], cPlain[:], nil, luma(a[:], 16), luma(b[:], 16), q)), coded)
		} else {
			coded := QuantizeLumaAC(&dc, &levels, &marks, &c, &a, &b, q)
			require.Equal(t, uint16(quantizeFoursPlain(
				levelsPlain[:], marksPlain[:], cPlain[:], dcPlain[:], luma(a[:], 16), luma(b[:], 16), q)), coded)
			for i := range dc {
				v := int32(rnd.IntN(1<<15) - 1<<14)
				c[i>>2].SetDC(i, v)
				cPlain[i>>2].SetDC(i, v)
			}
		}
		require.Equal(t, marksPlain, marks)
		require.Equal(t, dcPlain, dc)
		require.Equal(t, cPlain, c)
		requireLevels(t, levelsPlain[:], levels[:], marks[:])

		stride, which := 16+rnd.IntN(30), uint16(rnd.Uint32())
		p := arena.NewPair(rnd, 15*stride+16)
		ReconstructLuma(p.Kernel, stride, &b, &c, which)
		reconstructFoursPlain(luma(p.Plain, stride), luma(b[:], 16), c[:], uint32(which))
		require.Equal(t, p.Plain, p.Kernel)
	}
}

// TestFoursExact wants of blocks beside each other what single blocks come to.
func TestFoursExact(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 10))
	empty, all := 0, 1040*16
	for n := range 1040 {
		q := quantizerOf(n%52, int32(3+n&1*3))
		var a, b, together [256]byte
		someBlocks(rnd, a[:], b[:], 16)
		var levels [16][16]int16
		var marks [16]Marks
		var c [4]Four
		QuantizeLuma(&levels, &marks, &c, &a, &b, q)
		ReconstructLuma(together[:], 16, &b, &c, 0xffff)
		for i := range 16 {
			at := i>>2*64 + i&3*4
			var one [16]int32
			var want [16]int16
			Forward(&one, a[at:], 16, b[at:], 16)
			require.Equal(t, Quantize(&want, &one, q.one), marks[i])
			if marks[i] == 0 {
				empty++
			}
			requireLevels(t, [][16]int16{want}, levels[i:i+1], marks[i:i+1])
			Inverse(b[at:], 16, &one)
		}
		require.Equal(t, b, together)
	}
	require.Greater(t, min(empty, all-empty), all/10)
}

// TestChromaTwins is TestLumaTwins for chroma.
func TestChromaTwins(t *testing.T) {
	t.Parallel()
	arenas := [2]*kerneltest.Arena{kerneltest.NewArena(t), kerneltest.NewArena(t)}
	rnd := rand.New(rand.NewPCG(8, 11))
	for n := range 4000 {
		q := quantizerOf(n%40, 6)
		var a, b [2][64]byte
		for i := range a {
			someBlocks(rnd, a[i][:], b[i][:], 8)
		}
		var levels, levelsPlain [8][16]int16
		var marks, marksPlain [8]Marks
		var c, cPlain [2]Four
		var dc, dcPlain [8]int16
		coded := QuantizeChroma(&dc, &levels, &marks, &c, &a, &b, q)
		require.Equal(t, uint8(quantizeFoursPlain(
			levelsPlain[:], marksPlain[:], cPlain[:], dcPlain[:], chroma(&a), chroma(&b), q)), coded)
		require.Equal(t, marksPlain, marks)
		require.Equal(t, dcPlain, dc)
		require.Equal(t, cPlain, c)
		requireLevels(t, levelsPlain[:], levels[:], marks[:])

		var first, firstPlain [2][4]int16
		set := QuantizeChromaDC(&first, &c, &dc, q)
		require.Equal(t, quantizeChromaDCPlain(&firstPlain, &cPlain, &dc, &q.dc), set)
		require.Equal(t, firstPlain, first)
		require.Equal(t, cPlain, c)
		stride := 8 + rnd.IntN(30)
		cb, cr := arenas[0].NewPair(rnd, 7*stride+8), arenas[1].NewPair(rnd, 7*stride+8)
		which := uint8(rnd.Uint32())
		ReconstructChroma(cb.Kernel, cr.Kernel, stride, &b, &c, which)
		reconstructFoursPlain(planes(cb.Plain, cr.Plain, stride), chroma(&b), c[:], uint32(which))
		require.Equal(t, cb.Plain, cb.Kernel)
		require.Equal(t, cr.Plain, cr.Kernel)
	}
}

// TestChromaDC follows clause 8.5.11.2.
func TestChromaDC(t *testing.T) {
	t.Parallel()
	q := quantizerOf(38, 3)
	dc := [8]int16{4000, 4000, 0, 0, -4000, -4000} // of Cb, see ChromaBlock
	var levels [2][4]int16
	var c [2]Four
	require.EqualValues(t, 1<<2, QuantizeChromaDC(&levels, &c, &dc, q))
	scale := 16 * normAdjust[2][0] << 6
	for b := range 4 {
		at := ChromaBlock(0, b)
		require.EqualValues(t, int32(levels[0][2])*int32(1-b&2)*scale>>5, c[at>>2][4*(at&3)])
		require.InDelta(t, 4*4000*(1-b&2), c[at>>2][4*(at&3)], 500)
	}
}

// TestDropAC wants nothing but the first coefficients of a plane left.
func TestDropAC(t *testing.T) {
	t.Parallel()
	var f Four
	for i := range f {
		f[i] = int16(i + 1)
	}
	f.DropAC(1)
	for i, v := range f {
		switch {
		case i&15 < 8 || i == 8 || i == 12:
			require.EqualValues(t, i+1, v)
		default:
			require.Zero(t, v)
		}
	}
}

func BenchmarkFours(b *testing.B) {
	rnd := rand.New(rand.NewPCG(8, 12))
	q := quantizerOf(22, 6)
	var p, r, to [256]byte
	near(rnd, []byte{128}, p[:], 100)
	near(rnd, p[:], r[:], 20)
	var levels [16][16]int16
	var marks [16]Marks
	var c [4]Four
	l := luma(p[:], 16)
	for name, run := range map[string]func(){
		"quantize/kernel":    func() { QuantizeLuma(&levels, &marks, &c, &p, &r, q) },
		"quantize/plain":     func() { quantizeFoursPlain(levels[:], marks[:], c[:], nil, l, luma(r[:], 16), q) },
		"reconstruct/kernel": func() { ReconstructLuma(to[:], 16, &r, &c, 0xffff) },
		"reconstruct/plain":  func() { reconstructFoursPlain(luma(to[:], 16), luma(r[:], 16), c[:], 0xffff) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(256)
			QuantizeLuma(&levels, &marks, &c, &p, &r, q)
			for b.Loop() {
				run()
			}
		})
	}
}
