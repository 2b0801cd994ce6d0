//go:build amd64 && !purego

package transform

// quadsOf are ones for each of four blocks that has a bit in the index.
var quadsOf = buildQuads()

func buildQuads() (t [16][4]int64) {
	for which := range t {
		for i := range 4 {
			t[which][i] = -int64(which >> i & 1)
		}
	}
	return t
}
