package h264

import (
	"github.com/callrec/callrec/codec/h264/internal/inter"
	"github.com/callrec/callrec/codec/h264/internal/picture"
	"github.com/callrec/callrec/codec/h264/internal/pixel"
)

// halfPlanes holds the half-sample positions of a reference picture, computed a 16x16 tile at a time when they are
// first needed, so that trying any vector costs no interpolation. The planes have the geometry of the luma plane.
type halfPlanes struct {
	ref   *picture.Plane
	plane [3]picture.Plane // inter.Right, Below, Diagonal less one
	done  []uint8          // by tile: bit for each plane
	cols  int              // tiles in a row
}

func newHalfPlanes(w, h int) halfPlanes {
	cols, rows := (w+2*picture.Pad)/16, (h+2*picture.Pad)/16
	p := halfPlanes{done: make([]uint8, cols*rows), cols: cols}
	for i := range p.plane {
		p.plane[i] = picture.NewPlane(w, h, picture.Pad)
	}
	return p
}

// reset takes another reference.
func (h *halfPlanes) reset(ref *picture.Plane) {
	h.ref = ref
	clear(h.done)
}

// pix is the given plane's samples, those of the 16x16 block at (x, y) valid.
func (h *halfPlanes) pix(plane uint8, x, y int) []byte {
	if plane == inter.Full {
		return h.ref.Pix
	}
	x0, x1 := (x+picture.Pad)>>4, (x+picture.Pad+15)>>4
	y0, y1 := (y+picture.Pad)>>4, (y+picture.Pad+15)>>4
	bit := uint8(1) << plane
	i := y0*h.cols + x0
	row := h.done[i:]
	if row[0]&row[x1-x0]&bit == 0 {
		h.fill(plane, x0, y0)
		h.fill(plane, x1, y0)
	}
	if y1 != y0 {
		row = h.done[i+h.cols:]
		if row[0]&row[x1-x0]&bit == 0 {
			h.fill(plane, x0, y1)
			h.fill(plane, x1, y1)
		}
	}
	return h.plane[plane-1].Pix
}

// fill computes a tile, unless it is done. Tiles at the outer edge hold samples of no use where the border ends; vectors
// never reach these.
func (h *halfPlanes) fill(plane uint8, tx, ty int) {
	done := &h.done[ty*h.cols+tx]
	if *done&(1<<plane) != 0 {
		return
	}
	*done |= 1 << plane
	at := h.ref.At(16*tx-picture.Pad, 16*ty-picture.Pad)
	dst, stride := h.plane[plane-1].Pix, h.ref.Stride
	switch plane {
	case inter.Right:
		inter.HalfH(dst, at, stride, h.ref.Pix, at, stride, 16, 16)
	case inter.Below:
		inter.HalfV(dst, at, stride, h.ref.Pix, at, stride, 16, 16)
	case inter.Diagonal:
		inter.HalfHV(dst, at, stride, h.ref.Pix, at, stride, 16, 16)
	}
}

// sides gives the samples that make up the 16x16 prediction at (x, y) in quarter samples: one block, or two to take the
// mean of.
func (h *halfPlanes) sides(x, y int) (a []byte, aAt int, b []byte, bAt int, two bool) {
	s := &inter.Steps[y&3*4+x&3]
	px, py := x>>2, y>>2
	ax, ay := px+int(s.A.DX), py+int(s.A.DY)
	a, aAt = h.pix(s.A.Plane, ax, ay), h.ref.At(ax, ay)
	if s.Two {
		bx, by := px+int(s.B.DX), py+int(s.B.DY)
		b, bAt = h.pix(s.B.Plane, bx, by), h.ref.At(bx, by)
	}
	return a, aAt, b, bAt, s.Two
}

// predict fills dst, whose rows are 16 apart, with the w by h prediction at (x, y) in quarter samples.
func (h *halfPlanes) predict(dst []byte, x, y, width, height int) {
	a, aAt, b, bAt, two := h.sides(x, y)
	stride := h.ref.Stride
	if two {
		pixel.Mean(dst, 16, a[aAt:], stride, b[bAt:], stride, width, height)
		return
	}
	pixel.Copy(dst, 16, a[aAt:], stride, width, height)
}
