package tiler

import (
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

// conversions holds what each Color but BT.709 limited needs. A row is the product of three: the inverse of the source's
// matrix (ITU-R BT.601-7 and BT.709-6, 2.5 and item 3), the matrix of BT.709, and the scales of both ranges (219 and 224
// steps against 255).
var conversions = map[Color]conversion{
	{}:                             {65536, -7573, -13627, 66758, 7512, 4918, 67196},
	{FullRange: true}:              {56284, -6652, -11971, 58642, 6598, 4321, 59027},
	{FullRange: true, BT709: true}: {56284, 0, 0, 57569, 0, 0, 57569},
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
	const round = clipBias<<16 + 1<<15
	cr = cr[:len(cb)]
	for x, b := range cb {
		b, r := int32(b)-128, int32(cr[x])-128
		cb[x] = clip[(v.cbcb*b+v.cbcr*r+128<<16+round)>>16&clipMask]
		cr[x] = clip[(v.crcb*b+v.crcr*r+128<<16+round)>>16&clipMask]
		shift := v.ycb*b + v.ycr*r + black + round
		p, q := y0[2*x:2*x+2], y1[2*x:2*x+2]
		p[0] = clip[(int32(p[0])*v.yy+shift)>>16&clipMask]
		p[1] = clip[(int32(p[1])*v.yy+shift)>>16&clipMask]
		q[0] = clip[(int32(q[0])*v.yy+shift)>>16&clipMask]
		q[1] = clip[(int32(q[1])*v.yy+shift)>>16&clipMask]
	}
}

// fromRGB returns the canvas color for c, whose alpha is ignored.
func fromRGB(c color.Color) yuv {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	r, g, b := int32(n.R), int32(n.G), int32(n.B)
	const half = 1 << 15
	return yuv{
		y:  uint8((11966*r + 40254*g + 4064*b + 16<<16 + half) >> 16),
		cb: uint8((-6596*r - 22189*g + 28785*b + 128<<16 + half) >> 16),
		cr: uint8((28785*r - 26145*g - 2640*b + 128<<16 + half) >> 16),
	}
}
