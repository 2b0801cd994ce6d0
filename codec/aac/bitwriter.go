package aac

// bitWriter appends bits to a byte slice, most significant first.
type bitWriter struct {
	buf []byte
	acc uint64 // its last n bits are not in buf yet
	n   uint
}

// write appends the low n bits of v, n <= 32; higher bits of v have to be zero.
func (w *bitWriter) write(v uint32, n uint) {
	w.acc = w.acc<<n | uint64(v)
	w.n += n
	for w.n >= 8 {
		w.n -= 8
		w.buf = append(w.buf, byte(w.acc>>w.n))
	}
}

// bit appends one flag.
func (w *bitWriter) bit(v bool) {
	if v {
		w.write(1, 1)
	} else {
		w.write(0, 1)
	}
}

// align fills the last byte with zeros and returns the slice.
func (w *bitWriter) align() []byte {
	if w.n > 0 {
		w.write(0, 8-w.n)
	}
	return w.buf
}
