package h264

import (
	"image"

	"github.com/callrec/callrec/codec/h264/internal/mb"
	"github.com/callrec/callrec/codec/h264/internal/pixel"
	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// macro is the macroblock being coded: its source, its prediction and its levels. It is scratch of a slice.
type macro struct {
	x, y  int // address in macroblocks
	index int

	info                         *mb.Info // what is kept of it
	left, top, topRight, topLeft *mb.Info // nil outside of the slice
	q, qc                        *quantizer
	qp                           int
	detail                       detail
	still                        bool // it equals the one at the same place in the source of the last picture
	skipMV, predMV               mb.MV

	shape    shape // of an inter macroblock
	part     [4]part
	partCost int         // of the partition that was searched last
	diffs    [16]mb.Diff // of the vectors of blocks in raster order

	luma   [256]byte   // source
	chroma [2][64]byte // source
	pred   [256]byte   // prediction of luma
	predC  [2][64]byte // prediction of chroma

	mode16     int // Intra16x16PredMode
	modeChroma int // intra_chroma_pred_mode
	cbp        int // coded_block_pattern

	levels   [16][16]int16 // luma blocks in raster order, levels in scan order
	marks    [16]transform.Marks
	coded    uint16       // which luma blocks have levels
	levels8  [4][64]int16 // the same with the 8x8 transform, levels in raster order
	marks8   [4]transform.Marks8
	dc       [16]int16 // Intra16x16DCLevel in scan order
	dcSet    uint32    // which of them are not zero
	chromaDC [2][4]int16
	dcSetC   [2]uint32
	levelsC  [8][16]int16 // chroma AC levels at scan positions 1 to 15, in the order of transform.ChromaBlock
	marksC   [8]transform.Marks
	codedC   uint8
}

// loadSource copies the macroblock out of the picture, whose planes begin at its corner, repeating its last row and column
// beyond its edges.
func (m *macro) loadSource(pic *image.YCbCr) {
	b := pic.Rect
	loadBlock(m.luma[:], 16, pic.Y, pic.YStride, b.Dx(), b.Dy(), 16*m.x, 16*m.y)
	w, h := (b.Dx()+1)/2, (b.Dy()+1)/2
	loadBlock(m.chroma[0][:], 8, pic.Cb, pic.CStride, w, h, 8*m.x, 8*m.y)
	loadBlock(m.chroma[1][:], 8, pic.Cr, pic.CStride, w, h, 8*m.x, 8*m.y)
}

// loadBlock copies the size by size block at (x, y) of a w by h plane.
func loadBlock(dst []byte, size int, pix []byte, stride, w, h, x, y int) {
	cols := min(size, w-x)
	if cols == size && y+size <= h {
		pixel.Copy(dst, size, pix[y*stride+x:], stride, size, size)
		return
	}
	for r := range size {
		row := dst[r*size : r*size+size]
		src := pix[min(y+r, h-1)*stride+x:]
		if cols == size {
			copy(row, src[:size])
			continue
		}
		if cols <= 0 {
			src, cols = pix[min(y+r, h-1)*stride+w-1:], 1
		}
		copy(row, src[:cols])
		for i := cols; i < size; i++ {
			row[i] = row[cols-1]
		}
	}
}

// startMacro sets up the macroblock at (x, y) with its neighbors: all that depends on what is available looks at these.
func (e *sliceEncoder) startMacro(x, y int) {
	m := &e.m
	m.x, m.y = x, y
	m.index = y*e.mbw + x
	info := e.cur.info
	m.info = &info[m.index]
	m.left, m.top, m.topRight, m.topLeft = nil, nil, nil, nil
	if x > 0 {
		m.left = &info[m.index-1]
	}
	if y > e.first {
		m.top = &info[m.index-e.mbw]
		if x > 0 {
			m.topLeft = &info[m.index-e.mbw-1]
		}
		if x < e.mbw-1 {
			m.topRight = &info[m.index-e.mbw+1]
		}
	}
}

// setQP sets the quantizer that the macroblock is to be coded with.
func (m *macro) setQP(qp int) {
	m.qp = qp
	m.q = &quantizers[qp]
	m.qc = &quantizers[chromaQP(qp)]
}
