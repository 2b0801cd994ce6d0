package intra

import (
	"encoding/binary"

	"github.com/callrec/callrec/codec/h264/internal/pixel"
)

// The modes of chroma prediction (table 8-5).
const (
	DCChroma = iota
	HorizontalChroma
	VerticalChroma
	PlaneChroma
)

// EdgesChroma holds the neighbors of the 8x8 blocks of both chroma planes, Cb and Cr.
type EdgesChroma struct {
	top, left       [2][8]byte
	means           [2][4]byte // the predictions of DCChroma: of each row of 4x4 blocks, two of Cb and two of Cr
	topLeft         [2]byte
	HasLeft, HasTop bool // the neighbor above left exists if both do
}

// Load takes the neighbors of the blocks at cb[at] and cr[at] that exist.
func (n *EdgesChroma) Load(cb, cr []byte, at, stride int, hasLeft, hasTop bool) {
	n.HasLeft, n.HasTop = hasLeft, hasTop
	if hasLeft && hasTop {
		n.load(cb, cr, at, stride)
		return
	}
	n.loadPlain(cb, cr, at, stride)
}

// loadPlain is Load, and for blocks with all neighbors the twin of load.
func (n *EdgesChroma) loadPlain(cb, cr []byte, at, stride int) {
	for i, pix := range [2][]byte{cb, cr} {
		if n.HasTop {
			n.top[i] = [8]byte(pix[at-stride:])
		}
		if n.HasLeft {
			store64(n.left[i][:], column8(pix, at-1, stride))
		}
		if n.HasLeft && n.HasTop {
			n.topLeft[i] = pix[at-stride-1]
		}
		for b := range 4 {
			n.means[b>>1][2*i+b&1] = n.meanOf(i, b&1, b>>1)
		}
	}
}

// meanOf predicts the mean of a 4x4 quarter: of those on the diagonal from both sides, of the upper right one rather from
// above, of the lower left one rather from the left (clause 8.3.4.1 to 8.3.4.3).
func (n *EdgesChroma) meanOf(plane, bx, by int) byte {
	left := sum8(uint64(binary.LittleEndian.Uint32(n.left[plane][4*by:])))
	top := sum8(uint64(binary.LittleEndian.Uint32(n.top[plane][4*bx:])))
	switch {
	case n.HasLeft && n.HasTop && bx == by:
		return byte((left + top + 4) >> 3)
	case n.HasTop && (bx > by || !n.HasLeft):
		return byte((top + 2) >> 2)
	case n.HasLeft:
		return byte((left + 2) >> 2)
	}
	return 128
}

// Allowed tells whether the mode's neighbors exist.
func (n *EdgesChroma) Allowed(mode int) bool {
	switch mode {
	case DCChroma:
		return true
	case HorizontalChroma:
		return n.HasLeft
	case VerticalChroma:
		return n.HasTop
	}
	return n.HasLeft && n.HasTop
}

// Predict fills dst, 8 rows of 8 samples for each plane, with an allowed prediction (clause 8.3.4).
func (n *EdgesChroma) Predict(dst *[2][64]byte, mode int) {
	for i := range dst {
		d := &dst[i]
		switch mode {
		case DCChroma:
			for y := range 8 {
				dcs := &n.means[y>>2]
				store64(d[8*y:], uint64(dcs[2*i])*0x01010101|uint64(dcs[2*i+1])*0x01010101<<32)
			}
		case HorizontalChroma:
			for y := range 8 {
				fill(d[8*y:8*y+8], n.left[i][y])
			}
		case VerticalChroma:
			for y := range 8 {
				*(*[8]byte)(d[8*y:]) = n.top[i]
			}
		case PlaneChroma:
			n.plane(d, i)
		}
	}
}

// planePlain is the twin of plane, the prediction of PlaneChroma of one plane.
func (n *EdgesChroma) planePlain(dst *[64]byte, i int) {
	top, left := &n.top[i], &n.left[i]
	b, c := (34*slope(top[:], n.topLeft[i])+32)>>6, (34*slope(left[:], n.topLeft[i])+32)>>6
	plane(dst[:], 8, 16*(int(left[7])+int(top[7]))-3*(b+c)+16, b, c)
}

// Straight gives in costs the SATD of both blocks together, without gaps, and their predictions by mode, but for PlaneChroma.
// Those of modes that are not allowed are of no use.
func (n *EdgesChroma) Straight(costs *[3]int32, src *[2][64]byte) {
	pixel.StraightChroma(costs, src, &n.top, &n.left, &n.means)
	costs[DCChroma], costs[VerticalChroma] = costs[2], costs[0]
}
