package vp8

// Blocks that reach beyond the border of the reference are predicted from a copy that has the reference's edge continued
// around it.
const (
	edgeStride = 32
	edgeRows   = 16 + tapsBefore + tapsAfter
)

// Samples that the longest interpolation filter needs before and after those it stands for.
const (
	tapsBefore = 2
	tapsAfter  = 3
)

// predictMotion predicts the macroblock mb at (mbx, mby) from its reference (RFC 6386 18).
func (d *Decoder) predictMotion(mb *macroblock, mbx, mby int) {
	if mb.mode == modeSplit {
		d.predictSplit(mb, mbx, mby)
		return
	}
	ref := d.refs[mb.ref&3]
	x, y := mbx*16, mby*16
	d.predictBlock(ref, 0, x, y, 16, 16, 2*int(mb.motion.x), 2*int(mb.motion.y))
	v := d.chromaVector(mb.motion)
	for i := 1; i < 3; i++ {
		d.predictBlock(ref, i, x/2, y/2, 8, 8, int(v.x), int(v.y))
	}
}

// chromaVector drops the fraction of v in streams whose chroma moves by whole samples (RFC 6386 5, version 3).
func (d *Decoder) chromaVector(v vector) vector {
	if d.hdr.Version == 3 {
		v.x &^= 7
		v.y &^= 7
	}
	return v
}

// predictSplit predicts a macroblock with more than one vector.
func (d *Decoder) predictSplit(mb *macroblock, mbx, mby int) {
	ref := d.refs[mb.ref&3]
	x, y := mbx*16, mby*16
	if mb.split < 3 {
		for i := range 4 {
			bx, by := i&1*8, i>>1*8
			v := mb.motions[by+bx/4]
			d.predictBlock(ref, 0, x+bx, y+by, 8, 8, 2*int(v.x), 2*int(v.y))
		}
	} else {
		for i := 0; i < 16; i += 2 {
			bx, by := i&3*4, i>>2*4
			d.predictPair(ref, 0, x+bx, y+by, mb.motions[i], mb.motions[i+1], 2)
		}
	}
	for by := range 2 {
		v0 := d.chromaVector(mb.averageVector(by * 8))
		v1 := d.chromaVector(mb.averageVector(by*8 + 2))
		for i := 1; i < 3; i++ {
			d.predictPair(ref, i, x/2, y/2+by*4, v0, v1, 1)
		}
	}
}

// averageVector is the mean vector of the four luma sub-blocks that share a chroma sub-block, of which i is the first.
func (mb *macroblock) averageVector(i int) vector {
	a, b, c, d := mb.motions[i], mb.motions[i+1], mb.motions[i+4], mb.motions[i+5]
	return vector{
		x: quarter(int(a.x) + int(b.x) + int(c.x) + int(d.x)),
		y: quarter(int(a.y) + int(b.y) + int(c.y) + int(d.y)),
	}
}

// quarter divides by 4, rounding halves away from zero.
func quarter(sum int) int16 {
	if sum < 0 {
		return int16(-((2 - sum) / 4))
	}
	return int16((sum + 2) / 4)
}

// predictPair predicts two 4x4 blocks side by side, as one if they move alike. scale brings their vectors to eighths of a
// sample.
func (d *Decoder) predictPair(ref *frame, plane, x, y int, v0, v1 vector, scale int) {
	if v0 == v1 {
		d.predictBlock(ref, plane, x, y, 8, 4, scale*int(v0.x), scale*int(v0.y))
		return
	}
	d.predictBlock(ref, plane, x, y, 4, 4, scale*int(v0.x), scale*int(v0.y))
	d.predictBlock(ref, plane, x+4, y, 4, 4, scale*int(v1.x), scale*int(v1.y))
}

// predictBlock predicts the w by h samples at (x, y) of a plane from ref, displaced by (dx, dy) eighths of a sample.
func (d *Decoder) predictBlock(ref *frame, plane, x, y, w, h, dx, dy int) {
	src, dst := &ref.planes[plane], &d.refs[refIntra].planes[plane]
	out := dst.pix[dst.origin+y*dst.stride+x:]
	x += dx >> 3
	y += dy >> 3
	in, stride := d.reference(src, x, y, w, h)
	fx, fy := uint(dx&7), uint(dy&7)
	switch {
	case fx|fy == 0:
		copyBlock(out, dst.stride, in[tapsBefore*stride+tapsBefore:], stride, w, h)
	case d.hdr.Version == 0:
		d.sixtap(out, dst.stride, in, stride, w, h, fx, fy)
	default:
		d.bilinear(out, dst.stride, in[tapsBefore*stride+tapsBefore:], stride, w, h, fx, fy)
	}
}

// reference returns the samples of p from (x-tapsBefore, y-tapsBefore) on, with as many around the w by h block at (x, y)
// as the filters take, and their stride.
func (d *Decoder) reference(p *plane, x, y, w, h int) ([]byte, int) {
	x -= tapsBefore
	y -= tapsBefore
	w += tapsBefore + tapsAfter
	h += tapsBefore + tapsAfter
	if x >= -p.border && y >= -p.border && x+w <= p.w+p.border && y+h <= p.h+p.border {
		return p.pix[p.origin+y*p.stride+x:], p.stride
	}
	for i := range h {
		row := p.pix[p.origin+min(max(y+i, 0), p.h-1)*p.stride:][:p.w]
		out := d.edgeBlock[i*edgeStride:][:w]
		for j := range out {
			out[j] = row[min(max(x+j, 0), p.w-1)]
		}
	}
	return d.edgeBlock[:], edgeStride
}

// copyBlock copies w by h samples; w is 4, 8 or 16.
func copyBlock(dst []byte, dstStride int, src []byte, srcStride, w, h int) {
	switch w {
	case 16:
		for y := range h {
			*(*[16]byte)(dst[y*dstStride:]) = *(*[16]byte)(src[y*srcStride:])
		}
	case 8:
		for y := range h {
			*(*[8]byte)(dst[y*dstStride:]) = *(*[8]byte)(src[y*srcStride:])
		}
	default:
		for y := range h {
			*(*[4]byte)(dst[y*dstStride:]) = *(*[4]byte)(src[y*srcStride:])
		}
	}
}
