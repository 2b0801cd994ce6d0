package inter

import "encoding/binary"

// halfHPlain is the twin of halfH. src is read up to 5 columns after the block.
func halfHPlain(dst []byte, do, dStride int, src []byte, so, sStride, w, h int) {
	for range h {
		d := dst[do : do+w]
		s := src[so-2 : so+w+6]
		for x := 0; x+8 <= len(d); x += 8 {
			r := s[x : x+14 : x+14]
			a := load(r, 0) & bytes8
			b := load(r, 1) & bytes8
			c := load(r, 2) & bytes8
			e := load(r, 3) & bytes8
			f := load(r, 4) & bytes8
			g := load(r, 5) & bytes8
			i := load(r, 6) & bytes8
			even := clip5((c+e)*20 + a + g + tapAdd - (b+f)*5)
			odd := clip5((e+f)*20 + b + i + tapAdd - (c+g)*5)
			store(d, x, even|odd<<8)
		}
		do += dStride
		so += sStride
	}
}

// halfVPlain is the twin of halfV.
func halfVPlain(dst []byte, do, dStride int, src []byte, so, sStride, w, h int) {
	for x := 0; x < w; x += 8 {
		s := src[so+x-2*sStride:]
		a, b, c, e, f := load(s, 0), load(s, sStride), load(s, 2*sStride), load(s, 3*sStride), load(s, 4*sStride)
		aE, bE, cE, eE, fE := a&bytes8, b&bytes8, c&bytes8, e&bytes8, f&bytes8
		aO, bO, cO, eO, fO := a>>8&bytes8, b>>8&bytes8, c>>8&bytes8, e>>8&bytes8, f>>8&bytes8
		at, to := 5*sStride, do+x
		for range h {
			g := load(s, at)
			gE, gO := g&bytes8, g>>8&bytes8
			even := clip5((cE+eE)*20 + aE + gE + tapAdd - (bE+fE)*5)
			odd := clip5((cO+eO)*20 + aO + gO + tapAdd - (bO+fO)*5)
			store(dst, to, even|odd<<8)
			aE, bE, cE, eE, fE = bE, cE, eE, fE, gE
			aO, bO, cO, eO, fO = bO, cO, eO, fO, gO
			at += sStride
			to += dStride
		}
	}
}

// The sum of six biased six-tap sums (taps of sum 32 on values biased by tapBias) carries a bias of 32*tapBias = 81920;
// centerExtra keeps it positive (the sum itself is above -214200). Both are multiples of 1024: 80 and 256 after the
// final shift. The rounding term is 512.
const (
	wide        = 0x0000000100000001
	low16       = 0x0000ffff0000ffff
	centerExtra = 1 << 18
	centerAdd   = (centerExtra + 512) * wide
	centerBias  = (32*tapBias + centerExtra) >> 10
)

// clip10 finishes two biased sums in 32-bit lanes: shift by 10, remove the bias, clip to a byte.
func clip10(sum uint64) uint64 {
	u := sum>>10&(0x3fffff*wide) + (0x80000000-centerBias)*wide
	m := u >> 31 & wide
	v := u & (m<<31 - m)
	o := (v + (0x80000000-256)*wide) >> 31 & wide
	return (v | (o<<8 - o)) & (0xff * wide)
}

// halfHVPlain is the twin of halfHV. src is read up to 5 columns after the block.
func halfHVPlain(dst []byte, do, dStride int, src []byte, so, sStride, w, h int) {
	var even, odd [21]uint64 // the horizontal sums with bias, before rounding
	for x := 0; x < w; x += 8 {
		at := so + x - 2*sStride - 2
		for y := range h + 5 {
			r := src[at : at+14 : at+14]
			a := load(r, 0) & bytes8
			b := load(r, 1) & bytes8
			c := load(r, 2) & bytes8
			e := load(r, 3) & bytes8
			f := load(r, 4) & bytes8
			g := load(r, 5) & bytes8
			i := load(r, 6) & bytes8
			even[y] = (c+e)*20 + a + g + tapBias*lanes - (b+f)*5
			odd[y] = (e+f)*20 + b + i + tapBias*lanes - (c+g)*5
			at += sStride
		}
		to := do + x
		for y := range h {
			v := center(even[y:y+6:y+6]) | center(odd[y:y+6:y+6])<<8
			store(dst, to, v)
			to += dStride
		}
	}
}

// center filters four columns of biased sums vertically.
func center(r []uint64) uint64 {
	_ = r[5]
	lo := (r[2]&low16+r[3]&low16)*20 + r[0]&low16 + r[5]&low16 + centerAdd - (r[1]&low16+r[4]&low16)*5
	hi := (r[2]>>16&low16+r[3]>>16&low16)*20 + r[0]>>16&low16 + r[5]>>16&low16 + centerAdd -
		(r[1]>>16&low16+r[4]>>16&low16)*5
	return clip10(lo) | clip10(hi)<<16
}

// chromaPlain is the twin of chroma. Nine columns are read whatever the block's width.
func chromaPlain(dst []byte, dStride int, src []byte, so, sStride int, weights *[4]uint8, w, h int) {
	wa, wb, wc, wd := uint64(weights[0]), uint64(weights[1]), uint64(weights[2]), uint64(weights[3])
	a, b := load(src, so), load(src, so+1)
	for y := range h {
		so += sStride
		c, d := load(src, so), load(src, so+1)
		even := (a&bytes8)*wa + (b&bytes8)*wb + (c&bytes8)*wc + (d&bytes8)*wd + 32*lanes
		odd := (a>>8&bytes8)*wa + (b>>8&bytes8)*wb + (c>>8&bytes8)*wc + (d>>8&bytes8)*wd + 32*lanes
		v := even>>6&bytes8 | odd>>6&bytes8<<8
		switch row := dst[y*dStride:]; w {
		case 8:
			store(row, 0, v)
		case 4:
			binary.LittleEndian.PutUint32(row, uint32(v))
		default:
			binary.LittleEndian.PutUint16(row, uint16(v))
		}
		a, b = c, d
	}
}
