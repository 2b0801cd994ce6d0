package tiler

import "image"

// MaxGridTiles is the number of tiles the Grid shows at most. Participants after these get no tile.
const MaxGridTiles = 49

// Grid is the layout of equally large tiles in rows. Rows, columns and the shape of the tiles are those that make the
// pictures largest, all of them together: 16:9 cameras stand side by side, then 2x2, 3x2, 3x3, 4x3 up to 7x7, and three
// phones held upright stand in one row. A single 16:9 tile takes the whole of a 16:9 canvas. A last row that is not full
// is centered. Subjects beyond MaxGridTiles get no tile.
type Grid struct{}

// Capacity implements Limited.
func (Grid) Capacity(int) int { return MaxGridTiles }

// Arrange implements Layout.
func (Grid) Arrange(dst []image.Rectangle, canvas image.Point, subjects []Subject) []image.Rectangle {
	n := min(len(subjects), MaxGridTiles)
	gap := 0
	if n > 1 {
		gap = gapOf(canvas)
	}
	var shapes [MaxGridTiles]shape
	for i, s := range subjects[:n] {
		shapes[i] = shapeOf(s)
	}
	cols, size := gridOf(canvas, gap, shapes[:n])
	rows := rowsOf(n, cols)
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

// gridOf returns the number of columns for which the pictures' area is largest, and the size of the tiles then.
func gridOf(canvas image.Point, gap int, shapes []shape) (cols int, size image.Point) {
	cols = 1
	best := -1
	for c := 1; c <= len(shapes); c++ {
		s, area := gridTile(gridCell(canvas, c, rowsOf(len(shapes), c), gap), shapes)
		// Of two that are as good but for rounding, the one with more columns: people expect rows.
		if area >= best-best/64 {
			cols, size = c, s
			best = max(best, area)
		}
	}
	return cols, size
}

func rowsOf(n, cols int) int { return max(1, (n+cols-1)/cols) }

// gridCell returns the even size of one of cols by rows cells with gaps between and around.
func gridCell(canvas image.Point, cols, rows, gap int) image.Point {
	margins := 2
	if gap == 0 {
		margins = 0
	}
	return image.Pt(
		even(max(0, canvas.X-(cols-1+margins)*gap)/cols),
		even(max(0, canvas.Y-(rows-1+margins)*gap)/rows))
}

// gridTile returns the size that the tiles need within their cells to show every picture as large as it can be there,
// and the area of all pictures.
func gridTile(cell image.Point, shapes []shape) (size image.Point, area int) {
	for _, s := range shapes {
		p := s.within(cell)
		size = image.Pt(max(size.X, p.X), max(size.Y, p.Y))
		area += p.X * p.Y
	}
	return size, area
}
