package aac_test

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/callrec/callrec/codec/aac"
)

// A small AAC-LC decoder for one channel, written from the standard's decoding process and sharing nothing with the
// encoder but the tables of codebooks and bands.

var errBits = errors.New("out of bits")

type bitReader struct {
	data []byte
	pos  int
}

func (r *bitReader) read(n int) int {
	v := 0
	for range n {
		if r.pos >= 8*len(r.data) {
			panic(errBits)
		}
		v = v<<1 | int(r.data[r.pos/8]>>(7-r.pos%8)&1)
		r.pos++
	}
	return v
}

// parsed is what an access unit says.
type parsed struct {
	sequence  int
	shape     int
	maxSFB    int
	groupLens []int
	tnsOrder  int
	books     [12]int // bands by codebook
	quantized []int   // in transmission order
	lines     [1024]float64
	bits      int
}

type decoder struct {
	index     int // samplingFrequencyIndex
	books     [12]map[aac.Code]int
	cosines   []float64 // a turn in 8192 steps
	shape     int       // of the frame before
	overlap   [1024]float64
	long      []int
	short     []int
	tnsLong   int
	windowFor [2]map[int][]float64 // rising halves by shape and length
}

func newDecoder(config []byte) *decoder {
	d := &decoder{index: int(config[0]&7<<1 | config[1]>>7)}
	d.long, d.short, d.tnsLong = aac.BandOffsets(d.index)
	for b := range d.books {
		d.books[b] = make(map[aac.Code]int)
		for i, c := range aac.Codebook(b) {
			d.books[b][c] = i
		}
	}
	d.cosines = make([]float64, 8192)
	for i := range d.cosines {
		d.cosines[i] = math.Cos(2 * math.Pi * float64(i) / float64(len(d.cosines)))
	}
	for s := range d.windowFor {
		d.windowFor[s] = map[int][]float64{1024: risingHalf(1024, s, 4), 128: risingHalf(128, s, 6)}
	}
	return d
}

// risingHalf is a sine (0) or Kaiser-Bessel derived (1) window's first half.
func risingHalf(n, shape int, alpha float64) []float64 {
	w := make([]float64, n)
	if shape == 0 {
		for i := range w {
			w[i] = math.Sin(math.Pi / float64(2*n) * (float64(i) + 0.5))
		}
		return w
	}
	bessel := func(x float64) float64 {
		sum, term := 1.0, 1.0
		for k := 1.0; term > sum*1e-17; k++ {
			term *= (x / 2 / k) * (x / 2 / k)
			sum += term
		}
		return sum
	}
	sums := make([]float64, n+2)
	for i := range n + 1 {
		r := 2*float64(i)/float64(n) - 1
		sums[i+1] = sums[i] + bessel(math.Pi*alpha*math.Sqrt(1-r*r))
	}
	for i := range w {
		w[i] = math.Sqrt(sums[i+1] / sums[n+1])
	}
	return w
}

// parse reads a raw_data_block up to the dequantised lines, with TNS undone.
func (d *decoder) parse(au []byte) (p *parsed, err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case error:
			err = e
		default:
			panic(e)
		}
	}()
	r := &bitReader{data: au}
	if id, tag := r.read(3), r.read(4); id != 0 || tag != 0 {
		return nil, fmt.Errorf("element %d tag %d, want a single_channel_element", id, tag)
	}
	p = d.stream(r)
	if id := r.read(3); id != 7 {
		return nil, fmt.Errorf("element %d, want the end", id)
	}
	p.bits = r.pos
	for r.pos%8 != 0 {
		if r.read(1) != 0 {
			return nil, errors.New("byte alignment bits are not zero")
		}
	}
	if r.pos != 8*len(au) {
		return nil, fmt.Errorf("%d of %d bits read", r.pos, 8*len(au))
	}
	return p, nil
}

func check(ok bool, format string, args ...any) {
	if !ok {
		panic(fmt.Errorf(format, args...))
	}
}

