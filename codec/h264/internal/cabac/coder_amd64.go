//go:build !purego

package cabac

import "github.com/callrec/callrec/internal/cpu"

// runBMI2 is runPlain for at least one bin. It needs BMI2.
//
//go:noescape
func runBMI2(c *coder, list *bin, n int, parts *[512]part, transition *[256]uint8) int

func (c *coder) run(list []bin) int {
	if !cpu.BMI2() {
		return c.runPlain(list)
	}
	return runBMI2(c, &list[0], len(list), &parts, &transition)
}

// part is what the less probable symbol takes of a range, by how many places that has to be moved up to be 256 or more, and
// what it is then.
type part struct {
	size, shift uint8
	moved       uint16
}

// parts is laid out as sizes.
var parts = buildParts()

func buildParts() (t [512]part) {
	for i, size := range sizes {
		t[i] = part{size, shifts[size], uint16(size) << shifts[size]}
	}
	return t
}
