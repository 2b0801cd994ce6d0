package tiler

// Values from -clipBias to clipMask-clipBias are limited to 0..255 by looking them up, with clipBias added, in clip.
const (
	clipBias = 256
	clipMask = 1023
)

var clip = clipTable()

func clipTable() (t [clipMask + 1]uint8) {
	for i := range t {
		t[i] = uint8(min(max(i-clipBias, 0), 255))
	}
	return t
}