// stream reads an individual_channel_stream.
func (d *decoder) stream(r *bitReader) *parsed {
	p := &parsed{}
	gain := r.read(8)
	check(r.read(1) == 0, "ics_reserved_bit")
	p.sequence, p.shape = r.read(2), r.read(1)
	offsets := d.long
	if p.sequence == 2 {
		offsets = d.short
		p.maxSFB = r.read(4)
		p.groupLens = []int{1}
		for range 7 {
			if r.read(1) == 1 {
				p.groupLens[len(p.groupLens)-1]++
			} else {
				p.groupLens = append(p.groupLens, 1)
			}
		}
	} else {
		p.groupLens = []int{1}
		p.maxSFB = r.read(6)
		check(r.read(1) == 0, "predictor_data_present")
	}
	check(p.maxSFB < len(offsets), "max_sfb %d", p.maxSFB)
	books := sections(r, p)
	scales := d.scaleFactors(r, books, gain)
	check(r.read(1) == 0, "pulse_data_present")
	var filter func()
	if r.read(1) == 1 {
		filter = d.tns(r, p)
	}
	check(r.read(1) == 0, "gain_control_data_present")
	d.spectrum(r, p, offsets, books, scales)
	if filter != nil {
		filter()
	}
	return p
}

// sections reads section_data: the codebooks by group and band.
func sections(r *bitReader, p *parsed) [][]int {
	lengthBits := 5
	if p.sequence == 2 {
		lengthBits = 3
	}
	books := make([][]int, len(p.groupLens))
	for g := range books {
		for len(books[g]) < p.maxSFB {
			book := r.read(4)
			check(book < 12, "codebook %d", book)
			n := 0
			for {
				step := r.read(lengthBits)
				n += step
				if step < 1<<lengthBits-1 {
					break
				}
			}
			check(n > 0, "empty section")
			for range n {
				books[g] = append(books[g], book)
			}
			p.books[book] += n
		}
		check(len(books[g]) == p.maxSFB, "sections of %d bands, max_sfb %d", len(books[g]), p.maxSFB)
	}
	return books
}

func (d *decoder) code(r *bitReader, book int) int {
	c := aac.Code{}
	for c.Len < 20 {
		c.Bits = c.Bits<<1 | uint32(r.read(1))
		c.Len++
		if i, ok := d.books[book][c]; ok {
			return i
		}
	}
	panic(fmt.Errorf("no such code in codebook %d", book))
}

func (d *decoder) scaleFactors(r *bitReader, books [][]int, gain int) [][]int {
	scales := make([][]int, len(books))
	for g := range books {
		scales[g] = make([]int, len(books[g]))
		for b, book := range books[g] {
			if book != 0 {
				gain += d.code(r, 0) - 60
				check(gain >= 0 && gain <= 255, "scale factor %d", gain)
				scales[g][b] = gain
			}
		}
	}
	return scales
}

// tns reads tns_data of a long window and returns what undoes it.
func (d *decoder) tns(r *bitReader, p *parsed) func() {
	check(p.sequence != 2, "temporal noise shaping of short windows is not expected")
	check(r.read(2) == 1, "one filter expected")
	resolution := 3 + r.read(1)
	length, order := r.read(6), r.read(5)
	p.tnsOrder = order
	down, compress := r.read(1), r.read(1)
	check(down == 0 && compress == 0 && order <= 12, "direction %d compress %d order %d", down, compress, order)
	a := make([]float64, order+1)
	a[0] = 1
	for m := 1; m <= order; m++ {
		q := r.read(resolution)
		if q >= 1<<(resolution-1) {
			q -= 1 << resolution
		}
		divisor := (float64(int(1)<<(resolution-1)) - 0.5) / (math.Pi / 2)
		if q < 0 {
			divisor = (float64(int(1)<<(resolution-1)) + 0.5) / (math.Pi / 2)
		}
		k := math.Sin(float64(q) / divisor)
		b := slices.Clone(a)
		for i := 1; i < m; i++ {
			a[i] = b[i] + k*b[m-i]
		}
		a[m] = k
	}
	bottom := max(0, len(d.long)-1-length)
	start := d.long[min(bottom, d.tnsLong, p.maxSFB)]
	end := d.long[min(len(d.long)-1, d.tnsLong, p.maxSFB)]
	return func() {
		x := p.lines[start:end]
		for n := range x {
			for i := 1; i <= min(n, order); i++ {
				x[n] -= a[i] * x[n-i]
			}
		}
	}
}

