package tiler

import (
	"image"
	"slices"
)

// slot is what the canvas shows at one place.
type slot struct {
	tile     image.Rectangle
	lit      bool            // there is a border around it
	picture  image.Rectangle // where the picture is, empty for a placeholder
	id, name string
	muted    bool
	avatar   *Image
	source   image.Rectangle // of the picture
	serial   uint64
	color    Color
	rotation Rotation
	fill     bool
}

// Compose brings the canvas up to date with tiles, which come in the order of the layout, and returns it together with
// the rectangles outside of which it is the same as after the call before. The first call damages the whole canvas; no
// damage means that nothing changed. Damaged rectangles lie within the canvas on even positions and have even sizes; they
// overlap only when tiles move.
//
// A tile is drawn again when its picture, name, ID or place changes, and otherwise costs nothing. Of a shared screen only
// what differs is damaged, since that is little most often, and senders repeat still pictures. As long as the
// participants and the sizes of their pictures stay the same, Compose allocates nothing; what it keeps is bounded by the
// sizes of the canvas and the pictures, however many names it has drawn. The canvas and the damage are borrowed until
// the next call and must not be written to.
func (t *Tiler) Compose(tiles []Tile) (canvas *image.YCbCr, damage []image.Rectangle) {
	t.damage = t.damage[:0]
	t.arrange(tiles)
	if !t.started {
		t.started = true
		fill(t.canvas, t.canvas.Rect, t.background)
		t.addDamage(t.canvas.Rect)
	}
	t.clearLeft()
	next := t.spare[:0]
	for i := range tiles {
		if r := t.rects[i]; !r.Empty() {
			next = append(next, t.update(r, t.lit[i], &tiles[i]))
		}
	}
	clear(t.shown) // lets go of names
	t.shown, t.spare = next, t.shown
	if changed := t.overlays.lay(t.canvas); !changed.Empty() {
		t.addDamage(changed)
	}
	return t.canvas, t.damage
}

// Rects returns where the last Compose put each of its tiles on the canvas; the rectangle is empty for one that is not
// seen. Borrowed until the next call of Compose.
func (t *Tiler) Rects() []image.Rectangle { return t.rects }

// arrange fills t.rects with one rectangle per tile that keeps to the rules of Layout, and t.lit.
func (t *Tiler) arrange(tiles []Tile) {
	t.subjects = t.subjects[:0]
	for i := range tiles {
		tile := &tiles[i]
		s := Subject{ID: tile.ID, Name: tile.Name, Share: tile.Share, Active: tile.Active}
		if usable(tile.Picture) {
			size := tile.Rotation.apply(tile.Picture.Rect.Size())
			s.Width, s.Height = size.X, size.Y
		}
		t.subjects = append(t.subjects, s)
	}
	arranged := t.layout.Arrange(t.rects[:0], t.canvas.Rect.Size(), t.subjects)
	clear(t.subjects) // lets go of names
	// The copy is onto itself unless the layout returned a slice of its own, which is not ours to change.
	t.rects = append(t.rects[:0], arranged[:min(len(arranged), len(tiles))]...)
	for len(t.rects) < len(tiles) {
		t.rects = append(t.rects, image.Rectangle{})
	}
	for i, r := range t.rects {
		r = r.Intersect(t.canvas.Rect)
		r.Min = image.Pt(even(r.Min.X+1), even(r.Min.Y+1))
		r.Max = image.Pt(even(r.Max.X), even(r.Max.Y))
		for _, other := range t.rects[:i] {
			if r.Overlaps(other) {
				r = image.Rectangle{}
			}
		}
		t.rects[i] = r
	}
	t.lit = t.lit[:0]
	for i := range tiles {
		t.lit = append(t.lit, tiles[i].Speaking && t.roomForBorder(i))
	}
}

// clearLeft paints the background over places that no longer hold a tile of exactly that rectangle, and over borders
// that are gone.
func (t *Tiler) clearLeft() {
	for _, s := range t.shown {
		i := slices.Index(t.rects, s.tile)
		switch {
		case i < 0:
			t.clear(s.tile)
			fallthrough
		case !t.lit[i]:
			if s.lit {
				t.border(s.tile, t.background)
			}
		}
	}
}

// clear paints the background over a tile.
func (t *Tiler) clear(r image.Rectangle) {
	t.touch(r)
	fill(t.canvas, r, t.background)
	t.addDamage(r)
}

// touch has to be called before samples of r are changed.
func (t *Tiler) touch(r image.Rectangle) { t.overlays.lift(t.canvas, r) }

// update draws what is to be seen at r, if that is not there already, and returns it.
func (t *Tiler) update(r image.Rectangle, lit bool, tile *Tile) slot {
	s := slot{tile: r, lit: lit, id: tile.ID, name: firstRunes(tile.Name, MaxNameRunes), muted: tile.Muted}
	var view image.YCbCr
	if usable(tile.Picture) {
		view, s.picture = place(r, tile)
		s.source = view.Rect
		s.serial = tile.Serial
		s.color = tile.Color
		s.rotation = tile.Rotation
		s.fill = tile.Fill
	} else {
		s.avatar = tile.Avatar
	}
	old := t.shownAt(r)
	if lit && !old.lit {
		t.border(r, borderColor)
	}
	old.lit = lit
	if old == s {
		return s
	}
	t.touch(r)
	if tile.Share && !old.picture.Empty() {
		t.draw(t.backstage(), &s, &view)
		if changed := takeOver(t.canvas, t.back, r); !changed.Empty() {
			t.addDamage(changed)
		}
		return s
	}
	t.draw(t.canvas, &s, &view)
	if !old.picture.Empty() && old.picture == s.picture && old.name == s.name && old.muted == s.muted {
		t.addDamage(s.picture) // the bars, and the name on them, are as before
	} else {
		t.addDamage(r)
	}
	return s
}

// draw paints a tile on m.
func (t *Tiler) draw(m *image.YCbCr, s *slot, view *image.YCbCr) {
	if s.picture.Empty() {
		t.labeler.placeholder(m, s.tile, s, &t.scaler)
	} else {
		fillAround(m, s.tile, s.picture, barColor)
		t.scaler.picture(m, s.picture, view, s.rotation)
		toCanvas(m, s.picture, s.color)
	}
	t.labeler.name(m, s.tile, s.name, s.muted)
}

// backstage returns a second canvas.
func (t *Tiler) backstage() *image.YCbCr {
	if t.back == nil {
		t.back = image.NewYCbCr(t.canvas.Rect, t.canvas.SubsampleRatio)
	}
	return t.back
}

// shownAt returns what the canvas shows in exactly the rectangle r, the zero slot if that is no tile.
func (t *Tiler) shownAt(r image.Rectangle) slot {
	for i := range t.shown {
		if t.shown[i].tile == r {
			return t.shown[i]
		}
	}
	return slot{}
}

// addDamage notes that r changed.
func (t *Tiler) addDamage(r image.Rectangle) {
	if !slices.ContainsFunc(t.damage, r.In) {
		t.damage = append(t.damage, r)
	}
}
