//go:build !purego

package deblock

import "github.com/callrec/callrec/internal/cpu"

// The kernels in assembly. All of them need AVX2. pix is q0 of the first line. Kernels for rows filter across horizontal
// edges, and touch the samples that the filter takes and no others; those for columns filter across vertical edges, and
// read and write four samples on both sides of the edge (two, in chroma). The strong kernels are for bS 4 all along.

//go:noescape
func lumaRowsAVX2(pix *byte, stride int, t *Thresholds, s *Strengths)

//go:noescape
func lumaColumnsAVX2(pix *byte, stride int, t *Thresholds, s *Strengths)

//go:noescape
func strongRowsAVX2(pix *byte, stride int, t *Thresholds)

//go:noescape
func strongColumnsAVX2(pix *byte, stride int, t *Thresholds)

//go:noescape
func chromaRowsAVX2(cb, cr *byte, stride int, t *[2]Thresholds, s *Strengths)

//go:noescape
func chromaColumnsAVX2(cb, cr *byte, stride int, t *[2]Thresholds, s *Strengths)

// mixed tells whether some strengths are 4 and others not, which frame macroblocks don't have.
func mixed(s *Strengths) bool {
	return s[0] < 4 && s[1]|s[2]|s[3] >= 4 || s[0] >= 4 && s[1]&s[2]&s[3] < 4
}

func lumaEdge(pix []byte, at, across, along int, s *Strengths, t *Thresholds) {
	if !cpu.AVX2() || mixed(s) {
		lumaPlain(pix, at, across, along, s, t)
		return
	}
	_ = pix[uint(at-4*across)]
	_ = pix[uint(at+15*along+3*across)]
	q := &pix[at]
	strong := s[0] == 4
	switch {
	case along == 1 && strong:
		strongRowsAVX2(q, across, t)
	case along == 1:
		lumaRowsAVX2(q, across, t, s)
	case strong:
		strongColumnsAVX2(q, along, t)
	default:
		lumaColumnsAVX2(q, along, t, s)
	}
}

func chromaEdges(cb, cr []byte, at, across, along int, s *Strengths, t *[2]Thresholds) {
	if !cpu.AVX2() || mixed(s) {
		chromaPlain(cb, at, across, along, s, &t[0])
		chromaPlain(cr, at, across, along, s, &t[1])
		return
	}
	_, _ = cb[uint(at-2*across)], cr[uint(at-2*across)]
	_, _ = cb[uint(at+7*along+across)], cr[uint(at+7*along+across)]
	if along == 1 {
		chromaRowsAVX2(&cb[at], &cr[at], across, t, s)
	} else {
		chromaColumnsAVX2(&cb[at], &cr[at], along, t, s)
	}
}

func lumaEdges(pix []byte, at, stride int, d direction, s *[4]Strengths, outer, own *Thresholds) {
	if !cpu.AVX2() {
		lumaEdgesPlain(pix, at, stride, d, s, outer, own)
		return
	}
	across, _ := d.steps(stride)
	if s[0] != (Strengths{}) {
		_ = pix[uint(at-4*across)]
	}
	_ = pix[uint(at+15*stride+15)]
	t := outer
	for i := range s {
		if s[i] != (Strengths{}) && !t.Off() {
			q := &pix[at+4*i*across]
			switch strong := s[i][0] == 4; {
			case d == vertical && strong:
				strongColumnsAVX2(q, stride, t)
			case d == vertical:
				lumaColumnsAVX2(q, stride, t, &s[i])
			case strong:
				strongRowsAVX2(q, stride, t)
			default:
				lumaRowsAVX2(q, stride, t, &s[i])
			}
		}
		t = own
	}
}

func chromaEdgePairs(cb, cr []byte, at, stride int, d direction, s *[4]Strengths, outer, own *[2]Thresholds) {
	if !cpu.AVX2() {
		chromaEdgePairsPlain(cb, cr, at, stride, d, s, outer, own)
		return
	}
	across, _ := d.steps(stride)
	if s[0] != (Strengths{}) {
		_, _ = cb[uint(at-2*across)], cr[uint(at-2*across)]
	}
	_, _ = cb[uint(at+7*stride+7)], cr[uint(at+7*stride+7)]
	t := outer
	for i := 0; i < 4; i += 2 {
		if s[i] != (Strengths{}) && (!t[0].Off() || !t[1].Off()) {
			p, q := &cb[at+2*i*across], &cr[at+2*i*across]
			if d == vertical {
				chromaColumnsAVX2(p, q, stride, t, &s[i])
			} else {
				chromaRowsAVX2(p, q, stride, t, &s[i])
			}
		}
		t = own
	}
}
