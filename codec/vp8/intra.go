package vp8

import "encoding/binary"

// Samples outside of the frame, above and to the left, as intra prediction sees them (RFC 6386 12.2).
const (
	outsideAbove = 127
	outsideLeft  = 129
)

// intraBorder is what a square block is predicted from.
type intraBorder struct {
	above []byte // the row above, preceded by the sample above and to the left
	left  [16]byte
	// Whether these are inside of the frame.
	hasAbove, hasLeft bool
}

// gather collects the border of the block of the given size at (x, y) of plane p. line is the row of samples above the
// macroblock, where x is at linePad+x.
func (b *intraBorder) gather(p *plane, line []byte, x, y, size int) {
	b.above = line[linePad+x-1:][:size+1]
	b.hasAbove, b.hasLeft = y > 0, x > 0
	if !b.hasLeft {
		fillBytes(b.left[:], outsideLeft)
		return
	}
	column := p.pix[p.origin+y*p.stride+x-1:]
	for i := range size {
		b.left[i] = column[i*p.stride]
	}
}

// predict fills the square block at pix by one of the four modes that luma and chroma share (RFC 6386 12.2, 12.3).
func (b *intraBorder) predict(pix []byte, stride, size int, mode uint8) {
	above := b.above[1:][:size]
	switch mode {
	case modeDC:
		v := spread(b.average(size))
		for y := range size {
			putRow(pix[y*stride:], size, v, v)
		}
	case modeVertical:
		low, high := binary.LittleEndian.Uint64(above), binary.LittleEndian.Uint64(above[size-8:])
		for y := range size {
			putRow(pix[y*stride:], size, low, high)
		}
	case modeHorizontal:
		for y := range size {
			v := spread(b.left[y&15])
			putRow(pix[y*stride:], size, v, v)
		}
	default:
		corner := int32(b.above[0])
		for y := range size {
			base := int32(b.left[y&15]) - corner
			row := pix[y*stride:][:len(above)]
			for x, a := range above {
				row[x] = clip(base + int32(a))
			}
		}
	}
}

// putRow stores eight samples, or 16.
func putRow(row []byte, size int, low, high uint64) {
	binary.LittleEndian.PutUint64(row, low)
	if size == 16 {
		binary.LittleEndian.PutUint64(row[8:], high)
	}
}

// spread fills a word with v.
func spread(v byte) uint64 { return uint64(v) * 0x0101010101010101 }

// average is the mean of the border samples that are inside of the frame, or the middle value.
func (b *intraBorder) average(size int) byte {
	sum, n := 0, 0
	if b.hasAbove {
		sum += sumBytes(b.above[1:][:size])
		n += size
	}
	if b.hasLeft {
		sum += sumBytes(b.left[:size])
		n += size
	}
	if n == 0 {
		return 128
	}
	return byte((sum + n/2) / n)
}

// sumBytes adds up samples, eight at a time: at most 32 of them, of which there are a multiple of eight.
func sumBytes(b []byte) int {
	lanes := uint64(0)
	for ; len(b) >= 8; b = b[8:] {
		w := binary.LittleEndian.Uint64(b)
		lanes += w&byteLanes + w>>8&byteLanes
	}
	return int(lanes * laneOnes >> 48)
}

// subEdge is what a sub-block is predicted from (RFC 6386 12.3): the column to the left from the bottom up, the corner,
// the row above and four samples to its right.
type subEdge [13]byte

// avg2 and avg3 are the means of two samples from i on, and the weighted mean of three around i.
func (e *subEdge) avg2(i int) byte { return byte((uint(e[i]) + uint(e[i+1]) + 1) >> 1) }

func (e *subEdge) avg3(i int) byte {
	return byte((uint(e[i-1]) + 2*uint(e[i]) + uint(e[i+1]) + 2) >> 2)
}

// Positions in subEdge.
const (
	edgeBottom = 0 // bottom of the left column
	edgeCorner = 4
	edgeAbove  = 5
)

