package tiler

import (
	"image"

	"golang.org/x/image/math/fixed"
)

// MaxStamp is how many characters of a time stamp are shown.
const MaxStamp = 40

// stamp is the overlay with the time. Its characters are drawn once each and put together anew whenever the text
// changes, which takes no allocation.
type stamp struct {
	overlay
	set    *typesetter
	canvas image.Point
	corner Corner
	em     int

	next, text []byte // to be shown, and shown
	changed    bool
	letters    [128]*mask
	advance    [128]int
	line       mask // the text
	plate      mask
}

func (s *stamp) init(canvas image.Point, corner Corner, set *typesetter) {
	s.set, s.canvas, s.corner = set, canvas, corner
	s.em = 8 + canvas.Y/72
}

// setText takes a text.
func (s *stamp) setText(text []byte) {
	s.next = s.next[:0]
	for i := range min(len(text), MaxStamp) {
		c := text[i]
		if c <= ' ' || c > '~' {
			c = ' '
		}
		s.next = append(s.next, c)
	}
	s.changed = string(s.next) != string(s.text)
}

// letter draws a character, the first time.
func (s *stamp) letter(c byte) *mask {
	if s.letters[c] == nil {
		ppem := fixed.I(s.em)
		h := plateHeight(s.em)
		width := s.set.place([]rune{rune(c)}, ppem)
		s.letters[c] = s.set.draw(even(width.Ceil()+2), h, fixed.Point26_6{Y: baseline(h, ppem)}, ppem)
		s.advance[c] = (width + 32).Floor()
	}
	return s.letters[c]
}

// render puts the line together and finds its place.
func (s *stamp) render() {
	s.changed = false
	s.text = append(s.text[:0], s.next...)
	s.rect = image.Rectangle{}
	if len(s.text) == 0 {
		return
	}
	padding := s.em / 2
	width := 2 * padding
	for _, c := range s.text {
		s.letter(c)
		width += s.advance[c]
	}
	w, h := even(width+1), plateHeight(s.em)
	s.rect = s.corner.place(s.canvas, image.Pt(w, h), overlayMargin(s.canvas))
	if w != s.plate.w {
		s.plate = *s.set.plate(w, h)
	}
	s.line = mask{w, h, grow(&s.line.pix, w*h)}
	clear(s.line.pix)
	x := padding
	for _, c := range s.text {
		k := s.letters[c]
		n := min(k.w, w-x)
		for y := range h {
			row := s.line.pix[y*w+x:][:n]
			for i, v := range k.pix[y*k.w:][:n] {
				row[i] = max(row[i], v)
			}
		}
		x += s.advance[c]
	}
}

// paint draws plate and text.
func (s *stamp) paint(m *image.YCbCr) {
	blend(m, s.rect.Min, &s.plate, plateColor, plateOpacity)
	blend(m, s.rect.Min, &s.line, textColor, 256)
}
