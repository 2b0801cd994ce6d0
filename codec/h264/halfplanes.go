package h264

import (
	"sync"
	"sync/atomic"

	"github.com/callrec/callrec/codec/h264/internal/inter"
	"github.com/callrec/callrec/codec/h264/internal/picture"
	"github.com/callrec/callrec/codec/h264/internal/pixel"
)

// halfPlanes holds the half-sample positions of a reference picture, computed a 16x16 tile at a time when they are
// first needed, so that trying any vector costs no interpolation. The planes have the geometry of the luma plane. The tiles
// begin reach samples outside of it, half a tile off the macroblocks, so that what is around one at rest lies in four. A copy
// shares the planes and which tiles are there.
type halfPlanes struct {
	ref        *picture.Plane
	plane      [4][]byte     // by Step.Plane: the reference itself, then what is computed
	done       []atomic.Bool // by tile
	filling    []sync.Mutex  // by row of tiles; nil unless several slices look at the reference at once
	cols, rows int           // tiles
	window     window        // each slice has its own
}

// window is a range of block positions for which all is computed, so that most vectors need no look at tiles.
type window struct{ x, y, w, h int }

func (w *window) holds(x, y int) bool { return uint(x-w.x) < uint(w.w) && uint(y-w.y) < uint(w.h) }

func newHalfPlanes(w, h int, shared bool) halfPlanes {
	cols, rows := (w+2*reach)/16, (h+2*reach)/16
	p := halfPlanes{done: make([]atomic.Bool, cols*rows), cols: cols, rows: rows}
	if shared {
		p.filling = make([]sync.Mutex, rows)
	}
	for i := inter.Right; i <= inter.Diagonal; i++ {
		p.plane[i] = picture.NewPlane(w, h, picture.Pad).Pix
	}
	return p
}

// reset takes another reference.
func (h *halfPlanes) reset(ref *picture.Plane) {
	h.ref = ref
	h.plane[inter.Full] = ref.Pix
	clear(h.done)
	h.window = window{}
}

// margin is how far around a block tiles are computed at once with its own: a search soon gets there.
const margin = 4

// look computes what the 16x16 block at (x, y) and the ones a sample on take, and moves the window there.
func (h *halfPlanes) look(x, y int) {
	x, y = x+reach, y+reach
	x0, x1 := max(x-margin, 0)>>4, min((x+16+margin)>>4, h.cols-1)
	y0, y1 := max(y-margin, 0)>>4, min((y+16+margin)>>4, h.rows-1)
	for ty := y0; ty <= y1; ty++ {
		for tx := x0; tx <= x1; tx++ {
			if !h.done[ty*h.cols+tx].Load() {
				h.fillOnce(tx, ty)
			}
		}
	}
	// Where the tiles end, blocks need no sample beyond.
	h.window = window{16*x0 - reach, 16*y0 - reach, 16 * (x1 - x0), 16 * (y1 - y0)}
}

// fillOnce computes a tile unless another slice just has.
func (h *halfPlanes) fillOnce(tx, ty int) {
	if h.filling != nil {
		h.filling[ty].Lock()
		defer h.filling[ty].Unlock()
	}
	if done := &h.done[ty*h.cols+tx]; !done.Load() {
		h.fill(tx, ty)
		done.Store(true)
	}
}

// fill computes a tile.
func (h *halfPlanes) fill(tx, ty int) {
	at := h.ref.At(16*tx-reach, 16*ty-reach)
	src, stride := h.ref.Pix, h.ref.Stride
	inter.HalfH(h.plane[inter.Right], at, stride, src, at, stride, 16, 16)
	inter.HalfV(h.plane[inter.Below], at, stride, src, at, stride, 16, 16)
	inter.HalfHV(h.plane[inter.Diagonal], at, stride, src, at, stride, 16, 16)
}

// sides gives the samples that make up the prediction of a block of up to 16x16 at (x, y) in quarter samples: one block,
// or two to take the mean of.
func (h *halfPlanes) sides(x, y int) (a, b []byte, two bool) {
	s := &inter.Steps[y&3*4+x&3]
	x, y = x>>2, y>>2
	at := h.ref.At(x, y)
	if s.A.Plane|s.B.Plane != inter.Full && !h.window.holds(x, y) {
		h.look(x, y)
	}
	a = h.plane[s.A.Plane&3][at+int(s.A.DY)*h.ref.Stride+int(s.A.DX):]
	if s.Two {
		b = h.plane[s.B.Plane&3][at+int(s.B.DY)*h.ref.Stride+int(s.B.DX):]
	}
	return a, b, s.Two
}

// predict fills dst, whose rows are 16 apart, with the w by h prediction at (x, y) in quarter samples.
func (h *halfPlanes) predict(dst []byte, x, y, width, height int) {
	a, b, two := h.sides(x, y)
	stride := h.ref.Stride
	if two {
		pixel.Mean(dst, 16, a, stride, b, stride, width, height)
		return
	}
	pixel.Copy(dst, 16, a, stride, width, height)
}