// predictSub fills the 4x4 samples at pix by a sub-block mode (RFC 6386 12.3).
func predictSub(pix []byte, stride int, mode uint8, e *subEdge) {
	r0 := pix[:4]
	r1 := pix[stride:][:4]
	r2 := pix[2*stride:][:4]
	r3 := pix[3*stride:][:4]
	switch mode {
	case subDC:
		sum := uint(4)
		for i := range 4 {
			sum += uint(e[edgeBottom+i]) + uint(e[edgeAbove+i])
		}
		v := byte(sum >> 3)
		for i := range 4 {
			r0[i], r1[i], r2[i], r3[i] = v, v, v, v
		}
	case subTrueMotion:
		corner := int32(e[edgeCorner])
		for x := range 4 {
			a := int32(e[edgeAbove+x]) - corner
			r0[x] = clip(a + int32(e[3]))
			r1[x] = clip(a + int32(e[2]))
			r2[x] = clip(a + int32(e[1]))
			r3[x] = clip(a + int32(e[0]))
		}
	case subVertical:
		for x := range 4 {
			v := e.avg3(edgeAbove + x)
			r0[x], r1[x], r2[x], r3[x] = v, v, v, v
		}
	case subHorizontal:
		v0, v1, v2 := e.avg3(3), e.avg3(2), e.avg3(1)
		v3 := byte((uint(e[1]) + 3*uint(e[0]) + 2) >> 2)
		for x := range 4 {
			r0[x], r1[x], r2[x], r3[x] = v0, v1, v2, v3
		}
	case subLeftDown:
		for x := range 4 {
			r0[x] = e.avg3(6 + x)
			r1[x] = e.avg3(7 + x)
			r2[x] = e.avg3(8 + x)
		}
		r3[0], r3[1], r3[2] = r2[1], r2[2], r2[3]
		r3[3] = byte((uint(e[11]) + 3*uint(e[12]) + 2) >> 2)
	case subRightDown:
		for x := range 4 {
			r0[x] = e.avg3(4 + x)
			r1[x] = e.avg3(3 + x)
			r2[x] = e.avg3(2 + x)
			r3[x] = e.avg3(1 + x)
		}
	default:
		predictSlanted(r0, r1, r2, r3, mode, e)
	}
}

// predictSlanted is predictSub for the directions between the diagonals and the axes.
func predictSlanted(r0, r1, r2, r3 []byte, mode uint8, e *subEdge) {
	switch mode {
	case subVerticalRight:
		r3[0] = e.avg3(2)
		r2[0] = e.avg3(3)
		r1[0] = e.avg3(4)
		r0[0] = e.avg2(4)
		r1[1], r0[1] = e.avg3(5), e.avg2(5)
		r1[2], r0[2] = e.avg3(6), e.avg2(6)
		r1[3], r0[3] = e.avg3(7), e.avg2(7)
		r3[1], r3[2], r3[3] = r1[0], r1[1], r1[2]
		r2[1], r2[2], r2[3] = r0[0], r0[1], r0[2]
	case subVerticalLeft:
		for x := range 4 {
			r0[x] = e.avg2(5 + x)
			r1[x] = e.avg3(6 + x)
		}
		r2[0], r2[1], r2[2] = r0[1], r0[2], r0[3]
		r3[0], r3[1], r3[2] = r1[1], r1[2], r1[3]
		r2[3] = e.avg3(10)
		r3[3] = e.avg3(11)
	case subHorizontalDown:
		r3[0], r3[1] = e.avg2(0), e.avg3(1)
		r2[0], r2[1] = e.avg2(1), e.avg3(2)
		r1[0], r1[1] = e.avg2(2), e.avg3(3)
		r0[0], r0[1] = e.avg2(3), e.avg3(4)
		r0[2], r0[3] = e.avg3(5), e.avg3(6)
		r1[2], r1[3] = r0[0], r0[1]
		r2[2], r2[3] = r1[0], r1[1]
		r3[2], r3[3] = r2[0], r2[1]
	case subHorizontalUp:
		last := e[0]
		r0[0], r0[1] = e.avg2(2), e.avg3(2)
		r0[2], r0[3] = e.avg2(1), e.avg3(1)
		r1[0], r1[1] = r0[2], r0[3]
		r1[2] = e.avg2(0)
		r1[3] = byte((uint(e[1]) + 3*uint(last) + 2) >> 2)
		r2[0], r2[1] = r1[2], r1[3]
		r2[2], r2[3] = last, last
		r3[0], r3[1], r3[2], r3[3] = last, last, last, last
	}
}
