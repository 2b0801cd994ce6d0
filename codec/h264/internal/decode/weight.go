package decode

import (
	"github.com/callrec/callrec/codec/h264/internal/dpb"
	"github.com/callrec/callrec/codec/h264/internal/params"
)

// weighting says how the predictions of a slice are weighted (clause 8.4.2.3).
type weighting struct {
	explicit bool
	implicit bool
	// bi holds the weight of list 1 by the two reference indices in implicit mode; that of list 0 is 64 minus it.
	bi [params.MaxRefs][params.MaxRefs]int16
}

// prepare derives the weights of a slice of the picture with the given count.
func (w *weighting) prepare(h *params.SliceHeader, lists *dpb.Lists, poc int32) {
	w.explicit = h.Type == params.SliceP && h.PPS.WeightedPred || h.Type == params.SliceB && h.PPS.WeightedBipred == 1
	w.implicit = h.Type == params.SliceB && h.PPS.WeightedBipred == 2
	if !w.implicit {
		return
	}
	for i := range h.NumRef[0] {
		for k := range h.NumRef[1] {
			w.bi[i][k] = implicitWeight(lists[0][i], lists[1][k], poc)
		}
	}
}

// implicitWeight is w1 of clause 8.4.2.3.1.
func implicitWeight(p0, p1 *dpb.Picture, poc int32) int16 {
	if p0 == nil || p1 == nil || p0.POC == p1.POC || p0.Marking == dpb.LongTerm || p1.Marking == dpb.LongTerm {
		return 32
	}
	v := distScale(poc, p0.POC, p1.POC) >> 2
	if v < -64 || v > 128 {
		return 32
	}
	return int16(v)
}

// weightOne applies an explicit weight to a block predicted from one list.
func weightOne(dst []byte, stride, w, h int, weight params.Weight, denom uint) {
	scale, offset, round := int(weight.Scale), int(weight.Offset), 0
	if denom > 0 {
		round = 1 << (denom - 1)
	}
	for range h {
		row := dst[:w]
		for x, v := range row {
			row[x] = clip((int(v)*scale+round)>>denom + offset)
		}
		dst = dst[min(stride, len(dst)):]
	}
}

// weightTwo adds up two weighted predictions in dst; the second has a stride of 16.
func weightTwo(dst []byte, stride int, second []byte, w, h, w0, w1, offset int, denom uint) {
	round := 1 << denom
	for range h {
		row, other := dst[:w], second[:w]
		for x, v := range row {
			row[x] = clip((int(v)*w0+int(other[x])*w1+round)>>(denom+1) + offset)
		}
		dst, second = dst[min(stride, len(dst)):], second[16:]
	}
}

func clip(v int) byte {
	if uint(v) <= 255 {
		return byte(v)
	}
	if v < 0 {
		return 0
	}
	return 255
}
