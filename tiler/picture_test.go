package tiler_test

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/tiler"
)

// asIs is the color of the canvas: such pictures are scaled, but not converted.
var asIs = tiler.Color{BT709: true}

// show draws p on a canvas that is one tile of the given size. It returns the canvas, and where on it the picture is.
func show(t *testing.T, p *image.YCbCr, size image.Point, c tiler.Color) (*image.YCbCr, image.Rectangle) {
	t.Helper()
	tile := image.Rectangle{Max: size}
	tl := newTiler(t, tiler.Config{Width: size.X, Height: size.Y, Layout: only{tile}})
	tl.Compose([]tiler.Tile{{Picture: p, Color: c}})
	canvas, damage := tl.Compose([]tiler.Tile{{Picture: p, Color: c, Serial: 1}})
	require.Len(t, damage, 1)
	return canvas, damage[0]
}

// randomSizes calls f with sizes of pictures and tiles, at first with the extremes.
func randomSizes(n int, f func(r *rand.Rand, picture *image.YCbCr, tile image.Point)) {
	r := rand.New(rand.NewPCG(4, 0))
	for _, s := range []int{1, 2, 3, 150} {
		f(r, newPicture(s, 1, 0, 0), image.Pt(2, 2))
		f(r, newPicture(1, s, 1, 1), image.Pt(40, 20))
		f(r, newPicture(s, s, 1, 0), image.Pt(2, 40))
	}
	for range n {
		p := newPicture(1+r.IntN(150), 1+r.IntN(150), r.IntN(3), r.IntN(3))
		f(r, p, image.Pt(2+2*r.IntN(80), 2+2*r.IntN(80)))
	}
}

func TestCopiedExactly(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 0))
	for _, at := range []image.Point{{0, 0}, {2, 4}} {
		p := noise(newPicture(160, 90, at.X, at.Y), r)
		canvas, where := show(t, p, image.Pt(160, 90), asIs)
		require.Equal(t, canvas.Rect, where)
		require.Equal(t, cut(p, p.Rect), cut(canvas, where))
	}
}

func TestFlatStaysFlat(t *testing.T) {
	t.Parallel()
	randomSizes(150, func(_ *rand.Rand, p *image.YCbCr, size image.Point) {
		for _, c := range []tiler.Color{asIs, {}, {FullRange: true}, {BT709: true, FullRange: true}} {
			canvas, where := show(t, flat(p, 77, 90, 200), size, c)
			first := canvas.YCbCrAt(where.Min.X, where.Min.Y)
			for y := where.Min.Y; y < where.Max.Y; y++ {
				for x := where.Min.X; x < where.Max.X; x++ {
					if canvas.YCbCrAt(x, y) != first {
						require.Failf(t, "not flat", "%+v at (%d, %d), %v in %v", c, x, y, p.Rect, where)
					}
				}
			}
			if c == asIs {
				require.Equal(t, color.YCbCr{Y: 77, Cb: 90, Cr: 200}, first)
			}
		}
	})
}

