package tiler

import (
	"slices"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The rasterizer samples each pixel row along subRows lines and measures exactly, in 1/64 pixel, what is covered along
// each. It works in integers alone, so that labels are the same on every machine.
const (
	subShift   = 2
	subStep    = 1 << subShift // from line to line, in 1/64 pixel
	subRows    = 64 / subStep
	curveSteps = 8 // straight pieces per curve; enough at the sizes of labels
)

// outline collects closed contours in 26.6 pixels, y down, and fills them by the non-zero winding rule.
type outline struct {
	crossings []crossing
	start     fixed.Point26_6
	at        fixed.Point26_6
}

// crossing is where an edge meets a sample line. It is one number, the order of which is that of lines and of places
// along them: sorting is most of what drawing a label costs.
type crossing uint64

// crossingBias keeps the parts of a crossing from being negative.
const crossingBias = 1 << 30

// newCrossing returns the crossing at x, in 1/64 pixel, of a sample line, counted from y = 0.
func newCrossing(line, x int32, down bool) crossing {
	c := crossing(line+crossingBias)<<32 | crossing(x+crossingBias)<<1
	if down {
		c |= 1
	}
	return c
}

func (c crossing) line() int32 { return int32(c>>32) - crossingBias }
func (c crossing) x() int32    { return int32(c>>1&(1<<31-1)) - crossingBias }

// dir is +1 for an edge that goes down and -1 for one that goes up.
func (c crossing) dir() int32 { return int32(c&1)*2 - 1 }

// reset forgets all contours.
func (o *outline) reset() { *o = outline{crossings: o.crossings[:0]} }

// close ends the contour with a line to its start.
func (o *outline) close() { o.lineTo(o.start) }

// moveTo closes the contour and begins another.
func (o *outline) moveTo(p fixed.Point26_6) {
	o.close()
	o.start, o.at = p, p
}

// lineTo notes where the line to p meets the sample lines, which lie at (line+1/2)*subStep.
func (o *outline) lineTo(p fixed.Point26_6) {
	a, b, down := o.at, p, true
	o.at = p
	if a.Y > b.Y {
		a, b, down = b, a, false
	}
	first, end := lineFrom(a.Y), lineFrom(b.Y)
	for line := first; line < end; line++ {
		y := line*subStep + subStep/2
		x := int64(a.X) + int64(b.X-a.X)*int64(y-int32(a.Y))/int64(b.Y-a.Y)
		o.crossings = append(o.crossings, newCrossing(line, int32(x), down))
	}
}

// lineFrom returns the first sample line at or below y.
func lineFrom(y fixed.Int26_6) int32 {
	return (int32(y) - subStep/2 + subStep - 1) >> subShift
}

// quadTo adds a quadratic Bézier curve as straight pieces.
func (o *outline) quadTo(c, p fixed.Point26_6) {
	a := o.at
	for i := fixed.Int26_6(1); i < curveSteps; i++ {
		j := curveSteps - i
		o.lineTo(fixed.Point26_6{
			X: (j*j*a.X + 2*i*j*c.X + i*i*p.X) / (curveSteps * curveSteps),
			Y: (j*j*a.Y + 2*i*j*c.Y + i*i*p.Y) / (curveSteps * curveSteps),
		})
	}
	o.lineTo(p)
}

// cubeTo adds a cubic Bézier curve as straight pieces.
func (o *outline) cubeTo(c, d, p fixed.Point26_6) {
	a := o.at
	const n = curveSteps
	at := func(i, a, c, d, p int64) fixed.Int26_6 {
		j := n - i
		return fixed.Int26_6((j*j*j*a + 3*i*j*j*c + 3*i*i*j*d + i*i*i*p) / (n * n * n))
	}
	for i := int64(1); i < n; i++ {
		o.lineTo(fixed.Point26_6{
			X: at(i, int64(a.X), int64(c.X), int64(d.X), int64(p.X)),
			Y: at(i, int64(a.Y), int64(c.Y), int64(d.Y), int64(p.Y)),
		})
	}
	o.lineTo(p)
}

// glyph adds the outline of a glyph, moved by d.
func (o *outline) glyph(segments sfnt.Segments, d fixed.Point26_6) {
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			o.moveTo(s.Args[0].Add(d))
		case sfnt.SegmentOpLineTo:
			o.lineTo(s.Args[0].Add(d))
		case sfnt.SegmentOpQuadTo:
			o.quadTo(s.Args[0].Add(d), s.Args[1].Add(d))
		case sfnt.SegmentOpCubeTo:
			o.cubeTo(s.Args[0].Add(d), s.Args[1].Add(d), s.Args[2].Add(d))
		}
	}
	o.close()
}

