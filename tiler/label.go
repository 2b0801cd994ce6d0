package tiler

import (
	"image"
	"unicode"

	"golang.org/x/image/math/fixed"
)

// captionsLimit returns the bound of the cache of drawn names and initials, in bytes. Those of tiles that fill the
// canvas take less than one per luma sample.
func captionsLimit(width, height int) int { return max(1<<20, width*height) }

const plateOpacity = 160 // of 256

// minLabelHeight is the tile height in pixels below which a name could not be read and is left out.
const minLabelHeight = 48

// textKey identifies a drawn text: a name or, if initials is set, the ID behind it too, for a tile of a size.
type textKey struct {
	name, id string
	size     image.Point
	initials bool
	muted    bool
}

// caption is a text ready to be painted. Both are nil if there is none.
type caption struct {
	plate, text *mask
}

// bytes is the memory that c takes.
func (c caption) bytes() int {
	if c.text == nil {
		return 0
	}
	return len(c.text.pix) + len(c.plate.pix)
}

// labeler draws names and initials and remembers them.
type labeler struct {
	set      *typesetter
	cache    lru[textKey, caption]
	stickers lru[stickerKey, *sticker]
}

// name paints the name, and the mark of a muted microphone before it, in the bottom left corner of the tile r.
func (l *labeler) name(m *image.YCbCr, r image.Rectangle, name string, muted bool) {
	if name == "" && !muted || r.Dy() < minLabelHeight {
		return
	}
	key := textKey{name: name, size: r.Size(), muted: muted}
	c, ok := l.cache.get(key)
	if !ok {
		c = l.drawName(name, r.Size(), muted)
		l.cache.put(key, c, c.bytes()+len(name))
	}
	if c.text == nil {
		return
	}
	margin := labelMargin(r.Dy())
	at := image.Pt(r.Min.X+margin, r.Max.Y-margin-c.plate.h)
	blend(m, at, c.plate, plateColor, plateOpacity)
	blend(m, at, c.text, textColor, 256)
}

// labelMargin is the distance of the label from the tile's edges.
func labelMargin(tileHeight int) int { return max(2, even(tileHeight/54)) }

// emOf is the size of the letters on a tile of a height.
func emOf(tileHeight int) int { return 8 + tileHeight/36 }

// drawName makes the caption for a name, or none if there is nothing to show or no room.
func (l *labeler) drawName(name string, tile image.Point, muted bool) caption {
	const minWidth = 16
	em := emOf(tile.Y)
	padding := em / 2
	icon := 0
	if muted {
		icon = em * 5 / 4
	}
	room := tile.X - 2*labelMargin(tile.Y) - 2*padding - icon
	text := l.set.clean(name)
	if len(text) == 0 && !muted || room < minWidth {
		return caption{}
	}
	ppem := fixed.I(em)
	width := l.set.placeWithin(text, ppem, fixed.I(room))
	if width == 0 {
		if !muted {
			return caption{}
		}
		icon = em // alone
	}
	w := even(width.Ceil() + icon + 2*padding + 1)
	h := plateHeight(em)
	c := caption{text: l.set.draw(w, h, fixed.Point26_6{X: fixed.I(padding + icon), Y: baseline(h, ppem)}, ppem)}
	if muted {
		l.set.outline.mutedMark(c.text, padding, (h-em)/2, em)
	}
	c.plate = l.set.plate(w, h)
	return c
}

// plateHeight is the height of the plate behind letters of a size.
func plateHeight(em int) int { return even(em*13/8 + 1) }

// baseline is where letters stand that are centered in h rows. Capitals of Go Medium are 0.72 em high: their baseline
// lies 0.36 em below the middle.
func baseline(h int, ppem fixed.Int26_6) fixed.Int26_6 { return fixed.Int26_6(h*32) + ppem*36/100 }

// plate makes what is behind a text.
func (t *typesetter) plate(w, h int) *mask {
	t.outline.reset()
	t.outline.roundedRect(w, h, h/4)
	return t.outline.fill(w, h)
}

// placeholder paints the tile of a participant without a picture: on a color of their own a circle with their avatar or
// their initials.
func (l *labeler) placeholder(m *image.YCbCr, r image.Rectangle, of *slot, scale *scaler) {
	const minDiameter = 8
	shade := shades[hash(of.id)%uint32(len(shades))]
	fill(m, r, fromRGB(shade.back))
	diameter := even(min(r.Dx(), r.Dy()) * 9 / 20)
	if diameter < minDiameter {
		return
	}
	at := image.Pt(r.Min.X+even((r.Dx()-diameter)/2), r.Min.Y+even((r.Dy()-diameter)/2))
	if of.avatar != nil {
		l.avatar(of.avatar, diameter, scale).paint(m, at)
		return
	}
	key := textKey{name: of.name, id: of.id, size: image.Pt(diameter, diameter), initials: true}
	c, ok := l.cache.get(key)
	if !ok {
		c = l.drawInitials(of.id, of.name, diameter)
		l.cache.put(key, c, c.bytes()+len(of.name)+len(of.id))
	}
	blend(m, at, c.plate, fromRGB(shade.circle), 256)
	blend(m, at, c.text, textColor, 256)
}

// avatar returns the middle of an image, cut to a circle.
func (l *labeler) avatar(image *Image, diameter int, scale *scaler) *sticker {
	key := stickerKey{image, diameter}
	s, ok := l.stickers.get(key)
	if !ok {
		s = image.sticker(scale, image.square(), diameter, diameter, l.set.circle(diameter), 256)
		l.stickers.put(key, s, s.bytes())
	}
	return s
}

// circle returns a disk.
func (t *typesetter) circle(diameter int) *mask {
	t.outline.reset()
	t.outline.roundedRect(diameter, diameter, diameter/2)
	return t.outline.fill(diameter, diameter)
}

// drawInitials makes the circle and the initials in it.
func (l *labeler) drawInitials(id, name string, diameter int) caption {
	ppem := fixed.I(diameter * 2 / 5)
	width := l.set.place(l.set.initials(id, name), ppem)
	origin := fixed.Point26_6{X: (fixed.I(diameter) - width) / 2, Y: baseline(diameter, ppem)}
	return caption{text: l.set.draw(diameter, diameter, origin, ppem), plate: l.set.circle(diameter)}
}

// initials returns the first letters of the first and the last word of the name that begin with a letter or digit the
// font has, else of the ID, as capitals; none if there are none.
func (t *typesetter) initials(id, name string) []rune {
	for _, s := range []string{name, id} {
		var first, last rune
		inWord := false
		for _, r := range t.clean(firstRunes(s, MaxNameRunes)) {
			letter := unicode.In(r, unicode.L, unicode.N)
			if upper := unicode.ToUpper(r); letter && !inWord && t.has(upper) {
				if first == 0 {
					first = upper
				} else {
					last = upper
				}
			}
			inWord = letter || unicode.In(r, unicode.M) || r == '\'' || r == '’'
		}
		if last != 0 {
			return []rune{first, last}
		}
		if first != 0 {
			return []rune{first}
		}
	}
	return nil
}

// firstRunes returns the beginning of s, at most n characters.
func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// hash is 32-bit FNV-1a of the beginning of an ID.
func hash(id string) uint32 {
	h := uint32(2166136261)
	for i := range min(len(id), 256) {
		h = (h ^ uint32(id[i])) * 16777619
	}
	return h
}
