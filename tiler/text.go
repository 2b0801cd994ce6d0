package tiler

import (
	"errors"
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

// ErrFont is wrapped by the error for a Config.Font that can't be read.
var ErrFont = errors.New("tiler: bad font")

// maxFontBytes bounds Config.Font.
const maxFontBytes = 64 << 20

// typesetter turns text into masks. A character is taken from the first font that has it, else it shows as the box of the
// last one, Go Medium. Right-to-left text is put in its order, but there is no shaping.
type typesetter struct {
	fonts   []*sfnt.Font
	buf     sfnt.Buffer
	outline outline
	glyphs  []glyph
}

// glyph is a placed glyph.
type glyph struct {
	font  *sfnt.Font
	index sfnt.GlyphIndex
	x     fixed.Int26_6 // where it begins
}

func newTypesetter(own []byte) (*typesetter, error) {
	t := new(typesetter)
	if len(own) > maxFontBytes {
		return nil, fmt.Errorf("%w: %d bytes, more than %d", ErrFont, len(own), maxFontBytes)
	}
	for _, ttf := range [][]byte{own, gomedium.TTF} {
		if ttf == nil {
			continue
		}
		f, err := sfnt.Parse(ttf)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFont, err)
		}
		t.fonts = append(t.fonts, f)
	}
	return t, nil
}

// glyph returns the glyph for r and its font, and whether any font has it.
func (t *typesetter) glyph(r rune) (f *sfnt.Font, index sfnt.GlyphIndex, ok bool) {
	for _, f = range t.fonts {
		// An error means that the font lacks a table, and so the glyph.
		if index, err := f.GlyphIndex(&t.buf, r); err == nil && index != 0 {
			return f, index, true
		}
	}
	return f, 0, false
}

// has reports whether a font can show r.
func (t *typesetter) has(r rune) bool {
	_, _, ok := t.glyph(r)
	return ok
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

// place sets text, in the order of its letters, on a line that begins at x = 0, into t.glyphs, and returns its width.
func (t *typesetter) place(text []rune, ppem fixed.Int26_6) fixed.Int26_6 {
	t.glyphs = t.glyphs[:0]
	var x fixed.Int26_6
	for i, r := range visualOrder(text) {
		// An error below means that the font lacks an optional table; zero is right then, as it is for a missing glyph.
		f, index, _ := t.glyph(r)
		if i > 0 && t.glyphs[i-1].font == f {
			kern, _ := f.Kern(&t.buf, t.glyphs[i-1].index, index, ppem, font.HintingNone)
			x += kern
		}
		advance, _ := f.GlyphAdvance(&t.buf, index, ppem, font.HintingNone)
		t.glyphs = append(t.glyphs, glyph{f, index, x})
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
		segments, err := g.font.LoadGlyph(&t.buf, g.index, ppem, nil)
		if err != nil {
			continue
		}
		t.outline.glyph(segments, origin.Add(fixed.Point26_6{X: g.x}))
	}
	return t.outline.fill(w, h)
}