// TestScaling compares pictures of random sizes with a reference in floating point: the mean of what an output sample
// covers where the picture shrinks, and Catmull-Rom interpolation where it grows or hardly shrinks.
func TestScaling(t *testing.T) {
	t.Parallel()
	worst := 0.0
	randomSizes(250, func(r *rand.Rand, p *image.YCbCr, size image.Point) {
		for i := range p.Y { // far enough from the limits that nothing has to be clipped
			p.Y[i] = uint8(64 + r.IntN(128))
		}
		for i := range p.Cb {
			p.Cb[i], p.Cr[i] = uint8(64+r.IntN(128)), uint8(64+r.IntN(128))
		}
		canvas, where := show(t, p, size, asIs)
		b := p.Rect
		w, h := float64(b.Dx()), float64(b.Dy())
		lateX, lateY := float64(b.Min.X&1)/2, float64(b.Min.Y&1)/2
		cw, ch := (b.Min.X&1+b.Dx()+1)/2, (b.Min.Y&1+b.Dy()+1)/2
		want := resample(p.Y, p.YStride, span{b.Dx(), 0, w, where.Dx()}, span{b.Dy(), 0, h, where.Dy()})
		across, down := span{cw, lateX, w / 2, where.Dx() / 2}, span{ch, lateY, h / 2, where.Dy() / 2}
		wantCb := resample(p.Cb, p.CStride, across, down)
		wantCr := resample(p.Cr, p.CStride, across, down)
		for y := range where.Dy() {
			for x := range where.Dx() {
				o, c := canvas.YOffset(where.Min.X+x, where.Min.Y+y), canvas.COffset(where.Min.X+x, where.Min.Y+y)
				worst = max(worst,
					math.Abs(want[y][x]-float64(canvas.Y[o])),
					math.Abs(wantCb[y/2][x/2]-float64(canvas.Cb[c])),
					math.Abs(wantCr[y/2][x/2]-float64(canvas.Cr[c])))
			}
		}
		require.Less(t, worst, 1.5, "%v in %v", p.Rect, where)
	})
	require.Greater(t, worst, 0.4, "no more than rounding: nothing was scaled")
}

// span says which part of a row or column becomes how many samples.
type span struct {
	samples       int
	start, length float64
	out           int
}

// resample returns rows of scaled samples.
func resample(pix []uint8, stride int, across, down span) [][]float64 {
	columns := make([][]float64, across.out) // of the picture scaled across
	for y := range down.samples {
		row := make([]float64, across.samples)
		for x := range row {
			row[x] = float64(pix[y*stride+x])
		}
		for x, v := range resampleLine(row, across) {
			columns[x] = append(columns[x], v)
		}
	}
	rows := make([][]float64, down.out)
	for _, column := range columns {
		for y, v := range resampleLine(column, down) {
			rows[y] = append(rows[y], v)
		}
	}
	return rows
}

func resampleLine(in []float64, s span) []float64 {
	out := make([]float64, s.out)
	step := s.length / float64(s.out)
	for j := range out {
		if step > 9.0/8 {
			from, to := s.start+float64(j)*step, s.start+float64(j+1)*step
			for i, v := range in {
				out[j] += v * max(0, min(to, float64(i+1))-max(from, float64(i))) / step
			}
			continue
		}
		center := s.start + (float64(j)+0.5)*step - 0.5
		for i := int(math.Floor(center)) - 1; i <= int(math.Floor(center))+2; i++ {
			out[j] += in[min(max(i, 0), len(in)-1)] * catmullRom(math.Abs(center-float64(i)))
		}
	}
	return out
}

// catmullRom is the kernel of Keys with a = -1/2, at distance d.
func catmullRom(d float64) float64 {
	switch {
	case d < 1:
		return 1.5*d*d*d - 2.5*d*d + 1
	case d < 2:
		return -0.5*d*d*d + 2.5*d*d - 4*d + 2
	default:
		return 0
	}
}

