package cabac

// coder is the registers and the contexts.
type coder struct {
	low   uint64
	rng   uint32
	queue int
	// Contexts are the state bytes: pStateIdx in the upper bits, valMPS in bit 0.
	Contexts Contexts
}

// bin is one with a context, whose index is in the bits from contextShift on above its value, and bypass bins behind it:
// the bins in the eight bits from valueShift on, the first of them in the highest place, and their number from countShift on.
type bin uint32

const (
	contextShift = 1
	valueShift   = 16
	countShift   = 24
	// maxBypass is the largest number of bypass bins in one bin.
	maxBypass = 8
)

// full is the value of queue from which on a coder stops until some of what waits is written. A bin adds up to seven places,
// and up to maxBypass more.
const full = 24

// runPlain codes bins until there are none left or the queue is full, and returns their number. There is no branch for the
// value of a bin, which nothing foretells.
func (c *coder) runPlain(list []bin) int {
	low, rng, queue := c.low, c.rng, c.queue
	for i, b := range list {
		ctx := &c.Contexts[b>>contextShift&(1<<(valueShift-contextShift)-1)]
		state := uint32(*ctx)
		lps := uint32(sizes[rng<<1&0x180|state&127])
		mask := -((state ^ uint32(b)) & 1) // all ones for the less probable symbol
		rng -= lps
		low += uint64(rng & mask)
		rng ^= (rng ^ lps) & mask
		*ctx = transition[uint8(state^mask)]
		shift := shifts[rng&511] & 7
		rng <<= shift
		low <<= shift
		count := b >> countShift & 15
		low = low<<count + uint64(rng)*uint64(b>>valueShift&255)
		if queue += int(shift) + int(count); queue >= full {
			c.low, c.rng, c.queue = low, rng, queue
			return i + 1
		}
	}
	c.low, c.rng, c.queue = low, rng, queue
	return len(list)
}
