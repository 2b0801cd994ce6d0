package intra

import (
	"encoding/binary"

	"github.com/callrec/callrec/codec/h264/internal/pixel"
)

// The modes of Intra_16x16 prediction (table 8-4).
const (
	Vertical16 = iota
	Horizontal16
	DC16
	Plane16
)

// The modes of chroma prediction (table 8-5).
const (
	DCChroma = iota
	HorizontalChroma
	VerticalChroma
	PlaneChroma
)

// Edges holds the neighbors of a 16x16 luma or 8x8 chroma block. Only the first size samples of Top and Left count.
type Edges struct {
	Top, Left       [16]byte
	TopLeft         byte
	mean            byte // the prediction of DC16
	HasLeft, HasTop bool // the neighbor above left exists if both do
}

// Load takes the neighbors of the size by size block at pix[at] that exist.
func (n *Edges) Load(pix []byte, at, stride, size int, hasLeft, hasTop bool) {
	n.HasLeft, n.HasTop = hasLeft, hasTop
	if size == 16 && hasLeft && hasTop {
		n.load16(pix, at, stride)
		return
	}
	n.loadPlain(pix, at, stride, size)
}

// loadPlain is Load, and for luma blocks with all neighbors the twin of load16.
func (n *Edges) loadPlain(pix []byte, at, stride, size int) {
	if n.HasTop {
		copy(n.Top[:size], pix[at-stride:])
	}
	if n.HasLeft {
		for y := 0; y < size; y += 8 {
			store64(n.Left[y&8:], column8(pix, at+y*stride-1, stride))
		}
	}
	if n.HasLeft && n.HasTop {
		n.TopLeft = pix[at-stride-1]
	}
	if size == 16 {
		n.mean = n.dc16()
	}
}

// column8 is the eight samples at pix[at] and below, put together in a word: bytes that are written one by one are not
// read at once without waiting.
func column8(pix []byte, at, stride int) (v uint64) {
	for i := 0; i < 64; i += 8 {
		v |= uint64(pix[at]) << i
		at += stride
	}
	return v
}

// Allowed16 tells whether the Intra_16x16 mode's neighbors exist.
func (n *Edges) Allowed16(mode int) bool {
	switch mode {
	case Vertical16:
		return n.HasTop
	case Horizontal16:
		return n.HasLeft
	case DC16:
		return true
	}
	return n.HasLeft && n.HasTop
}