// TestLetterbox checks that each border of the picture reaches the border of where it is shown, on all of its length,
// that nothing is drawn beside that, and that the picture keeps its shape.
func TestLetterbox(t *testing.T) {
	t.Parallel()
	tiles := []image.Point{{160, 90}, {90, 160}, {64, 64}, {158, 88}}
	for _, size := range []image.Point{
		{640, 360},
		{639, 359},
		{641, 361},
		{360, 640},
		{320, 240},
		{176, 144},
		{100, 100},
		{99, 101},
		{33, 17},
		{17, 33},
		{7, 5},
		{3, 2},
		{200, 20},
		{20, 200},
		{161, 90},
		{160, 91},
		{155, 90},
		{163, 90},
		{320, 181},
	} {
		for _, tile := range tiles {
			dark, where := show(t, flat(newPicture(size.X, size.Y, 0, 0), 40, 128, 128), tile, asIs)
			name := fmt.Sprintf("%v in %v at %v", size, tile, where)
			require.True(t, isEven(where) && where.In(dark.Rect), name)
			require.LessOrEqual(t, max(where.Min.X-(tile.X-where.Max.X), tile.X-where.Max.X-where.Min.X), 2, name)
			require.LessOrEqual(t, max(where.Min.Y-(tile.Y-where.Max.Y), tile.Y-where.Max.Y-where.Min.Y), 2, name)
			require.True(t, where.Dx() == tile.X || where.Dy() == tile.Y, name)
			// Even sizes cost a sample, and bars too thin to be worth it 1/32 or two samples.
			shape := float64(where.Dx()*size.Y) / float64(where.Dy()*size.X)
			thin := float64(min(where.Dx(), where.Dy()))
			require.InDelta(t, 1, shape, max(1.0/30, 2/thin+0.02), name)

			for side, border := range []image.Rectangle{
				image.Rect(0, 0, size.X, 1), image.Rect(0, size.Y-1, size.X, size.Y),
				image.Rect(0, 0, 1, size.Y), image.Rect(size.X-1, 0, size.X, size.Y),
			} {
				bright, _ := show(t, paint(newPicture(size.X, size.Y, 0, 0), func(x, y int) (uint8, uint8, uint8) {
					if image.Pt(x, y).In(border) {
						return 235, 128, 128
					}
					return 40, 128, 128
				}), tile, asIs)
				edge := []image.Rectangle{
					{Min: where.Min, Max: image.Pt(where.Max.X, where.Min.Y+1)},
					{Min: image.Pt(where.Min.X, where.Max.Y-1), Max: where.Max},
					{Min: where.Min, Max: image.Pt(where.Min.X+1, where.Max.Y)},
					{Min: image.Pt(where.Max.X-1, where.Min.Y), Max: where.Max},
				}[side]
				for y := range tile.Y {
					for x := range tile.X {
						o := bright.YOffset(x, y)
						at := image.Pt(x, y)
						if at.In(edge) && bright.Y[o] < dark.Y[o]+15 {
							require.Failf(t, "border missing", "%s, side %d at %v", name, side, at)
						}
						if !at.In(where) && bright.Y[o] != dark.Y[o] {
							require.Failf(t, "drawn outside", "%s, side %d at %v", name, side, at)
						}
					}
				}
			}
		}
	}
}

// TestAliasing reduces a zone plate, rings that get finer towards the edge, to an eighth. Where the rings are finer than
// an output sample nearly nothing may be left of them; dropping samples would leave all.
func TestAliasing(t *testing.T) {
	t.Parallel()
	const (
		side, reduced = 512, 64
		amplitude     = 100
	)
	plate := paint(newPicture(side, side, 0, 0), func(x, y int) (uint8, uint8, uint8) {
		dx, dy := float64(x)-side/2+0.5, float64(y)-side/2+0.5
		return uint8(128.5 + amplitude*math.Cos(math.Pi*(dx*dx+dy*dy)/side)), 128, 128
	})
	canvas, _ := show(t, plate, image.Pt(reduced, reduced), asIs)
	sum, n, center := 0.0, 0, 0.0
	for y := range reduced {
		for x := range reduced {
			dx, dy := float64(x)-reduced/2+0.5, float64(y)-reduced/2+0.5
			d := float64(canvas.Y[canvas.YOffset(x, y)]) - 128
			r := math.Hypot(dx, dy) * side / reduced
			if r < 16 {
				center = max(center, math.Abs(d))
			}
			if r/side > 1.2*reduced/side { // cycles per source sample against one cycle per output sample
				sum += d * d
				n++
			}
		}
	}
	require.Greater(t, center, 0.8*amplitude, "the coarse rings stay")
	require.Less(t, math.Sqrt(sum/float64(n)), 0.06*amplitude)
}

