package intra

import "encoding/binary"

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
	HasLeft, HasTop bool // the neighbor above left exists if both do
}

// Load takes the neighbors of the size by size block at pix[at] that exist.
func (n *Edges) Load(pix []byte, at, stride, size int, hasLeft, hasTop bool) {
	n.HasLeft, n.HasTop = hasLeft, hasTop
	if hasTop {
		copy(n.Top[:size], pix[at-stride:])
	}
	if hasLeft {
		for y := range size {
			n.Left[y&15] = pix[at+y*stride-1]
		}
	}
	if hasLeft && hasTop {
		n.TopLeft = pix[at-stride-1]
	}
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
		fill(dst[:], n.dc16())
	case Plane16:
		b, c := n.gradient(8)
		b, c = (5*b+32)>>6, (5*c+32)>>6
		a := 16 * (int(n.Left[15]) + int(n.Top[15]))
		plane(dst[:], 16, a-7*b-7*c+16, b, c)
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
		b, c := n.gradient(4)
		b, c = (34*b+32)>>6, (34*c+32)>>6
		a := 16 * (int(n.Left[7]) + int(n.Top[7]))
		plane(dst[:], 8, a-3*b-3*c+16, b, c)
	}
}

func fill(row []byte, v byte) {
	for word := uint64(v) * 0x0101010101010101; len(row) >= 8; row = row[8:] {
		binary.LittleEndian.PutUint64(row, word)
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

// planePlain is the twin of plane: it fills the square with (a + b*x + c*y) >> 5, clipped.
func planePlain(dst []byte, size, a, b, c int) {
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
	left, top := sum(n.Left[:]), sum(n.Top[:])
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

func sum(s []byte) (total int) {
	for _, v := range s {
		total += int(v)
	}
	return total
}

// dcChroma predicts each 4x4 quarter on its own: those on the diagonal from both sides, the upper right one rather from
// above, the lower left one rather from the left (clause 8.3.4.1 to 8.3.4.3).
func (n *Edges) dcChroma(dst *[64]byte) {
	for by := range 2 {
		for bx := range 2 {
			left, top := sum(n.Left[4*by:4*by+4]), sum(n.Top[4*bx:4*bx+4])
			v := 128
			switch {
			case n.HasLeft && n.HasTop && bx == by:
				v = (left + top + 4) >> 3
			case n.HasTop && (bx > by || !n.HasLeft):
				v = (top + 2) >> 2
			case n.HasLeft:
				v = (left + 2) >> 2
			}
			for y := range 4 {
				fill(dst[(4*by+y)*8+4*bx:][:4], byte(v))
			}
		}
	}
}
