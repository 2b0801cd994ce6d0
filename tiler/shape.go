package tiler

import "image"

// shape is the ratio of a picture's sides.
type shape struct{ w, h int }

// shapeOf is the shape of a subject's picture. A sender that adapts to its network rounds the sides, so what is within
// 1/64 of a common shape counts as that: tiles keep their size when 640x360 becomes 214x120. What is longer than 4 to 1
// counts as that, so that no single picture ruins a grid.
func shapeOf(s Subject) shape {
	if s.Width <= 0 || s.Height <= 0 {
		return wide
	}
	for _, c := range commonShapes {
		if a, b := s.Width*c.h, s.Height*c.w; max(a-b, b-a) <= b/64 {
			return c
		}
	}
	switch {
	case s.Width > 4*s.Height:
		return shape{4, 1}
	case s.Height > 4*s.Width:
		return shape{1, 4}
	}
	return shape{s.Width, s.Height}
}

// within returns the largest even size of this shape that fits into box, whose sides are even. It is empty, or nearly,
// if there is no room.
func (s shape) within(box image.Point) image.Point {
	if s.w*box.Y > s.h*box.X {
		return image.Pt(box.X, min(nearestEven(box.X*s.h, s.w), box.Y))
	}
	return image.Pt(min(nearestEven(box.Y*s.w, s.h), box.X), box.Y)
}
