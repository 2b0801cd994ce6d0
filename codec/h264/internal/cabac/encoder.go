package cabac

// Encoder codes the bins of one slice (clause 9.3.4). Reset it first, and have Reserve make room before bins are coded.
//
// low holds the ten bits of the register of clause 9.3.4.2 and above them what waits to be written: queue is the number
// of these bits less eight. A byte of ones is only counted, in outstanding, until it is known whether a carry turns it
// into zeros.
type Encoder struct {
	low, rng    uint32
	queue       int
	outstanding int
	buf         []byte
	pos         int
	// Contexts are the state bytes: pStateIdx in the upper bits, valMPS in bit 0.
	Contexts Contexts
}

// Reset starts a slice whose header, byte-aligned, is given; it is copied. The contexts stay.
func (e *Encoder) Reset(header []byte) {
	e.pos = 0
	e.Reserve(len(header))
	e.pos = copy(e.buf, header)
	e.start()
}

func (e *Encoder) start() { e.low, e.rng, e.queue, e.outstanding = 0, 510, -9, 0 }

// Reserve makes room for at least size more bytes.
func (e *Encoder) Reserve(size int) {
	if need := e.pos + e.outstanding + size + 8; need > len(e.buf) {
		grown := make([]byte, 2*need)
		copy(grown, e.buf[:e.pos])
		e.buf = grown
	}
}

// Len is the number of bits written so far, header included.
func (e *Encoder) Len() int { return 8*(e.pos+e.outstanding) + e.queue + 9 }

// Mark is a position in an Encoder to go back to.
type Mark struct {
	low, rng           uint32
	queue, outstanding int
	pos                int
	last               byte // a carry may still change it
	contexts           Contexts
}

// Save remembers in m what has been coded so far.
func (e *Encoder) Save(m *Mark) {
	m.low, m.rng, m.queue, m.outstanding, m.pos = e.low, e.rng, e.queue, e.outstanding, e.pos
	m.last = e.buf[e.pos-1]
	m.contexts = e.Contexts
}

// Rewind takes back all that was coded since m was saved.
func (e *Encoder) Rewind(m *Mark) {
	e.low, e.rng, e.queue, e.outstanding, e.pos = m.low, m.rng, m.queue, m.outstanding, m.pos
	e.buf[e.pos-1] = m.last
	e.Contexts = m.contexts
}

// Bin codes v, 0 or 1, with the context at index ctx (clause 9.3.4.2).
func (e *Encoder) Bin(ctx, v int) {
	c := &e.Contexts[ctx]
	state := *c
	lps := uint32(sizes[e.rng<<1&0x180|uint32(state)])
	rng := e.rng - lps
	if int(state&1) != v {
		e.low += rng
		rng = lps
		state = ^state
	}
	*c = transition[state]
	shift := shifts[rng&511]
	e.rng = rng << (shift & 7)
	e.low <<= shift & 7
	e.queue += int(shift)
	if e.queue >= 0 {
		e.put()
	}
}

// Bypass codes v, 0 or 1, with equal probabilities (clause 9.3.4.4).
func (e *Encoder) Bypass(v int) {
	e.low = e.low<<1 + uint32(-v)&e.rng
	e.queue++
	if e.queue >= 0 {
		e.put()
	}
}

// Terminate codes the bin before the end of the slice or of raw samples (clause 9.3.4.5). If end is set, nothing but
// Finish or Raw may follow.
func (e *Encoder) Terminate(end bool) {
	e.rng -= 2
	if end {
		e.low += e.rng
		return
	}
	if e.rng < 256 {
		e.rng <<= 1
		e.low <<= 1
		e.queue++
		if e.queue >= 0 {
			e.put()
		}
	}
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
	for e.queue >= 0 {
		e.put()
	}
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
