// Package picture holds decoded pictures with a border around each plane, so that motion vectors may point outside
// (ITU-T H.264 clause 8.4.2.2.1 clamps the coordinates; repeating the edge in the border is the same).
package picture

// Pad is the width of the border around a luma plane; chroma planes have half of it.
const Pad = 32

// guard is the number of rows beyond the border that may be read, but hold nothing of use.
const guard = 4

// Plane is one bordered plane.
type Plane struct {
	Pix    []byte
	Stride int
	Origin int // index in Pix of sample (0, 0)
	W, H   int // size without border
	pad    int
}

// NewPlane makes a plane with the given border.
func NewPlane(w, h, pad int) Plane {
	stride := w + 2*pad
	return Plane{
		Pix:    make([]byte, stride*(h+2*pad+2*guard)+16),
		Stride: stride,
		Origin: stride*(pad+guard) + pad,
		W:      w, H: h, pad: pad,
	}
}

// At is the index of sample (x, y).
func (p *Plane) At(x, y int) int { return p.Origin + y*p.Stride + x }

// Extend repeats the edge samples in the border.
func (p *Plane) Extend() {
	for y := range p.H {
		row := p.Pix[p.At(-p.pad, y):][:p.Stride]
		fill(row[:p.pad], row[p.pad])
		fill(row[p.pad+p.W:], row[p.pad+p.W-1])
	}
	top := p.Pix[p.At(-p.pad, 0):][:p.Stride]
	bottom := p.Pix[p.At(-p.pad, p.H-1):][:p.Stride]
	for y := 1; y <= p.pad; y++ {
		copy(p.Pix[p.At(-p.pad, -y):], top)
		copy(p.Pix[p.At(-p.pad, p.H-1+y):], bottom)
	}
}

func fill(row []byte, v byte) {
	for i := range row {
		row[i] = v
	}
}

// Frame is a 4:2:0 picture.
type Frame struct {
	Y Plane
	C [2]Plane // Cb, Cr
}

// NewFrame makes a frame of the given luma size, which is a multiple of 16.
func NewFrame(w, h int) *Frame {
	return &Frame{
		Y: NewPlane(w, h, Pad),
		C: [2]Plane{NewPlane(w/2, h/2, Pad/2), NewPlane(w/2, h/2, Pad/2)},
	}
}

// Extend repeats the edges of all planes in their borders.
func (f *Frame) Extend() {
	f.Y.Extend()
	f.C[0].Extend()
	f.C[1].Extend()
}
