package tiler

import "encoding/binary"

// vertical computes row y of the vertically scaled src into dst.
func vertical(dst []uint8, src plane, a *axis, y int) {
	o := int(a.off[y])
	w := a.weights(y)
	for w[0] == 0 {
		o, w = o+1, w[1:]
	}
	for w[len(w)-1] == 0 {
		w = w[:len(w)-1]
	}
	switch {
	case len(w) == 1: // all of one row
		copy(dst, src.row(o))
	case verticalVector(dst, src, o, w):
	case len(dst) < 8 || a.spline && len(w) != 4: // the latter at the upper and lower border
		verticalNarrow(dst, src, o, w)
	case a.spline:
		verticalCubic(dst, src.row(o), src.row(o+1), src.row(o+2), src.row(o+3), (*[4]int32)(w))
	case len(w) == 2:
		verticalArea2(dst, src.row(o), src.row(o+1), w[0], w[1])
	case len(w) == 3:
		verticalArea3(dst, src.row(o), src.row(o+1), src.row(o+2), w[0], w[1], w[2])
	default:
		verticalArea(dst, src, o, w)
	}
}

// verticalNarrow is the plain form, also for rows shorter than a word.
func verticalNarrow(dst []uint8, src plane, o int, w []int32) {
	for x := range dst {
		acc := int32(clipRoundOne)
		for i, k := range w {
			acc += k * int32(src.pix[(o+i)*src.stride+x])
		}
		dst[x] = clip[acc>>weightBits&clipMask]
	}
}

// The rest compute eight columns at a time, two in a word like the horizontal pass. Where the columns are no multiple of
// eight, the last eight, which overlap those before them, are computed by a second call.

// verticalCubic weighs four rows, some weights being negative.
func verticalCubic(dst, r0, r1, r2, r3 []uint8, w *[4]int32) {
	w0, w1, w2, w3 := uint64(w[0]), uint64(w[1]), uint64(w[2]), uint64(w[3])
	n := len(dst)
	r0, r1, r2, r3 = r0[:n], r1[:n], r2[:n], r3[:n]
	for x := 0; x <= n-8; x += 8 {
		v0 := binary.LittleEndian.Uint64(r0[x : x+8])
		v1 := binary.LittleEndian.Uint64(r1[x : x+8])
		v2 := binary.LittleEndian.Uint64(r2[x : x+8])
		v3 := binary.LittleEndian.Uint64(r3[x : x+8])
		a := clipRound + v0&lane*w0 + v1&lane*w1 + v2&lane*w2 + v3&lane*w3
		b := clipRound + v0>>8&lane*w0 + v1>>8&lane*w1 + v2>>8&lane*w2 + v3>>8&lane*w3
		c := clipRound + v0>>16&lane*w0 + v1>>16&lane*w1 + v2>>16&lane*w2 + v3>>16&lane*w3
		d := clipRound + v0>>24&lane*w0 + v1>>24&lane*w1 + v2>>24&lane*w2 + v3>>24&lane*w3
		binary.LittleEndian.PutUint64(dst[x:x+8], joinClipped(a, b, c, d))
	}
	if n%8 != 0 {
		n -= 8
		verticalCubic(dst[n:], r0[n:], r1[n:], r2[n:], r3[n:], w)
	}
}

// verticalArea2 weighs two rows, no weight being negative, so that there is nothing to clip.
func verticalArea2(dst, r0, r1 []uint8, k0, k1 int32) {
	w0, w1 := uint64(k0), uint64(k1)
	n := len(dst)
	r0, r1 = r0[:n], r1[:n]
	for x := 0; x <= n-8; x += 8 {
		v0 := binary.LittleEndian.Uint64(r0[x : x+8])
		v1 := binary.LittleEndian.Uint64(r1[x : x+8])
		a := round + v0&lane*w0 + v1&lane*w1
		b := round + v0>>8&lane*w0 + v1>>8&lane*w1
		c := round + v0>>16&lane*w0 + v1>>16&lane*w1
		d := round + v0>>24&lane*w0 + v1>>24&lane*w1
		binary.LittleEndian.PutUint64(dst[x:x+8], join(a, b, c, d))
	}
	if n%8 != 0 {
		n -= 8
		verticalArea2(dst[n:], r0[n:], r1[n:], k0, k1)
	}
}

// verticalArea3 is the same for three rows.
func verticalArea3(dst, r0, r1, r2 []uint8, k0, k1, k2 int32) {
	w0, w1, w2 := uint64(k0), uint64(k1), uint64(k2)
	n := len(dst)
	r0, r1, r2 = r0[:n], r1[:n], r2[:n]
	for x := 0; x <= n-8; x += 8 {
		v0 := binary.LittleEndian.Uint64(r0[x : x+8])
		v1 := binary.LittleEndian.Uint64(r1[x : x+8])
		v2 := binary.LittleEndian.Uint64(r2[x : x+8])
		a := round + v0&lane*w0 + v1&lane*w1 + v2&lane*w2
		b := round + v0>>8&lane*w0 + v1>>8&lane*w1 + v2>>8&lane*w2
		c := round + v0>>16&lane*w0 + v1>>16&lane*w1 + v2>>16&lane*w2
		d := round + v0>>24&lane*w0 + v1>>24&lane*w1 + v2>>24&lane*w2
		binary.LittleEndian.PutUint64(dst[x:x+8], join(a, b, c, d))
	}
	if n%8 != 0 {
		n -= 8
		verticalArea3(dst[n:], r0[n:], r1[n:], r2[n:], k0, k1, k2)
	}
}

// verticalArea is the same for any number of rows.
func verticalArea(dst []uint8, src plane, o int, w []int32) {
	n := len(dst)
	for x := 0; x < n; x += 8 {
		x = min(x, n-8)
		a, b, c, d := uint64(round), uint64(round), uint64(round), uint64(round)
		at := o*src.stride + x
		for _, k := range w {
			v := binary.LittleEndian.Uint64(src.pix[at : at+8])
			a += v & lane * uint64(k)
			b += v >> 8 & lane * uint64(k)
			c += v >> 16 & lane * uint64(k)
			d += v >> 24 & lane * uint64(k)
			at += src.stride
		}
		binary.LittleEndian.PutUint64(dst[x:x+8], join(a, b, c, d))
	}
}
