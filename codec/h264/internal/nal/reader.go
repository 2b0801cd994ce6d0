package nal

import (
	"encoding/binary"
	"math/bits"
)

// Reader reads the bits of a payload, most significant first. Behind its end it reads zeros, and Overrun tells.
type Reader struct {
	buf  []byte
	pos  int // in bits
	end  int // where the trailing bits begin, in bits
	size int // bytes of payload
}

// Slack is the number of bytes NewReader wants to find in the capacity behind a payload, so that every read of payload
// bits is one load.
const Slack = 8

// NewReader makes a reader for payload, which is kept. If the slice has Slack bytes of capacity left they are zeroed and
// make reading faster near the end.
func NewReader(payload []byte) Reader {
	n := len(payload)
	end := 0
	for i := n - 1; i >= 0; i-- {
		if b := payload[i]; b != 0 {
			end = 8*i + 7 - bits.TrailingZeros8(b)
			break
		}
	}
	if cap(payload) >= n+Slack {
		payload = payload[:n+Slack]
		clear(payload[n:])
	}
	return Reader{buf: payload, end: end, size: n}
}

// Peek gives the next bits, of which at least the upper 57 are valid, in the upper bits of a word.
func (r *Reader) Peek() uint64 {
	i := r.pos >> 3
	if b := r.buf; uint(i)+8 <= uint(len(b)) {
		return binary.BigEndian.Uint64(b[i:i+8:i+8]) << uint(r.pos&7)
	}
	return r.peekEnd(i)
}

func (r *Reader) peekEnd(i int) uint64 {
	var v uint64
	for k := range 8 {
		v <<= 8
		if i+k < len(r.buf) {
			v |= uint64(r.buf[i+k])
		}
	}
	return v << uint(r.pos&7)
}

// Skip moves on by n bits.
func (r *Reader) Skip(n int) { r.pos += n }

// Bits reads n bits, up to 32.
func (r *Reader) Bits(n int) uint32 {
	v := r.Peek() >> 1 >> uint(63-n)
	r.pos += n
	return uint32(v)
}

// Flag reads one bit.
func (r *Reader) Flag() bool { return r.Bits(1) != 0 }

// UE reads ue(v) (clause 9.1). A code of more than 32 bits of value, which no syntax element has, reads as the largest
// number.
func (r *Reader) UE() uint32 {
	v := r.Peek()
	zeros := bits.LeadingZeros64(v)
	if zeros <= 24 {
		n := 2*zeros + 1
		r.pos += n
		return uint32(v>>uint(64-n)) - 1
	}
	if zeros > 31 {
		r.pos += 32
		return 1<<32 - 1
	}
	r.pos += zeros
	return r.Bits(zeros+1) - 1
}

// SE reads se(v) (clause 9.1.1).
func (r *Reader) SE() int32 {
	k := r.UE()
	if k&1 != 0 {
		return int32(k>>1) + 1
	}
	return -int32(k >> 1)
}

// Pos is the number of bits read.
func (r *Reader) Pos() int { return r.pos }

// Overrun tells whether more was read than there is before the trailing bits.
func (r *Reader) Overrun() bool { return r.pos > r.end }

// MoreData tells whether syntax elements are left before the trailing bits (clause 7.2, more_rbsp_data).
func (r *Reader) MoreData() bool { return r.pos < r.end }

// Payload is what the reader reads, without slack.
func (r *Reader) Payload() []byte { return r.buf[:r.size] }

// Align moves on to the next byte boundary.
func (r *Reader) Align() { r.pos = (r.pos + 7) &^ 7 }

// Bytes reads n whole bytes at a byte boundary, nil if there are not that many.
func (r *Reader) Bytes(n int) []byte {
	at := r.pos >> 3
	if n < 0 || r.pos > 8*r.size || at+n > r.size {
		return nil
	}
	r.pos += 8 * n
	return r.buf[at : at+n]
}
