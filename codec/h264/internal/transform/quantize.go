package transform

import "github.com/callrec/callrec/codec/h264/internal/params"

// Quantizer says how blocks are quantized: a coefficient v becomes the level (|v|*Factor + Round) >> Shift, no larger
// than Max, with the sign of v. Products stay below 2^31.
type Quantizer[Block [16]int32 | [64]int32] struct {
	Factor *Block // in raster order
	Scale  *Block // the decoder's
	Round  int32
	Shift  uint32
	Max    int32
}

// Quantize quantizes the coefficients c, in raster order, into levels in scan order, leaves the scaled coefficients that
// a decoder makes of the levels in c, and returns how many levels are not zero.
func Quantize(levels *[16]int16, c *[16]int32, q *Quantizer[[16]int32]) int {
	return quantize(levels, c, q)
}

// QuantizeAC does the same for all coefficients but the first, which stays as it is; its level is zero.
func QuantizeAC(levels *[16]int16, c *[16]int32, q *Quantizer[[16]int32]) int {
	dc := c[0]
	c[0] = 0
	total := quantize(levels, c, q)
	c[0] = dc
	return total
}

// Quantize8 is Quantize for an 8x8 block; Scale is four times the factor of a level.
func Quantize8(levels *[64]int16, c *[64]int32, q *Quantizer[[64]int32]) int {
	return quantize8(levels, c, q)
}

// quantizePlain is the twin of quantize.
func quantizePlain(levels *[16]int16, c *[16]int32, q *Quantizer[[16]int32]) (total int) {
	for k, i := range ZigZag {
		i &= 15
		l := level(c[i], q.Factor[i], q.Round, q.Shift, q.Max)
		levels[k] = int16(l)
		c[i] = l * q.Scale[i]
		if l != 0 {
			total++
		}
	}
	return total
}

// quantize8Plain is the twin of quantize8.
func quantize8Plain(levels *[64]int16, c *[64]int32, q *Quantizer[[64]int32]) (total int) {
	for k, i := range params.ZigZag8 {
		i &= 63
		l := level(c[i], q.Factor[i], q.Round, q.Shift, q.Max)
		levels[k] = int16(l)
		c[i] = (l*q.Scale[i] + 2) >> 2
		if l != 0 {
			total++
		}
	}
	return total
}

func level(v, factor, round int32, shift uint32, limit int32) int32 {
	sign := v >> 31
	l := (((v^sign)-sign)*factor + round) >> (shift & 31)
	return (min(l, limit) ^ sign) - sign
}
