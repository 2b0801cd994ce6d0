package tiler_test

import (
	"fmt"
	"image"
	"math/rand/v2"

	"github.com/callrec/callrec/tiler"
)

// call makes up a call: participants who join, leave, change places and names, and turn their cameras on and off.
type call struct {
	rand    *rand.Rand
	maxSide int // of the pictures
	tiles   []tiler.Tile
	serial  uint64
	joined  int
}

func newCall(seed uint64, maxSide int) *call {
	return &call{rand: rand.New(rand.NewPCG(seed, 0)), maxSide: maxSide}
}

// next returns the tiles after one more event. changed is false if nothing happened. The tiles are borrowed until the
// next call; pictures are never painted over.
func (c *call) next() (tiles []tiler.Tile, changed bool) {
	i := c.rand.IntN(max(1, len(c.tiles)))
	event := c.rand.IntN(16)
	switch {
	case len(c.tiles) == 0 || event == 0 && len(c.tiles) < 12:
		c.joined++
		c.tiles = append(c.tiles, tiler.Tile{ID: fmt.Sprint(c.joined), Name: c.name()})
	case event == 1:
		c.tiles = append(c.tiles[:i:i], c.tiles[i+1:]...)
	case event == 2:
		c.tiles[i].Name += "."
	case event == 3 && c.tiles[i].Picture != nil:
		c.tiles[i].Picture = nil
	case event == 4 && i > 0:
		c.tiles[0], c.tiles[i] = c.tiles[i], c.tiles[0]
	case event == 6:
		c.tiles[i].Share = !c.tiles[i].Share
	case event == 7:
		c.tiles[i].Speaking = !c.tiles[i].Speaking
	case event == 8:
		c.tiles[i].Muted = !c.tiles[i].Muted
	case event == 9:
		c.tiles[i].Rotation, c.tiles[i].Fill = tiler.Rotation(c.rand.IntN(4)), c.rand.IntN(2) == 0
	case event == 5:
		return c.tiles, false
	default:
		c.film(&c.tiles[i])
	}
	return c.tiles, true
}

func (c *call) name() string { return names[c.rand.IntN(len(names))] }

// film gives the tile a new picture, most often of the shape of the last one.
func (c *call) film(t *tiler.Tile) {
	c.serial++
	t.Serial = c.serial
	if t.Picture != nil && c.rand.IntN(4) > 0 {
		b := t.Picture.Rect
		t.Picture = noise(newPicture(b.Dx(), b.Dy(), b.Min.X, b.Min.Y), c.rand)
		return
	}
	w, h := 1+c.rand.IntN(c.maxSide), 1+c.rand.IntN(c.maxSide)
	t.Picture = noise(newPicture(w, h, c.rand.IntN(4), c.rand.IntN(4)), c.rand)
	t.Color = tiler.Color{BT709: c.rand.IntN(2) == 0, FullRange: c.rand.IntN(3) == 0}
}

// rectangles returns n rectangles that do not overlap, on even positions and of even sizes, and leave some room. Every
// fourth is empty.
func rectangles(r *rand.Rand, canvas image.Point, n int) only {
	cols := 1
	for cols*cols < n {
		cols++
	}
	var rects only
	for i := range n {
		cell := image.Pt(canvas.X/cols&^1, canvas.Y/cols&^1)
		at := image.Pt(i%cols*cell.X, i/cols*cell.Y)
		lo := image.Pt(r.IntN(cell.X/2)&^1, r.IntN(cell.Y/2)&^1)
		hi := image.Pt(lo.X+2+r.IntN(cell.X-lo.X-1)&^1, lo.Y+2+r.IntN(cell.Y-lo.Y-1)&^1)
		rect := image.Rectangle{Min: at.Add(lo), Max: at.Add(hi)}
		if r.IntN(4) == 0 {
			rect = image.Rectangle{}
		}
		rects = append(rects, rect)
	}
	return rects
}
