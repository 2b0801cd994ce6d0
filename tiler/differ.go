package tiler

import (
	"bytes"
	"image"
)

// takeOver copies to the canvas what differs in r of another picture of the same size, and returns where that is: the
// smallest even rectangle, empty if nothing differs.
func takeOver(canvas, from *image.YCbCr, r image.Rectangle) image.Rectangle {
	to, now := planesOf(canvas, r), planesOf(from, r)
	luma := to.y.takeOver(now.y)
	chroma := to.cb.takeOver(now.cb).Union(to.cr.takeOver(now.cr))
	changed := luma.Union(image.Rectangle{Min: chroma.Min.Mul(2), Max: chroma.Max.Mul(2)})
	changed.Min = image.Pt(even(changed.Min.X), even(changed.Min.Y))
	changed.Max = image.Pt(even(changed.Max.X+1), even(changed.Max.Y+1))
	return changed.Add(r.Min)
}

// takeOver is the same for a plane.
func (p plane) takeOver(from plane) (changed image.Rectangle) {
	for y := range p.h {
		to, now := p.row(y), from.row(y)
		if bytes.Equal(to, now) {
			continue
		}
		first, end := 0, len(to)
		for to[first] == now[first] {
			first++
		}
		for to[end-1] == now[end-1] {
			end--
		}
		copy(to[first:end], now[first:end])
		changed = changed.Union(image.Rect(first, y, end, y+1))
	}
	return changed
}
