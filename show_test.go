package callrec_test

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/tiler"
)

const (
	frame = 125 * time.Millisecond
	voice = 20 * time.Millisecond
)

var canvasSize = image.Pt(callrec.Width, callrec.Height)

// seen is what is in the middle of some rectangles, frame by frame.
type seen struct {
	frames [][]string
}

func (s *seen) at(rects ...image.Rectangle) func(int, *image.YCbCr) {
	return func(_ int, canvas *image.YCbCr) {
		var colors []string
		for _, r := range rects {
			colors = append(colors, middle(canvas, r))
		}
		s.frames = append(s.frames, colors)
	}
}

func (s *stage) stop(at time.Duration) {
	s.t.Helper()
	_, err := s.rec.Stop(at, metadata.SessionCallEnded)
	require.NoError(s.t, err)
}

// TestSetLayout changes the layout in the middle of a call, and back.
func TestSetLayout(t *testing.T) {
	t.Parallel()
	var p tap
	var s seen
	grid := tiler.Grid{}.Arrange(nil, canvasSize, make([]tiler.Subject, 2))
	corner := image.Rect(0, 0, 200, 200) // covered by a single participant, not by the grid
	p.frame = s.at(grid[0], grid[1], corner)
	st := newStage(t, &p, []codec.Picture{plain(320, 180, red), plain(320, 180, lime)}, nil)
	st.join(0, "a", 1)
	st.join(0, "b", 2)
	for at := time.Duration(0); at < 3*time.Second; at += frame {
		switch at {
		case time.Second:
			require.NoError(t, st.rec.SetLayout(at, tiler.Single{}))
		case 2 * time.Second:
			require.NoError(t, st.rec.SetLayout(at, nil))
		}
		st.film(at, "a", 101, 0)
		st.film(at, "b", 102, 1)
	}
	st.stop(3 * time.Second)
	require.Len(t, s.frames, 24)
	for k, colors := range s.frames {
		want := []string{"red", "lime", ""}
		if k >= 8 && k < 16 {
			want = []string{"red", "red", "red"}
		}
		require.Equal(t, want, colors, "frame %d", k)
	}
	require.ErrorIs(t, st.rec.SetLayout(4*time.Second, nil), callrec.ErrStopped)
}

// TestShare has somebody share a screen for a while: the automatic layout shows it large, whole, beside the participants,
// keeps it while nothing on it moves, and goes back when it ends.
func TestShare(t *testing.T) {
	t.Parallel()
	var p tap
	var s seen
	screen := tiler.Subject{Width: 400, Height: 250, Share: true}
	grid := tiler.Grid{}.Arrange(nil, canvasSize, make([]tiler.Subject, 2))
	shared := tiler.Presentation{}.Arrange(nil, canvasSize, []tiler.Subject{{}, {}, screen})
	p.frame = s.at(grid[0], grid[1], shared[0], shared[1], shared[2])
	st := newStage(t, &p, []codec.Picture{plain(320, 180, red), plain(320, 180, lime), plain(400, 250, blue)},
		func(c *callrec.Config) { c.Layout = tiler.Auto{} })
	st.join(0, "a", 1)
	st.join(0, "b", 2)
	for at := time.Duration(0); at < 8*time.Second; at += frame {
		switch at {
		case time.Second:
			st.camera(at, "b", 200, true)
			st.film(at, "b", 200, 2) // one picture and no more
		case 6 * time.Second:
			require.NoError(t, st.rec.RemoveTrack(at, "b", 200))
		}
		st.film(at, "a", 101, 0)
		st.film(at, "b", 102, 1)
	}
	st.stop(8 * time.Second)
	require.Len(t, s.frames, 64)
	for k, colors := range s.frames {
		if k >= 8 && k < 48 {
			require.Equal(t, []string{"red", "lime", "blue"}, colors[2:], "frame %d", k)
			require.Equal(t, "blue", colors[0], "frame %d", k)
		} else {
			require.Equal(t, []string{"red", "lime"}, colors[:2], "frame %d", k)
		}
	}
}

// TestSecondCamera checks that further cameras of a participant have tiles of their own, after a second in which both
// send, and that one which takes the place of another at once does not.
func TestSecondCamera(t *testing.T) {
	t.Parallel()
	var p tap
	var s seen
	grid := tiler.Grid{}.Arrange(nil, canvasSize, make([]tiler.Subject, 2))
	p.frame = s.at(grid...)
	st := newStage(t, &p, []codec.Picture{plain(320, 180, red), plain(320, 180, lime)}, nil)
	st.join(0, "a", 1)
	st.camera(0, "a", 102, false)
	for at := time.Duration(0); at < 4*time.Second; at += frame {
		st.film(at, "a", 101, 0)
		if at >= time.Second {
			st.film(at, "a", 102, 1)
		}
	}
	st.stop(4 * time.Second)
	require.Equal(t, []string{"red", "red"}, s.frames[7], "one tile")
	require.Equal(t, []string{"lime", "lime"}, s.frames[8])
	require.Equal(t, []string{"lime", "lime"}, s.frames[15])
	require.Equal(t, []string{"lime", "red"}, s.frames[16], "two tiles")
	require.Equal(t, []string{"lime", "red"}, s.frames[31])
}

