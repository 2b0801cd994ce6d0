//go:build !amd64 || purego

package vp8

// filterNormal filters the edges of one macroblock by the normal filter (RFC 6386 15.3).
func filterNormal(f *frame, mbx, mby int, limits *filterLimits, inner bool) {
	filterNormalPlain(f, mbx, mby, limits, inner)
}

// filterSimple filters the luma edges of one macroblock by the simple filter (RFC 6386 15.2).
func filterSimple(p *plane, mbx, mby int, limits *filterLimits, inner bool) {
	filterSimplePlain(p, mbx, mby, limits, inner)
}
