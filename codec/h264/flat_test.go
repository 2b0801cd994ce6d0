package h264_test

import (
	"fmt"
	"image"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// fillRect gives a rectangle with even corners one color.
func fillRect(p *image.YCbCr, r image.Rectangle, y, cb, cr byte) {
	for row := r.Min.Y; row < r.Max.Y; row++ {
		fillRow(p.Y[row*p.YStride+r.Min.X:row*p.YStride+r.Max.X], y)
	}
	for row := r.Min.Y / 2; row < r.Max.Y/2; row++ {
		fillRow(p.Cb[row*p.CStride+r.Min.X/2:row*p.CStride+r.Max.X/2], cb)
		fillRow(p.Cr[row*p.CStride+r.Min.X/2:row*p.CStride+r.Max.X/2], cr)
	}
}

func fillRow(row []byte, v byte) {
	for i := range row {
		row[i] = v
	}
}

// call is a canvas of 3 by 3 places on a dark ground: noisy tiles, of which those in the lower right move and the others
// stand still, and three placeholders of one color each.
type call struct {
	w, h   int
	canvas *image.YCbCr
	tiles  []source
}

func newCall(w, h int) *call {
	c := &call{w: w, h: h, canvas: blank(w, h)}
	fillRect(c.canvas, c.canvas.Rect, 0x24, 127, 131)
	colors := [][3]byte{{81, 90, 240}, {60, 160, 110}, {0x24 + 6, 120, 138}}
	for i := range 9 {
		r := c.place(i)
		if i%4 == 2 || i == 4 {
			k := colors[i/3]
			fillRect(c.canvas, r, k[0], k[1], k[2])
			c.tiles = append(c.tiles, nil)
			continue
		}
		c.tiles = append(c.tiles, camera(r.Dx(), r.Dy(), 14, uint64(i)))
	}
	return c
}

// place is where tile i is.
func (c *call) place(i int) image.Rectangle {
	w, h := c.w/3, c.h/3
	x, y := i%3*w+w/24, i/3*h+h/16
	return image.Rect(x&^1, y&^1, (x+w*7/8)&^1, (y+h*7/8)&^1)
}

// next draws picture n and returns what changed.
func (c *call) next(n int) []image.Rectangle {
	var changed []image.Rectangle
	for i, tile := range c.tiles {
		if tile != nil && (n == 0 || i >= 5) {
			r := c.place(i)
			paste(c.canvas, tile(n), r.Min.X, r.Min.Y)
			changed = append(changed, r)
		}
	}
	return changed
}

// macroRange is the least and the largest sample of a macroblock's square in each plane.
func macroRange(p *image.YCbCr, x, y int) (lo, hi [3]byte) {
	for i, plane := range []struct {
		pix          []byte
		stride, size int
	}{{p.Y, p.YStride, 16}, {p.Cb, p.CStride, 8}, {p.Cr, p.CStride, 8}} {
		lo[i], hi[i] = 255, 0
		for row := range plane.size {
			for _, v := range plane.pix[(y*plane.size+row)*plane.stride+x*plane.size:][:plane.size] {
				lo[i], hi[i] = min(lo[i], v), max(hi[i], v)
			}
		}
	}
	return lo, hi
}

// flatErrors counts the macroblocks of one color, among neighbors of that color too, that are off by more than a level
// anywhere, and all such macroblocks. The deblocking filter mixes colors across the edge to a neighbor of another.
func flatErrors(src, got *image.YCbCr) (wrong, all int) {
	w, h := src.Rect.Dx()/16, src.Rect.Dy()/16
	isFlat := make([]bool, w*h)
	for i := range isFlat {
		lo, hi := macroRange(src, i%w, i/w)
		isFlat[i] = lo == hi
	}
	for i := range isFlat {
		x, y := i%w, i/w
		inside := true
		want, _ := macroRange(src, x, y)
		for _, d := range [][2]int{{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
			if nx, ny := x+d[0], y+d[1]; nx >= 0 && nx < w && ny >= 0 && ny < h {
				lo, _ := macroRange(src, nx, ny)
				inside = inside && isFlat[ny*w+nx] && lo == want
			}
		}
		if !inside {
			continue
		}
		all++
		lo, hi := macroRange(got, x, y)
		for p := range want {
			if int(lo[p]) < int(want[p])-1 || int(hi[p]) > int(want[p])+1 {
				wrong++
				break
			}
		}
	}
	return wrong, all
}

// TestFlatAreasAreRight wants flat areas without tint or blotches from the first picture on, however scarce bits are.
func TestFlatAreasAreRight(t *testing.T) {
	const w, h = 480, 272
	for _, bitrate := range []int{30_000, 150_000} {
		for _, known := range []bool{false, true} {
			t.Run(fmt.Sprint(bitrate, known), func(t *testing.T) {
				c := newCall(w, h)
				e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, MaxBitrate: bitrate, KeyframeInterval: 9})
				require.NoError(t, err)
				var au []byte
				total := 0
				for n := range 14 {
					damage := c.next(n)
					au, _, err = e.Encode(au[:0], c.canvas, codec.VideoEncodeOptions{DamageKnown: known, Damage: damage})
					require.NoError(t, err)
					total += len(au)
					wrong, all := flatErrors(c.canvas, e.Reconstruction())
					require.Greater(t, all, 30)
					require.Zero(t, wrong, "picture %d: of %d", n, all)
				}
				t.Log(total*8*8/14, "bit/s")
			})
		}
	}
}
