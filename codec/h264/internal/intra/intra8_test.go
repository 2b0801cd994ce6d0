package intra_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/intra"
)

// plain8 is Intra_8x8 prediction sample by sample, the neighbors in one line around the block: left from the bottom up in
// 0 to 7, the corner in 8, above and above right in 9 to 24.
type plain8 struct {
	e                        [25]int
	hasLeft, hasTop, hasBoth bool
}

// load takes the neighbors of the block at pix[at] that are available and filters them.
func (n *plain8) load(pix []byte, at, stride int, left, top, corner, topRight bool) {
	n.hasLeft, n.hasTop, n.hasBoth = left, top, left && top && corner
	var raw [25]int
	if left {
		for y := range 8 {
			raw[7-y] = int(pix[at+y*stride-1])
		}
	}
	if corner {
		raw[8] = int(pix[at-stride-1])
	}
	if top {
		row := pix[at-stride:][:16]
		for x := range 8 {
			raw[9+x] = int(row[x])
		}
		for x := 8; x < 16; x++ {
			v := raw[16]
			if topRight {
				v = int(row[x])
			}
			raw[9+x] = v
		}
	}
	// Samples at the end of what is available are filtered with themselves.
	e := &n.e
	if top {
		before := raw[8]
		if !corner {
			before = raw[9]
		}
		e[9] = (before + 2*raw[9] + raw[10] + 2) >> 2
		for i := 10; i < 24; i++ {
			e[i] = (raw[i-1] + 2*raw[i] + raw[i+1] + 2) >> 2
		}
		e[24] = (raw[23] + 3*raw[24] + 2) >> 2
	}
	if left {
		after := raw[8]
		if !corner {
			after = raw[7]
		}
		e[7] = (after + 2*raw[7] + raw[6] + 2) >> 2
		for i := 6; i > 0; i-- {
			e[i] = (raw[i-1] + 2*raw[i] + raw[i+1] + 2) >> 2
		}
		e[0] = (raw[1] + 3*raw[0] + 2) >> 2
	}
	if corner {
		a, b := raw[8], raw[8]
		if left {
			a = raw[7]
		}
		if top {
			b = raw[9]
		}
		e[8] = (a + 2*raw[8] + b + 2) >> 2
	}
}

// mean2 and mean3 are the filters of the directional modes around index i.
func (n *plain8) mean2(i int) byte { return byte((n.e[i] + n.e[i+1] + 1) >> 1) }

func (n *plain8) mean3(i int) byte { return byte((n.e[i-1] + 2*n.e[i] + n.e[i+1] + 2) >> 2) }

// sample is the predicted sample at (x, y) in mode; with the neighbors in one line the clauses 8.3.2.2.2 to 8.3.2.2.10
// become walks along it.
func (n *plain8) sample(mode, x, y int) byte {
	const left, corner, top = 7, 8, 9 // e[left-y] and e[top+x] are beside row y and above column x
	switch mode {
	case 0:
		return byte(n.e[top+x])
	case 1:
		return byte(n.e[left-y])
	case 3: // diagonal down left
		if x+y == 14 {
			return byte((n.e[23] + 3*n.e[24] + 2) >> 2)
		}
		return n.mean3(top + x + y + 1)
	case 4: // diagonal down right
		return n.mean3(corner + x - y)
	case 5: // vertical right
		switch z := 2*x - y; {
		case z >= 0 && z&1 == 0:
			return n.mean2(corner + x - y>>1)
		case z >= -1:
			return n.mean3(corner + x - y>>1)
		default:
			return n.mean3(left + 2 + 2*x - y)
		}
	case 6: // horizontal down
		switch z := 2*y - x; {
		case z >= 0 && z&1 == 0:
			return n.mean2(left - y + x>>1)
		case z >= -1:
			return n.mean3(corner - y + x>>1)
		default:
			return n.mean3(corner + x - 2*y - 1)
		}
	case 7: // vertical left
		if y&1 == 0 {
			return n.mean2(top + x + y>>1)
		}
		return n.mean3(top + x + y>>1 + 1)
	}
	// Horizontal up.
	switch z := x + 2*y; {
	case z > 13:
		return byte(n.e[0])
	case z == 13:
		return byte((n.e[1] + 3*n.e[0] + 2) >> 2)
	case z&1 == 0:
		return n.mean2(left - y - x>>1 - 1)
	default:
		return n.mean3(left - y - x>>1 - 1)
	}
}

func (n *plain8) dc() byte {
	left, top := 0, 0
	for i := range 8 {
		left += n.e[i]
		top += n.e[9+i]
	}
	switch {
	case n.hasLeft && n.hasTop:
		return byte((left + top + 8) >> 4)
	case n.hasLeft:
		return byte((left + 4) >> 3)
	case n.hasTop:
		return byte((top + 4) >> 3)
	}
	return 128
}

func TestIntra8(t *testing.T) {
	t.Parallel()
	const stride, at = 40, 3*40 + 9
	r := rand.New(rand.NewPCG(2, 2))
	pix := make([]byte, stride*16)
	for n := range 300 {
		for i := range pix {
			pix[i] = byte(r.Uint32())
			if n%3 == 0 {
				pix[i] = 255 * (pix[i] >> 7)
			}
		}
		left, top := n&1 != 0, n&2 != 0
		corner, topRight := left && top && n&4 != 0, top && n&8 != 0
		var got intra.Edges8
		var want plain8
		got.Load(pix, at, stride, left, top, corner, topRight)
		want.load(pix, at, stride, left, top, corner, topRight)
		for mode := range 9 {
			if !got.Allowed(mode) {
				continue
			}
			var dst [10 * 8]byte
			got.Predict(dst[:], 10, mode)
			for y := range 8 {
				for x := range 10 {
					v := 0
					if x < 8 && mode == 2 {
						v = int(want.dc())
					} else if x < 8 {
						v = int(want.sample(mode, x, y))
					}
					require.Equal(t, v, int(dst[10*y+x]), "mode %d (%d, %d)", mode, x, y)
				}
			}
		}
	}
}
