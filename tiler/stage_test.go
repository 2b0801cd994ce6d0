package tiler_test

import (
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/tiler"
)

// TestLayoutRules checks what a Layout promises, for all of them, with any subjects on canvases of many shapes.
func TestLayoutRules(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 0))
	for _, name := range goldenLayouts {
		layout, err := tiler.ParseLayout(name)
		require.NoError(t, err)
		for _, canvas := range []image.Point{
			{1920, 1080}, {1280, 720}, {640, 360}, {640, 480}, {360, 640}, {1080, 1920}, {8192, 100}, {100, 8192}, {16, 16}, {2, 2},
		} {
			for n := range 56 {
				subjects := make([]tiler.Subject, n)
				shares, active := 0, r.IntN(n+5)
				for i := range subjects {
					subjects[i].Active = i == active
					if r.IntN(3) > 0 {
						subjects[i].Width, subjects[i].Height = 1+r.IntN(4000), 1+r.IntN(2000)
					}
					if r.IntN(30) == 0 {
						subjects[i].Share = true
						shares++
					}
				}
				name := fmt.Sprintf("%s of %d on %v", name, n, canvas)
				rects := layout.Arrange(nil, canvas, subjects)
				require.Len(t, rects, n, name)
				shown := 0
				for i, rect := range rects {
					if rect.Empty() {
						continue
					}
					shown++
					require.True(t, isEven(rect) && rect.In(image.Rectangle{Max: canvas}), "%s: %v", name, rect)
					for _, other := range rects[:i] {
						require.False(t, rect.Overlaps(other), "%s: %v and %v", name, rect, other)
					}
				}
				if canvas.Y >= 360 && canvas.X >= 360 && canvas.Y < 8192 {
					require.Equal(t, min(n, layout.(tiler.Limited).Capacity(shares)), shown, name)
				}
				require.Equal(t, rects, layout.Arrange(nil, canvas, subjects), name)
			}
		}
	}
}

// TestLargeTile says who is large in the layouts with a large tile.
func TestLargeTile(t *testing.T) {
	t.Parallel()
	canvas := image.Pt(1920, 1080)
	camera, active := tiler.Subject{}, tiler.Subject{Active: true}
	share := tiler.Subject{Share: true, Width: 1600, Height: 1000}
	upright := tiler.Subject{Share: true, Width: 500, Height: 1000}
	for _, row := range []struct {
		name     string
		layout   tiler.Layout
		subjects []tiler.Subject
		large    int
		size     image.Point
	}{
		{"speaker, nobody", tiler.Speaker{}, []tiler.Subject{camera, camera, camera}, 0, image.Pt(1512, 850)},
		{"speaker", tiler.Speaker{}, []tiler.Subject{camera, camera, active}, 2, image.Pt(1512, 850)},
		{"speaker, alone", tiler.Speaker{}, []tiler.Subject{camera}, 0, canvas},
		{"speaker, many", tiler.Speaker{}, append(make([]tiler.Subject, 12), active), 12, image.Pt(1284, 722)},
		{"presentation", tiler.Presentation{}, []tiler.Subject{active, camera, share}, 2, image.Pt(1656, 1036)},
		{"presentation of something upright", tiler.Presentation{}, []tiler.Subject{active, upright}, 1, image.Pt(532, 1064)},
		{"the last of two shares", tiler.Presentation{}, []tiler.Subject{share, active, share}, 2, image.Pt(1656, 1036)},
		{"no share", tiler.Presentation{}, []tiler.Subject{camera, active}, 1, image.Pt(1512, 850)},
		{"share alone", tiler.Presentation{}, []tiler.Subject{share}, 0, image.Pt(1728, 1080)},
		{"single", tiler.Single{}, []tiler.Subject{camera, active, camera}, 1, canvas},
		{"single, with a share", tiler.Single{}, []tiler.Subject{camera, active, share}, 2, canvas},
		{"automatic, with a share", tiler.Auto{}, []tiler.Subject{camera, active, share}, 2, image.Pt(1656, 1036)},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			rects := row.layout.Arrange(nil, canvas, row.subjects)
			require.Equal(t, row.size, rects[row.large].Size())
			for i, r := range rects {
				if i != row.large {
					require.Less(t, r.Dx()*r.Dy(), row.size.X*row.size.Y/3)
				}
			}
		})
	}
	require.Equal(t, tiler.Grid{}.Arrange(nil, canvas, []tiler.Subject{camera, active}),
		tiler.Auto{}.Arrange(nil, canvas, []tiler.Subject{camera, active}))
}

// TestSpeakersChangePlaces checks that not more than three tiles move when another one speaks.
func TestSpeakersChangePlaces(t *testing.T) {
	t.Parallel()
	subjects := make([]tiler.Subject, 9)
	arrange := func(active int) []image.Rectangle {
		for i := range subjects {
			subjects[i].Active = i == active
		}
		return tiler.Speaker{}.Arrange(nil, image.Pt(1920, 1080), subjects)
	}
	for from := range subjects {
		for to := range subjects {
			before, after := arrange(from), arrange(to)
			moved := 0
			for i := range before {
				if before[i] != after[i] {
					moved++
				}
			}
			want := 3
			if from == 0 || to == 0 {
				want = 2
			}
			if from == to {
				want = 0
			}
			require.Equal(t, want, moved, "%d to %d", from, to)
		}
	}
}

// Strip is a layout that leaves the participants out while a screen is shared.
type Strip struct{}

func (Strip) Arrange(dst []image.Rectangle, canvas image.Point, subjects []tiler.Subject) []image.Rectangle {
	shared := false
	for _, s := range subjects {
		shared = shared || s.Share
	}
	for i, s := range subjects {
		var r image.Rectangle
		switch {
		case !shared: // columns
			r = image.Rect(i*canvas.X/len(subjects), 0, (i+1)*canvas.X/len(subjects), canvas.Y)
		case s.Share:
			r = image.Rect(0, 0, canvas.X, canvas.Y)
		}
		dst = append(dst, r)
	}
	return dst
}

// A layout that knows of shared screens, and one from the package while the recording goes on.
func ExampleTiler_SetLayout() {
	t, err := tiler.New(tiler.Config{Width: 640, Height: 360, Layout: Strip{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	tiles := []tiler.Tile{{ID: "1"}, {ID: "2"}}
	t.Compose(tiles)
	_, damage := t.Compose(append(tiles, tiler.Tile{ID: "2", Share: true}))
	fmt.Println("shared:", damage)
	t.SetLayout(tiler.Single{})
	_, damage = t.Compose(tiles)
	fmt.Println("single:", damage)
	// Output:
	// shared: [(0,0)-(320,360) (320,0)-(640,360) (0,0)-(640,360)]
	// single: [(0,0)-(640,360)]
}
