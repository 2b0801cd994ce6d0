package vp8

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// specEdge is the loop filter of RFC 6386 15 at one position: the eight samples across the edge, in the specification's
// own steps and numbers.
type specEdge [8]int

func specClip(v int) int { return min(max(v, -128), 127) }

func specDiff(a, b int) int { return max(a-b, b-a) }

// signed gives sample i as the specification's filters see it; set stores one.
func (e *specEdge) signed(i int) int { return e[i] - 128 }

func (e *specEdge) set(i, v int) { e[i] = specClip(v) + 128 }

// commonAdjust is common_adjust of RFC 6386 15.2.
func (e *specEdge) commonAdjust(outer bool) int {
	a := 3 * (e.signed(4) - e.signed(3))
	if outer {
		a += specClip(e.signed(2) - e.signed(5))
	}
	a = specClip(a)
	f := specClip(a+4) >> 3
	b := specClip(a+3) >> 3
	e.set(4, e.signed(4)-f)
	e.set(3, e.signed(3)+b)
	return f
}

func (e *specEdge) simpleThreshold(limit int) bool {
	return specDiff(e[3], e[4])*2+specDiff(e[2], e[5])>>1 <= limit
}

func (e *specEdge) normalThreshold(limit, interior int) bool {
	ok := e.simpleThreshold(limit)
	for _, i := range []int{0, 1, 2, 4, 5, 6} {
		ok = ok && specDiff(e[i], e[i+1]) <= interior
	}
	return ok
}

func (e *specEdge) highVariance(threshold int) bool {
	return specDiff(e[2], e[3]) > threshold || specDiff(e[5], e[4]) > threshold
}

func (e *specEdge) simple(limit int) {
	if e.simpleThreshold(limit) {
		e.commonAdjust(true)
	}
}

func (e *specEdge) inner(l *filterLimits) {
	if !e.normalThreshold(int(l.subEdge), int(l.interior)) {
		return
	}
	high := e.highVariance(int(l.variance))
	a := (e.commonAdjust(high) + 1) >> 1
	if !high {
		e.set(5, e.signed(5)-a)
		e.set(2, e.signed(2)+a)
	}
}

func (e *specEdge) macroblock(l *filterLimits) {
	if !e.normalThreshold(int(l.edge), int(l.interior)) {
		return
	}
	if e.highVariance(int(l.variance)) {
		e.commonAdjust(true)
		return
	}
	w := specClip(specClip(e.signed(2)-e.signed(5)) + 3*(e.signed(4)-e.signed(3)))
	for i, factor := range []int{27, 18, 9} {
		a := specClip((factor*w + 63) >> 7)
		e.set(4+i, e.signed(4+i)-a)
		e.set(3-i, e.signed(3-i)+a)
	}
}

func TestFilterEdges(t *testing.T) {
	t.Parallel()
	const stride = 37
	tests := []struct {
		name   string
		across int // distance of samples across the edge, 1 or stride
		first  int // of the eight samples that the kernel has
		sizes  []int
		kernel func(pix []byte, n int, l *filterLimits)
		spec   func(e *specEdge, l *filterLimits)
	}{
		{
			"left", 1, 0,
			[]int{8, 16},
			func(p []byte, n int, l *filterLimits) { filterLeftEdge(p, stride, n, l) },
			(*specEdge).macroblock,
		},
		{
			"top", stride, 0,
			[]int{8, 16},
			func(p []byte, n int, l *filterLimits) { filterTopEdge(p, stride, n, l) },
			(*specEdge).macroblock,
		},
		{
			"column", 1, 0,
			[]int{8, 16},
			func(p []byte, n int, l *filterLimits) { filterInnerColumn(p, stride, n, l) },
			(*specEdge).inner,
		},
		{
			"row", stride, 0,
			[]int{8, 16},
			func(p []byte, n int, l *filterLimits) { filterInnerRow(p, stride, n, l) },
			(*specEdge).inner,
		},
		{
			"simple column", 1, 2,
			[]int{16},
			func(p []byte, _ int, l *filterLimits) { filterSimpleColumn(p, stride, l.edge) },
			func(e *specEdge, l *filterLimits) { e.simple(int(l.edge)) },
		},
		{
			"simple row", stride, 2,
			[]int{16},
			func(p []byte, _ int, l *filterLimits) { filterSimpleRow(p, stride, l.edge) },
			func(e *specEdge, l *filterLimits) { e.simple(int(l.edge)) },
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(1, 9))
			along := stride + 1 - test.across // the other of 1 and stride
			changed := 0
			for range 3000 {
				n := test.sizes[rnd.IntN(len(test.sizes))]
				l := limitsAt(int32(1+rnd.IntN(63)), int32(rnd.IntN(8)), rnd.IntN(2) == 0)
				pix := testSamples(rnd, 18*stride)
				before, want := bytes.Clone(pix), bytes.Clone(pix)
				for i := range n {
					var e specEdge
					for j := range e {
						e[j] = int(pix[stride+1+i*along+j*test.across])
					}
					test.spec(&e, &l)
					for j := range e {
						want[stride+1+i*along+j*test.across] = byte(e[j])
					}
				}
				test.kernel(pix[stride+1+test.first*test.across:], n, &l)
				require.Equal(t, want, pix)
				if !bytes.Equal(before, pix) {
					changed++
				}
			}
			require.Greater(t, changed, 200)
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		level, sharpness int32
		keyframe         bool
		want             filterLimits
	}{
		{0, 0, true, filterLimits{edge: 5, subEdge: 1, interior: 1, variance: 0}},
		{1, 7, true, filterLimits{edge: 7, subEdge: 3, interior: 1, variance: 0}},
		{14, 0, false, filterLimits{edge: 46, subEdge: 42, interior: 14, variance: 0}},
		{15, 0, false, filterLimits{edge: 49, subEdge: 45, interior: 15, variance: 1}},
		{19, 4, false, filterLimits{edge: 47, subEdge: 43, interior: 5, variance: 1}},
		{20, 5, false, filterLimits{edge: 48, subEdge: 44, interior: 4, variance: 2}},
		{39, 0, true, filterLimits{edge: 121, subEdge: 117, interior: 39, variance: 1}},
		{40, 1, true, filterLimits{edge: 92, subEdge: 88, interior: 8, variance: 2}},
		{63, 7, false, filterLimits{edge: 132, subEdge: 128, interior: 2, variance: 3}},
	}
	for _, test := range tests {
		require.Equal(t, test.want, limitsAt(test.level, test.sharpness, test.keyframe), "%+v", test)
	}
}

func BenchmarkFilter(b *testing.B) {
	const stride = 64
	l := limitsAt(20, 0, false)
	src := testSamples(rand.New(rand.NewPCG(5, 2)), 16*stride)
	for i := range src {
		src[i] = src[i]>>5 + byte(i%stride)
	}
	pix := make([]byte, len(src))
	for name, kernel := range map[string]func([]byte, int, int, *filterLimits){
		"left": filterLeftEdge, "top": filterTopEdge, "column": filterInnerColumn, "row": filterInnerRow,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(16 * 8) // an edge of 16 samples, and four on each side of it
			for b.Loop() {
				copy(pix, src)
				kernel(pix, stride, 16, &l)
			}
		})
	}
}
