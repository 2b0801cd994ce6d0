package tiler

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// sides are lengths worth trying: the smallest, those around the kernels' word sizes, and some larger ones.
var sides = []int{1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 40, 64, 99, 128}

// TestAxis checks what the kernels rely on: the weights of a sample add up to one, those of a reduction are not
// negative, and the source samples they are for exist.
func TestAxis(t *testing.T) {
	t.Parallel()
	check := func(k axisKey) {
		a := newAxis(k)
		if a.identity {
			require.Equal(t, 2*k.out, k.length, "%+v", k)
			require.Zero(t, k.start, "%+v", k)
			return
		}
		require.LessOrEqual(t, a.taps, k.samples, "%+v", k)
		require.Equal(t, 8*k.length <= 9*2*k.out, a.spline, "%+v", k)
		for j := range k.out {
			sum := int32(0)
			for _, w := range a.weights(j) {
				sum += w
				if w < 0 && !a.spline {
					require.Failf(t, "negative weight", "%+v", k)
				}
			}
			if sum != weightOne || int(a.off[j])+a.taps > k.samples {
				require.Failf(t, "bad filter", "%+v at %d: sum %d, offset %d", k, j, sum, a.off[j])
			}
		}
	}
	for _, in := range sides {
		for _, out := range sides {
			check(axisKey{in, 0, 2 * in, out})
			for start := range 2 { // chroma
				check(axisKey{(start + in + 1) / 2, start, in, out})
			}
		}
	}
	for _, in := range []int{4096, MaxSide} {
		for _, out := range []int{1, 2, 100, 4097, MaxSide} {
			check(axisKey{in, 0, 2 * in, out})
			check(axisKey{in/2 + 1, 1, in, out})
		}
	}
}

// TestScaleExact compares the kernels with a plain form for all combinations of small and some larger sizes, with
// strides and canaries.
func TestScaleExact(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 0))
	s := scaler{axes: lru[axisKey, *axis]{limit: axesLimit}}
	scale := func(w, h, outW, outH int) {
		src := randomPlane(r, w, h)
		ax, ay := s.axis(axisKey{w, 0, 2 * w, outW}), s.axis(axisKey{h, 0, 2 * h, outH})
		if r.IntN(3) == 0 && w > 1 && h > 1 { // as for chroma
			ax, ay = s.axis(axisKey{w, 1, 2*w - 2, outW}), s.axis(axisKey{h, 1, 2*h - 2, outH})
		}
		got := randomPlane(r, outW, outH)
		want := plane{append([]uint8(nil), got.pix...), got.stride, outW, outH}
		s.plane(got, src, ax, ay)
		plainScale(want, src, ax, ay)
		require.Equal(t, want.pix, got.pix, "%dx%d to %dx%d", w, h, outW, outH)
	}
	for _, w := range sides {
		for _, outW := range sides {
			scale(w, 1+r.IntN(40), outW, 1+r.IntN(40))
			scale(1+r.IntN(40), w, 1+r.IntN(40), outW)
		}
	}
	scale(300, 200, 64, 40)
	scale(640, 360, 210, 118)
	scale(64, 36, 640, 360)
}

// randomPlane returns a plane of random samples, half of them the extremes, with a random stride.
func randomPlane(r *rand.Rand, w, h int) plane {
	p := plane{stride: w + r.IntN(9), w: w, h: h}
	p.pix = make([]uint8, p.stride*h)
	for i := range p.pix {
		v := r.Uint32()
		p.pix[i] = uint8(v)
		if v>>8&1 == 0 {
			p.pix[i] = uint8(v >> 9 & 1 * 255)
		}
	}
	return p
}

// plainScale is scaler.plane, one sample at a time.
func plainScale(dst, src plane, ax, ay *axis) {
	if ay.spline {
		plainDown(dst, plainAcross(plane{w: dst.w, h: src.h}, src, ax), ay)
	} else {
		plainAcross(dst, plainDown(plane{w: src.w, h: dst.h}, src, ay), ax)
	}
}

func plainAcross(dst, src plane, a *axis) plane {
	return plainPass(dst, a, func(x, _ int) int { return x }, func(x, y, s int) uint8 {
		if a.identity {
			s = x
		}
		return src.row(y)[s]
	})
}

