package tiler

import "image"

// Border is the width in luma samples of the border around a participant who speaks, on a canvas of a size. It is drawn
// outside of the tile, so that nothing of a picture is hidden: where a layout leaves that much room around a tile, to
// the edge of the canvas and twice as much to the next tile. A tile with less has no border.
func Border(canvas image.Point) int {
	return nearestEven(min(canvas.Y, canvas.X*9/16), 270)
}

// outer is the tile r with its border.
func (t *Tiler) outer(r image.Rectangle) image.Rectangle {
	return r.Inset(-Border(t.canvas.Rect.Size()))
}

// roomForBorder says whether a border around the tile of an index touches neither another one nor the canvas' edge.
func (t *Tiler) roomForBorder(i int) bool {
	r := t.rects[i]
	outer := t.outer(r)
	if r.Empty() || !outer.In(t.canvas.Rect) {
		return false
	}
	for j, other := range t.rects {
		if j != i && !other.Empty() && outer.Overlaps(t.outer(other)) {
			return false
		}
	}
	return true
}

// border paints the border around the tile r, in the background's color to take it away.
func (t *Tiler) border(r image.Rectangle, c yuv) {
	outer := t.outer(r)
	for _, side := range [...]image.Rectangle{
		image.Rect(outer.Min.X, outer.Min.Y, outer.Max.X, r.Min.Y),
		image.Rect(outer.Min.X, r.Max.Y, outer.Max.X, outer.Max.Y),
		image.Rect(outer.Min.X, r.Min.Y, r.Min.X, r.Max.Y),
		image.Rect(r.Max.X, r.Min.Y, outer.Max.X, r.Max.Y),
	} {
		if side.Empty() {
			continue
		}
		t.touch(side)
		fill(t.canvas, side, c)
		t.addDamage(side)
	}
}
