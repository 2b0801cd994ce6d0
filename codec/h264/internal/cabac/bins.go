package cabac

// maxBins is more than the bins of any block of levels: 64 with 16 bins of magnitude, a suffix of up to 22 and a sign each,
// and what says where they are.
const maxBins = 4096

// Bins are bins to be coded in a row, which takes less time than coding them one by one: the engine's registers stay
// where they are.
type Bins struct {
	list [maxBins]uint16 // context index, or bypassed, times two and the bin
	n    int
}

const bypassed = NumContexts

// Add appends v, 0 or 1, with the context at index ctx.
func (b *Bins) Add(ctx, v int) {
	b.list[b.n&(maxBins-1)] = uint16(ctx<<1 | v)
	b.n++
}

// AddBypass appends v, 0 or 1, with equal probabilities.
func (b *Bins) AddBypass(v int) { b.Add(bypassed, v) }

// Code codes the bins and empties the list.
func (e *Encoder) Code(b *Bins) {
	low, rng, queue := e.low, e.rng, e.queue
	for _, bin := range b.list[:b.n] {
		ctx, v := bin>>1, uint32(bin&1)
		if ctx == bypassed {
			low = low<<1 + -v&rng
			queue++
		} else {
			c := &e.Contexts[ctx]
			state := uint32(*c)
			lps := uint32(sizes[rng<<1&0x180|state&127])
			rng -= lps
			unlikely := -((state ^ v) & 1) // all ones for the less probable value; a branch would often be mispredicted
			low += rng & unlikely
			rng += (lps - rng) & unlikely
			*c = transition[(state^unlikely)&255]
			shift := shifts[rng&511] & 7
			rng <<= shift
			low <<= shift
			queue += int(shift)
		}
		if queue >= 0 {
			e.low, e.queue = low, queue
			e.put()
			low, queue = e.low, e.queue
		}
	}
	e.low, e.rng, e.queue = low, rng, queue
	b.n = 0
}
