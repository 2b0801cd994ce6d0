// Package intra predicts blocks from their decoded neighbors (ITU-T H.264 clause 8.3).
package intra

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
	e  [15]byte
	f2 [14]byte // f2[i]: mean of e[i] and e[i+1]
	f3 [14]byte // f3[i]: e[i-1], e[i], e[i+1] weighted 1 2 1
	// HasLeft and HasTop tell which neighbors exist; the one above left does if both do.
	HasLeft, HasTop bool
}

// Load takes the neighbors of the block at pix[at] that exist. Where the four samples above right do not, the last one
// above stands in.
func (n *Edges4) Load(pix []byte, at, stride int, hasLeft, hasTop, hasTopRight bool) {
	n.HasLeft, n.HasTop = hasLeft, hasTop
	e := &n.e
	if hasLeft {
		e[4] = pix[at-1]
		e[3] = pix[at-1+stride]
		e[2] = pix[at-1+2*stride]
		e[1] = pix[at-1+3*stride]
		e[0] = e[1]
	}
	if hasTop {
		copy(e[6:10], pix[at-stride:])
		if hasTopRight {
			copy(e[10:14], pix[at-stride+4:])
		} else {
			e[10], e[11], e[12], e[13] = e[9], e[9], e[9], e[9]
		}
		e[14] = e[13]
	}
	if hasLeft && hasTop {
		e[5] = pix[at-stride-1]
	}
	for i := range n.f2 {
		n.f2[i] = byte((int(e[i]) + int(e[i+1]) + 1) >> 1)
	}
	for i := 1; i < len(n.f3); i++ {
		n.f3[i] = byte((int(e[i-1]) + 2*int(e[i]) + int(e[i+1]) + 2) >> 2)
	}
}

// Allowed tells whether the mode's neighbors exist.
func (n *Edges4) Allowed(mode int) bool {
	switch mode {
	case Vertical4, DiagonalDownLeft4, VerticalLeft4:
		return n.HasTop
	case Horizontal4, HorizontalUp4:
		return n.HasLeft
	case DC4:
		return true
	}
	return n.HasTop && n.HasLeft
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
