package tiler

import (
	"fmt"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// MaxNameRunes is how many characters of a name are looked at.
const MaxNameRunes = 64

const ellipsis = '…'

// typesetter turns text into masks. The font, Go Medium, has Latin, Greek and Cyrillic letters; a character it does not
// have shows as the font's box. There is no shaping and no right-to-left order.
type typesetter struct {
	font    *sfnt.Font
	buf     sfnt.Buffer
	outline outline
	glyphs  []glyph
}

// glyph is a placed glyph.
type glyph struct {
	index sfnt.GlyphIndex
	x     fixed.Int26_6 // where it begins
	end   fixed.Int26_6 // where the next one begins
}

func newTypesetter() (*typesetter, error) {
	f, err := sfnt.Parse(gomedium.TTF)
	if err != nil {
		return nil, fmt.Errorf("tiler: parse the label font: %w", err)
	}
	return &typesetter{font: f}, nil
}

// has reports whether the font can show r.
func (t *typesetter) has(r rune) bool {
	index, err := t.font.GlyphIndex(&t.buf, r)
	return err == nil && index != 0
}

// clean returns the characters of s that are to be shown: without control, formatting and unknown combining characters,
// white space made single spaces and trimmed.
func (t *typesetter) clean(s string) []rune {
	text := make([]rune, 0, MaxNameRunes)
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			if len(text) > 0 && text[len(text)-1] != ' ' {
				text = append(text, ' ')
			}
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
		case unicode.In(r, unicode.M) && !t.has(r):
		default:
			text = append(text, r)
		}
	}
	if len(text) > 0 && text[len(text)-1] == ' ' {
		text = text[:len(text)-1]
	}
	return text
}

// place sets text on a line that begins at x = 0, into t.glyphs, and returns its width.
func (t *typesetter) place(text []rune, ppem fixed.Int26_6) fixed.Int26_6 {
	t.glyphs = t.glyphs[:0]
	var x fixed.Int26_6
	for i, r := range text {
		// An error here means that the font lacks an optional table; zero is right then, as it is for a missing glyph.
		index, _ := t.font.GlyphIndex(&t.buf, r)
		if i > 0 {
			kern, _ := t.font.Kern(&t.buf, t.glyphs[i-1].index, index, ppem, font.HintingNone)
			x += kern
		}
		advance, _ := t.font.GlyphAdvance(&t.buf, index, ppem, font.HintingNone)
		t.glyphs = append(t.glyphs, glyph{index, x, x + advance})
		x += advance
	}
	return x
}

// placeWithin is place for a line of limited width: text that is too long ends in an ellipsis. It returns 0 if not even
// that fits.
func (t *typesetter) placeWithin(text []rune, ppem, limit fixed.Int26_6) fixed.Int26_6 {
	width := t.place(text, ppem)
	for n := len(text) - 1; width > limit; n-- {
		if n < 0 {
			t.glyphs = t.glyphs[:0]
			return 0
		}
		for n > 0 && text[n-1] == ' ' {
			n--
		}
		text = append(text[:n], ellipsis)
		width = t.place(text, ppem)
	}
	return width
}

// draw fills a mask of w by h pixels with the glyphs placed last, the line beginning at origin on its baseline.
func (t *typesetter) draw(w, h int, origin fixed.Point26_6, ppem fixed.Int26_6) *mask {
	t.outline.reset()
	for _, g := range t.glyphs {
		segments, err := t.font.LoadGlyph(&t.buf, g.index, ppem, nil)
		if err != nil {
			continue
		}
		t.outline.glyph(segments, origin.Add(fixed.Point26_6{X: g.x}))
	}
	return t.outline.fill(w, h)
}