// TestZonePlate compares reductions of a zone plate with those by a Lanczos filter of three lobes, stretched to the
// ratio. The plate's rings reach the resolution that the result can hold at its edge, and nothing beyond, so that the
// difference is what averaging blurs, and aliasing where there is any.
func TestZonePlate(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		from, to image.Point
		psnr     float64
	}{
		{image.Pt(640, 360), image.Pt(622, 350), 38},
		{image.Pt(640, 360), image.Pt(320, 180), 33},
		{image.Pt(1280, 720), image.Pt(622, 350), 33},
		{image.Pt(1280, 720), image.Pt(300, 168), 33},
		{image.Pt(1920, 1080), image.Pt(266, 150), 33},
	} {
		t.Run(fmt.Sprintf("%v to %v", row.from, row.to), func(t *testing.T) {
			t.Parallel()
			w, h := row.from.X, row.from.Y
			// Cycles per sample grow from the middle to half of what an output sample holds at the sides.
			finest := 0.5 * 0.5 * float64(row.to.X) / float64(w)
			plate := paint(newPicture(w, h, 0, 0), func(x, y int) (uint8, uint8, uint8) {
				dx, dy := float64(x)-float64(w)/2+0.5, float64(y)-float64(h)/2+0.5
				return uint8(math.Round(128 + 100*math.Cos(2*math.Pi*finest*(dx*dx+dy*dy)/float64(w)))), 128, 128
			})
			canvas, where := show(t, plate, row.to, asIs)
			require.Equal(t, row.to, where.Size())
			want := lanczos(plate.Y, plate.YStride, row.from, row.to)
			sum := 0.0
			for y := range row.to.Y {
				for x := range row.to.X {
					d := want[y][x] - float64(canvas.Y[canvas.YOffset(x, y)])
					sum += d * d
				}
			}
			psnr := 10 * math.Log10(255*255*float64(row.to.X*row.to.Y)/sum)
			t.Logf("%.1f dB", psnr)
			require.Greater(t, psnr, row.psnr)
		})
	}
}

// lanczos reduces a plane by a filter of three lobes.
func lanczos(pix []uint8, stride int, from, to image.Point) [][]float64 {
	across, down := lanczosWeights(from.X, to.X), lanczosWeights(from.Y, to.Y)
	rows := make([][]float64, to.Y)
	mid := make([]float64, from.X)
	for y := range rows {
		clear(mid)
		for i, w := range down[y].w {
			for x := range mid {
				mid[x] += w * float64(pix[(down[y].from+i)*stride+x])
			}
		}
		rows[y] = make([]float64, to.X)
		for x := range rows[y] {
			for i, w := range across[x].w {
				rows[y][x] += w * mid[across[x].from+i]
			}
			rows[y][x] = min(max(rows[y][x], 0), 255)
		}
	}
	return rows
}

type lanczosTaps struct {
	from int
	w    []float64
}

func lanczosWeights(from, to int) []lanczosTaps {
	sinc := func(x float64) float64 {
		if x == 0 {
			return 1
		}
		return math.Sin(math.Pi*x) / (math.Pi * x)
	}
	ratio := float64(from) / float64(to)
	list := make([]lanczosTaps, to)
	for j := range list {
		center := (float64(j)+0.5)*ratio - 0.5
		first, last := max(0, int(math.Ceil(center-3*ratio))), min(from-1, int(math.Floor(center+3*ratio)))
		taps := lanczosTaps{from: first}
		sum := 0.0
		for i := first; i <= last; i++ {
			d := (float64(i) - center) / ratio
			taps.w = append(taps.w, sinc(d)*sinc(d/3))
			sum += taps.w[len(taps.w)-1]
		}
		for i := range taps.w {
			taps.w[i] /= sum
		}
		list[j] = taps
	}
	return list
}
