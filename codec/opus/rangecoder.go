package opus

import "math/bits"

// The range coder of RFC 6716, as far as the SILK layer needs it: no raw bits, all totals 256.
const (
	codeBits  = 31      // of the state
	codeFloor = 1 << 23 // a range at or below it is renormalized
	codeMask  = 1<<codeBits - 1
)

// rangeDecoder reads symbols (RFC 6716 4.1).
type rangeDecoder struct {
	data  []byte
	next  int    // index of the byte that comes next; it may lie behind the data, where there are zeros
	rng   uint32 // size of the range
	value uint32 // its top minus the code, minus one
	rest  uint32 // the byte of which the lowest bit has not been used
}

func (d *rangeDecoder) start(data []byte) {
	*d = rangeDecoder{data: data, rng: 128}
	d.rest = d.read()
	d.value = 127 - d.rest>>1
	d.normalize()
}

func (d *rangeDecoder) read() uint32 {
	d.next++
	if d.next > len(d.data) {
		return 0
	}
	return uint32(d.data[d.next-1])
}

// exhausted says that symbols were read that are not there.
func (d *rangeDecoder) exhausted() bool { return d.next > len(d.data)+4 }

func (d *rangeDecoder) normalize() {
	for d.rng <= codeFloor {
		d.rng <<= 8
		old := d.rest
		d.rest = d.read()
		b := (old<<8 | d.rest) >> 1 & 255
		d.value = (d.value<<8 + 255 - b) & codeMask
	}
}

// symbol reads a symbol of a distribution.
func (d *rangeDecoder) symbol(m model) int {
	unit, high := d.rng>>8, d.rng
	for k, behind := range m {
		low := unit * uint32(behind)
		if d.value >= low {
			d.value -= low
			d.rng = high - low
			d.normalize()
			return k
		}
		high = low
	}
	return len(m) - 1 // not reached: the last of a model is 0
}

// bit reads a bit of even odds (4.1.3.2).
func (d *rangeDecoder) bit() bool {
	half := d.rng >> 1
	set := d.value < half
	if set {
		d.rng = half
	} else {
		d.value -= half
		d.rng -= half
	}
	d.normalize()
	return set
}

// rangeEncoder writes symbols (RFC 6716 5.1).
type rangeEncoder struct {
	out  []byte
	rng  uint32
	low  uint32
	last int // byte that a carry may still change, -1 for none
	full int // bytes of 255 after it, which pass a carry on
}

// start begins a frame, which is appended to out.
func (e *rangeEncoder) start(out []byte) {
	*e = rangeEncoder{out: out, rng: 1 << codeBits, last: -1}
}

// carry takes the next nine bits: a byte, and above it the carry to those before.
func (e *rangeEncoder) carry(c uint32) {
	if c == 255 {
		e.full++
		return
	}
	up := int(c >> 8)
	if e.last >= 0 {
		e.out = append(e.out, byte(e.last+up))
	}
	for ; e.full > 0; e.full-- {
		e.out = append(e.out, byte(255+up))
	}
	e.last = int(c & 255)
}

func (e *rangeEncoder) normalize() {
	for e.rng <= codeFloor {
		e.carry(e.low >> 23)
		e.low = e.low << 8 & codeMask
		e.rng <<= 8
	}
}

// symbol writes a symbol of a distribution.
func (e *rangeEncoder) symbol(m model, k int) {
	unit := e.rng >> 8
	if k > 0 {
		e.low += e.rng - unit*uint32(m[k-1])
		e.rng = unit * uint32(m[k-1]-m[k])
	} else {
		e.rng -= unit * uint32(m[k])
	}
	e.normalize()
}

// bit writes a bit of even odds.
func (e *rangeEncoder) bit(set bool) {
	half := e.rng >> 1
	if set {
		e.low += e.rng - half
		e.rng = half
	} else {
		e.rng -= half
	}
	e.normalize()
}

// finish writes as many bytes as it takes to tell the range from all others, and returns what has been written (5.1.5).
func (e *rangeEncoder) finish() []byte {
	n := bits.LeadingZeros32(e.rng)
	mask := uint32(codeMask) >> n
	end := (e.low + mask) &^ mask
	if end|mask >= e.low+e.rng {
		n++
		mask >>= 1
		end = (e.low + mask) &^ mask
	}
	for ; n > 0; n -= 8 {
		e.carry(end >> 23)
		end = end << 8 & codeMask
	}
	if e.last >= 0 || e.full > 0 {
		e.carry(0)
	}
	return e.out
}
