package bits

// seLengths holds SELen of small numbers, from -len/2 on: a search for motion asks for it all the time.
var seLengths = buildSELengths()

func buildSELengths() (lengths [2048]uint8) {
	for i := range lengths {
		lengths[i] = uint8(seLen(i - len(lengths)/2))
	}
	return lengths
}
