package vp8

import "encoding/binary"

// The interpolation filters work on columns of eight samples at a time, held as two words of four 16-bit lanes each: the
// even samples and the odd ones. A pair of such words stands for each row in Decoder.lanes, between the horizontal and
// the vertical filter. All lanes stay within 0 to 65535, so that they never disturb each other.

// filterBias is added to each lane ahead of the division by 128: one half, and 64 units so that no sum is negative. With
// samples of 255 the positive taps sum up to 40800, the negative ones to 8160.
const filterBias = (64 + 64<<7) * laneOnes

// roundLanes divides lanes that hold filterBias by 128 and limits them to 0 to 255.
func roundLanes(v uint64) uint64 {
	// 64 is what remains of the bias; 448 more put it in bit 9 whether the value is negative.
	v = v>>7&(0x1ff*laneOnes) + 448*laneOnes
	fits := v >> 9 & laneOnes
	v &= fits<<9 - fits
	over := v >> 8 & laneOnes
	return (v | (over<<8 - over)) & byteLanes
}

// sixtapPlain predicts w by h samples with the filters of version 0 (RFC 6386 18.3), fx and fy eighths of a sample away
// from (tapsBefore, tapsBefore) of src. w is 4, 8 or 16. dst and src must not overlap.
func (d *Decoder) sixtapPlain(dst []byte, dstStride int, src []byte, srcStride, w, h int, fx, fy uint) {
	rows := h
	if fy != 0 {
		rows += tapsBefore + tapsAfter
	} else {
		src = src[tapsBefore*srcStride:]
	}
	for x := 0; x < w; x += 8 {
		lanes := d.lanes[:2*rows]
		if fx != 0 {
			filterRows(lanes, src[x:], srcStride, &sixtapFilters[fx&7])
		} else {
			unpackRows(lanes, src[x+tapsBefore:], srcStride)
		}
		if fy != 0 {
			filterColumns(lanes, h, &sixtapFilters[fy&7])
		}
		packRows(dst[x:], dstStride, lanes[:2*h], w)
	}
}

// filterRows applies a horizontal filter to rows of eight samples, the first of which is at tapsBefore, and leaves them in
// lanes.
func filterRows(lanes []uint64, src []byte, stride int, taps *[6]uint8) {
	t0, t1, t2 := uint64(taps[0]), uint64(taps[1]), uint64(taps[2])
	t3, t4, t5 := uint64(taps[3]), uint64(taps[4]), uint64(taps[5])
	for i := 0; i+1 < len(lanes); i += 2 {
		s := src[:14]
		w0 := binary.LittleEndian.Uint64(s)
		w2 := binary.LittleEndian.Uint64(s[2:])
		w4 := binary.LittleEndian.Uint64(s[4:])
		w6 := binary.LittleEndian.Uint64(s[6:])
		s0, s1 := w0&byteLanes, w0>>8&byteLanes
		s2, s3 := w2&byteLanes, w2>>8&byteLanes
		s4, s5 := w4&byteLanes, w4>>8&byteLanes
		s6 := w6 & byteLanes
		lanes[i] = roundLanes(filterBias + s0*t0 + s2*t2 + s3*t3 + s5*t5 - s1*t1 - s4*t4)
		lanes[i+1] = roundLanes(filterBias + s1*t0 + s3*t2 + s4*t3 + s6*t5 - s2*t1 - s5*t4)
		if len(src) > stride {
			src = src[stride:]
		}
	}
}

// filterColumns applies a vertical filter in place: row y of the result comes from rows y to y+5 of lanes.
func filterColumns(lanes []uint64, h int, taps *[6]uint8) {
	t0, t1, t2 := uint64(taps[0]), uint64(taps[1]), uint64(taps[2])
	t3, t4, t5 := uint64(taps[3]), uint64(taps[4]), uint64(taps[5])
	for range h {
		s := lanes[:12]
		even := filterBias + s[0]*t0 + s[4]*t2 + s[6]*t3 + s[10]*t5 - s[2]*t1 - s[8]*t4
		odd := filterBias + s[1]*t0 + s[5]*t2 + s[7]*t3 + s[11]*t5 - s[3]*t1 - s[9]*t4
		s[0], s[1] = roundLanes(even), roundLanes(odd)
		lanes = lanes[2:]
	}
}

// unpackRows spreads rows of eight samples over lanes.
func unpackRows(lanes []uint64, src []byte, stride int) {
	for i := 0; i+1 < len(lanes); i += 2 {
		w := binary.LittleEndian.Uint64(src)
		lanes[i] = w & byteLanes
		lanes[i+1] = w >> 8 & byteLanes
		if len(src) > stride {
			src = src[stride:]
		}
	}
}

// packRows stores rows of lanes as samples, eight or, if w is 4, four a row.
func packRows(dst []byte, stride int, lanes []uint64, w int) {
	for i := 0; i+1 < len(lanes); i += 2 {
		v := lanes[i] | lanes[i+1]<<8
		if w == 4 {
			binary.LittleEndian.PutUint32(dst, uint32(v))
		} else {
			binary.LittleEndian.PutUint64(dst, v)
		}
		if len(dst) > stride {
			dst = dst[stride:]
		}
	}
}
