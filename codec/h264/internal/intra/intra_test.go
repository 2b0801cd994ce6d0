package intra_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/intra"
)

const stride = 40

// neighbors calls f with random and extreme planes; the block is at index 5*stride+8.
func neighbors(f func(pix []byte)) {
	r := rand.New(rand.NewPCG(2, 2))
	pix := make([]byte, stride*24)
	for n := range 200 {
		for i := range pix {
			pix[i] = byte(r.Uint32())
			switch n % 4 {
			case 1:
				pix[i] = pix[i] >> 7 * 255
			case 2: // steep gradients, which the plane modes clip
				pix[i] = byte(min(max((i%stride-12)*(n%9*8-32)+(i/stride-9)*(n%7*8-24)+128, 0), 255))
			}
		}
		f(pix)
	}
}

const at = 5*stride + 8

// plainPlane is clauses 8.3.3.4 (size 16) and 8.3.4.4 (size 8).
func plainPlane(p func(x, y int) int, size, x, y int) byte {
	half := size / 2
	h, v := 0, 0
	for i := range half {
		h += (i + 1) * (p(half+i, -1) - p(half-2-i, -1))
		v += (i + 1) * (p(-1, half+i) - p(-1, half-2-i))
	}
	b, c := (5*h+32)>>6, (5*v+32)>>6
	if size == 8 {
		b, c = (34*h+32)>>6, (34*v+32)>>6
	}
	a := 16 * (p(-1, size-1) + p(size-1, -1))
	return byte(min(max((a+b*(x-half+1)+c*(y-half+1)+16)>>5, 0), 255))
}

// mean rounds the mean of the given samples; 128 if there are none.
func mean(s []int) byte {
	if len(s) == 0 {
		return 128
	}
	sum := len(s) / 2
	for _, v := range s {
		sum += v
	}
	return byte(sum / len(s))
}

func TestPredict16AndChroma(t *testing.T) {
	neighbors(func(pix []byte) {
		p := func(x, y int) int { return int(pix[at+y*stride+x]) }
		for has := range 4 {
			left, top := has&1 != 0, has&2 != 0
			var n intra.Edges16
			var c intra.EdgesChroma
			n.Load(pix, at, stride, left, top)
			c.Load(pix[3:], pix, at, stride, left, top)
			for mode := range 4 {
				kind := [4]int{intra.DC16, intra.Horizontal16, intra.Vertical16, intra.Plane16}[mode] // of the chroma mode
				needs := [4]bool{top, left, true, left && top}
				require.Equal(t, needs[mode], n.Allowed(mode))
				require.Equal(t, needs[kind], c.Allowed(mode))
				var luma [256]byte
				var chroma [2][64]byte
				if n.Allowed(mode) {
					n.Predict(&luma, mode)
					comparePlain(t, p, luma[:], 16, mode, left, top)
				}
				if c.Allowed(mode) {
					c.Predict(&chroma, mode)
					comparePlain(t, func(x, y int) int { return p(x+3, y) }, chroma[0][:], 8, kind, left, top)
					comparePlain(t, p, chroma[1][:], 8, kind, left, top)
				}
			}
		}
	})
}

// comparePlain compares a prediction with that of an Intra_16x16 mode for blocks of any size.
func comparePlain(t *testing.T, p func(x, y int) int, got []byte, size, mode int, left, top bool) {
	t.Helper()
	for i, v := range got {
		x, y := i%size, i/size
		var want byte
		switch mode {
		case intra.Vertical16:
			want = byte(p(x, -1))
		case intra.Horizontal16:
			want = byte(p(-1, y))
		case intra.DC16:
			want = plainDC(p, size, x, y, left, top)
		case intra.Plane16:
			want = plainPlane(p, size, x, y)
		}
		if v != want {
			t.Fatalf("size %d mode %d at (%d, %d): got %d, want %d", size, mode, x, y, v, want)
		}
	}
}

// plainDC is clauses 8.3.3.3 (size 16) and 8.3.4.1 to 8.3.4.3 (size 8).
func plainDC(p func(x, y int) int, size, x, y int, left, top bool) byte {
	x0, y0, n := 0, 0, size
	if size == 8 {
		x0, y0, n = x&4, y&4, 4
		switch {
		case x0 > y0 && top:
			left = false
		case x0 < y0 && left:
			top = false
		}
	}
	var s []int
	for i := range n {
		if left {
			s = append(s, p(-1, y0+i))
		}
		if top {
			s = append(s, p(x0+i, -1))
		}
	}
	return mean(s)
}

