package aac

// frame is the coding of one frame of one channel.
type frame struct {
	sequence sequence
	layout   layout
	tns      tns
	alloc    allocator
	start    float64 // price of noise the search begins with: the outcome of the frame before
}

const (
	maxSearch  = 8     // choices made per frame in search of the price
	closeShare = 0.985 // of the target in bits that ends the search
	maxRaises  = 128   // bound of the doublings of the price that keep a frame within its limit

	// minPrice is the price of perfection: the noise that it calls for is 40 dB below the masks.
	minPrice = 1e-4
	// The range the search begins in.
	minStart, maxStart = 0.01, 1000
)

// setup readies the zero value.
func (f *frame) setup(t *tables, r *rateTable, sampleRate int) {
	f.alloc.quant = t.quant
	f.tns.setup(r, sampleRate)
	f.start = 1
}

// allocate chooses scale factors for about target bits, and never more than limit, both including everything.
func (f *frame) allocate(target, limit int) {
	f.alloc.prepare(&f.layout)
	overhead := overheadBits(f.layout.short) + f.tns.bits()
	price, bits := f.search(target - overhead)
	for i := 0; bits > limit-overhead && i < maxRaises; i++ {
		price *= 2
		bits = f.alloc.choose(&f.layout, price)
	}
	f.start = min(maxStart, max(minStart, price))
	if f.alloc.maxSFB == 0 {
		f.tns.order = 0
	}
}

// search looks for the price whose choice comes closest to target bits from below, and leaves that choice in place. If
// there is none in reach the bits are above the target.
func (f *frame) search(target int) (price float64, bits int) {
	low, high := 0.0, 0.0 // prices known to give too many bits, and not too many
	price = f.start
	for range maxSearch {
		bits = f.alloc.choose(&f.layout, price)
		if bits > target {
			low = price
		} else {
			high = price
			if float64(bits) >= closeShare*float64(target) || price <= minPrice {
				return price, bits
			}
		}
		price = max(minPrice, f.nextPrice(price, low, high, bits-target))
	}
	if high > 0 {
		price = high
	}
	return price, f.alloc.choose(&f.layout, price)
}

// nextPrice guesses the price that brings the bits down by excess: a doubling of the price saves half a bit per line
// that is coded. Once there are bounds it stays well between them.
func (f *frame) nextPrice(price, low, high float64, excess int) float64 {
	lines := 32
	for b := range f.layout.bands() {
		if f.alloc.picks[b] != nil {
			lines += f.layout.start[b+1] - f.layout.start[b]
		}
	}
	next := price * exp2(min(8, max(-8, 2*float64(excess)/float64(lines))))
	if low > 0 && high > 0 {
		span := log2(high / low)
		next = min(max(next, low*exp2(0.2*span)), low*exp2(0.8*span))
	}
	return next
}
