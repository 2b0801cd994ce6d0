//go:build !amd64 || purego

package deblock

func lumaEdge(pix []byte, at, across, along int, s *Strengths, t *Thresholds) {
	lumaPlain(pix, at, across, along, s, t)
}

func chromaEdges(cb, cr []byte, at, across, along int, s *Strengths, t *[2]Thresholds) {
	chromaPlain(cb, at, across, along, s, &t[0])
	chromaPlain(cr, at, across, along, s, &t[1])
}

func lumaEdges(pix []byte, at, stride int, d direction, s *[4]Strengths, outer, own *Thresholds) {
	lumaEdgesPlain(pix, at, stride, d, s, outer, own)
}

func chromaEdgePairs(cb, cr []byte, at, stride int, d direction, s *[4]Strengths, outer, own *[2]Thresholds) {
	chromaEdgePairsPlain(cb, cr, at, stride, d, s, outer, own)
}
