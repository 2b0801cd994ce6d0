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
	d.predictLuma(ref, mbx*16, mby*16, 16, 16, mb.motion)
	d.predictChroma(ref, mbx*8, mby*8, 8, 8, d.chromaVector(mb.motion))
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
			d.predictLuma(ref, x+bx, y+by, 8, 8, mb.motions[by+bx/4])
		}
	} else {
		for i := 0; i < 16; i += 2 {
			bx, by := i&3*4, i>>2*4
			v0, v1 := mb.motions[i], mb.motions[i+1]
			if v0 == v1 {
				d.predictLuma(ref, x+bx, y+by, 8, 4, v0)
				continue
			}
			d.predictLuma(ref, x+bx, y+by, 4, 4, v0)
			d.predictLuma(ref, x+bx+4, y+by, 4, 4, v1)
		}
	}
	x, y = x/2, y/2
	for by := range 2 {
		v0 := d.chromaVector(mb.averageVector(by * 8))
		v1 := d.chromaVector(mb.averageVector(by*8 + 2))
		if v0 == v1 {
			d.predictChroma(ref, x, y+by*4, 8, 4, v0)
			continue
		}
		d.predictChroma(ref, x, y+by*4, 4, 4, v0)
		d.predictChroma(ref, x+4, y+by*4, 4, 4, v1)
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

// predictLuma predicts the w by h samples at (x, y) of luma from ref, displaced by v.
func (d *Decoder) predictLuma(ref *frame, x, y, w, h int, v vector) {
	src, dst := &ref.planes[0], &d.refs[refIntra].planes[0]
	out := dst.pix[dst.origin+y*dst.stride+x:]
	x += int(v.x >> 2)
	y += int(v.y >> 2)
	in, stride := src.pix, src.stride
	if src.holds(x, y, w, h) {
		in = in[src.at(x-tapsBefore, y-tapsBefore):]
	} else {
		in, stride = d.edgeBlock[:], edgeStride
		src.copyExtended(in, x-tapsBefore, y-tapsBefore, w, h)
	}
	fx, fy := uint(v.x&3)*2, uint(v.y&3)*2
	switch {
	case fx|fy == 0:
		in = in[tapsBefore*stride+tapsBefore:]
		if w == 16 {
			copyPair(out, dst.stride, 8, in, stride, 8, 8, h)
		} else {
			copyPair(out, dst.stride, h/2*dst.stride, in, stride, h/2*stride, w, h/2)
		}
	case d.hdr.Version == 0:
		d.sixtap(out, dst.stride, in, stride, w, h, fx, fy)
	default:
		d.bilinear(out, dst.stride, in[tapsBefore*stride+tapsBefore:], stride, w, h, fx, fy)
	}
}

// predictChroma predicts the w by h samples at (x, y) of both chroma planes from ref, displaced by v. w is 4 or 8.
func (d *Decoder) predictChroma(ref *frame, x, y, w, h int, v vector) {
	src, dst := &ref.planes[1], &d.refs[refIntra].planes[1]
	out, outHalf := d.refs[refIntra].chroma[dst.at(x, y):], len(dst.pix)
	x += int(v.x >> 3)
	y += int(v.y >> 3)
	in, stride, half := ref.chroma, src.stride, len(src.pix)
	if src.holds(x, y, w, h) {
		in = in[src.at(x-tapsBefore, y-tapsBefore):]
	} else {
		in, stride, half = d.edgeBlock[:], edgeStride, edgeRows*edgeStride
		src.copyExtended(in, x-tapsBefore, y-tapsBefore, w, h)
		ref.planes[2].copyExtended(in[half:], x-tapsBefore, y-tapsBefore, w, h)
	}
	fx, fy := uint(v.x&7), uint(v.y&7)
	switch {
	case fx|fy == 0:
		copyPair(out, dst.stride, outHalf, in[tapsBefore*stride+tapsBefore:], stride, half, w, h)
	case d.hdr.Version == 0:
		d.sixtapPair(out, dst.stride, outHalf, in, stride, half, w, h, fx, fy)
	default:
		in = in[tapsBefore*stride+tapsBefore:]
		d.bilinear(out, dst.stride, in, stride, w, h, fx, fy)
		d.bilinear(out[outHalf:], dst.stride, in[half:], stride, w, h, fx, fy)
	}
}

// at is the index of the sample at (x, y).
func (p *plane) at(x, y int) int { return p.origin + y*p.stride + x }

// holds says that p with its border has all that the filters take for the w by h block at (x, y).
func (p *plane) holds(x, y, w, h int) bool {
	return x-tapsBefore >= -p.border && y-tapsBefore >= -p.border &&
		x+w+tapsAfter <= p.w+p.border && y+h+tapsAfter <= p.h+p.border
}

// copyExtended copies the samples of p from (x, y) on to a block of edgeStride, with as many behind the w by h ones there
// as the filters take. Beyond its border the plane goes on as it ends.
func (p *plane) copyExtended(dst []byte, x, y, w, h int) {
	for i := range h + tapsBefore + tapsAfter {
		row := p.pix[p.at(0, min(max(y+i, 0), p.h-1)):][:p.w]
		out := dst[i*edgeStride:][:w+tapsBefore+tapsAfter]
		for j := range out {
			out[j] = row[min(max(x+j, 0), p.w-1)]
		}
	}
}

// copyPairPlain copies two blocks of w by h samples, the second of which is dstHalf and srcHalf behind the first. w is 4 or
// 8.
func copyPairPlain(dst []byte, dstStride, dstHalf int, src []byte, srcStride, srcHalf, w, h int) {
	copyBlock(dst, dstStride, src, srcStride, w, h)
	copyBlock(dst[dstHalf:], dstStride, src[srcHalf:], srcStride, w, h)
}

// copyBlock copies w by h samples; w is 4 or 8.
func copyBlock(dst []byte, dstStride int, src []byte, srcStride, w, h int) {
	if w == 8 {
		for y := range h {
			*(*[8]byte)(dst[y*dstStride:]) = *(*[8]byte)(src[y*srcStride:])
		}
		return
	}
	for y := range h {
		*(*[4]byte)(dst[y*dstStride:]) = *(*[4]byte)(src[y*srcStride:])
	}
}
