// Package tiler draws the participants of a call on one canvas: it lays out their tiles, scales their pictures into
// them, writes their names on them, and says which rectangles of the canvas changed.
//
// The canvas is 8-bit 4:2:0 in BT.709 limited range; pictures in other colors are converted. All pixel code is integer
// arithmetic, so that the same calls give the same canvas on every machine. What has not changed is not drawn again.
//
// It knows no codecs, no RTP and no files, and not who is talking: it is told what to show and in which order.
package tiler

import (
	"fmt"
	"image"
	"image/color"
	"slices"
)

// MaxSide is the largest width and height of the canvas and of a picture, in luma samples.
const MaxSide = 8192

// Config describes a Tiler. The zero value gives a grid of tiles on a dark 1920x1080 canvas.
type Config struct {
	// Width and Height are the size of the canvas in luma samples: even, 2 to MaxSide. 0 means 1920 and 1080.
	Width, Height int
	// Layout decides where the tiles go. nil means Grid.
	Layout Layout
	// Background is the color around the tiles, without its alpha. nil means a dark gray.
	Background color.Color
}

// Tile is what one participant shows.
type Tile struct {
	// ID identifies the participant among the tiles of a call and from call to call. It gives the placeholder its
	// color, and its initials to one without a name. Tiles may share an ID, or have none, as long as no two pictures
	// of such tiles have the same Serial.
	ID string
	// Name is written on the tile, none if empty. At most MaxNameRunes characters of it are looked at, control
	// characters are left out, and a name too long for its tile ends in an ellipsis. Characters that the font, which
	// has Latin, Greek and Cyrillic letters, does not have show as boxes. Characters always run from left to right in
	// the order of the string and are not joined: names in right-to-left scripts cannot be read.
	Name string
	// Picture is the latest picture, 4:2:0, at a non-negative position, of 1x1 to MaxSide by MaxSide luma samples.
	// It is shown as large as fits, never cropped, and with bars beside it if its shape is not the tile's. Its planes
	// may have any stride and offset. Borrowed until Compose returns, and not written to.
	//
	// nil means that there is none; a placeholder with the participant's initials is shown. The same goes for a
	// picture that is not 4:2:0, is empty, is too large, or has planes shorter than its size asks for.
	Picture *image.YCbCr
	// Serial has to change whenever the samples of Picture do. A picture with the same Serial as in the call before is
	// taken to be the same.
	Serial uint64
	// Color says how to read the samples of Picture.
	Color Color
}

// Tiler draws tiles on a canvas. It is not safe for concurrent use.
type Tiler struct {
	layout     Layout
	background yuv
	canvas     *image.YCbCr
	scaler     scaler
	labeler    labeler

	started      bool
	subjects     []Subject
	rects        []image.Rectangle
	shown, spare []slot // what the canvas shows, and the list of the call before for reuse
	damage       []image.Rectangle
}

// slot is what the canvas shows at one place.
type slot struct {
	tile     image.Rectangle
	picture  image.Rectangle // where the picture is, empty for a placeholder
	id, name string
	source   image.Rectangle // of the picture
	serial   uint64
	color    Color
}

// New returns a Tiler, or an error if the size of the canvas is not within its limits.
func New(cfg Config) (*Tiler, error) {
	if cfg.Width == 0 {
		cfg.Width = 1920
	}
	if cfg.Height == 0 {
		cfg.Height = 1080
	}
	if min(cfg.Width, cfg.Height) < 2 || max(cfg.Width, cfg.Height) > MaxSide || cfg.Width%2 != 0 || cfg.Height%2 != 0 {
		return nil, fmt.Errorf("tiler: canvas of %dx%d, want even sizes from 2 to %d", cfg.Width, cfg.Height, MaxSide)
	}
	if cfg.Layout == nil {
		cfg.Layout = Grid{}
	}
	if cfg.Background == nil {
		cfg.Background = defaultBackground
	}
	set, err := newTypesetter()
	if err != nil {
		return nil, err
	}
	return &Tiler{
		layout:     cfg.Layout,
		background: fromColor(cfg.Background),
		canvas:     image.NewYCbCr(image.Rect(0, 0, cfg.Width, cfg.Height), image.YCbCrSubsampleRatio420),
		scaler:     scaler{axes: lru[axisKey, *axis]{limit: axesLimit}},
		labeler:    labeler{set: set, cache: lru[textKey, caption]{limit: captionsLimit(cfg.Width, cfg.Height)}},
	}, nil
}

// Compose brings the canvas up to date with tiles, which come in the order of the layout, and returns it together with
// the rectangles outside of which it is the same as after the call before. The first call damages the whole canvas; no
// damage means that nothing changed. Damaged rectangles lie within the canvas on even positions and have even sizes; they
// overlap only when tiles move.
//
// A tile is drawn again when its picture, name, ID or place changes, and otherwise costs nothing. As long as the
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
			next = append(next, t.update(r, &tiles[i]))
		}
	}
	clear(t.shown) // lets go of names
	t.shown, t.spare = next, t.shown
	return t.canvas, t.damage
}

// arrange fills t.rects with one rectangle per tile that keeps to the rules of Layout.
func (t *Tiler) arrange(tiles []Tile) {
	t.subjects = t.subjects[:0]
	for i := range tiles {
		var s Subject
		if p := tiles[i].Picture; usable(p) {
			s = Subject{p.Rect.Dx(), p.Rect.Dy()}
		}
		t.subjects = append(t.subjects, s)
	}
	arranged := t.layout.Arrange(t.rects[:0], t.canvas.Rect.Size(), t.subjects)
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
}

// clearLeft paints the background over places that no longer hold a tile of exactly that rectangle.
func (t *Tiler) clearLeft() {
	for i, s := range t.shown {
		if i < len(t.rects) && t.rects[i] == s.tile {
			continue
		}
		if !slices.Contains(t.rects, s.tile) {
			fill(t.canvas, s.tile, t.background)
			t.addDamage(s.tile)
		}
	}
}

// update draws what is to be seen at r, if that is not there already, and returns it.
func (t *Tiler) update(r image.Rectangle, tile *Tile) slot {
	s := slot{tile: r, id: tile.ID, name: firstRunes(tile.Name, MaxNameRunes)}
	if usable(tile.Picture) {
		s.source = tile.Picture.Rect
		s.picture = fit(r, s.source.Size())
		s.serial = tile.Serial
		s.color = tile.Color
	}
	old := t.shownAt(r)
	if old == s {
		return s
	}
	if s.picture.Empty() {
		t.labeler.placeholder(t.canvas, r, s.id, s.name)
	} else {
		fillAround(t.canvas, r, s.picture, barColor)
		t.scaler.picture(t.canvas, s.picture, tile.Picture)
		toCanvas(t.canvas, s.picture, s.color)
	}
	t.labeler.name(t.canvas, r, s.name)
	if !old.picture.Empty() && old.picture == s.picture && old.name == s.name {
		t.addDamage(s.picture) // the bars, and the name on them, are as before
	} else {
		t.addDamage(r)
	}
	return s
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