// roundedRect adds a rectangle with corners of the given radius, all in pixels. With w = h = 2*radius it is a circle.
func (o *outline) roundedRect(w, h, radius int) {
	// Each corner is two curves of 45 degrees, whose control points lie where the tangents meet: at tan(22.5°) of the
	// radius along the sides. The middle point lies at cos(45°).
	unit := fixed.Int26_6(radius * 64)
	near := unit - fixed.Int26_6(int64(unit)*27146>>16) // (1-tan 22.5°)*r from the corner
	mid := unit - fixed.Int26_6(int64(unit)*46341>>16)  // (1-cos 45°)*r from the corner
	right, bottom := fixed.Int26_6(w*64), fixed.Int26_6(h*64)
	pt := func(x, y fixed.Int26_6) fixed.Point26_6 { return fixed.Point26_6{X: x, Y: y} }
	o.moveTo(pt(0, unit))
	o.quadTo(pt(0, near), pt(mid, mid))
	o.quadTo(pt(near, 0), pt(unit, 0))
	o.lineTo(pt(right-unit, 0))
	o.quadTo(pt(right-near, 0), pt(right-mid, mid))
	o.quadTo(pt(right, near), pt(right, unit))
	o.lineTo(pt(right, bottom-unit))
	o.quadTo(pt(right, bottom-near), pt(right-mid, bottom-mid))
	o.quadTo(pt(right-near, bottom), pt(right-unit, bottom))
	o.lineTo(pt(unit, bottom))
	o.quadTo(pt(near, bottom), pt(mid, bottom-mid))
	o.quadTo(pt(0, bottom-near), pt(0, bottom-unit))
	o.close()
}

// fill returns the covered part of the w by h pixels at the origin. w and h are even.
func (o *outline) fill(w, h int) *mask {
	o.close()
	slices.Sort(o.crossings)
	k := &mask{w, h, make([]uint8, w*h)}
	steps := make([]int32, w+2)
	right := int32(64 * w)
	rest := o.crossings
	for y := range h {
		clear(steps)
		end := int32(y+1) * subRows
		winding := int32(0)
		n := 0
		for ; n < len(rest) && rest[n].line() < end; n++ {
			c := rest[n]
			if winding != 0 && rest[n-1].line() == c.line() && c.line() >= end-subRows {
				addSpan(steps, uint32(min(max(rest[n-1].x(), 0), right)), uint32(min(max(c.x(), 0), right)))
			}
			winding += c.dir()
		}
		rest = rest[n:]
		row := k.pix[y*w : (y+1)*w]
		sum := int32(0)
		for x, v := range steps[:len(row)] {
			sum += v
			row[x] = uint8((sum*255 + 32*subRows) / (64 * subRows))
		}
	}
	return k
}

// addSpan adds to each pixel how many 64ths of it lie between from and to, in 1/64 pixel from 0 on. Steps holds by how
// much each pixel is covered more than the one before it, and two numbers after them that mean nothing.
func addSpan(steps []int32, from, to uint32) {
	p, q := steps[from/64:][:2], steps[to/64:][:2]
	p[0] += int32(64 - from%64)
	p[1] += int32(from % 64)
	q[0] -= int32(64 - to%64)
	q[1] -= int32(to % 64)
}