// AllowedChroma tells whether the chroma mode's neighbors exist.
func (n *Edges) AllowedChroma(mode int) bool {
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

// Predict16 fills dst, 16 rows of 16 samples, with an allowed Intra_16x16 prediction (clause 8.3.3).
func (n *Edges) Predict16(dst *[256]byte, mode int) {
	switch mode {
	case Vertical16:
		for y := range 16 {
			copy(dst[16*y:16*y+16], n.Top[:])
		}
	case Horizontal16:
		for y := range 16 {
			fill(dst[16*y:16*y+16], n.Left[y])
		}
	case DC16:
		fill(dst[:], n.mean)
	case Plane16:
		n.plane16(dst)
	}
}

// PredictChroma fills dst, 8 rows of 8 samples, with an allowed chroma prediction (clause 8.3.4).
func (n *Edges) PredictChroma(dst *[64]byte, mode int) {
	switch mode {
	case DCChroma:
		n.dcChroma(dst)
	case HorizontalChroma:
		for y := range 8 {
			fill(dst[8*y:8*y+8], n.Left[y])
		}
	case VerticalChroma:
		for y := range 8 {
			copy(dst[8*y:8*y+8], n.Top[:8])
		}
	case PlaneChroma:
		n.plane8(dst)
	}
}

func fill(row []byte, v byte) {
	for word := uint64(v) * 0x0101010101010101; len(row) >= 8; row = row[8:] {
		binary.LittleEndian.PutUint64(row, word)
	}
	if len(row) >= 4 {
		binary.LittleEndian.PutUint32(row, uint32(v)*0x01010101)
		row = row[4:]
	}
	for i := range row {
		row[i] = v
	}
}

// gradient is H and V of the plane predictions; half is half of the block size.
func (n *Edges) gradient(half int) (h, v int) {
	for i := 1; i < half; i++ {
		h += i * (int(n.Top[half-1+i]) - int(n.Top[half-1-i]))
		v += i * (int(n.Left[half-1+i]) - int(n.Left[half-1-i]))
	}
	h += half * (int(n.Top[2*half-1]) - int(n.TopLeft))
	v += half * (int(n.Left[2*half-1]) - int(n.TopLeft))
	return h, v
}

// plane16Plain is the twin of plane16.
func (n *Edges) plane16Plain(dst *[256]byte) {
	b, c := n.gradient(8)
	b, c = (5*b+32)>>6, (5*c+32)>>6
	a := 16 * (int(n.Left[15]) + int(n.Top[15]))
	plane(dst[:], 16, a-7*b-7*c+16, b, c)
}

// plane8Plain is the twin of plane8.
func (n *Edges) plane8Plain(dst *[64]byte) {
	b, c := n.gradient(4)
	b, c = (34*b+32)>>6, (34*c+32)>>6
	a := 16 * (int(n.Left[7]) + int(n.Top[7]))
	plane(dst[:], 8, a-3*b-3*c+16, b, c)
}

// plane fills the square with (a + b*x + c*y) >> 5, clipped.
func plane(dst []byte, size, a, b, c int) {
	for y := range size {
		row := dst[y*size : y*size+size]
		v := a + c*y
		for x := range row {
			row[x] = byte(min(max(v>>5, 0), 255))
			v += b
		}
	}
}

func (n *Edges) dc16() byte {
	left := sum8(load64(n.Left[:])) + sum8(load64(n.Left[8:]))
	top := sum8(load64(n.Top[:])) + sum8(load64(n.Top[8:]))
	switch {
	case n.HasLeft && n.HasTop:
		return byte((left + top + 16) >> 5)
	case n.HasLeft:
		return byte((left + 8) >> 4)
	case n.HasTop:
		return byte((top + 8) >> 4)
	}
	return 128
}

// sum8 is the sum of eight samples.
func sum8(v uint64) uint64 {
	const low8, lanes = 0x00ff00ff00ff00ff, 0x0001000100010001
	return (v&low8 + v>>8&low8) * lanes >> 48
}

// sum4 is the sum of four samples.
func sum4(s []byte) uint64 { return sum8(uint64(binary.LittleEndian.Uint32(s))) }

// dcChroma predicts each 4x4 quarter by its mean.
func (n *Edges) dcChroma(dst *[64]byte) {
	dcs := n.dcsChroma()
	for q := 0; q < 4; q += 2 {
		row := uint64(dcs[q])*0x01010101 | uint64(dcs[q+1])*0x01010101<<32
		for y := 16 * q; y < 16*q+32; y += 8 {
			store64(dst[y:], row)
		}
	}
}

// dcsChroma predicts the mean of each 4x4 quarter on its own: of those on the diagonal from both sides, of the upper right
// one rather from above, of the lower left one rather from the left (clause 8.3.4.1 to 8.3.4.3).
func (n *Edges) dcsChroma() (dcs [4]byte) {
	for q := range dcs {
		bx, by := q&1, q>>1
		v := uint64(128)
		switch {
		case n.HasLeft && n.HasTop && bx == by:
			v = (sum4(n.Left[4*by:]) + sum4(n.Top[4*bx:]) + 4) >> 3
		case n.HasTop && (bx > by || !n.HasLeft):
			v = (sum4(n.Top[4*bx:]) + 2) >> 2
		case n.HasLeft:
			v = (sum4(n.Left[4*by:]) + 2) >> 2
		}
		dcs[q] = byte(v)
	}
	return dcs
}

// Straight16 gives in costs the SATD of the block src, without gaps, and its Intra_16x16 predictions by mode, but for
// Plane16. Those of modes that are not allowed are of no use.
func (n *Edges) Straight16(costs *[3]int32, src *[256]byte) {
	pixel.Straight16(costs, src, &n.Top, &n.Left, n.mean)
}

// StraightChroma gives in costs the SATD of two chroma blocks together, without gaps, and their predictions by mode from
// neighbors n, but for PlaneChroma. Those of modes that are not allowed are of no use.
func StraightChroma(costs *[3]int32, src *[2][64]byte, n *[2]Edges) {
	dcs := [2][4]byte{n[0].dcsChroma(), n[1].dcsChroma()}
	means := [2][4]byte{{dcs[0][0], dcs[0][1], dcs[1][0], dcs[1][1]}, {dcs[0][2], dcs[0][3], dcs[1][2], dcs[1][3]}}
	var top, left [2][8]byte
	for i := range n {
		top[i], left[i] = [8]byte(n[i].Top[:8]), [8]byte(n[i].Left[:8])
	}
	var by [3]int32
	pixel.StraightChroma(&by, src, &top, &left, &means)
	costs[DCChroma], costs[HorizontalChroma], costs[VerticalChroma] = by[2], by[1], by[0]
}
