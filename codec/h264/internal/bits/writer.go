// Package bits writes the bit strings of ITU-T H.264: fixed-length and Exp-Golomb codes (clauses 7.2 and 9.1) and the
// NAL unit around a raw byte sequence payload (clause 7.3.1).
package bits

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Writer collects bits, most significant first. The zero value is empty; Reserve makes room before anything is put.
type Writer struct {
	buf []byte
	pos int    // bytes of buf in use
	acc uint64 // the low n bits wait to be stored
	n   uint   // always below 32
}

// Reset empties the writer and keeps its buffer.
func (w *Writer) Reset() { w.pos, w.acc, w.n = 0, 0, 0 }

// Reserve makes room for at least size more bytes. Put panics when it runs out of room.
func (w *Writer) Reserve(size int) {
	if len(w.buf)-w.pos >= size+8 {
		return
	}
	grown := make([]byte, 2*len(w.buf)+size+8)
	copy(grown, w.buf[:w.pos])
	w.buf = grown
}

// Len is the number of bits put so far.
func (w *Writer) Len() int { return w.pos*8 + int(w.n) }

// Mark is a position in a Writer to go back to.
type Mark struct {
	pos int
	acc uint64
	n   uint
}

// Mark remembers what has been put so far.
func (w *Writer) Mark() Mark { return Mark{w.pos, w.acc, w.n} }

// Len is the number of bits that had been put.
func (m Mark) Len() int { return m.pos*8 + int(m.n) }

// Rewind takes back all that was put since the mark was made, which must not be from before the last Reset.
func (w *Writer) Rewind(m Mark) { w.pos, w.acc, w.n = m.pos, m.acc, m.n }

// Put appends the low n bits of v, whose other bits must be zero; n is at most 32.
func (w *Writer) Put(v uint32, n uint) {
	w.acc = w.acc<<n | uint64(v)
	w.n += n
	if w.n >= 32 {
		w.n -= 32
		binary.BigEndian.PutUint32(w.buf[w.pos:], uint32(w.acc>>w.n))
		w.pos += 4
	}
}

// Flag appends one bit.
func (w *Writer) Flag(set bool) {
	if set {
		w.Put(1, 1)
	} else {
		w.Put(0, 1)
	}
}

// UE appends v as ue(v); v is below 65535 (clause 9.1).
func (w *Writer) UE(v uint32) {
	w.Put(v+1, uint(2*bits.Len32(v+1)-1))
}

// SE appends v as se(v) (clause 9.1.1); |v| is below 32768.
func (w *Writer) SE(v int) {
	if v > 0 {
		w.UE(uint32(2*v - 1))
	} else {
		w.UE(uint32(-2 * v))
	}
}

// UELen is the number of bits UE takes.
func UELen(v uint32) int { return 2*bits.Len32(v+1) - 1 }

// SELen is the number of bits SE takes.
func SELen(v int) int {
	if i := v + len(seLengths)/2; uint(i) < uint(len(seLengths)) {
		return int(seLengths[i])
	}
	return seLen(v)
}

func seLen(v int) int {
	if v > 0 {
		return UELen(uint32(2*v - 1))
	}
	return UELen(uint32(-2 * v))
}

// Align appends zero bits up to the next byte boundary.
func (w *Writer) Align() {
	if w.n&7 != 0 {
		w.Put(0, 8-w.n&7)
	}
}

// AlignOnes appends ones up to the next byte boundary.
func (w *Writer) AlignOnes() {
	for w.n&7 != 0 {
		w.Put(1, 1)
	}
}

// Bytes returns what has been put, which must be whole bytes, borrowed until the next Reset. Nothing may be put after it.
func (w *Writer) Bytes() []byte {
	for w.n > 0 {
		w.n -= 8
		w.buf[w.pos] = byte(w.acc >> w.n)
		w.pos++
	}
	return w.buf[:w.pos]
}

// Finish appends rbsp_trailing_bits (clause 7.3.2.11) and returns the payload, borrowed until the next Reset.
func (w *Writer) Finish() []byte {
	w.Put(1, 1)
	w.Align()
	return w.Bytes()
}

// AppendNAL appends to dst the NAL unit with the given header byte and payload, emulation prevention bytes inserted
// (clause 7.4.1), and returns the extended slice.
func AppendNAL(dst []byte, header byte, rbsp []byte) []byte {
	dst = append(dst, header)
	var zeros [2]byte
	for from := 0; ; {
		i := bytes.Index(rbsp[from:], zeros[:])
		if i < 0 || from+i+2 == len(rbsp) {
			return append(dst, rbsp...)
		}
		from += i + 2
		if rbsp[from] <= 3 {
			dst = append(dst, rbsp[:from]...)
			dst = append(dst, 3)
			rbsp, from = rbsp[from:], 0
		}
	}
}
