package vp8

import "encoding/binary"

// bilinear predicts w by h samples with the filters of versions 1 to 3 (RFC 6386 18.3), fx and fy eighths of a sample
// away from the start of src. w is 4, 8 or 16. dst and src must not overlap.
func (d *Decoder) bilinear(dst []byte, dstStride int, src []byte, srcStride, w, h int, fx, fy uint) {
	rows := h
	if fy != 0 {
		rows++
	}
	for x := 0; x < w; x += 8 {
		lanes := d.lanes[:2*rows]
		if fx != 0 {
			mixRows(lanes, src[x:], srcStride, uint64(fx))
		} else {
			unpackRows(lanes, src[x:], srcStride)
		}
		if fy != 0 {
			mixColumns(lanes, h, uint64(fy))
		}
		packRows(dst[x:], dstStride, lanes[:2*h], w)
	}
}

// mixRows mixes each of eight samples a row with f eighths of the one to its right.
func mixRows(lanes []uint64, src []byte, stride int, f uint64) {
	for i := 0; i+1 < len(lanes); i += 2 {
		s := src[:10]
		w0 := binary.LittleEndian.Uint64(s)
		w2 := binary.LittleEndian.Uint64(s[2:])
		s0, s1, s2 := w0&byteLanes, w0>>8&byteLanes, w2&byteLanes
		lanes[i] = mix(s0, s1, f)
		lanes[i+1] = mix(s1, s2, f)
		if len(src) > stride {
			src = src[stride:]
		}
	}
}

// mixColumns mixes rows of lanes in place with f eighths of the row that follows.
func mixColumns(lanes []uint64, h int, f uint64) {
	for range h {
		s := lanes[:4]
		s[0], s[1] = mix(s[0], s[2], f), mix(s[1], s[3], f)
		lanes = lanes[2:]
	}
}

// mix is (a*(8-f) + b*f) / 8, rounded, in each lane. The specification has it in 128ths, which comes to the same.
func mix(a, b, f uint64) uint64 {
	return (a*(8-f) + b*f + 4*laneOnes) >> 3 & byteLanes
}
