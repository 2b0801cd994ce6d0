package tiler_test

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/tiler"
)

// TestColors compares what becomes of color bars and random colors with floating-point arithmetic.
func TestColors(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 0))
	var colors [][3]float64
	for _, level := range []float64{1, 0.75} {
		for bar := range 8 {
			colors = append(colors, [3]float64{level * float64(bar>>2), level * float64(bar>>1&1), level * float64(bar&1)})
		}
	}
	size := image.Pt(64, 36)
	for len(colors) < size.X*size.Y/4 {
		colors = append(colors, [3]float64{r.Float64(), r.Float64(), r.Float64()})
	}
	for _, c := range []tiler.Color{{}, {FullRange: true}, {BT709: true}, {BT709: true, FullRange: true}} {
		at := func(x, y int) [3]float64 { return encode(c, colors[y/2*size.X/2+x/2]) }
		p := paint(newPicture(size.X, size.Y, 0, 0), func(x, y int) (uint8, uint8, uint8) {
			v := at(x, y)
			return toByte(v[0]), toByte(v[1]), toByte(v[2])
		})
		canvas, _ := show(t, p, size, c)
		worst := 0.0
		for y := range size.Y {
			for x := range size.X {
				yo, co := canvas.YOffset(x, y), canvas.COffset(x, y)
				po, pc := p.YOffset(x, y), p.COffset(x, y)
				want := encode(tiler.Color{BT709: true}, decode(c, [3]float64{float64(p.Y[po]), float64(p.Cb[pc]), float64(p.Cr[pc])}))
				for i, got := range []uint8{canvas.Y[yo], canvas.Cb[co], canvas.Cr[co]} {
					worst = max(worst, math.Abs(float64(got)-min(max(want[i], 0), 255)))
				}
			}
		}
		require.Less(t, worst, 0.6, "%+v", c) // 0.5 is rounding
	}
}

// weights returns the shares of red and blue in luma (ITU-R BT.601-7 2.5.1, BT.709-6 item 3.2).
func weights(c tiler.Color) (red, blue float64) {
	if c.BT709 {
		return 0.2126, 0.0722
	}
	return 0.299, 0.114
}

// scales returns the steps from black to white, those from no color to full color, and the level of black.
func scales(c tiler.Color) (luma, chroma, black float64) {
	if c.FullRange {
		return 255, 255, 0
	}
	return 219, 224, 16
}

func encode(c tiler.Color, rgb [3]float64) [3]float64 {
	kr, kb := weights(c)
	luma, chroma, black := scales(c)
	y := kr*rgb[0] + (1-kr-kb)*rgb[1] + kb*rgb[2]
	return [3]float64{black + luma*y, 128 + chroma*(rgb[2]-y)/2/(1-kb), 128 + chroma*(rgb[0]-y)/2/(1-kr)}
}

func decode(c tiler.Color, ycc [3]float64) [3]float64 {
	kr, kb := weights(c)
	luma, chroma, black := scales(c)
	y := (ycc[0] - black) / luma
	red := y + (ycc[2]-128)/chroma*2*(1-kr)
	blue := y + (ycc[1]-128)/chroma*2*(1-kb)
	return [3]float64{red, (y - kr*red - kb*blue) / (1 - kr - kb), blue}
}

func toByte(v float64) uint8 { return uint8(min(max(math.Round(v), 0), 255)) }
