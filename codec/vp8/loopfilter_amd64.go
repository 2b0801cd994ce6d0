//go:build !purego

package vp8

// The kernels of the loop filter in assembly. All of them need nothing beyond SSE2, which every amd64 has. They read and
// write what their twins in filterkernel.go do and no byte beyond: samples from four before each edge (two with the
// simple filter) to as many after it, along 16 samples.

// filterTopSSE2 filters eight columns at a and eight at b across the top edges of macroblocks, four rows further down.
//
//go:noescape
func filterTopSSE2(a, b *byte, stride int, limits *filterLimits)

// filterLeftSSE2 filters eight rows at a and eight at b across the left edges of macroblocks, four samples further on.
//
//go:noescape
func filterLeftSSE2(a, b *byte, stride int, limits *filterLimits)

// filterRowsSSE2 filters eight columns at a and eight at b across n horizontal edges inside of macroblocks: four rows
// further down, and each four more. n is at least 1.
//
//go:noescape
func filterRowsSSE2(a, b *byte, stride, n int, limits *filterLimits)

// filterColumnsSSE2 filters eight rows at a and eight at b across n vertical edges inside of macroblocks: four samples
// further on, and each four more. n is at least 1.
//
//go:noescape
func filterColumnsSSE2(a, b *byte, stride, n int, limits *filterLimits)

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

// surroundings returns the samples from four rows above and four columns left of the macroblock at (mbx, mby) on, up to
// its last one: all that the filters of its edges touch.
func (p *plane) surroundings(mbx, mby, size int) []byte {
	at := p.origin + (mby*p.stride+mbx)*size
	return p.pix[at-4*(p.stride+1):][:(size+3)*p.stride+size+4]
}

// filterNormal filters the edges of one macroblock by the normal filter (RFC 6386 15.3).
func filterNormal(f *frame, mbx, mby int, limits *filterLimits, inner bool) {
	stride := f.planes[0].stride
	y := f.planes[0].surroundings(mbx, mby, 16)
	first := 4*stride + 4 // sample (0, 0) of the macroblock
	if mbx > 0 {
		filterLeftSSE2(&y[first-4], &y[first-4+8*stride], stride, limits)
	}
	if inner {
		filterColumnsSSE2(&y[first], &y[first+8*stride], stride, 3, limits)
	}
	if mby > 0 {
		filterTopSSE2(&y[4], &y[4+8], stride, limits)
	}
	if inner {
		filterRowsSSE2(&y[first], &y[first+8], stride, 3, limits)
	}

	stride = f.planes[1].stride
	u, v := f.planes[1].surroundings(mbx, mby, 8), f.planes[2].surroundings(mbx, mby, 8)
	first = 4*stride + 4
	if mbx > 0 {
		filterLeftSSE2(&u[first-4], &v[first-4], stride, limits)
	}
	if inner {
		filterColumnsSSE2(&u[first], &v[first], stride, 1, limits)
	}
	if mby > 0 {
		filterTopSSE2(&u[4], &v[4], stride, limits)
	}
	if inner {
		filterRowsSSE2(&u[first], &v[first], stride, 1, limits)
	}
}

// filterSimple filters the luma edges of one macroblock by the simple filter (RFC 6386 15.2).
func filterSimple(p *plane, mbx, mby int, limits *filterLimits, inner bool) {
	stride := p.stride
	y := p.surroundings(mbx, mby, 16)
	first := 4*stride + 4
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
