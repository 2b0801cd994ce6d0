package cabac

import (
	"encoding/binary"
	"slices"
)

// Encoder codes the bins of one slice (clause 9.3.4). Reset it first, and have Reserve make room before bins are coded.
//
// Bins are only put down at first and coded many at a time, so that the registers of the coder stay in those of the
// processor. low holds the ten bits of the register of clause 9.3.4.2 and above them what waits to be written: queue is the
// number of these bits less eight. A byte of ones is only counted, in outstanding, until it is known whether a carry turns it
// into zeros.
type Encoder struct {
	coder
	outstanding int
	buf         []byte
	pos         int

	list    []bin // put down so far
	kernels bool  // in assembly are to be used
}

// Reset starts a slice whose header, byte-aligned, is given; it is copied. The contexts stay.
func (e *Encoder) Reset(header []byte) {
	e.pos, e.kernels = 0, accelerated()
	e.Reserve(len(header))
	e.pos = copy(e.buf, header)
	e.start()
}

func (e *Encoder) start() {
	e.low, e.rng, e.queue, e.outstanding = 0, 510, -9, 0
	e.list = e.list[:0]
}

// Reserve makes room for at least count more bins, or as many bytes of raw samples.
func (e *Encoder) Reserve(count int) {
	if len(e.list)+count > cap(e.list) {
		e.code()
		e.list = slices.Grow(e.list, max(count, listSize))
	}
	if need := e.pos + e.outstanding + len(e.list) + count + 16; need > len(e.buf) {
		grown := make([]byte, 2*need)
		copy(grown, e.buf[:e.pos])
		e.buf = grown
	}
}

// listSize is how many bins are put down at least before they are coded.
const listSize = 1024

// Len is the number of bits written so far, header included.
func (e *Encoder) Len() int {
	e.code()
	return 8*(e.pos+e.outstanding) + e.queue + 9
}

// Mark is a position in an Encoder to go back to.
type Mark struct {
	coder       coder
	outstanding int
	pos         int
	last        byte // a carry may still change it
}

// Save remembers in m what has been coded so far.
func (e *Encoder) Save(m *Mark) {
	e.code()
	m.coder, m.outstanding, m.pos = e.coder, e.outstanding, e.pos
	m.last = e.buf[e.pos-1]
}

// Rewind takes back all that was coded since m was saved.
func (e *Encoder) Rewind(m *Mark) {
	e.list = e.list[:0]
	e.coder, e.outstanding, e.pos = m.coder, m.outstanding, m.pos
	e.buf[e.pos-1] = m.last
}

// Bin codes v, 0 or 1, with the context at index ctx (clause 9.3.4.2).
func (e *Encoder) Bin(ctx, v int) {
	e.list = append(e.list, bin(ctx<<contextShift|v))
}

// Bypass codes v, 0 or 1, with equal probabilities (clause 9.3.4.4).
func (e *Encoder) Bypass(v int) {
	n := len(e.list) - 1
	if n < 0 || e.list[n]>>countShift == maxBypass {
		e.Bin(nothing, 1)
		n++
	}
	b := e.list[n]
	e.list[n] = b + b>>valueShift&255<<valueShift + bin(v)<<valueShift + 1<<countShift
}

// Terminate codes the bin before the end of the slice or of raw samples (clause 9.3.4.5). If end is set, nothing but
// Finish or Raw may follow.
func (e *Encoder) Terminate(end bool) {
	if !end {
		e.Bin(terminating, 0)
		return
	}
	e.code()
	e.low += uint64(e.rng - 2)
}

// code codes the bins that are put down.
func (e *Encoder) code() {
	for list := e.list; len(list) > 0; {
		list = list[e.run(list):]
		e.drain()
	}
	e.list = e.list[:0]
}

// drain writes all whole bytes that wait.
func (e *Encoder) drain() {
	if e.queue < 0 {
		return
	}
	n := e.queue>>3 + 1
	stay := uint(e.queue&7 + 10)
	out, above := e.low>>stay, ^uint64(0)<<uint(8*n)
	if e.outstanding > 0 || anyZero(^out|above) { // a byte of ones may have to wait
		for e.queue >= 0 {
			e.put()
		}
		return
	}
	e.low &= 1<<stay - 1
	e.queue -= 8 * n
	e.buf[e.pos-1] += byte(out >> uint(8*n))
	binary.BigEndian.PutUint64(e.buf[e.pos:], out<<uint(64-8*n))
	e.pos += n
}

// anyZero tells whether one of the bytes of v is zero: subtracting a one borrows from the highest bit only there.
func anyZero(v uint64) bool {
	const ones = 0x0101010101010101
	return (v-ones)&^v&(ones<<7) != 0
}

// put writes the eight highest of the bits that wait, and the carry before them.
func (e *Encoder) put() {
	out := e.low >> uint(e.queue+10)
	e.low &= 0x400<<uint(e.queue) - 1
	e.queue -= 8
	if out&0xff == 0xff {
		e.outstanding++
		return
	}
	carry := byte(out >> 8)
	e.buf[e.pos-1] += carry
	for ; e.outstanding > 0; e.outstanding-- {
		e.buf[e.pos] = carry - 1
		e.pos++
	}
	e.buf[e.pos] = byte(out)
	e.pos++
}

// flush writes all that waits, a one and zeros up to the next byte (clause 9.3.4.5, EncodeFlush).
func (e *Encoder) flush() {
	e.low = (e.low | 1) << 10
	e.queue += 10
	e.drain()
	if e.queue > -8 {
		e.low <<= uint(-e.queue)
		e.queue = 0
		e.put()
	}
	for ; e.outstanding > 0; e.outstanding-- {
		e.buf[e.pos] = 0xff
		e.pos++
	}
}

// Finish ends the slice after Terminate(true) and returns its payload, trailing bits included, borrowed until the next
// Reset.
func (e *Encoder) Finish() []byte {
	e.flush()
	return e.buf[:e.pos]
}

// Raw appends samples after Terminate(true), for which there must be room, and starts anew after them.
func (e *Encoder) Raw(samples []byte) {
	e.flush()
	e.pos += copy(e.buf[e.pos:], samples)
	e.start()
}
