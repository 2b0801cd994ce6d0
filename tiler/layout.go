package tiler

import (
	"errors"
	"fmt"
	"image"
)

// ErrLayout is wrapped by the error of ParseLayout for a name that no layout has.
var ErrLayout = errors.New("tiler: unknown layout")

// Subject is what a Layout may know of one tile.
type Subject struct {
	// ID and Name are those of the Tile.
	ID, Name string
	// Width and Height are the size of the tile's picture in luma samples, upright, 0 if there is none.
	Width, Height int
	// Share says that the tile shows a shared screen.
	Share bool
	// Active says that the tile is that of the active speaker, of whom there is one at most.
	Active bool
}

// Layout decides where the tiles go.
type Layout interface {
	// Arrange appends to dst exactly one rectangle per subject, in their order, and returns the extended slice.
	// canvas is the size of the canvas in luma samples. An empty rectangle gives the subject no tile.
	//
	// Rectangles have to lie within the canvas, on even positions and with even sizes, and must not overlap. The
	// Tiler shrinks a rectangle that does not keep to the first two and drops one that overlaps an earlier one. The
	// border of who speaks is drawn around a tile, and only where there is room for it: see Border.
	// The same input has to give the same output; both slices are borrowed until return.
	Arrange(dst []image.Rectangle, canvas image.Point, subjects []Subject) []image.Rectangle
}

// Limited is implemented by layouts that have room for so many tiles and no more. Whoever draws with one chooses which
// participants these are; without that, those at the end of the list get no tile.
type Limited interface {
	// Capacity is the number of tiles there is room for when shares of them are shared screens.
	Capacity(shares int) int
}

// ParseLayout returns the layout of a name: "grid", "speaker", "presentation", "single" or "auto". The error for any
// other wraps ErrLayout.
func ParseLayout(name string) (Layout, error) {
	switch name {
	case "grid":
		return Grid{}, nil
	case "speaker":
		return Speaker{}, nil
	case "presentation":
		return Presentation{}, nil
	case "single":
		return Single{}, nil
	case "auto":
		return Auto{}, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrLayout, name)
}

// gapOf is the distance between tiles, 8 of 1080 rows: twice the width of a speaker's border.
func gapOf(canvas image.Point) int { return 2 * Border(canvas) }

// centered returns the rectangle of a size in the middle of r, on even positions.
func centered(r image.Rectangle, size image.Point) image.Rectangle {
	at := image.Pt(r.Min.X+even((r.Dx()-size.X)/2), r.Min.Y+even((r.Dy()-size.Y)/2))
	return image.Rectangle{Min: at, Max: at.Add(size)}
}

// even rounds a non-negative v down to an even number.
func even(v int) int { return v &^ 1 }

// nearestEven returns the even number nearest to num/den, for num >= 0 and den > 0.
func nearestEven(num, den int) int { return (num + den) / (2 * den) * 2 }