func plainDown(dst, src plane, a *axis) plane {
	return plainPass(dst, a, func(_, y int) int { return y }, func(x, y, s int) uint8 {
		if a.identity {
			s = y
		}
		return src.row(s)[x]
	})
}

// plainPass computes every sample of dst, which it makes if it has none, from those that at returns for a position and
// an index into the source's row or column. along says which coordinate the filter is for.
func plainPass(dst plane, a *axis, along func(x, y int) int, at func(x, y, s int) uint8) plane {
	if dst.pix == nil {
		dst.pix, dst.stride = make([]uint8, dst.w*dst.h), dst.w
	}
	for y := range dst.h {
		for x := range dst.w {
			if a.identity {
				dst.row(y)[x] = at(x, y, 0)
				continue
			}
			j := along(x, y)
			sum := weightOne / 2
			for i, w := range a.weights(j) {
				sum += int(w) * int(at(x, y, int(a.off[j])+i))
			}
			dst.row(y)[x] = uint8(min(max(sum>>weightBits, 0), 255))
		}
	}
	return dst
}

// TestConversionExact compares the words of eight samples with the plain form.
func TestConversionExact(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 0))
	for c, v := range conversions {
		black := int32(16 << 16)
		if !c.FullRange {
			black -= 16 * v.yy
		}
		for w := 1; w < 40; w++ {
			luma, chroma := randomPlane(r, 2*w, 2), randomPlane(r, w, 2)
			wantLuma, wantChroma := luma, chroma
			wantLuma.pix, wantChroma.pix = append([]uint8(nil), luma.pix...), append([]uint8(nil), chroma.pix...)
			v.rows(luma.row(0), luma.row(1), chroma.row(0), chroma.row(1), black)
			v.rowsAny(wantLuma.row(0), wantLuma.row(1), wantChroma.row(0), wantChroma.row(1), black)
			require.Equal(t, wantLuma.pix, luma.pix, "%+v, width %d", c, w)
			require.Equal(t, wantChroma.pix, chroma.pix, "%+v, width %d", c, w)
		}
	}
}

// TestLanes packs every value next to every kind of neighbor.
func TestLanes(t *testing.T) {
	t.Parallel()
	for v := -clipBias; v < 512; v++ {
		for _, other := range []int{-clipBias, -1, 0, 255, 256, 511} {
			sum := func(low, high int) uint64 {
				return clipRound + uint64(low)<<weightBits + uint64(high)<<(32+weightBits)
			}
			got := joinClipped(sum(v, other), sum(other, v), sum(other, v), sum(v, other))
			clipped := func(v int) uint64 { return uint64(min(max(v, 0), 255)) }
			want := uint64(0)
			for i, lane := range []int{v, other, other, v, other, v, v, other} {
				want |= clipped(lane) << (8 * i)
			}
			require.Equal(t, want, got, "%d beside %d", v, other)
		}
	}
}

// TestCaches shows participants with ever new names, IDs and sizes.
func TestCaches(t *testing.T) {
	t.Parallel()
	tl, err := New(Config{Width: 640, Height: 360})
	require.NoError(t, err)
	picture := image.NewYCbCr(image.Rect(0, 0, 300, 300), image.YCbCrSubsampleRatio420)
	for i := range 300 {
		tiles := []Tile{{ID: fmt.Sprint(i)}, {Name: fmt.Sprint("name ", i)}, {Name: "camera", Serial: uint64(i)}}
		tiles[2].Picture = picture.SubImage(image.Rect(0, 0, 1+i%300, 1+i)).(*image.YCbCr)
		tl.Compose(tiles)
	}
	labels, axes := &tl.labeler.cache, &tl.scaler.axes
	require.LessOrEqual(t, labels.bytes, labels.limit)
	require.LessOrEqual(t, axes.bytes, axes.limit)
	require.Less(t, len(labels.entries), 400, "of 600")
	require.NotEmpty(t, labels.entries)
	require.NotEmpty(t, axes.entries)
	sum := 0
	for _, e := range labels.entries {
		sum += e.bytes
	}
	require.Equal(t, labels.bytes, sum)
}

