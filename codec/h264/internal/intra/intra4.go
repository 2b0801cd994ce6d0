// Package intra predicts blocks from their decoded neighbors (ITU-T H.264 clause 8.3).
package intra

import "encoding/binary"

// The modes of Intra_4x4 prediction (table 8-2).
const (
	Vertical4 = iota
	Horizontal4
	DC4
	DiagonalDownLeft4
	DiagonalDownRight4
	VerticalRight4
	HorizontalDown4
	VerticalLeft4
	HorizontalUp4
)

// The modes by what they need, as bits; the others need all neighbors.
const (
	dcModes   = 1 << DC4
	topModes  = 1<<Vertical4 | 1<<DiagonalDownLeft4 | 1<<VerticalLeft4
	leftModes = 1<<Horizontal4 | 1<<HorizontalUp4
	allModes  = 1<<9 - 1
)

// Edges4 holds the neighbors of a 4x4 block and what the directional modes make of them.
//
//	e[0..4]   left, from the bottom up, the lowest one twice
//	e[5]      above left
//	e[6..14]  above and above right, the last one twice
type Edges4 struct {
	e  [16]byte
	f2 [16]byte // f2[i]: mean of e[i] and e[i+1]
	f3 [16]byte // f3[i]: e[i-1], e[i], e[i+1] weighted 1 2 1
	// HasLeft and HasTop tell which neighbors exist; the one above left does if both do.
	HasLeft, HasTop bool
}

// Load takes the neighbors of the block at pix[at] that exist. Where the four samples above right do not, the last one
// above stands in.
func (n *Edges4) Load(pix []byte, at, stride int, hasLeft, hasTop, hasTopRight bool) {
	n.HasLeft, n.HasTop = hasLeft, hasTop
	// The neighbors are put together in two words, as eight bytes that are read at once must have been written at once.
	var e0, e1 uint64
	if hasTop {
		row := pix[at-stride:][:8]
		top := uint64(binary.LittleEndian.Uint32(row))
		if hasTopRight {
			top = load64(row)
		} else {
			top |= top >> 24 * 0x0101010100000000
		}
		e0, e1 = top<<48, top>>16|top>>56*0x0101000000000000
	}
	if hasLeft {
		low := uint64(pix[at-1+3*stride])
		e0 |= low | low<<8 | uint64(pix[at-1+2*stride])<<16 | uint64(pix[at-1+stride])<<24 | uint64(pix[at-1])<<32
	}
	if hasLeft && hasTop {
		e0 |= uint64(pix[at-stride-1]) << 40
	}
	store64(n.e[:], e0)
	store64(n.e[8:], e1)
	after0, after1 := e0>>8|e1<<56, e1>>8
	store64(n.f2[:], means2(e0, after0))
	store64(n.f2[8:], means2(e1, after1))
	store64(n.f3[:], means3(e0<<8, e0, after0))
	store64(n.f3[8:], means3(e0>>56|e1<<8, e1, after1))
}

// Allowed tells whether the mode's neighbors exist.
func (n *Edges4) Allowed(mode int) bool { return n.Modes()>>mode&1 != 0 }

// Modes are the allowed modes, as bits.
func (n *Edges4) Modes() uint16 { return modesFor(n.HasLeft, n.HasTop, n.HasLeft && n.HasTop) }

func modesFor(left, top, all bool) uint16 {
	modes := uint16(dcModes)
	if all {
		return allModes
	}
	if left {
		modes |= leftModes
	}
	if top {
		modes |= topModes
	}
	return modes
}

// Predict fills dst, four rows of four samples, with the prediction of an allowed mode (clause 8.3.1.2).
func (n *Edges4) Predict(dst *[16]byte, mode int) {
	e, f2, f3 := &n.e, &n.f2, &n.f3
	switch mode {
	case Vertical4:
		rows4(dst, e[6:10], e[6:10], e[6:10], e[6:10])
	case Horizontal4:
		for i := range dst {
			dst[i] = e[4-i>>2]
		}
	case DC4:
		v := n.dc()
		for i := range dst {
			dst[i] = v
		}
	case DiagonalDownLeft4:
		rows4(dst, f3[7:11], f3[8:12], f3[9:13], f3[10:14])
	case DiagonalDownRight4:
		rows4(dst, f3[5:9], f3[4:8], f3[3:7], f3[2:6])
	case VerticalRight4:
		rows4(dst, f2[5:9], f3[5:9], f2[4:8], f3[4:8])
		dst[8], dst[12] = f3[4], f3[3]
	case HorizontalDown4:
		*dst = [16]byte{
			f2[4], f3[5], f3[6], f3[7],
			f2[3], f3[4], f2[4], f3[5],
			f2[2], f3[3], f2[3], f3[4],
			f2[1], f3[2], f2[2], f3[3],
		}
	case VerticalLeft4:
		rows4(dst, f2[6:10], f3[7:11], f2[7:11], f3[8:12])
	case HorizontalUp4:
		*dst = [16]byte{
			f2[3], f3[3], f2[2], f3[2],
			f2[2], f3[2], f2[1], f3[1],
			f2[1], f3[1], e[1], e[1],
			e[1], e[1], e[1], e[1],
		}
	}
}

func rows4(dst *[16]byte, a, b, c, d []byte) {
	copy(dst[0:4], a)
	copy(dst[4:8], b)
	copy(dst[8:12], c)
	copy(dst[12:16], d)
}

func (n *Edges4) dc() byte {
	e := &n.e
	left := int(e[1]) + int(e[2]) + int(e[3]) + int(e[4])
	top := int(e[6]) + int(e[7]) + int(e[8]) + int(e[9])
	switch {
	case n.HasLeft && n.HasTop:
		return byte((left + top + 4) >> 3)
	case n.HasLeft:
		return byte((left + 2) >> 2)
	case n.HasTop:
		return byte((top + 2) >> 2)
	}
	return 128
}