func TestCameraReplaced(t *testing.T) {
	t.Parallel()
	var p tap
	var s seen
	grid := tiler.Grid{}.Arrange(nil, canvasSize, make([]tiler.Subject, 2))
	p.frame = s.at(grid...)
	st := newStage(t, &p, []codec.Picture{plain(320, 180, red), plain(320, 180, lime)}, nil)
	st.join(0, "a", 1)
	st.camera(0, "a", 102, false)
	for at := time.Duration(0); at < 6*time.Second; at += frame {
		if at < 2*time.Second {
			st.film(at, "a", 101, 0)
		} else {
			st.film(at, "a", 102, 1)
		}
	}
	st.stop(6 * time.Second)
	for k, colors := range s.frames {
		want := []string{"red", "red"}
		if k >= 16 {
			want = []string{"lime", "lime"}
		}
		require.Equal(t, want, colors, "frame %d", k)
	}
}

// TestMaxTiles has three people and two tiles: the third is shown after a second of speech in place of the one who has
// never spoken, and nobody else moves.
func TestMaxTiles(t *testing.T) {
	t.Parallel()
	var p tap
	var s seen
	grid := tiler.Grid{}.Arrange(nil, canvasSize, make([]tiler.Subject, 2))
	p.frame = s.at(grid...)
	st := newStage(t, &p, []codec.Picture{plain(320, 180, red), plain(320, 180, lime), plain(320, 180, blue)},
		func(c *callrec.Config) { c.MaxTiles = 2 })
	ids := []string{"a", "b", "c"}
	for i, id := range ids {
		st.join(0, id, uint32(i+1))
	}
	for at := time.Duration(0); at < 6*time.Second; at += voice {
		for i, id := range ids {
			if at%(40*time.Millisecond) == 0 {
				st.film(at, id, uint32(101+i), byte(i))
			}
			speaks := i == 0 && at < 2*time.Second || i == 2 && at >= 3*time.Second
			st.speak(at, id, uint32(i+1), speaks && at/(100*time.Millisecond)%5 != 4)
		}
	}
	st.stop(6 * time.Second)
	for k, colors := range s.frames {
		switch at := time.Duration(k) * frame; {
		case at < 4*time.Second:
			require.Equal(t, []string{"red", "lime"}, colors, "at %v", at)
		case at >= 4*time.Second+2*frame:
			require.Equal(t, []string{"red", "blue"}, colors, "at %v", at)
		}
	}
}

// TestSpeakerBorder checks that a border appears around who speaks, and goes.
func TestSpeakerBorder(t *testing.T) {
	t.Parallel()
	var p tap
	grid := tiler.Grid{}.Arrange(nil, canvasSize, make([]tiler.Subject, 2))
	var lit [][2]bool
	p.frame = func(_ int, canvas *image.YCbCr) {
		var now [2]bool
		for i, r := range grid {
			now[i] = canvas.Y[canvas.YOffset(r.Min.X-1, r.Min.Y+50)] > 100
		}
		lit = append(lit, now)
	}
	st := newStage(t, &p, []codec.Picture{plain(320, 180, red)}, nil)
	st.join(0, "a", 1)
	st.join(0, "b", 2)
	for at := time.Duration(0); at < 5*time.Second; at += voice {
		speaks := at >= 2*time.Second && at < 3*time.Second
		st.speak(at, "a", 1, false)
		st.speak(at, "b", 2, speaks && at/(100*time.Millisecond)%5 != 4)
	}
	st.stop(5 * time.Second)
	for k, now := range lit {
		at := time.Duration(k) * frame
		require.False(t, now[0], "at %v", at)
		switch {
		case at < 2*time.Second, at >= 4*time.Second:
			require.False(t, now[1], "at %v", at)
		case at >= 2500*time.Millisecond && at < 3500*time.Millisecond:
			require.True(t, now[1], "at %v", at)
		}
	}
}

