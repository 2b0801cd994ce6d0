package vp8

import (
	"encoding/binary"
	"math/bits"
)

// evenOdds is the probability of bits that carry plain numbers.
const evenOdds = 128

// boolReader decodes the arithmetic code of one partition (RFC 6386 7). Beyond the end of the data it reads zeros, as
// every VP8 decoder does.
type boolReader struct {
	bitState
	pos  int // what of data has been counted into valid
	data []byte
}

// reset starts to read data, which is retained until the next reset.
func (r *boolReader) reset(data []byte) {
	*r = boolReader{bitState: bitState{rng: 254}, data: data}
	r.fill()
}

// fill makes at least 56 bits valid, enough for seven decisions: each looks at 8 bits and uses up at most 7.
func (r *boolReader) fill() {
	if rest := r.data[r.pos:]; len(rest) >= 8 {
		r.value |= binary.BigEndian.Uint64(rest) >> (uint32(r.valid) & 63)
		n := (63 - r.valid) >> 3
		r.pos += int(n)
		r.valid += n << 3
		return
	}
	r.fillTail()
}

// fillTail is fill for the last bytes of a partition and beyond.
func (r *boolReader) fillTail() {
	for ; r.valid < 56 && r.pos < len(r.data); r.pos++ {
		r.value |= uint64(r.data[r.pos]) << (uint32(56-r.valid) & 63)
		r.valid += 8
	}
	if r.valid < 56 {
		r.valid = 56
	}
}

// bit decodes one decision; prob is the probability of false in 256ths.
func (r *boolReader) bit(prob uint8) bool {
	if r.valid < 8 {
		r.fill()
	}
	var bit bool
	r.bitState, bit = r.bitState.bit(prob)
	return bit
}

// flag decodes a decision of even odds.
func (r *boolReader) flag() bool { return r.bit(evenOdds) }

// literal decodes an unsigned number of n bits, most significant first (RFC 6386 8: L(n)).
func (r *boolReader) literal(n int) uint8 {
	v := uint8(0)
	for range n {
		v <<= 1
		if r.bit(evenOdds) {
			v |= 1
		}
	}
	return v
}

// signed decodes a magnitude of n bits that its sign follows.
func (r *boolReader) signed(n int) int8 {
	v := int8(r.literal(n))
	if r.flag() {
		return -v
	}
	return v
}

// optionalSigned decodes a flag and, if that is set, what signed does; else it gives 0.
func (r *boolReader) optionalSigned(n int) int8 {
	if !r.flag() {
		return 0
	}
	return r.signed(n)
}

// bitState is the part of a boolReader that changes with every decision, as a value that the compiler keeps in
// registers while coefficients are decoded.
type bitState struct {
	// value holds the next bits of the partition, the first one on top. What lies below the valid bits is either zero
	// or the right bits ahead of time.
	value uint64
	rng   uint32 // the range less one, 127 to 254
	valid int32  // number of valid bits in value
}

// bit decodes one decision. At least 8 bits have to be valid.
func (s bitState) bit(prob uint8) (bitState, bool) {
	split := (s.rng*uint32(prob))>>8 + 1
	threshold := uint64(split) << 56
	bit := s.value >= threshold
	if bit {
		s.value -= threshold
		split = s.rng + 1 - split
	}
	shift := tokenTable.shift[uint8(split)]
	s.value <<= shift & 63
	s.rng = split<<(shift&31) - 1
	s.valid -= int32(shift)
	return s, bit
}

// sign decodes a decision of even odds: -1 if it is set, else 0. It does without branches, which would be mispredicted
// half of the time. At least 8 bits have to be valid.
func (s bitState) sign() (bitState, int32) {
	split := s.rng>>1 + 1
	threshold := uint64(split) << 56
	rest, borrow := bits.Sub64(s.value, threshold, 0)
	s.value = rest + threshold&-borrow
	mask := int32(borrow) - 1
	split += (s.rng + 1 - 2*split) & uint32(mask)
	shift := tokenTable.shift[uint8(split)]
	s.value <<= shift & 63
	s.rng = split<<(shift&31) - 1
	s.valid -= int32(shift)
	return s, mask
}

// toInt is 1 if b is set, else 0.
func toInt(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// ready makes sure that n decisions, at most seven, can be taken from s, which is the state of r meanwhile: each but the
// last may use up 7 bits, and the last looks at 8.
func (r *boolReader) ready(s bitState, n int32) bitState {
	if s.valid > 7*n {
		return s
	}
	return r.refill(s)
}

// refill is fill for a state that lives outside of r.
func (r *boolReader) refill(s bitState) bitState {
	r.bitState = s
	r.fill()
	return r.bitState
}
