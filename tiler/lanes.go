package tiler

// Two samples share a 64-bit word, each in its half: lane masks them. A weighted sum starts from round, half a unit in
// each half, or from clipRound where weights are negative, which holds clipBias too to keep the sum positive.
const (
	lane         = 0x000000ff_000000ff
	ones         = 0x0001_0001_0001_0001
	roundOne     = weightOne / 2
	round        = roundOne<<32 | roundOne
	clipRoundOne = clipBias<<weightBits + roundOne
	clipRound    = clipRoundOne<<32 | clipRoundOne
)

// join shifts the sums of eight samples down, which are within 0..255 then, and packs them. Byte i and i+4 are in the
// halves of argument i.
func join(a, b, c, d uint64) uint64 {
	return a>>weightBits&lane | b>>(weightBits-8)&(lane<<8) | c&(lane<<16) | d<<8&(lane<<24)
}

// joinClipped is join for sums that began with clipRound. It limits the results to 0..255.
func joinClipped(a, b, c, d uint64) uint64 {
	const (
		low  = 0x0000ffff_0000ffff
		high = low << 16
	)
	return pack((a>>weightBits&low|c&high)-clipBias*ones, (b>>weightBits&low|d&high)-clipBias*ones)
}

// pack limits eight 16-bit lanes to 0..255 and packs them, those of p in the even bytes and those of q in the odd ones.
// Negative lanes, down to -clipBias, have borrowed from the one above.
func pack(p, q uint64) uint64 {
	if (p|q)&^(255*ones) != 0 {
		return packLimited(p, q) // seldom
	}
	return p | q<<8
}

// packLimited is the rest of pack, apart so that pack can be inlined.
//
//go:noinline
func packLimited(p, q uint64) uint64 { return limit(p) | limit(q)<<8 }

// limit limits four 16-bit lanes to 0..255. They are below 512.
func limit(v uint64) uint64 {
	v += 0x8000 * ones // the sign bit is now set where the lane is not negative
	positive := v >> 15 & ones
	over := v >> 8 & ones
	v |= over<<8 - over
	return v & (positive<<8 - positive)
}