// TestOrientation turns a picture by the header extension, which holds until it changes, on frames without it too.
func TestOrientation(t *testing.T) {
	t.Parallel()
	var p tap
	var sides []string
	// Where the left half of the picture goes.
	all := image.Rectangle{Max: canvasSize}
	at := map[string]image.Rectangle{
		"left": image.Rect(600, 400, 900, 680), "right": image.Rect(1020, 400, 1320, 680),
		"top": image.Rect(800, 100, 1120, 400), "bottom": image.Rect(800, 680, 1120, 980),
	}
	p.frame = func(_ int, canvas *image.YCbCr) {
		require.Equal(t, all, canvas.Rect)
		found := ""
		for side, r := range at {
			opposite := map[string]string{"left": "right", "right": "left", "top": "bottom", "bottom": "top"}[side]
			if middle(canvas, r) == "red" && middle(canvas, at[opposite]) == "blue" {
				found = side
			}
		}
		sides = append(sides, found)
	}
	half := drawn(320, 180, func(x, _ int) color.Color {
		if x < 160 {
			return red
		}
		return blue
	})
	st := newStage(t, &p, []codec.Picture{half}, nil)
	st.join(0, "a", 1)
	for k, rotation := range []int{0, 1, -1, 2, 3, -1, 0} { // -1: no extension
		var extensions [][]byte
		if rotation >= 0 {
			extensions = append(extensions, []byte{orientationID, byte(rotation)})
		}
		st.film(time.Duration(k)*frame, "a", 101, 0, extensions...)
	}
	st.stop(7 * frame)
	require.Equal(t, []string{"left", "top", "top", "right", "bottom", "bottom", "left"}, sides)
}

// bars are the colors of color bars at 75 percent, from white to black.
func bars(i int) color.NRGBA {
	level := func(bit int) uint8 { return uint8((7 - i) >> bit & 1 * 191) }
	return color.NRGBA{level(1), level(2), level(0), 255}
}

// encodeColor is the definition of ITU-R BT.601-7 2.5 and BT.709-6 item 3.
func encodeColor(c color.NRGBA, bt709, full bool) (lum, cb, cr uint8) {
	kr, kb := 0.299, 0.114
	if bt709 {
		kr, kb = 0.2126, 0.0722
	}
	r, g, b := float64(c.R)/255, float64(c.G)/255, float64(c.B)/255
	y := kr*r + (1-kr-kb)*g + kb*b
	black, steps, chroma := 16.0, 219.0, 224.0
	if full {
		black, steps, chroma = 0, 255, 255
	}
	return uint8(math.Round(black + steps*y)),
		uint8(math.Round(128 + chroma*(b-y)/2/(1-kb))),
		uint8(math.Round(128 + chroma*(r-y)/2/(1-kr)))
}

// TestColorBars sends color bars in all four kinds of color, as the decoder or the header extension says, through the
// whole pipeline, decodes the recording, and compares it with the bars in BT.709 limited range: not off by more than two
// levels anywhere but at the edges.
func TestColorBars(t *testing.T) {
	t.Parallel()
	type kind struct{ bt709, full, extension bool }
	for _, k := range []kind{{}, {bt709: true}, {full: true}, {bt709: true, full: true}, {true, false, true}, {false, true, true}} {
		t.Run(fmt.Sprintf("%+v", k), func(t *testing.T) {
			t.Parallel()
			picture := codec.Picture{Image: colorBars(k.bt709, k.full)}
			var extensions [][]byte
			if k.extension { // primaries and transfer BT.709, matrix, range
				matrix, fullRange := byte(6), byte(1)
				if k.bt709 {
					matrix = 1
				}
				if k.full {
					fullRange = 2
				}
				extensions = append(extensions, []byte{colorSpaceID, 1, 1, matrix, fullRange << 4})
			} else {
				if k.bt709 {
					picture.Color.Matrix = codec.MatrixBT709
				}
				picture.Color.FullRange = k.full
			}
			worst, frames := 0, 0
			set := decoding(t, func(got *image.YCbCr) {
				frames++
				worst = max(worst, barsOff(got))
			})
			st := newStage(t, nil, []codec.Picture{picture}, func(c *callrec.Config) {
				decoders := c.Codecs.VideoDecoders
				c.Codecs = set
				c.Codecs.VideoDecoders = decoders
			})
			st.join(0, "a", 1)
			for i := range 2 {
				st.film(time.Duration(i)*frame, "a", 101, 0, extensions...)
			}
			st.stop(2 * frame)
			require.Equal(t, 2, frames)
			require.LessOrEqual(t, worst, 2)
		})
	}
}

// colorBars is a picture of 640x360.
func colorBars(bt709, full bool) *image.YCbCr {
	const w, h = 640, 360
	m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for y := range h {
		for x := range w {
			lum, cb, cr := encodeColor(bars(x*8/w), bt709, full)
			m.Y[m.YOffset(x, y)], m.Cb[m.COffset(x, y)], m.Cr[m.COffset(x, y)] = lum, cb, cr
		}
	}
	return m
}

// barsOff is by how much samples of the bars on a canvas, away from their edges, differ at most from BT.709 in limited
// range.
func barsOff(canvas *image.YCbCr) int {
	worst := 0
	for i := range 8 {
		lum, cb, cr := encodeColor(bars(i), true, false)
		for dx := -90; dx <= 90; dx += 15 {
			for y := 50; y < callrec.Height; y += 105 {
				x := (2*i+1)*callrec.Width/16 + dx
				c := canvas.COffset(x, y)
				worst = max(worst, distance(canvas.Y[canvas.YOffset(x, y)], lum), distance(canvas.Cb[c], cb), distance(canvas.Cr[c], cr))
			}
		}
	}
	return worst
}

func distance(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
