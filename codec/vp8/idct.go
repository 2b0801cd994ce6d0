package vp8

import "encoding/binary"

// Factors of the inverse DCT in 65536ths: sqrt(2)*cos(pi/8)-1 and sqrt(2)*sin(pi/8) (RFC 6386 14.3).
const (
	cosMinus1 = 20091
	sin       = 35468
)

// inverseDCTPlain adds the inverse transform of coeffs to the 4x4 samples at pix, and zeroes coeffs (RFC 6386 14.3,
// 14.5). What the first pass leaves is cut to 16 bits, as in the reference decoder; no sane stream comes near that.
func inverseDCTPlain(coeffs *[16]int16, pix []byte, stride int) {
	var m [16]int32
	for i := range 4 {
		c0, c1, c2, c3 := int32(coeffs[i]), int32(coeffs[4+i]), int32(coeffs[8+i]), int32(coeffs[12+i])
		a, b := c0+c2, c0-c2
		c := c1*sin>>16 - (c3 + c3*cosMinus1>>16)
		d := c1 + c1*cosMinus1>>16 + c3*sin>>16
		m[i] = int32(int16(a + d))
		m[4+i] = int32(int16(b + c))
		m[8+i] = int32(int16(b - c))
		m[12+i] = int32(int16(a - d))
	}
	*coeffs = [16]int16{}
	for i := range 4 {
		c0, c1, c2, c3 := m[4*i]+4, m[4*i+1], m[4*i+2], m[4*i+3]
		a, b := c0+c2, c0-c2
		c := c1*sin>>16 - (c3 + c3*cosMinus1>>16)
		d := c1 + c1*cosMinus1>>16 + c3*sin>>16
		row := pix[i*stride:][:4]
		row[0] = clip(int32(row[0]) + (a+d)>>3)
		row[1] = clip(int32(row[1]) + (b+c)>>3)
		row[2] = clip(int32(row[2]) + (b-c)>>3)
		row[3] = clip(int32(row[3]) + (a-d)>>3)
	}
}

// clip limits v to what a sample can be.
func clip(v int32) uint8 {
	if uint32(v) > 255 {
		return uint8(^(v >> 31))
	}
	return uint8(v)
}

// byteLanes are the even bytes of a word, spread over lanes of 16 bits.
const byteLanes = 0x00ff00ff00ff00ff

// addDC does what inverseDCT does for a block with no other coefficient than dc. It works on eight samples at a time.
func addDC(dc int16, pix []byte, stride int) {
	v := (int32(dc) + 4) >> 3
	if v == 0 {
		return
	}
	lane := uint64(min(max(v, -v), 255)) * laneOnes
	for range 2 {
		row0 := pix[:4]
		row1 := pix[stride:][:4]
		w := uint64(binary.LittleEndian.Uint32(row0)) | uint64(binary.LittleEndian.Uint32(row1))<<32
		if v > 0 {
			w = addLanes(w&byteLanes, lane) | addLanes(w>>8&byteLanes, lane)<<8
		} else {
			w = subLanes(w&byteLanes, lane) | subLanes(w>>8&byteLanes, lane)<<8
		}
		binary.LittleEndian.PutUint32(row0, uint32(w))
		binary.LittleEndian.PutUint32(row1, uint32(w>>32))
		if len(pix) > 2*stride {
			pix = pix[2*stride:]
		}
	}
}

// addDCRowPlain adds the DC coefficients of four blocks side by side, which have no others, to their samples, and zeroes
// them.
func addDCRowPlain(blocks *[4][16]int16, pix []byte, stride int) {
	for i := range blocks {
		addDC(blocks[i][0], pix[4*i:], stride)
		blocks[i][0] = 0
	}
}

// addDCSquarePlain does the same for two blocks and the two below them.
func addDCSquarePlain(blocks *[4][16]int16, pix []byte, stride int) {
	for i := range blocks {
		addDC(blocks[i][0], pix[i>>1*4*stride+i&1*4:], stride)
		blocks[i][0] = 0
	}
}

// laneOnes holds 1 in each 16-bit lane.
const laneOnes = 0x0001000100010001

// addLanes adds lanes of 0 to 255, limiting the sums to 255.
func addLanes(a, b uint64) uint64 {
	s := a + b
	over := s >> 8 & laneOnes
	return (s | (over<<8 - over)) & byteLanes
}

// subLanes subtracts lanes of 0 to 255, limiting the differences to 0.
func subLanes(a, b uint64) uint64 {
	d := a + 0x100*laneOnes - b
	fits := d >> 8 & laneOnes
	return d & (fits<<8 - fits)
}

// addBlock adds the residual of a block, whose coefficients end before end, to its prediction and zeroes it.
func addBlock(coeffs *[16]int16, end uint8, pix []byte, stride int) {
	switch end {
	case 0:
	case 1:
		addDC(coeffs[0], pix, stride)
		coeffs[0] = 0
	default:
		inverseDCT(coeffs, pix, stride)
	}
}

// addFourPlain does the same for two blocks side by side, and for two that begin half behind them.
func addFourPlain(blocks *[4][16]int16, ends *[4]uint8, pix []byte, stride, half int) {
	for i := range blocks {
		addBlock(&blocks[i], ends[i], pix[i&1*4+i>>1*half:], stride)
	}
}

// spreadY2Plain transforms the coefficients in block y2 to the DC coefficients of the luma blocks, zeroes them, and makes
// ends say that all blocks have one.
func spreadY2Plain(y2 *[16]int16, blocks *[16][16]int16, ends *[16]uint8) {
	inverseWHT(y2, blocks)
	for i := range ends {
		ends[i] = max(ends[i], 1)
	}
}

// inverseWHT transforms the coefficients in block y2 to the DC coefficients of the luma blocks, and zeroes them
// (RFC 6386 14.3).
func inverseWHT(y2 *[16]int16, blocks *[16][16]int16) {
	var m [16]int32
	for i := range 4 {
		c0, c1, c2, c3 := int32(y2[i]), int32(y2[4+i]), int32(y2[8+i]), int32(y2[12+i])
		a, b, c, d := c0+c3, c1+c2, c1-c2, c0-c3
		m[i] = int32(int16(a + b))
		m[4+i] = int32(int16(c + d))
		m[8+i] = int32(int16(a - b))
		m[12+i] = int32(int16(d - c))
	}
	*y2 = [16]int16{}
	for i := range 4 {
		c0, c1, c2, c3 := m[4*i]+3, m[4*i+1], m[4*i+2], m[4*i+3]
		a, b, c, d := c0+c3, c1+c2, c1-c2, c0-c3
		blocks[4*i][0] = int16((a + b) >> 3)
		blocks[4*i+1][0] = int16((c + d) >> 3)
		blocks[4*i+2][0] = int16((a - b) >> 3)
		blocks[4*i+3][0] = int16((d - c) >> 3)
	}
}
