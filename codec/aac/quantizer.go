package aac

import (
	"math"
	"math/bits"
)

const (
	maxQuantized = 8191 // the largest quantised value an escape sequence holds
	maxScale     = 255  // scale factors and global_gain have eight bits
	scaleOffset  = 100  // SF_OFFSET: the scale factor of step 1
	maxScaleStep = 60   // largest difference of scale factors that follow each other
	// rounding is added before a value is cut to an integer. The middle between q^(4/3) and (q+1)^(4/3), seen from
	// the domain of the power 3/4, is near 0.5 for large q and 0.405 between 0 and 1.
	rounding = 0.4054

	zeroBook   = 0
	escapeBook = 11
	bookCount  = 12
)

// codebook is one Huffman codebook.
type codebook struct {
	codes []uint32
	lens  []uint8
}

// quantTables holds what quantisation and bit counting look up, computed once.
type quantTables struct {
	step    [maxScale + 1]float64 // 2^((s-100)/4), by scale factor
	inverse [maxScale + 1]float64 // step^(-3/4)
	pow43   []float64             // q^(4/3) for q up to maxQuantized

	// Lengths in bits, including the signs, of the values of a quad or pair in four codebooks at a time, 16 bits each
	// from the least significant on; 0 if the codebook has no such values.
	quads   [5 * 5 * 5 * 5]uint64 // codebooks 1 to 4, signed values from -2 to 2
	smalls  [15 * 15]uint64       // codebooks 5 to 8, signed values from -7 to 7
	larges  [17 * 17]uint64       // codebooks 9 to 11, absolute values to 16; without the escape sequences
	zeroLen [bookCount]int        // of a pair or quad of zeros
}

func newQuantTables() *quantTables {
	t := &quantTables{pow43: make([]float64, maxQuantized+1)}
	for s := range t.step {
		t.step[s] = exp2(float64(s-scaleOffset) / 4)
		t.inverse[s] = exp2(-3 * float64(s-scaleOffset) / 16)
	}
	for q := 1; q < len(t.pow43); q++ {
		f := float64(q)
		root := exp2(log2(f) / 3)
		root = (2*root + f/float64(root*root)) / 3 // a Newton step for the last bits
		t.pow43[q] = f * root
	}
	t.countQuads()
	t.countPairs()
	for b := 1; b < bookCount; b++ {
		t.zeroLen[b] = int(spectralBooks[b].lens[bookIndex(b, 0, 0, 0, 0)])
	}
	return t
}

func (t *quantTables) countQuads() {
	for i := range t.quads {
		v, w, x, y := i/125-2, i/25%5-2, i/5%5-2, i%5-2
		for b := 1; b <= 4; b++ {
			if max(abs(v), abs(w), abs(x), abs(y)) <= largest[b] {
				t.quads[i] |= uint64(codeLen(b, v, w, x, y)) << (16 * (b - 1))
			}
		}
	}
}

func (t *quantTables) countPairs() {
	for i := range t.smalls {
		v, w := i/15-7, i%15-7
		for b := 5; b <= 8; b++ {
			if max(abs(v), abs(w)) <= largest[b] {
				t.smalls[i] |= uint64(codeLen(b, v, w, 0, 0)) << (16 * (b - 5))
			}
		}
	}
	for i := range t.larges {
		v, w := i/17, i%17
		for b := 9; b <= 11; b++ {
			if max(v, w) <= largest[b] {
				t.larges[i] |= uint64(codeLen(b, v, w, 0, 0)) << (16 * (b - 9))
			}
		}
	}
}

// codeLen is the length of a group of values in a codebook with its sign bits, but without escape sequences.
func codeLen(book, v, w, x, y int) int {
	n := int(spectralBooks[book].lens[bookIndex(book, v, w, x, y)])
	if signedBook(book) {
		return n
	}
	for _, q := range [4]int{v, w, x, y} {
		if q != 0 {
			n++
		}
	}
	return n
}

// signedBook tells whether the values of a codebook carry their sign; in the others sign bits follow the code.
func signedBook(book int) bool {
	return book == 1 || book == 2 || book == 5 || book == 6
}

// bookIndex is the index of a group of values in a codebook (ISO/IEC 14496-3 4.6.3.3); x and y count only in the
// codebooks of four values.
func bookIndex(book, v, w, x, y int) int {
	switch book {
	case 1, 2:
		return 27*(v+1) + 9*(w+1) + 3*(x+1) + y + 1
	case 3, 4:
		return 27*abs(v) + 9*abs(w) + 3*abs(x) + abs(y)
	case 5, 6:
		return 9*(v+4) + w + 4
	case 7, 8:
		return 8*abs(v) + abs(w)
	case 9, 10:
		return 13*abs(v) + abs(w)
	default:
		return 17*min(abs(v), 16) + min(abs(w), 16)
	}
}

