package inputs

import (
	"image"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// gradient is footage whose luma grows with x and, from picture to picture, with time.
func gradient(pictures int) []*image.YCbCr {
	var list []*image.YCbCr
	for k := range pictures {
		m := image.NewYCbCr(image.Rect(0, 0, 96, 64), image.YCbCrSubsampleRatio420)
		for y := range 64 {
			for x := range 96 {
				m.Y[y*m.YStride+x] = byte(80 + x + 4*k)
			}
		}
		list = append(list, m)
	}
	return list
}

// TestCameraIsTheSame makes the same camera twice, and another one.
func TestCameraIsTheSame(t *testing.T) {
	t.Parallel()
	s := Spec{Participants: 3, Width: 64, Height: 36, Seed: 5}
	footage := gradient(3)
	a, b, other := newCamera(s, 1, footage), newCamera(s, 1, footage), newCamera(s, 2, footage)
	for k := range 7 { // to the end of the footage and back
		one := slices.Clone(a.next(k).Y)
		require.Equal(t, one, b.next(k).Y, "picture %d", k)
		require.NotEqual(t, one, other.next(k).Y, "picture %d", k)
	}
}

// TestNoise checks the strength of the noise, and that it is new everywhere.
func TestNoise(t *testing.T) {
	t.Parallel()
	footage := gradient(1)
	for i := range footage[0].Y {
		footage[0].Y[i] = 128
	}
	c := newCamera(Spec{Participants: 1, Width: 640, Height: 360, Seed: 9}, 0, footage)
	first := slices.Clone(c.next(0).Y)
	second := c.next(1).Y
	mean, squares, product := 0., 0., 0.
	for i := range first {
		a, b := float64(first[i])-128-float64(c.light), float64(second[i])-128-float64(c.light)
		mean, squares, product = mean+a, squares+a*a, product+a*b
	}
	n := float64(len(first))
	require.InDelta(t, 0, mean/n, 0.05)
	require.InDelta(t, 2.5, math.Sqrt(squares/n), 0.1, "standard deviation")
	require.InDelta(t, 0, product/squares, 0.02, "correlation of two pictures")
}

func TestTapsStayInside(t *testing.T) {
	t.Parallel()
	for _, mirror := range []bool{false, true} {
		for _, n := range []int{1, 2, 63, 64, 200} {
			list := taps(n, 10, 64, mirror)
			require.Len(t, list, n)
			for _, p := range list {
				require.GreaterOrEqual(t, p.at, 10)
				require.LessOrEqual(t, p.at+1, 10+63)
				require.LessOrEqual(t, p.weight, 256)
			}
		}
	}
}
