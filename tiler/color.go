package tiler

import (
	"encoding/binary"
	"image"
	"image/color"
)

// Color says how the samples of a picture are to be read. The zero value is BT.601 in limited range (luma 16 to 235,
// chroma 16 to 240), what VP8 and most cameras use.
type Color struct {
	BT709     bool // the matrix of ITU-R BT.709 instead of that of BT.601
	FullRange bool // samples use 0 to 255
}

// conversion turns other colors into those of the canvas. The factors have 16 fractional bits; a luma sample depends on
// its own value and both chroma samples, a chroma sample on both chroma samples, since the matrices agree on what is gray.
type conversion struct {
	yy, ycb, ycr int32
	cbcb, cbcr   int32
	crcb, crcr   int32
}

// toCanvas converts the samples in r, an even rectangle within m, from c to the color of the canvas.
func toCanvas(m *image.YCbCr, r image.Rectangle, c Color) {
	v, ok := conversions[c]
	if !ok {
		return
	}
	black := int32(16 << 16)
	if !c.FullRange {
		black -= 16 * v.yy
	}
	luma := lumaPlane(m, r)
	cb, cr := chromaPlanes(m, r)
	for y := range cb.h {
		v.rows(luma.row(2*y), luma.row(2*y+1), cb.row(y), cr.row(y), black)
	}
}

// rows converts two luma rows and the chroma rows that belong to them.
func (v *conversion) rows(y0, y1, cb, cr []uint8, black int32) {
	x := 0
	if v.yy == 1<<16 {
		n := v.convertVector(y0, y1, cb, cr)
		x = len(cb) &^ 7
		v.rowsLimited(y0[2*n:2*x], y1[2*n:2*x], cb[n:x], cr[n:x])
	}
	v.rowsAny(y0[2*x:], y1[2*x:], cb[x:], cr[x:], black)
}

// rowsAny is the plain form.
func (v *conversion) rowsAny(y0, y1, cb, cr []uint8, black int32) {
	cr = cr[:len(cb)]
	for x, b := range cb {
		b, r := int32(b)-128, int32(cr[x])-128
		cb[x] = clip[(v.cbcb*b+v.cbcr*r+128<<16+clipRoundOne)>>16&clipMask]
		cr[x] = clip[(v.crcb*b+v.crcr*r+128<<16+clipRoundOne)>>16&clipMask]
		shift := v.ycb*b + v.ycr*r + black + clipRoundOne
		p, q := y0[2*x:2*x+2], y1[2*x:2*x+2]
		p[0] = clip[(int32(p[0])*v.yy+shift)>>16&clipMask]
		p[1] = clip[(int32(p[1])*v.yy+shift)>>16&clipMask]
		q[0] = clip[(int32(q[0])*v.yy+shift)>>16&clipMask]
		q[1] = clip[(int32(q[1])*v.yy+shift)>>16&clipMask]
	}
}

// rowsLimited is rowsAny where luma keeps its scale, so that all there is to do is to add to it what the chroma samples
// make. It does eight chroma samples at a time, of which there is a multiple, two in a word (see lanes.go).
func (v *conversion) rowsLimited(y0, y1, cb, cr []uint8) {
	const bytes = 255 * ones
	shift := lanesOf(clipRoundOne - 128*(v.ycb+v.ycr))
	shiftB := lanesOf(clipRoundOne + 128<<16 - 128*(v.cbcb+v.cbcr))
	shiftR := lanesOf(clipRoundOne + 128<<16 - 128*(v.crcb+v.crcr))
	kb, kr := uint64(v.ycb), uint64(v.ycr)
	bb, br := uint64(v.cbcb), uint64(v.cbcr)
	rb, rr := uint64(v.crcb), uint64(v.crcr)
	for len(cb) >= 8 && len(cr) >= 8 && len(y0) >= 16 && len(y1) >= 16 {
		b, r := binary.LittleEndian.Uint64(cb), binary.LittleEndian.Uint64(cr)
		b0, b1, b2, b3 := b&lane, b>>8&lane, b>>16&lane, b>>24&lane
		r0, r1, r2, r3 := r&lane, r>>8&lane, r>>16&lane, r>>24&lane
		binary.LittleEndian.PutUint64(cb, joinClipped(
			shiftB+b0*bb+r0*br, shiftB+b1*bb+r1*br, shiftB+b2*bb+r2*br, shiftB+b3*bb+r3*br))
		binary.LittleEndian.PutUint64(cr, joinClipped(
			shiftR+b0*rb+r0*rr, shiftR+b1*rb+r1*rr, shiftR+b2*rb+r2*rr, shiftR+b3*rb+r3*rr))
		low, high := transpose(shift+b0*kb+r0*kr, shift+b1*kb+r1*kr, shift+b2*kb+r2*kr, shift+b3*kb+r3*kr)
		p0, p1 := binary.LittleEndian.Uint64(y0), binary.LittleEndian.Uint64(y0[8:])
		q0, q1 := binary.LittleEndian.Uint64(y1), binary.LittleEndian.Uint64(y1[8:])
		binary.LittleEndian.PutUint64(y0, pack(p0&bytes+low, p0>>8&bytes+low))
		binary.LittleEndian.PutUint64(y0[8:], pack(p1&bytes+high, p1>>8&bytes+high))
		binary.LittleEndian.PutUint64(y1, pack(q0&bytes+low, q0>>8&bytes+low))
		binary.LittleEndian.PutUint64(y1[8:], pack(q1&bytes+high, q1>>8&bytes+high))
		y0, y1, cb, cr = y0[16:], y1[16:], cb[8:], cr[8:]
	}
}

// lanesOf returns v in both halves of a word; a negative one borrows from the upper half as the sums do.
func lanesOf(v int32) uint64 { return uint64(v) + uint64(v)<<32 }

// transpose returns the upper 16 bits of the eight halves of its arguments, first those of the lower halves, less
// clipBias; a negative one borrows from the one above.
func transpose(a, b, c, d uint64) (low, high uint64) {
	const (
		even = 0x0000ffff_0000ffff
		odd  = even << 16
		half = 0x00000000_ffffffff
	)
	p := a>>16&even | b&odd
	q := c>>16&even | d&odd
	return (p&half | q<<32) - clipBias*ones, (p>>32 | q&^half) - clipBias*ones
}

// fromColor returns the canvas color for c, whose alpha is ignored.
func fromColor(c color.Color) yuv { return fromRGB(color.NRGBAModel.Convert(c).(color.NRGBA)) }

// fromRGB is fromColor for a color that needs no conversion.
func fromRGB(n color.NRGBA) yuv {
	r, g, b := int32(n.R), int32(n.G), int32(n.B)
	const half = 1 << 15
	cb, cr := chromaOf(r, g, b)
	return yuv{
		y:  uint8((lumaOf(r, g, b) + 16<<16 + half) >> 16),
		cb: uint8((cb + 128<<16 + half) >> 16),
		cr: uint8((cr + 128<<16 + half) >> 16),
	}
}

// lumaOf returns 65536 times the BT.709 luma, less that of black, of red, green and blue from 0 to 255.
func lumaOf(r, g, b int32) int32 { return 11966*r + 40254*g + 4064*b }

// chromaOf returns 65536 times the BT.709 chroma, less that of gray.
func chromaOf(r, g, b int32) (cb, cr int32) {
	return -6596*r - 22189*g + 28785*b, 28785*r - 26145*g - 2640*b
}