func TestLRU(t *testing.T) {
	t.Parallel()
	has := func(c *lru[int, string], key int) bool {
		_, ok := c.get(key)
		return ok
	}
	c := lru[int, string]{limit: 3 * (lruOverhead + 10)}
	for key := range 3 {
		c.put(key, "", 10)
	}
	require.True(t, has(&c, 0))
	c.put(3, "", 10)
	require.False(t, has(&c, 1), "the one not used for longest")
	require.True(t, has(&c, 0))
	require.True(t, has(&c, 2))
	c.put(4, "large", 10000)
	require.True(t, has(&c, 4), "a value larger than the limit, alone")
	require.Len(t, c.entries, 1)
	c.put(5, "", 10)
	require.False(t, has(&c, 4))
	require.Equal(t, lruOverhead+10, c.bytes)
}

// TestCircle measures the area of circles up to the largest a tile can ask for.
func TestCircle(t *testing.T) {
	t.Parallel()
	for _, diameter := range []int{8, 66, 486, 3686} {
		var o outline
		o.reset()
		o.roundedRect(diameter, diameter, diameter/2)
		k := o.fill(diameter, diameter)
		area := 0.0
		for _, v := range k.pix {
			area += float64(v) / 255
		}
		require.InEpsilon(t, math.Pi/4*float64(diameter*diameter), area, 0.01, "diameter %d", diameter)
	}
}

// TestClean says which characters of a name reach the canvas.
func TestClean(t *testing.T) {
	t.Parallel()
	set, err := newTypesetter(nil)
	require.NoError(t, err)
	for _, row := range []struct{ name, in, want string }{
		{"plain", "Ada Lovelace", "Ada Lovelace"},
		{"white space", " \t Ada\n\n\u00a0\u2028Lovelace ", "Ada Lovelace"},
		{"control characters", "A\x00d\x1b[1ma\x7f", "Ad[1ma"},
		{"direction and joiners", "\u202eAda\u200d\u2066\ufeff", "Ada"},
		{"unknown combining characters", "A\u0489da\ufe0f", "Ada"},
		{"private use", "\ue000Ada", "Ada"},
		{"invalid UTF-8", "A\xffda", "A\ufffdda"},
		{"other scripts stay", "שלום 李", "שלום 李"},
		{"nothing left", " \u200b\x01 ", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			require.Equal(t, row.want, string(set.clean(row.in)))
		})
	}
}

func TestInitials(t *testing.T) {
	t.Parallel()
	set, err := newTypesetter(nil)
	require.NoError(t, err)
	for _, row := range []struct{ id, name, want string }{
		{"x", "Ada Lovelace", "AL"},
		{"x", "augusta ada king", "AK"},
		{"x", "Bo", "B"},
		{"x", "o'Neill", "O"},
		{"x", "Юлия щербакова", "ЮЩ"},
		{"x", "(guest) 7", "G7"},
		{"room 12", "", "R1"},
		{"room", "李雷", "R"},
		{"", "", ""},
		{"\x00", "\u202e!?", ""},
	} {
		require.Equal(t, row.want, string(set.initials(row.id, row.name)), "%q %q", row.id, row.name)
	}
}

func TestPlaceWithin(t *testing.T) {
	t.Parallel()
	set, err := newTypesetter(nil)
	require.NoError(t, err)
	text := []rune("Wolfeschlegel steinhausen")
	full := set.place(text, 20*64)
	_, end, _ := set.glyph(ellipsis)
	for limit := full; limit >= 0; limit -= 64 {
		width := set.placeWithin(append([]rune(nil), text...), 20*64, limit)
		require.LessOrEqual(t, width, limit)
		switch {
		case limit == full:
			require.Len(t, set.glyphs, len(text))
		case width > 0:
			require.Equal(t, end, set.glyphs[len(set.glyphs)-1].index, "limit %d", limit)
		}
	}
	require.Empty(t, set.glyphs)
}

func TestFromColor(t *testing.T) {
	t.Parallel()
	require.Equal(t, yuv{235, 128, 128}, fromColor(color.White))
	require.Equal(t, yuv{16, 128, 128}, fromColor(color.Black))
	require.Equal(t, yuv{63, 102, 240}, fromColor(color.NRGBA{255, 0, 0, 255}))
	require.Equal(t, yuv{32, 240, 118}, fromColor(color.NRGBA{0, 0, 255, 0}), "without its alpha")
}
