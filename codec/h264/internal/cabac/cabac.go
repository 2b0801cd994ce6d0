// Package cabac is the arithmetic coder and decoder of ITU-T H.264 clause 9.3: the engines, the context variables and how
// they start. What the bins mean is left to the caller.
package cabac

import "encoding/binary"

// NumContexts is the number of context variables in use: those of 4:4:4 chroma come after them.
const NumContexts = 460

// Decoder decodes the bins of one slice. Reset it first. Past the end of the data it reads zeros.
//
// value holds the offset register of clause 9.3.1.2 (nine bits) and, below it, avail bits that were read ahead.
type Decoder struct {
	value uint64
	rng   uint64
	avail int
	buf   []byte
	pos   int
	// Contexts are the state bytes: pStateIdx in the upper bits, valMPS in bit 0.
	Contexts Contexts
}

// Reset starts decoding at the byte buf[pos]; buf is kept until the next Reset. The contexts stay.
func (d *Decoder) Reset(buf []byte, pos int) {
	d.buf, d.pos = buf, pos
	d.rng, d.value, d.avail = 510, 0, -9
	d.refill()
}

// refill reads four bytes ahead.
func (d *Decoder) refill() {
	if d.pos+4 <= len(d.buf) {
		d.value = d.value<<32 | uint64(binary.BigEndian.Uint32(d.buf[d.pos:]))
	} else {
		for i := range 4 {
			d.value <<= 8
			if d.pos+i < len(d.buf) {
				d.value |= uint64(d.buf[d.pos+i])
			}
		}
	}
	d.pos += 4
	d.avail += 32
}

// Overrun tells whether more was decoded than the data held.
func (d *Decoder) Overrun() bool {
	return d.pos*8-d.avail > len(d.buf)*8
}

// Bin decodes one bin with the context at index ctx (clause 9.3.3.2.1).
func (d *Decoder) Bin(ctx int) int {
	c := &d.Contexts[ctx]
	state := uint64(*c)
	lps := uint64(sizes[d.rng<<1&0x180|state&127])
	rng := d.rng - lps
	scaled := rng << uint(d.avail&63)
	mask := uint64(int64(scaled-d.value-1) >> 63) // all ones if the offset reaches into the upper part
	d.value -= scaled & mask
	rng += (lps - rng) & mask
	state = (state ^ mask) & 255
	*c = transition[state]
	shift := shifts[rng&511]
	d.rng = rng << (shift & 7)
	d.avail -= int(shift)
	if d.avail < 0 {
		d.refill()
	}
	return int(state & 1)
}

// Bypass decodes one bin of equal probabilities (clause 9.3.3.2.3).
func (d *Decoder) Bypass() int {
	d.avail--
	if d.avail < 0 {
		d.refill()
	}
	scaled := d.rng << uint(d.avail&63)
	if d.value >= scaled {
		d.value -= scaled
		return 1
	}
	return 0
}

// Terminate decodes the bin before the end of the slice or of raw samples (clause 9.3.3.2.2.3).
func (d *Decoder) Terminate() bool {
	d.rng -= 2
	if d.value >= d.rng<<uint(d.avail&63) {
		return true
	}
	if d.rng < 256 {
		d.rng <<= 1
		d.avail--
		if d.avail < 0 {
			d.refill()
		}
	}
	return false
}

// Raw gives the n bytes of raw samples that follow a Terminate of true, nil if there are not that many, and starts anew
// after them (clause 9.3.1.2).
func (d *Decoder) Raw(n int) []byte {
	// The last of the nine bits in the register is the stop bit of the coded part; alignment follows.
	at := (d.pos*8 - d.avail + 7) >> 3
	if at+n > len(d.buf) {
		return nil
	}
	raw := d.buf[at : at+n]
	d.Reset(d.buf, at+n)
	return raw
}
