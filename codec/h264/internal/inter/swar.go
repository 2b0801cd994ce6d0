// Package inter interpolates reference samples (ITU-T H.264 clause 8.4.2.2). It works on eight samples at a time held
// in 64-bit words, two words of four 16-bit lanes each; no lane ever overflows into the next (the ranges are at the
// constants).
package inter

import "encoding/binary"

const (
	lanes  = 0x0001000100010001 // one in every 16-bit lane
	bytes8 = 0x00ff00ff00ff00ff

	// The six-tap sum before rounding is within -2550..10710 (taps 1 -5 20 20 -5 1 on bytes). tapBias, a multiple of
	// 32, keeps it positive, 16 is the rounding term; after the shift the bias is tapBias>>5 = 80.
	tapBias = 2560
	tapAdd  = (tapBias + 16) * lanes
)

func load(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i:]) }

func store(b []byte, i int, v uint64) { binary.LittleEndian.PutUint64(b[i:], v) }

// clip5 finishes four biased six-tap sums: shift by 5, remove the bias, clip to a byte (0..335 before).
func clip5(sum uint64) uint64 {
	u := sum>>5&(0x07ff*lanes) + (0x8000-tapBias>>5)*lanes // top bit of a lane: not negative
	m := u >> 15 & lanes
	v := u & (m<<15 - m)
	o := (v + (0x8000-256)*lanes) >> 15 & lanes // above 255
	return (v | (o<<8 - o)) & bytes8
}
