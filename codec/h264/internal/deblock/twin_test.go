package deblock

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/kerneltest"
)

// blocky fills b with nearly flat blocks of four by four samples, with steps in between that the filter takes for
// artifacts, at any brightness up to the limits.
func blocky(rnd *rand.Rand, b []byte, stride int) {
	base, step, spread := rnd.IntN(256), rnd.IntN(80)-40, 1+rnd.IntN(12)
	for i := range b {
		v := base + rnd.IntN(spread) + (i%stride/4+i/stride/4)&1*step
		b[i] = byte(min(max(v, 0), 255))
	}
}

// strengths are all alike, or any below 4, or any.
func strengths(rnd *rand.Rand) (s Strengths) {
	kind, bs := rnd.IntN(8), uint8(1+rnd.IntN(4))
	for i := range s {
		switch {
		case kind < 4:
			s[i] = bs
		case kind < 7:
			s[i] = uint8(rnd.IntN(4))
		default:
			s[i] = uint8(rnd.IntN(5))
		}
	}
	return s
}

func someThresholds(rnd *rand.Rand) Thresholds {
	return NewThresholds(rnd.IntN(52), rnd.IntN(52), Offsets{A: rnd.IntN(25) - 12, B: rnd.IntN(25) - 12})
}

// TestTwins filters edges with the kernels in use and with their twins, between guards.
func TestTwins(t *testing.T) {
	t.Parallel()
	tests := []struct {
		planes int // luma, or both of chroma
		reach  int // samples that are touched on both sides of the edge
		lines  int
	}{
		{1, 4, 16}, {2, 2, 8},
	}
	for _, test := range tests {
		for _, vertical := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d lines, vertical %v", test.lines, vertical), func(t *testing.T) {
				t.Parallel()
				rnd := rand.New(rand.NewPCG(8, uint64(test.lines)))
				arenas := [2]*kerneltest.Arena{kerneltest.NewArena(t), kerneltest.NewArena(t)}
				changed := 0
				for i := range 8000 {
					w, h := test.lines, 2*test.reach
					if vertical {
						w, h = h, w
					}
					stride := w + rnd.IntN(40)
					across, along := stride, 1
					if vertical {
						across, along = 1, stride
					}
					at := test.reach * across
					var pairs [2]kerneltest.Pair
					for k := range test.planes {
						pairs[k] = arenas[k].NewPair(rnd, (h-1)*stride+w)
						if i%4 != 0 {
							blocky(rnd, pairs[k].Plain, stride)
							copy(pairs[k].Kernel, pairs[k].Plain)
						}
					}
					before := bytes.Clone(pairs[0].Plain)
					s, th := strengths(rnd), [2]Thresholds{someThresholds(rnd), someThresholds(rnd)}
					if test.planes == 1 {
						LumaEdge(pairs[0].Kernel, at, across, along, &s, &th[0])
						lumaPlain(pairs[0].Plain, at, across, along, &s, &th[0])
					} else {
						ChromaEdges(pairs[0].Kernel, pairs[1].Kernel, at, across, along, &s, &th)
						for k := range pairs {
							chromaPlain(pairs[k].Plain, at, across, along, &s, &th[k])
						}
					}
					for k := range test.planes {
						require.Equal(t, pairs[k].Plain, pairs[k].Kernel, "%d: plane %d, stride %d, %v, %+v", i, k, stride, s, th)
					}
					if !bytes.Equal(before, pairs[0].Plain) {
						changed++
					}
				}
				require.Greater(t, changed, 2000)
			})
		}
	}
}

// TestMacroblockTwins filters the edges of macroblocks in one direction with the kernels in use and with their twins.
func TestMacroblockTwins(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 3))
	const w, at = 40, 8*40 + 12
	for n := range 2000 {
		var pix, plain [3][w * w]byte
		for i := range pix {
			blocky(rnd, pix[i][:], w)
		}
		plain = pix
		d := direction(n & 1)
		var s [4]Strengths
		for i := range s {
			switch rnd.IntN(3) {
			case 0:
				s[i] = Strengths{4, 4, 4, 4}
			case 1:
				s[i] = Strengths{uint8(rnd.IntN(4)), uint8(rnd.IntN(4)), uint8(rnd.IntN(4)), uint8(rnd.IntN(4))}
			}
		}
		outer, own := someThresholds(rnd), someThresholds(rnd)
		outerC, ownC := [2]Thresholds{someThresholds(rnd), outer}, [2]Thresholds{someThresholds(rnd), own}
		lumaEdges(pix[0][:], at, w, d, &s, &outer, &own)
		lumaEdgesPlain(plain[0][:], at, w, d, &s, &outer, &own)
		chromaEdgePairs(pix[1][:], pix[2][:], at, w, d, &s, &outerC, &ownC)
		chromaEdgePairsPlain(plain[1][:], plain[2][:], at, w, d, &s, &outerC, &ownC)
		require.Equal(t, plain, pix)
	}
}

func BenchmarkEdges(b *testing.B) {
	const stride = 64
	rnd := rand.New(rand.NewPCG(9, 9))
	luma, saved, other := make([]byte, stride*16), make([]byte, stride*16), make([]byte, stride*16)
	blocky(rnd, saved, stride)
	th := [2]Thresholds{NewThresholds(30, 30, Offsets{}), NewThresholds(30, 30, Offsets{})}
	normal := Strengths{2, 1, 2, 2}
	benchmarks := []struct {
		name string
		run  func(s *Strengths)
	}{
		{"luma rows/kernel", func(s *Strengths) { LumaEdge(luma, 4*stride, stride, 1, s, &th[0]) }},
		{"luma rows/plain", func(s *Strengths) { lumaPlain(luma, 4*stride, stride, 1, s, &th[0]) }},
		{"luma columns/kernel", func(s *Strengths) { LumaEdge(luma, 4, 1, stride, s, &th[0]) }},
		{"luma columns/plain", func(s *Strengths) { lumaPlain(luma, 4, 1, stride, s, &th[0]) }},
		{"chroma rows/kernel", func(s *Strengths) { ChromaEdges(luma, other, 4*stride, stride, 1, s, &th) }},
		{"chroma rows/plain", func(s *Strengths) { chromaPlain(luma, 4*stride, stride, 1, s, &th[0]) }},
		{"chroma columns/kernel", func(s *Strengths) { ChromaEdges(luma, other, 4, 1, stride, s, &th) }},
		{"chroma columns/plain", func(s *Strengths) { chromaPlain(luma, 4, 1, stride, s, &th[0]) }},
	}
	for _, bench := range benchmarks {
		for _, s := range []*Strengths{&normal, {4, 4, 4, 4}} {
			b.Run(fmt.Sprint(bench.name, *s), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					copy(luma, saved)
					bench.run(s)
				}
			})
		}
	}
}
