package tiler

import "image"

// MaxGridTiles is the number of tiles the Grid shows at most, 7 by 7. Participants after these get no tile.
const MaxGridTiles = 49

// Subject is what a Layout may know of one participant. Fields may be added for layouts that need more.
type Subject struct {
	// Width and Height are the size of the participant's picture in luma samples, 0 if there is none.
	Width, Height int
}

// Layout decides where the tiles go.
type Layout interface {
	// Arrange appends to dst exactly one rectangle per subject, in their order, and returns the extended slice.
	// canvas is the size of the canvas in luma samples. An empty rectangle gives the subject no tile.
	//
	// Rectangles have to lie within the canvas, on even positions and with even sizes, and must not overlap. The
	// Tiler shrinks a rectangle that does not keep to the first two and drops one that overlaps an earlier one.
	// The same input has to give the same output; both slices are borrowed until return.
	Arrange(dst []image.Rectangle, canvas image.Point, subjects []Subject) []image.Rectangle
}

// Grid is the layout of equally large 16:9 tiles in rows, as near to a square number of rows and columns as their
// count allows and never with more rows than columns: 1, 2 side by side, then 2x2, 3x2, 3x3, 4x3 up to 7x7. A single
// tile takes the whole of a 16:9 canvas. A last row that is not full is centered. Subjects beyond MaxGridTiles get no tile.
type Grid struct{}

// Arrange implements Layout.
func (Grid) Arrange(dst []image.Rectangle, canvas image.Point, subjects []Subject) []image.Rectangle {
	n := min(len(subjects), MaxGridTiles)
	cols, rows := gridShape(n)
	gap := 0
	if n > 1 {
		gap = even(min(canvas.Y, canvas.X*9/16) / 135)
	}
	size := gridTile(canvas, cols, rows, gap)
	top := even((canvas.Y - rows*size.Y - (rows-1)*gap) / 2)
	for i := range subjects {
		if i >= n || size.X == 0 || size.Y == 0 {
			dst = append(dst, image.Rectangle{})
			continue
		}
		row, col := i/cols, i%cols
		inRow := min(cols, n-row*cols)
		left := even((canvas.X - inRow*size.X - (inRow-1)*gap) / 2)
		at := image.Pt(left+col*(size.X+gap), top+row*(size.Y+gap))
		dst = append(dst, image.Rectangle{Min: at, Max: at.Add(size)})
	}
	return dst
}

// gridShape returns the number of columns and rows for n tiles, one of each for none.
func gridShape(n int) (cols, rows int) {
	cols = 1
	for cols*cols < n {
		cols++
	}
	return cols, max(1, (n+cols-1)/cols)
}

// gridTile returns the largest even 16:9 size of which cols by rows fit on the canvas with gaps between and around. It
// is (0, 0), or nearly, if there is no room.
func gridTile(canvas image.Point, cols, rows, gap int) image.Point {
	margins := 2
	if gap == 0 {
		margins = 0
	}
	w := even(max(0, canvas.X-(cols-1+margins)*gap) / cols)
	h := even(max(0, canvas.Y-(rows-1+margins)*gap) / rows)
	return image.Pt(min(w, nearestEven(h*16, 9)), min(h, nearestEven(w*9, 16)))
}

// even rounds a non-negative v down to an even number.
func even(v int) int { return v &^ 1 }

// nearestEven returns the even number nearest to num/den, for num >= 0 and den > 0.
func nearestEven(num, den int) int { return (num + den) / (2 * den) * 2 }