// spectrum reads spectral_data and dequantises it into lines, windows in order.
func (d *decoder) spectrum(r *bitReader, p *parsed, offsets []int, books, scales [][]int) {
	window := 0
	for g, n := range p.groupLens {
		for b, book := range books[g] {
			if book == 0 {
				continue
			}
			width := offsets[b+1] - offsets[b]
			values := d.values(r, book, n*width)
			p.quantized = append(p.quantized, values...)
			step := math.Pow(2, float64(scales[g][b]-100)/4)
			for i, q := range values {
				x := math.Copysign(math.Pow(math.Abs(float64(q)), 4.0/3), float64(q)) * step
				p.lines[(window+i/width)*128+offsets[b]+i%width] = x
			}
		}
		window += n
	}
}

var (
	unsigned = [12]bool{3: true, 4: true, 7: true, 8: true, 9: true, 10: true, 11: true}
	mod      = [12]int{0, 3, 3, 3, 3, 9, 9, 8, 8, 13, 13, 17}
)

// values reads n quantised values.
func (d *decoder) values(r *bitReader, book, n int) []int {
	dim := 2
	if book <= 4 {
		dim = 4
	}
	out := make([]int, 0, n)
	for len(out) < n {
		i := d.code(r, book)
		tuple := make([]int, dim)
		for k := dim - 1; k >= 0; k-- {
			tuple[k] = i % mod[book]
			i /= mod[book]
			if !unsigned[book] {
				tuple[k] -= mod[book] / 2
			}
		}
		if unsigned[book] {
			for k := range tuple {
				if tuple[k] != 0 && r.read(1) == 1 {
					tuple[k] = -tuple[k]
				}
			}
		}
		if book == 11 {
			for k := range tuple {
				tuple[k] = escape(r, tuple[k])
			}
		}
		out = append(out, tuple...)
	}
	check(len(out) == n, "band of %d values", n)
	return out
}

func escape(r *bitReader, q int) int {
	if q != 16 && q != -16 {
		return q
	}
	n := 4
	for r.read(1) == 1 {
		n++
	}
	check(n <= 12, "escape sequence of %d bits", n)
	return (1<<n + r.read(n)) * q / 16
}

// decode returns the 1024 samples that an access unit completes.
func (d *decoder) decode(au []byte) ([]float64, *parsed, error) {
	p, err := d.parse(au)
	if err != nil {
		return nil, nil, err
	}
	block := make([]float64, 2048)
	if p.sequence == 2 {
		for w := range 8 {
			left := p.shape
			if w == 0 {
				left = d.shape
			}
			x := d.inverse(p.lines[w*128:(w+1)*128], d.windowFor[left][128], d.windowFor[p.shape][128])
			for i, v := range x {
				block[448+128*w+i] += v
			}
		}
	} else {
		left, right := d.windowFor[d.shape][1024], d.windowFor[p.shape][1024]
		if p.sequence == 3 {
			left = slope(d.windowFor[d.shape][128])
		}
		if p.sequence == 1 {
			right = slope(d.windowFor[p.shape][128])
		}
		copy(block, d.inverse(p.lines[:], left, right))
	}
	out := make([]float64, 1024)
	for i := range out {
		out[i] = d.overlap[i] + block[i]
	}
	copy(d.overlap[:], block[1024:])
	d.shape = p.shape
	return out, p, nil
}

// slope is the rising half of a start or stop window.
func slope(short []float64) []float64 {
	w := make([]float64, 1024)
	copy(w[448:], short)
	for i := 576; i < 1024; i++ {
		w[i] = 1
	}
	return w
}

// inverse is the IMDCT, 2/N Σ X[k] cos(2π/N (n + n0)(k + 1/2)), by way of a plain DCT-IV, and the window.
func (d *decoder) inverse(lines, rise, fall []float64) []float64 {
	m := len(lines)
	u := make([]float64, m)
	for len(lines) > 0 && lines[len(lines)-1] == 0 {
		lines = lines[:len(lines)-1]
	}
	scale := len(d.cosines) / (8 * m)
	for n := range u {
		at, step := (2*n+1)*scale, 2*(2*n+1)*scale
		for _, x := range lines {
			u[n] += x * d.cosines[at&(len(d.cosines)-1)]
			at += step
		}
		u[n] /= float64(m)
	}
	out := make([]float64, 2*m)
	for i := range m / 2 {
		out[i] = u[m/2+i]
		out[m/2+i] = -u[m-1-i]
		out[m+i] = -u[m/2-1-i]
		out[m+m/2+i] = -u[i]
	}
	for i := range m {
		out[i] *= rise[i]
		out[m+i] *= fall[m-1-i]
	}
	return out
}
