package decode

import (
	"github.com/callrec/callrec/codec/h264/internal/dpb"
	"github.com/callrec/callrec/codec/h264/internal/inter"
	"github.com/callrec/callrec/codec/h264/internal/picture"
	"github.com/callrec/callrec/codec/h264/internal/pixel"
)

// predictor holds the scratch space of inter prediction.
type predictor struct {
	second [17 * 16]byte // prediction from list 1
}

// predictInter predicts the samples of the current macroblock from the motion in the caches (clause 8.4.2).
func (d *Decoder) predictInter() {
	switch d.mbShape {
	case shapeWhole:
		d.predictPart(0, 0, 16, 16)
	case shapeRows:
		d.predictPart(0, 0, 16, 8)
		d.predictPart(0, 8, 16, 8)
	case shapeCols:
		d.predictPart(0, 0, 8, 16)
		d.predictPart(8, 0, 8, 16)
	default:
		for i := range d.sub {
			x, y := 8*(i&1), 8*(i>>1)
			switch d.sub[i].shape {
			case shapeWhole:
				d.predictPart(x, y, 8, 8)
			case shapeRows:
				d.predictPart(x, y, 8, 4)
				d.predictPart(x, y+4, 8, 4)
			case shapeCols:
				d.predictPart(x, y, 4, 8)
				d.predictPart(x+4, y, 4, 8)
			default:
				d.predictPart(x, y, 4, 4)
				d.predictPart(x+4, y, 4, 4)
				d.predictPart(x, y+4, 4, 4)
				d.predictPart(x+4, y+4, 4, 4)
			}
		}
	}
}

// predictPart predicts the partition of w by h luma samples at (x, y) in the macroblock.
func (d *Decoder) predictPart(x, y, w, h int) {
	at := origin + x>>2 + y>>2*8
	var ref [2]int
	var src [2]*dpb.Picture
	used := 0
	for l := range d.lists2() {
		ref[l] = int(d.motion[l].ref[at])
		if ref[l] < 0 {
			continue
		}
		if src[l] = d.lists[l][ref[l]&31]; src[l] == nil {
			d.failf("reference %d of list %d is missing", ref[l], l)
			return
		}
		used |= predL0 << l
	}
	if used == 0 {
		return
	}
	first := 0
	if used == predL1 {
		first = 1
	}
	px, py := 16*d.mbx+x, 16*d.mby+y
	f := d.pic.Frame
	planes := 3
	if d.hdr.SPS.Monochrome {
		planes = 1
		d.grayChroma(px, py, w, h)
	}
	for c := range planes {
		plane, qx, qy, pw, ph := &f.Y, px, py, w, h
		if c > 0 {
			plane, qx, qy, pw, ph = &f.C[c-1], px/2, py/2, w/2, h/2
		}
		dst := plane.Pix[plane.At(qx, qy):]
		d.fetch(dst, plane.Stride, src[first], c, qx, qy, pw, ph, d.motion[first].mv[at])
		if used == predBi {
			d.fetch(d.pred.second[:], 16, src[1], c, qx, qy, pw, ph, d.motion[1].mv[at])
			d.combine(dst, plane.Stride, c, pw, ph, ref[0]&31, ref[1]&31)
		} else if k := min(c, 1); d.weight.explicit && d.hdr.Weighted[first][ref[first]&31][k] {
			weightOne(dst, plane.Stride, pw, ph, d.hdr.Weights[first][ref[first]&31][c], d.hdr.LogDenom[k])
		}
	}
}

// combine merges the predictions from both lists into dst.
func (d *Decoder) combine(dst []byte, stride, c, w, h, ref0, ref1 int) {
	second := d.pred.second[:]
	hdr := &d.hdr
	k := min(c, 1)
	switch {
	case d.weight.implicit && d.weight.bi[ref0][ref1] != 32:
		w1 := int(d.weight.bi[ref0][ref1])
		weightTwo(dst, stride, second, w, h, 64-w1, w1, 0, 5)
	case d.weight.explicit && (hdr.Weighted[0][ref0][k] || hdr.Weighted[1][ref1][k]):
		a, b := hdr.Weights[0][ref0][c], hdr.Weights[1][ref1][c]
		weightTwo(dst, stride, second, w, h, int(a.Scale), int(b.Scale), (int(a.Offset)+int(b.Offset)+1)>>1, hdr.LogDenom[k])
	default:
		pixel.Mean(dst, stride, dst, stride, second, 16, w, h)
	}
}

// fetch writes to dst the prediction of plane c from one picture.
func (d *Decoder) fetch(dst []byte, stride int, src *dpb.Picture, c, x, y, w, h int, v dpb.MV) {
	if c == 0 {
		d.fetchLuma(dst, stride, &src.Y, x, y, w, h, v)
	} else {
		d.fetchChroma(dst, stride, &src.C[c-1], x, y, w, h, v)
	}
}

// Beyond these distances from the picture all samples that are read repeat its edge, so moving further changes nothing,
// and all reads stay within the border of a plane (32 samples for luma, 16 for chroma).
const (
	reachLuma    = 24 // before the first sample; 8 behind the last
	reachChroma  = 12 // 4 behind the last
	behindLuma   = 8
	behindChroma = 4
)

func (d *Decoder) fetchLuma(dst []byte, stride int, p *picture.Plane, x, y, w, h int, v dpb.MV) {
	sx := min(max(x+int(v.X)>>2, -reachLuma), p.W+behindLuma)
	sy := min(max(y+int(v.Y)>>2, -reachLuma), p.H+behindLuma)
	fx, fy := int(v.X)&3, int(v.Y)&3
	inter.Luma(dst, stride, p.Pix, p.At(sx, sy), p.Stride, fx, fy, w, h)
}

func (d *Decoder) fetchChroma(dst []byte, stride int, p *picture.Plane, x, y, w, h int, v dpb.MV) {
	sx := min(max(x+int(v.X)>>3, -reachChroma), p.W+behindChroma)
	sy := min(max(y+int(v.Y)>>3, -reachChroma), p.H+behindChroma)
	fx, fy := int(v.X)&7, int(v.Y)&7
	inter.Chroma(dst, stride, p.Pix, p.At(sx, sy), p.Stride, fx, fy, w, h)
}

// grayChroma fills the chroma of a partition of a monochrome picture.
func (d *Decoder) grayChroma(px, py, w, h int) {
	for c := range d.pic.C {
		p := &d.pic.C[c]
		for y := range h / 2 {
			fillBytes(p.Pix[p.At(px/2, py/2+y):][:w/2], 128)
		}
	}
}
