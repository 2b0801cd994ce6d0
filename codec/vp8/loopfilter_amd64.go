//go:build !purego

package vp8

import "github.com/callrec/callrec/internal/cpu"

// The kernels of the loop filter in assembly: the normal filter with AVX2, the simple one, which hardly anybody uses, with
// the SSE2 that every amd64 has.

// Edges of a macroblock that filterMacroblockAVX2 filters.
const (
	edgeLeft = 1 << iota
	edgeTop
	edgesInner
)

// filterMacroblockAVX2 filters edges of the macroblock whose first samples are y, u and v. It writes what filterNormalPlain
// does, but for samples that it writes back as they were, which are all in the three planes' surroundings. It needs AVX2.
//
//go:noescape
func filterMacroblockAVX2(y, u, v *byte, stride, chromaStride int, limits *filterLimits, edges int)

// filterSimpleRowsSSE2 filters 16 columns at pix across n horizontal edges: two rows further down, and each four more.
// n is at least 1.
//
//go:noescape
func filterSimpleRowsSSE2(pix *byte, stride, n int, limit int32)

// filterSimpleColumnsSSE2 filters 16 rows at pix across n vertical edges: two samples further on, and each four more.
// n is at least 1.
//
//go:noescape
func filterSimpleColumnsSSE2(pix *byte, stride, n int, limit int32)

// filterSimpleAVX2 filters all edges of the macroblock whose first sample is pix, by the limits of its left edge, its top edge
// and those inside. A limit of 0 leaves an edge as it is. It needs AVX2.
//
//go:noescape
func filterSimpleAVX2(pix *byte, stride int, left, top, inner uint8)

// surroundings returns the samples from four rows above and four columns left of the macroblock at (mbx, mby) on, up to
// 20 columns right of its last row's first: all that the filters of its edges touch.
func (p *plane) surroundings(mbx, mby, size int) []byte {
	at := p.origin + (mby*p.stride+mbx)*size
	return p.pix[at-4*(p.stride+1):][:(size+3)*p.stride+24]
}

// filterNormal filters the edges of one macroblock by the normal filter (RFC 6386 15.3).
func filterNormal(f *frame, mbx, mby int, limits *filterLimits, inner bool) {
	if !cpu.AVX2() {
		filterNormalPlain(f, mbx, mby, limits, inner)
		return
	}
	edges := 0
	if mbx > 0 {
		edges |= edgeLeft
	}
	if mby > 0 {
		edges |= edgeTop
	}
	if inner {
		edges |= edgesInner
	}
	y, u, v := &f.planes[0], &f.planes[1], &f.planes[2]
	first, chromaFirst := 4*y.stride+4, 4*u.stride+4 // sample (0, 0) of the macroblock
	filterMacroblockAVX2(&y.surroundings(mbx, mby, 16)[first], &u.surroundings(mbx, mby, 8)[chromaFirst],
		&v.surroundings(mbx, mby, 8)[chromaFirst], y.stride, u.stride, limits, edges)
}

// filterSimple filters the luma edges of one macroblock by the simple filter (RFC 6386 15.2).
func filterSimple(p *plane, mbx, mby int, limits *filterLimits, inner bool) {
	stride := p.stride
	y := p.surroundings(mbx, mby, 16)
	first := 4*stride + 4
	if inner && cpu.AVX2() {
		var left, top uint8
		if mbx > 0 {
			left = uint8(limits.edge)
		}
		if mby > 0 {
			top = uint8(limits.edge)
		}
		filterSimpleAVX2(&y[first], stride, left, top, uint8(limits.subEdge))
		return
	}
	if mbx > 0 {
		filterSimpleColumnsSSE2(&y[first-2], stride, 1, limits.edge)
	}
	if inner {
		filterSimpleColumnsSSE2(&y[first+2], stride, 3, limits.subEdge)
	}
	if mby > 0 {
		filterSimpleRowsSSE2(&y[first-2*stride], stride, 1, limits.edge)
	}
	if inner {
		filterSimpleRowsSSE2(&y[first+2*stride], stride, 3, limits.subEdge)
	}
}