// plain4 is clause 8.3.1.2.1 to 8.3.1.2.9 for the modes with a direction.
func plain4(p func(x, y int) int, mode, x, y int) int {
	two := func(a, b int) int { return (a + b + 1) >> 1 }
	three := func(a, b, c int) int { return (a + 2*b + c + 2) >> 2 }
	switch mode {
	case intra.Vertical4:
		return p(x, -1)
	case intra.Horizontal4:
		return p(-1, y)
	case intra.DiagonalDownLeft4:
		if x == 3 && y == 3 {
			return three(p(6, -1), p(7, -1), p(7, -1))
		}
		return three(p(x+y, -1), p(x+y+1, -1), p(x+y+2, -1))
	case intra.DiagonalDownRight4:
		switch {
		case x > y:
			return three(p(x-y-2, -1), p(x-y-1, -1), p(x-y, -1))
		case x < y:
			return three(p(-1, y-x-2), p(-1, y-x-1), p(-1, y-x))
		}
		return three(p(0, -1), p(-1, -1), p(-1, 0))
	case intra.VerticalRight4:
		switch z := 2*x - y; {
		case z >= 0 && z%2 == 0:
			return two(p(x-y>>1-1, -1), p(x-y>>1, -1))
		case z >= 0:
			return three(p(x-y>>1-2, -1), p(x-y>>1-1, -1), p(x-y>>1, -1))
		case z == -1:
			return three(p(-1, 0), p(-1, -1), p(0, -1))
		}
		return three(p(-1, y-1), p(-1, y-2), p(-1, y-3))
	case intra.HorizontalDown4:
		switch z := 2*y - x; {
		case z >= 0 && z%2 == 0:
			return two(p(-1, y-x>>1-1), p(-1, y-x>>1))
		case z >= 0:
			return three(p(-1, y-x>>1-2), p(-1, y-x>>1-1), p(-1, y-x>>1))
		case z == -1:
			return three(p(-1, 0), p(-1, -1), p(0, -1))
		}
		return three(p(x-1, -1), p(x-2, -1), p(x-3, -1))
	case intra.VerticalLeft4:
		if y%2 == 0 {
			return two(p(x+y>>1, -1), p(x+y>>1+1, -1))
		}
		return three(p(x+y>>1, -1), p(x+y>>1+1, -1), p(x+y>>1+2, -1))
	}
	switch z := x + 2*y; { // Intra_4x4_Horizontal_Up
	case z > 5:
		return p(-1, 3)
	case z == 5:
		return three(p(-1, 2), p(-1, 3), p(-1, 3))
	case z%2 == 0:
		return two(p(-1, y+x>>1), p(-1, y+x>>1+1))
	}
	return three(p(-1, y+x>>1), p(-1, y+x>>1+1), p(-1, y+x>>1+2))
}

func TestPredict4(t *testing.T) {
	neighbors(func(pix []byte) {
		for has := range 8 {
			left, top, topRight := has&1 != 0, has&2 != 0, has&4 != 0
			p := func(x, y int) int {
				if y < 0 && x > 3 && !topRight {
					x = 3
				}
				return int(pix[at+y*stride+x])
			}
			var n intra.Edges4
			n.Load(pix, at, stride, left, top, topRight)
			for mode := range 9 {
				needsTop := mode == intra.Vertical4 || mode == intra.DiagonalDownLeft4 || mode == intra.VerticalLeft4
				needsLeft := mode == intra.Horizontal4 || mode == intra.HorizontalUp4
				needsBoth := mode >= intra.DiagonalDownRight4 && mode <= intra.HorizontalDown4
				allowed := (!needsTop || top) && (!needsLeft || left) && (!needsBoth || left && top)
				require.Equal(t, allowed, n.Allowed(mode))
				if !allowed {
					continue
				}
				var got [16]byte
				n.Predict(&got, mode)
				for i, v := range got {
					x, y := i%4, i/4
					want := int(plainDC4(p, left, top))
					if mode != intra.DC4 {
						want = plain4(p, mode, x, y)
					}
					if int(v) != want {
						t.Fatalf("mode %d at (%d, %d): got %d, want %d", mode, x, y, v, want)
					}
				}
			}
		}
	})
}

func plainDC4(p func(x, y int) int, left, top bool) byte {
	var s []int
	for i := range 4 {
		if left {
			s = append(s, p(-1, i))
		}
		if top {
			s = append(s, p(i, -1))
		}
	}
	return mean(s)
}
