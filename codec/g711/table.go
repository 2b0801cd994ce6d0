package g711

// The laws as tables: what each of the 256 codes stands for, on the 16-bit scale.
var (
	muTable = expand(muSample)
	aTable  = expand(aSample)
)

func expand(law func(byte) int16) *[256]int16 {
	t := new([256]int16)
	for code := range t {
		t[code] = law(byte(code))
	}
	return t
}

// muSample expands a mu-law code (ITU-T G.711 table 2). All bits are inverted on the line; then come a sign (1 is
// negative), three bits of segment and four of step. Segment s starts at 33*2^s - 33 on the 14-bit scale, in steps of
// 2^(s+1), and a code stands for the middle of its step; here it is times 4.
func muSample(code byte) int16 {
	code = ^code
	segment, step := int(code>>4&7), int(code&15)
	v := (2*step+33)<<segment - 33
	if code&0x80 != 0 {
		v = -v
	}
	return int16(4 * v)
}

// aSample expands an A-law code (ITU-T G.711 table 1). Even bits are inverted on the line; the sign bit 1 is positive.
// Segments 0 and 1 share a step size of 2 on the 13-bit scale, each further one doubles it; here it is times 8.
func aSample(code byte) int16 {
	code ^= 0x55
	segment, step := int(code>>4&7), int(code&15)
	v := 2*step + 1
	if segment > 0 {
		v = (v + 32) << (segment - 1)
	}
	if code&0x80 == 0 {
		v = -v
	}
	return int16(8 * v)
}
