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

// Edges16 holds the neighbors of a 16x16 luma block.
type Edges16 struct {
	top, left       [16]byte
	topLeft         byte
	mean            byte // the prediction of DC16
	HasLeft, HasTop bool // the neighbor above left exists if both do
}

// Load takes the neighbors of the block at pix[at] that exist.
func (n *Edges16) Load(pix []byte, at, stride int, hasLeft, hasTop bool) {
	n.HasLeft, n.HasTop = hasLeft, hasTop
	if hasLeft && hasTop {
		n.load(pix, at, stride)
		return
	}
	n.loadPlain(pix, at, stride)
}

// loadPlain is Load, and for blocks with all neighbors the twin of load.
func (n *Edges16) loadPlain(pix []byte, at, stride int) {
	if n.HasTop {
		n.top = [16]byte(pix[at-stride:])
	}
	if n.HasLeft {
		store64(n.left[:], column8(pix, at-1, stride))
		store64(n.left[8:], column8(pix, at+8*stride-1, stride))
	}
	if n.HasLeft && n.HasTop {
		n.topLeft = pix[at-stride-1]
	}
	left := sum8(load64(n.left[:])) + sum8(load64(n.left[8:]))
	top := sum8(load64(n.top[:])) + sum8(load64(n.top[8:]))
	switch {
	case n.HasLeft && n.HasTop:
		n.mean = byte((left + top + 16) >> 5)
	case n.HasLeft:
		n.mean = byte((left + 8) >> 4)
	case n.HasTop:
		n.mean = byte((top + 8) >> 4)
	default:
		n.mean = 128
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

// Allowed tells whether the mode's neighbors exist.
func (n *Edges16) Allowed(mode int) bool {
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

// Predict fills dst, 16 rows of 16 samples, with an allowed prediction (clause 8.3.3).
func (n *Edges16) Predict(dst *[256]byte, mode int) {
	switch mode {
	case Vertical16:
		for y := 0; y < 256; y += 16 {
			*(*[16]byte)(dst[y:]) = n.top
		}
	case Horizontal16:
		for y := range 16 {
			fill(dst[16*y:16*y+16], n.left[y])
		}
	case DC16:
		fill(dst[:], n.mean)
	case Plane16:
		n.plane(dst)
	}
}

// Straight gives in costs the SATD of the block src, without gaps, and its predictions by mode, but for Plane16. Those of
// modes that are not allowed are of no use.
func (n *Edges16) Straight(costs *[3]int32, src *[256]byte) {
	pixel.Straight16(costs, src, &n.top, &n.left, n.mean)
}

// planePlain is the twin of plane, the prediction of Plane16.
func (n *Edges16) planePlain(dst *[256]byte) {
	b, c := (5*slope(n.top[:], n.topLeft)+32)>>6, (5*slope(n.left[:], n.topLeft)+32)>>6
	plane(dst[:], 16, 16*(int(n.left[15])+int(n.top[15]))-7*(b+c)+16, b, c)
}

// slope is H or V of the plane predictions: how samples change along a side that starts behind the corner.
func slope(side []byte, corner byte) (sum int) {
	half := len(side) / 2
	for i := 1; i < half; i++ {
		sum += i * (int(side[half-1+i]) - int(side[half-1-i]))
	}
	return sum + half*(int(side[2*half-1])-int(corner))
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

func fill(row []byte, v byte) {
	for word := uint64(v) * 0x0101010101010101; len(row) >= 8; row = row[8:] {
		store64(row, word)
	}
}

func load64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

func store64(b []byte, v uint64) { binary.LittleEndian.PutUint64(b, v) }

// sum8 is the sum of eight samples.
func sum8(v uint64) uint64 {
	const low8, lanes = 0x00ff00ff00ff00ff, 0x0001000100010001
	return (v&low8 + v>>8&low8) * lanes >> 48
}