func abs(v int) int {
	return max(v, -v)
}

// escapeBits is the length of the escape sequence of a value of at least 16: a prefix of ones that says how many more
// bits than four follow, a zero, and those bits.
func escapeBits(q int) int {
	return 2*(bits.Len(uint(q))-5) + 5
}

// trial is the outcome of quantising one band with one scale factor.
type trial struct {
	scale int               // -1: unused
	max   int               // largest absolute value; beyond maxQuantized the trial is void
	noise float64           // energy of the error
	best  int               // bits in the best codebook
	bits  [bookCount]uint16 // bits by codebook, tooLong where it does not apply
}

// tooLong marks a codebook that cannot hold the values.
const tooLong = math.MaxUint16

// coefficients are the lines of one frame that are to be quantised, in several forms.
type coefficients struct {
	abs  [frameSize]float64 // absolute value
	p34  [frameSize]float64 // absolute value to the power of 3/4
	root [frameSize]float64 // square root of the absolute value
	sign [frameSize]int32   // -1 for negative, else 0
	q    [frameSize]int32   // scratch: quantised values of the current trial
}

// load prepares lines for quantisation.
func (c *coefficients) load(lines []float64) {
	lines = lines[:frameSize]
	for i, x := range lines {
		c.sign[i] = int32(int64(math.Float64bits(x)) >> 63)
		a := math.Abs(x)
		r := math.Sqrt(a)
		c.abs[i], c.root[i] = a, r
		c.p34[i] = r * math.Sqrt(r)
	}
}

// quantize fills in q for the lines from start to end and returns the largest absolute value and the error's energy.
func (c *coefficients) quantize(t *quantTables, start, end, scale int) (largest int, noise float64) {
	step, inverse := t.step[scale], t.inverse[scale]
	p34, a, sign, q := c.p34[start:end], c.abs[start:end], c.sign[start:end], c.q[start:end]
	pow := t.pow43[:maxQuantized+1]
	for i := range p34 {
		v := int(float64(p34[i]*inverse) + rounding)
		if v > maxQuantized {
			return v, 0
		}
		d := a[i] - float64(pow[v]*step)
		noise += float64(d * d)
		largest = max(largest, v)
		q[i] = int32(v)&^sign[i] | -int32(v)&sign[i]
	}
	return largest, noise
}

// try quantises a band and counts its bits in every codebook.
func (c *coefficients) try(t *quantTables, start, end, scale int, r *trial) {
	r.scale = scale
	r.max, r.noise = c.quantize(t, start, end, scale)
	if r.max > maxQuantized {
		return
	}
	countBits(t, c.q[start:end], r)
}

// countBits fills in bits and best of a trial from its quantised values.
func countBits(t *quantTables, q []int32, r *trial) {
	if r.max == 0 {
		r.best = 0
		for b := 1; b <= 4; b++ {
			r.bits[b] = uint16(len(q) / 4 * t.zeroLen[b])
		}
		for b := 5; b < bookCount; b++ {
			r.bits[b] = uint16(len(q) / 2 * t.zeroLen[b])
		}
		r.bits[zeroBook] = 0
		return
	}
	quads, smalls := uint64(0), uint64(0)
	if r.max <= 2 {
		for i := 0; i+3 < len(q); i += 4 {
			v := q[i : i+4 : i+4]
			quads += t.quads[((v[0]*5+v[1])*5+v[2])*5+v[3]+312]
		}
	}
	if r.max <= 7 {
		for i := 0; i+1 < len(q); i += 2 {
			smalls += t.smalls[q[i]*15+q[i+1]+112]
		}
	}
	larges, escapes := countLarge(t, q)
	lanes := [3]uint64{quads, smalls, larges}
	r.best = tooLong
	r.bits[zeroBook] = tooLong
	for b := 1; b < bookCount; b++ {
		r.bits[b] = tooLong
		if r.max <= largest[b] {
			r.bits[b] = uint16(lanes[(b-1)/4] >> (16 * ((b - 1) % 4)))
		}
	}
	r.bits[escapeBook] += uint16(escapes)
	for _, n := range r.bits[1:] {
		r.best = min(r.best, int(n))
	}
}

// countLarge counts the codebooks 9 to 11, and the escape sequences on top of the last.
func countLarge(t *quantTables, q []int32) (lanes uint64, escapes int) {
	for i := 0; i+1 < len(q); i += 2 {
		v, w := max(q[i], -q[i]), max(q[i+1], -q[i+1])
		if max(v, w) > 15 {
			if v > 15 {
				escapes += escapeBits(int(v))
				v = 16
			}
			if w > 15 {
				escapes += escapeBits(int(w))
				w = 16
			}
		}
		lanes += t.larges[v*17+w]
	}
	return lanes, escapes
}
