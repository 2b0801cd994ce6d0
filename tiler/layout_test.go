package tiler_test

import (
	"image"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/tiler"
)

// TestGridRules checks what a Layout promises, for any number of subjects on canvases of many shapes.
func TestGridRules(t *testing.T) {
	t.Parallel()
	for _, canvas := range []image.Point{
		{1920, 1080},
		{1280, 720},
		{854, 480},
		{640, 480},
		{360, 640},
		{1080, 1080},
		{100, 8192},
		{8192, 100},
		{322, 178},
		{64, 36},
		{16, 16},
		{10, 2},
		{2, 10},
		{2, 2},
	} {
		all := image.Rectangle{Max: canvas}
		for n := range 61 {
			rects := tiler.Grid{}.Arrange(nil, canvas, make([]tiler.Subject, n))
			require.Len(t, rects, n)
			for i, r := range rects {
				require.True(t, isEven(r), "%v", r)
				require.True(t, r.In(all), "%v on %v", r, canvas)
				for _, other := range rects[:i] {
					require.False(t, r.Overlaps(other), "%v and %v", r, other)
				}
				if canvas.X >= 64 && canvas.Y >= 36 {
					require.Equal(t, i < tiler.MaxGridTiles, !r.Empty(), "%d of %d on %v", i, n, canvas)
				}
				if r.Empty() {
					continue
				}
				require.Equal(t, rects[0].Size(), r.Size())
				// As near to 16:9 as even sizes come.
				require.LessOrEqual(t, max(r.Dx()*9-r.Dy()*16, r.Dy()*16-r.Dx()*9), 2*16, "%v", r)
			}
		}
	}
}

// TestGridShape counts rows and columns on a 16:9 canvas and checks that they are centered.
func TestGridShape(t *testing.T) {
	t.Parallel()
	canvas := image.Pt(1920, 1080)
	for n, want := range map[int]image.Point{
		1: {1, 1}, 2: {2, 1}, 3: {2, 2}, 4: {2, 2}, 5: {3, 2}, 6: {3, 2}, 7: {3, 3}, 9: {3, 3},
		10: {4, 3}, 12: {4, 3}, 13: {4, 4}, 16: {4, 4}, 17: {5, 4}, 25: {5, 5}, 36: {6, 6}, 49: {7, 7}, 60: {7, 7},
	} {
		rows := map[int][]image.Rectangle{}
		cols := 0
		for _, r := range (tiler.Grid{}).Arrange(nil, canvas, make([]tiler.Subject, n)) {
			if !r.Empty() {
				rows[r.Min.Y] = append(rows[r.Min.Y], r)
				cols = max(cols, len(rows[r.Min.Y]))
			}
		}
		require.Equal(t, want, image.Pt(cols, len(rows)), "%d tiles", n)
		for _, row := range rows {
			left, right := row[0].Min.X, canvas.X-row[len(row)-1].Max.X
			require.LessOrEqual(t, max(left-right, right-left), 2, "%d tiles", n)
		}
	}
	require.Equal(t, []image.Rectangle{image.Rect(0, 0, 1920, 1080)}, tiler.Grid{}.Arrange(nil, canvas, make([]tiler.Subject, 1)))
}

// TestGridShapes says how pictures of other shapes are placed.
func TestGridShapes(t *testing.T) {
	t.Parallel()
	canvas := image.Pt(1920, 1080)
	phone, old := tiler.Subject{Width: 360, Height: 640}, tiler.Subject{Width: 640, Height: 480}
	rounded := tiler.Subject{Width: 214, Height: 120}
	for _, row := range []struct {
		name     string
		subjects []tiler.Subject
		columns  int
		size     image.Point
	}{
		{"a phone", []tiler.Subject{phone}, 1, image.Pt(608, 1080)},
		{"two phones", []tiler.Subject{phone, phone}, 2, image.Pt(598, 1064)},
		{"three phones in one row", []tiler.Subject{phone, phone, phone}, 3, image.Pt(598, 1064)},
		{"a phone and a camera", []tiler.Subject{phone, {}}, 2, image.Pt(948, 1064)},
		{"two of 4:3", []tiler.Subject{old, old}, 2, image.Pt(948, 712)},
		{"a size that is rounded", []tiler.Subject{rounded, {Width: 640, Height: 360}}, 2, image.Pt(948, 534)},
		{"a banner", []tiler.Subject{{Width: 8000, Height: 2}}, 1, image.Pt(1920, 480)},
		{"a pole", []tiler.Subject{{Width: 2, Height: 8000}}, 1, image.Pt(270, 1080)},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			rects := tiler.Grid{}.Arrange(nil, canvas, row.subjects)
			inRow := 0
			for _, r := range rects {
				require.Equal(t, row.size, r.Size())
				if r.Min.Y == rects[0].Min.Y {
					inRow++
				}
			}
			require.Equal(t, row.columns, inRow)
		})
	}
}

// TestGridAppends checks that what is in the slice stays there.
func TestGridAppends(t *testing.T) {
	t.Parallel()
	before := image.Rect(1, 2, 3, 4)
	rects := tiler.Grid{}.Arrange([]image.Rectangle{before}, image.Pt(64, 36), make([]tiler.Subject, 2))
	require.Len(t, rects, 3)
	require.Equal(t, before, rects[0])
}
