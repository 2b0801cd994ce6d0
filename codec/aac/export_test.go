package aac

// What the tests of this package look at from outside.

// Code is one codeword of a codebook.
type Code struct {
	Bits uint32
	Len  int
}

// Codebook returns the codewords of a codebook by index; number 0 is the one of scale factors.
func Codebook(number int) []Code {
	book := scaleFactorBook
	if number > 0 {
		book = spectralBooks[number]
	}
	codes := make([]Code, len(book.codes))
	for i := range codes {
		codes[i] = Code{Bits: book.codes[i], Len: int(book.lens[i])}
	}
	return codes
}

// BandOffsets returns the scale-factor bands of a sampling frequency index and its TNS_MAX_BANDS.
func BandOffsets(index int) (long, short []int, tnsLong int) {
	t := rateTables[index-rateTables[0].index]
	return t.long, t.short, t.tnsLong
}

// MDCT transforms twice as many windowed samples as it returns lines.
func MDCT(z []float64) []float64 {
	out := make([]float64, len(z)/2)
	newMDCT(len(out)).transform(out, z)
	return out
}

// Windowed returns the windowed samples of a frame by its window_sequence, the short windows one after the other.
func Windowed(samples []float64, seq int) []float64 {
	w := newWindows()
	dst := make([]float64, 2*frameSize)
	if sequence(seq) != eightShort {
		w.applyLong(dst, samples, sequence(seq))
		return dst
	}
	for i := range windowCount {
		w.applyShort(dst[i*2*shortLines:], samples, i)
	}
	return dst
}

// CountedBits is the length the encoder has counted for the access unit it wrote last, without byte alignment.
func CountedBits(e *Encoder) int {
	f := &e.channel.frame
	return overheadBits(f.layout.short) + f.tns.bits() + f.alloc.count(&f.layout)
}

// Deterministic stand-ins for functions of package math.
var (
	Exp2        = exp2
	Log2        = log2
	SinCosTurn  = sinCosTurn
	SampleRates = sampleRates[3:]
)
