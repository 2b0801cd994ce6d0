package tiler_test

import (
	"fmt"
	"image"

	"github.com/callrec/callrec/tiler"
)

// Two participants, one of whom has a camera.
func Example() {
	t, err := tiler.New(tiler.Config{Width: 640, Height: 360})
	if err != nil {
		fmt.Println(err)
		return
	}
	camera := image.NewYCbCr(image.Rect(0, 0, 320, 180), image.YCbCrSubsampleRatio420)
	tiles := []tiler.Tile{
		{ID: "1", Name: "Ada Lovelace", Picture: camera, Serial: 1},
		{ID: "2", Name: "Charles Babbage"},
	}
	canvas, damage := t.Compose(tiles)
	fmt.Println("canvas", canvas.Rect, "damage", damage)

	_, damage = t.Compose(tiles)
	fmt.Println("nothing new:", damage)

	camera.Y[0]++ // a decoder has drawn over its picture
	tiles[0].Serial++
	_, damage = t.Compose(tiles)
	fmt.Println("next picture:", damage)
	// Output:
	// canvas (0,0)-(640,360) damage [(0,0)-(640,360)]
	// nothing new: []
	// next picture: [(4,92)-(318,268)]
}

// Side is a layout that shows the first participant large and the others below each other at the right.
type Side struct{}

func (Side) Arrange(dst []image.Rectangle, canvas image.Point, subjects []tiler.Subject) []image.Rectangle {
	width := canvas.X / 10 * 2
	height := canvas.Y / 10 * 2
	for i := range subjects {
		r := image.Rect(0, 0, canvas.X-width, canvas.Y)
		if i > 0 {
			r = image.Rect(canvas.X-width, (i-1)*height, canvas.X, i*height)
		}
		dst = append(dst, r)
	}
	return dst
}

// A layout of one's own. What it puts beyond the canvas is not shown.
func ExampleLayout() {
	t, err := tiler.New(tiler.Config{Width: 640, Height: 360, Layout: Side{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	t.Compose([]tiler.Tile{{ID: "1"}, {ID: "2"}, {ID: "3"}})
	_, damage := t.Compose([]tiler.Tile{{ID: "1"}, {ID: "3"}})
	fmt.Println(damage)
	// Output: [(512,72)-(640,144) (512,0)-(640,72)]
}
