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

// Quantize quantizes the coefficients c, in raster order, into levels in scan order, and leaves the scaled coefficients
// that a decoder makes of the levels in c.
func Quantize(levels *[16]int16, c *[16]int32, q *Quantizer[[16]int32]) (marks Marks) {
	for k, i := range ZigZag {
		i &= 15
		l := level(c[i], q.Factor[i], q.Round, q.Shift, q.Max)
		levels[k] = int16(l)
		c[i] = l * q.Scale[i]
		marks = marks.mark(k, l)
	}
	return marks
}

// Quantize8 is Quantize for an 8x8 block, whose levels are left in raster order, while the marks are in that of the scan.
// Scale is four times the factor of a level.
func Quantize8(levels *[64]int16, c *[64]int32, q *Quantizer[[64]int32]) Marks8 {
	set, large := quantize8(levels, c, q)
	return Marks8{set, large}
}

// quantize8Plain is the twin of quantize8.
func quantize8Plain(levels *[64]int16, c *[64]int32, q *Quantizer[[64]int32]) (set, large uint64) {
	for k, i := range params.ZigZag8 {
		i &= 63
		l := level(c[i], q.Factor[i], q.Round, q.Shift, q.Max)
		levels[i] = int16(l)
		c[i] = (l*q.Scale[i] + 2) >> 2
		if l != 0 {
			set |= 1 << k
			if l > 1 || l < -1 {
				large |= 1 << k
			}
		}
	}
	return set, large
}

func level(v, factor, round int32, shift uint32, limit int32) int32 {
	sign := v >> 31
	l := (((v^sign)-sign)*factor + round) >> (shift & 31)
	return (min(l, limit) ^ sign) - sign
}
