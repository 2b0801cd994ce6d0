package vp8

import "encoding/binary"

// Borders around the coded picture, in samples, so that most motion vectors that point outside find what they need. A
// luma border of 32 takes the 16 samples by which predicted vectors may reach out, and the filter taps.
const (
	lumaBorder   = 32
	chromaBorder = lumaBorder / 2
	// planeSlack lets the filters load whole words at the end of the last row.
	planeSlack = 16
)

// plane is one component of a frame with its border.
type plane struct {
	pix    []byte
	stride int
	origin int // index of the sample at (0, 0)
	w, h   int // coded size in samples, whole macroblocks
	border int
}

// frame is a reconstructed picture: luma, then the two chroma planes.
type frame struct {
	planes [3]plane
	chroma []byte // both chroma planes, one behind the other
	buf    []byte
}

// resize makes f hold pictures of mbw by mbh macroblocks. Contents are undefined afterwards.
func (f *frame) resize(mbw, mbh int) {
	if f.planes[0].w == mbw*16 && f.planes[0].h == mbh*16 {
		return
	}
	lumaSize := planeSize(mbw*16, mbh*16, lumaBorder)
	chromaSize := planeSize(mbw*8, mbh*8, chromaBorder)
	total := lumaSize + 2*chromaSize
	if cap(f.buf) < total {
		f.buf = make([]byte, total)
	}
	buf := f.buf[:total]
	f.planes[0] = newPlane(buf[:lumaSize:lumaSize], mbw*16, mbh*16, lumaBorder)
	buf = buf[lumaSize:]
	f.chroma = buf
	f.planes[1] = newPlane(buf[:chromaSize:chromaSize], mbw*8, mbh*8, chromaBorder)
	f.planes[2] = newPlane(buf[chromaSize:], mbw*8, mbh*8, chromaBorder)
}

func planeSize(w, h, border int) int {
	return (w+2*border)*(h+2*border) + planeSlack
}

func newPlane(pix []byte, w, h, border int) plane {
	stride := w + 2*border
	return plane{pix: pix, stride: stride, origin: border*stride + border, w: w, h: h, border: border}
}

// extend fills the borders with the samples at the edge of the coded picture.
func (f *frame) extend() {
	for i := range f.planes {
		f.planes[i].extend()
	}
}

func (p *plane) extend() {
	for y := range p.h {
		row := p.pix[(p.border+y)*p.stride:][:p.stride]
		fillBytes(row[:p.border], row[p.border])
		fillBytes(row[p.border+p.w:], row[p.border+p.w-1])
	}
	top := p.pix[p.border*p.stride:][:p.stride]
	bottom := p.pix[(p.border+p.h-1)*p.stride:][:p.stride]
	for y := range p.border {
		copy(p.pix[y*p.stride:], top)
		copy(p.pix[(p.border+p.h+y)*p.stride:], bottom)
	}
}

// fillBytes sets all of b to v.
func fillBytes(b []byte, v byte) {
	w := spread(v)
	for ; len(b) >= 8; b = b[8:] {
		binary.LittleEndian.PutUint64(b, w)
	}
	for i := range b {
		b[i] = v
	}
}
