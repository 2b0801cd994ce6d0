package tiler

import "image"

// The most tiles beside the large one.
const (
	// MaxSpeakerOthers is for Speaker, two columns of eight.
	MaxSpeakerOthers = 16
	// MaxPresentationOthers is for Presentation, two columns of seven.
	MaxPresentationOthers = 14
)

// Speaker is the layout that shows the active speaker large, at the left, and the others in a strip at the right: one
// column of up to eight tiles, or two. While there is no active speaker the first subject is large. When another speaks,
// the two change places; the rest stays. Subjects beyond 1 + MaxSpeakerOthers get no tile.
type Speaker struct{}

// Capacity implements Limited.
func (Speaker) Capacity(int) int { return 1 + MaxSpeakerOthers }

// Arrange implements Layout.
func (Speaker) Arrange(dst []image.Rectangle, canvas image.Point, subjects []Subject) []image.Rectangle {
	return arrangeStage(dst, canvas, subjects, activeOf(subjects), strip{share: 5, perColumn: MaxSpeakerOthers / 2})
}

// Presentation is the layout that shows the shared screen large, at the left and never cropped, and the participants in
// a strip at the right: one column of up to seven tiles, or two. Of several shared screens the last one is large, and
// the others are in the strip. Without any the active speaker is large, as in Speaker. Subjects beyond
// 1 + MaxPresentationOthers get no tile.
type Presentation struct{}

// Capacity implements Limited.
func (Presentation) Capacity(shares int) int {
	if shares == 0 {
		return Speaker{}.Capacity(0)
	}
	return 1 + MaxPresentationOthers
}

// Arrange implements Layout.
func (Presentation) Arrange(dst []image.Rectangle, canvas image.Point, subjects []Subject) []image.Rectangle {
	large := lastShare(subjects)
	if large < 0 {
		return Speaker{}.Arrange(dst, canvas, subjects)
	}
	return arrangeStage(dst, canvas, subjects, large, strip{share: 8, perColumn: MaxPresentationOthers / 2})
}

// Single is the layout that shows one subject on all of the canvas: the last shared screen, else the active speaker, else
// the first.
type Single struct{}

// Capacity implements Limited.
func (Single) Capacity(int) int { return 1 }

// Arrange implements Layout.
func (Single) Arrange(dst []image.Rectangle, canvas image.Point, subjects []Subject) []image.Rectangle {
	large := lastShare(subjects)
	if large < 0 {
		large = activeOf(subjects)
	}
	for i := range subjects {
		var r image.Rectangle
		if i == large {
			r.Max = image.Pt(even(canvas.X), even(canvas.Y))
		}
		dst = append(dst, r)
	}
	return dst
}

// Auto is the layout that is a Presentation while a screen is shared, and a Grid otherwise.
type Auto struct{}

// Capacity implements Limited.
func (Auto) Capacity(shares int) int {
	if shares > 0 {
		return Presentation{}.Capacity(shares)
	}
	return Grid{}.Capacity(shares)
}

// Arrange implements Layout.
func (Auto) Arrange(dst []image.Rectangle, canvas image.Point, subjects []Subject) []image.Rectangle {
	if lastShare(subjects) >= 0 {
		return Presentation{}.Arrange(dst, canvas, subjects)
	}
	return Grid{}.Arrange(dst, canvas, subjects)
}

// activeOf returns the index of the active speaker, or of the first subject.
func activeOf(subjects []Subject) int {
	for i, s := range subjects {
		if s.Active && !s.Share {
			return i
		}
	}
	return 0
}

// lastShare returns the index of the last shared screen, -1 if there is none.
func lastShare(subjects []Subject) int {
	last := -1
	for i, s := range subjects {
		if s.Share {
			last = i
		}
	}
	return last
}

// strip describes the tiles at the side of the large one.
type strip struct {
	share     int // a column takes no more than 1/share of the canvas' width
	perColumn int // tiles in a column, of which there are two at most
}

// arrangeStage places the subject of index large at the left and the others in a strip. The large one leaves its place
// in the strip to the first subject, so that at most two tiles move when another becomes large for it.
func arrangeStage(dst []image.Rectangle, canvas image.Point, subjects []Subject, large int, s strip) []image.Rectangle {
	others := min(len(subjects)-1, 2*s.perColumn)
	gap := gapOf(canvas)
	if others <= 0 {
		gap = 0
	}
	stage := image.Rect(gap, gap, canvas.X-gap, canvas.Y-gap)
	var cell image.Point
	rows := 0
	if others > 0 {
		columns := rowsOf(others, s.perColumn)
		rows = rowsOf(others, columns)
		cell = wide.within(image.Pt(even(canvas.X/s.share), even(max(0, canvas.Y-(rows+1)*gap)/rows)))
		stage.Max.X -= columns * (cell.X + gap)
	}
	top := even((canvas.Y - rows*cell.Y - (rows-1)*gap) / 2)
	for i := range subjects {
		place := i - 1 // in the strip
		if i == 0 {
			place = large - 1
		}
		var r image.Rectangle
		switch {
		case stage.Dx() < 2 || stage.Dy() < 2:
		case i == large:
			size := shapeOf(subjects[i]).within(image.Pt(even(stage.Dx()), even(stage.Dy())))
			r = centered(stage, size)
		case place < others && cell.X > 0 && cell.Y > 0:
			column, row := place/rows, place%rows
			at := image.Pt(stage.Max.X+gap+column*(cell.X+gap), top+row*(cell.Y+gap))
			r = image.Rectangle{Min: at, Max: at.Add(cell)}
		}
		dst = append(dst, r)
	}
	return dst
}
