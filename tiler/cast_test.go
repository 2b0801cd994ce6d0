package tiler_test

import (
	"fmt"
	"image"
	"image/color"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/tiler"
)

// goldenLayouts are the names of all layouts.
var goldenLayouts = []string{"grid", "speaker", "presentation", "single", "auto"}

// person is one of those in the golden pictures.
type person struct {
	name     string
	size     image.Point // of the camera's picture, none if it is off
	rotation tiler.Rotation
	muted    bool
	avatar   bool
}

var people = []person{
	{name: "Ada Lovelace", size: image.Pt(640, 360)},
	{name: "Ελένη Παπαδοπούλου", size: image.Pt(848, 478), muted: true},
	{name: "Юлия Щербакова", size: image.Pt(360, 640)},
	{name: "Zoë Šťastná-Łukasiewicz", muted: true},
	{name: "Wolfeschlegelsteinhausenbergerdorff Adolph Blaine Charles Senior", size: image.Pt(640, 480)},
	{name: "Bo", size: image.Pt(480, 270), muted: true},
	{name: "Søren Ångström", avatar: true},
	{name: "Νίκος", size: image.Pt(640, 360), rotation: tiler.Rotate90},
	{name: "Gyp & jqy (guest)", size: image.Pt(639, 359)},
	{name: "Алексей", muted: true},
	{name: "Meeting room 12", size: image.Pt(840, 360)},
}

// cast returns n participants: cameras of many shapes, upright phones, cameras that are off, and the second one, if there
// is one, speaks. With share the first one shares a screen too.
func cast(n int, share bool) []tiler.Tile {
	var tiles []tiler.Tile
	for i := range n {
		p := people[i%len(people)]
		tile := tiler.Tile{ID: fmt.Sprintf("participant-%d", i), Name: p.name, Muted: p.muted, Serial: uint64(i), Rotation: p.rotation}
		if p.size.X > 0 {
			tile.Picture = figureOf(p, i)
		}
		if p.avatar {
			tile.Avatar = portrait(nil, color.NRGBA{uint8(200 - i*31%90), uint8(120 + i*47%90), uint8(90 + i*17%90), 255}, false)
		}
		tile.Speaking = i == min(1, n-1)
		tile.Active = tile.Speaking
		tiles = append(tiles, tile)
	}
	if share {
		tiles = append(tiles, tiler.Tile{
			ID: "participant-0/share", Name: people[0].name, Share: true, Serial: 1 << 20, Picture: screen(image.Pt(1600, 1000)),
		})
	}
	return tiles
}

// figures are drawn once: they are in most of the golden pictures.
var figures sync.Map

func figureOf(p person, n int) *image.YCbCr {
	if m, ok := figures.Load(n); ok {
		return m.(*image.YCbCr)
	}
	m, _ := figures.LoadOrStore(n, figure(p.size, p.rotation, n))
	return m.(*image.YCbCr)
}

// figure draws somebody in a room, in the colors of n, with a bright line along the border of the picture. It is drawn
// lying if rotation will turn it upright.
func figure(size image.Point, rotation tiler.Rotation, n int) *image.YCbCr {
	w, h := size.X, size.Y
	if rotation == tiler.Rotate90 {
		w, h = h, w // as it will be seen
	}
	hue := func(k int) (cb, cr uint8) { return uint8(112 + (n*k*37)%34), uint8(112 + (n*k*53+11)%34) }
	wallCb, wallCr := hue(1)
	clothCb, clothCr := hue(3)
	skin := uint8(170 - n*29%80)
	upright := func(x, y int) (uint8, uint8, uint8) {
		line := max(2, h/60)
		if x < line || y < line || x >= w-line || y >= h-line {
			return 225, 128, 128
		}
		// Position in 1/1000 of the shorter side, from a point over the middle of the picture.
		side := min(w, h)
		u, v := (2*x-w)*500/side, (2*y-h)*500/side
		head := u*u*13/10 + (v+90)*(v+90)
		switch {
		case head < 165*165 && (v < -150 || v < -60 && max(u, -u) > 110):
			return uint8(30 + n*19%60), 120, 134 // hair
		case (u-55)*(u-55)+(v+100)*(v+100) < 16*16 || (u+55)*(u+55)+(v+100)*(v+100) < 16*16:
			return 30, 128, 128 // eyes
		case max(u, -u) < 60 && v > -38 && v < -38+u*u/200+8 && v < -22:
			return 90, 118, 165 // mouth
		case head < 165*165:
			return skin - uint8(max(0, min(40, (u+160)/12))), 112, 148
		case u*u*10/18+(v-460)*(v-460) < 360*360:
			return uint8(80 + n*31%70), clothCb, clothCr
		case u > 230 && u < 420 && v > -350 && v < -80:
			return uint8(min(235, 190+(v+350)/8)), 138, 120 // window
		case v > 330:
			return 70, 122, 134
		}
		return uint8(min(200, max(40, 120+n*23%50-v/12+u/16))), wallCb, wallCr
	}
	return paint(newPicture(size.X, size.Y, 0, 0), func(x, y int) (uint8, uint8, uint8) {
		if rotation == tiler.Rotate90 { // what is seen at (u, v) comes from (v, height-1-u)
			return upright(size.Y-1-y, x)
		}
		return upright(x, y)
	})
}

// screen draws a shared screen: windows with thin lines of text, which show whether they are sharp.
func screen(size image.Point) *image.YCbCr {
	w, h := size.X, size.Y
	return paint(newPicture(w, h, 0, 0), func(x, y int) (uint8, uint8, uint8) {
		switch {
		case x < 3 || y < 3 || x >= w-3 || y >= h-3:
			return 80, 200, 110 // blue: whether all four sides are there
		case y < h/16:
			return 50, 130, 126
		case x < w/5:
			if y/28%2 == 0 && x > 20 && x < w/5-20-(y/28*53)%90 && y%28 > 8 && y%28 < 20 {
				return 150, 128, 128
			}
			return 60, 132, 125
		case x > w/2 && x < w-80 && y > h/2 && y < h-80:
			bar := (x - w/2) / 60
			if x%60 < 40 && y > h-80-40-(bar*97)%280 {
				return uint8(110 + bar*17%90), uint8(90 + bar*40%80), uint8(100 + bar*60%80)
			}
			return 225, 128, 128
		case y/24%2 == 1 && x > w/5+30 && x < w-40-(y/24*131)%400 && (x*7919/9)%5 < 3 && y%24 > 6 && y%24 < 18 && (y%6 < 3 || x%9 < 3):
			return 35, 128, 128
		}
		return 230, 128, 128
	})
}

// portrait draws an avatar, or, with a hole, a ring on nothing.
func portrait(t *testing.T, c color.NRGBA, hole bool) *tiler.Image {
	const side = 200
	m := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			u, v := 2*x-side, 2*y-side
			r := u*u + v*v
			px := c
			switch {
			case hole && (r > side*side*9/10 || r < side*side/4):
				px.A = 0
			case !hole && u*u+(v+50)*(v+50) < 70*70, !hole && u*u/2+(v-190)*(v-190)/2 < 90*90:
				px = color.NRGBA{250, 245, 235, 255}
			}
			m.SetNRGBA(x, y, px)
		}
	}
	p, err := tiler.NewImage(m)
	if t != nil {
		require.NoError(t, err)
	}
	return p
}
