package tiler

import "golang.org/x/image/math/fixed"

// pen draws on a grid of 64 by 64 that is moved and scaled onto an outline.
type pen struct {
	o     *outline
	x, y  int // where the grid's corner is, in pixels
	scale int // the grid's side in pixels: a grid unit is scale/64 pixels, which is scale in 26.6
}

func (p pen) at(x, y int) fixed.Point26_6 {
	return fixed.Point26_6{X: fixed.Int26_6(64*p.x + x*p.scale), Y: fixed.Int26_6(64*p.y + y*p.scale)}
}

func (p pen) polygon(points ...[2]int) {
	p.o.moveTo(p.at(points[0][0], points[0][1]))
	for _, q := range points[1:] {
		p.o.lineTo(p.at(q[0], q[1]))
	}
	p.o.close()
}

func (p pen) move(x, y int)         { p.o.moveTo(p.at(x, y)) }
func (p pen) line(x, y int)         { p.o.lineTo(p.at(x, y)) }
func (p pen) quad(cx, cy, x, y int) { p.o.quadTo(p.at(cx, cy), p.at(x, y)) }
func (p pen) slash(from, to, off int) {
	p.polygon([2]int{from + off, from - off}, [2]int{to + off, to - off}, [2]int{to - off, to + off}, [2]int{from - off, from + off})
}

// microphone draws the capsule, the holder around it, and the stand.
func (p pen) microphone() {
	p.move(23, 13)
	p.quad(23, 4, 32, 4)
	p.quad(41, 4, 41, 13)
	p.line(41, 30)
	p.quad(41, 39, 32, 39)
	p.quad(23, 39, 23, 30)
	p.o.close()
	p.move(13, 28)
	p.line(18, 28)
	p.quad(18, 44, 32, 44)
	p.quad(46, 44, 46, 28)
	p.line(51, 28)
	p.quad(51, 49, 32, 49)
	p.quad(13, 49, 13, 28)
	p.o.close()
	p.polygon([2]int{29, 47}, [2]int{35, 47}, [2]int{35, 60}, [2]int{29, 60})
	p.polygon([2]int{20, 56}, [2]int{44, 56}, [2]int{44, 61}, [2]int{20, 61})
}

// mutedMark adds a crossed-out microphone of size em to a mask, its corner at (x, y).
func (o *outline) mutedMark(k *mask, x, y, em int) {
	p := pen{o, x, y, em}
	layer := func(draw func()) *mask {
		o.reset()
		draw()
		return o.fill(k.w, k.h)
	}
	body := layer(p.microphone)
	around := layer(func() { p.slash(6, 58, 6) }) // what the stroke keeps free
	stroke := layer(func() { p.slash(6, 58, 3) })
	for i := range k.pix {
		k.pix[i] = max(k.pix[i], min(body.pix[i], 255-around.pix[i]), stroke.pix[i])
	}
}
