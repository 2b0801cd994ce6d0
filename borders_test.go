//go:build !race

package callrec_test

import (
	"image"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/internal/replay"
	"github.com/callrec/callrec/tiler"
)

// TestWholeBorders records real calls, decodes what has been encoded, and follows the colored border of every participant
// all around their tile, close to its edge: nothing of a picture is cropped, and the border of who speaks covers nothing.
func TestWholeBorders(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		call   string
		layout tiler.Layout
		from   time.Duration // from when on everybody has been seen
		until  time.Duration
		colors []string
	}{
		{threeParty, tiler.Grid{}, 6875 * time.Millisecond, 8 * time.Second, []string{"red", "lime", "blue"}},
		{threeParty, tiler.Single{}, 1 * time.Second, 2 * time.Second, []string{"red"}},
		{h264Call, tiler.Grid{}, 2 * time.Second, 3 * time.Second, []string{"red", "lime"}},
	} {
		t.Run(row.call+" "+layoutName(row.layout), func(t *testing.T) {
			t.Parallel()
			rects := row.layout.Arrange(nil, canvasSize, make([]tiler.Subject, len(row.colors)))
			frames := 0
			set := decoding(t, func(got *image.YCbCr) {
				at := row.from + time.Duration(frames)*frame
				frames++
				for i, r := range rects {
					side, place := brokenBorder(got, r, row.colors[i])
					require.Empty(t, side, "%s at %v: %v of %v", row.colors[i], at, place, r)
				}
			})
			rec, _ := recording(t, func(c *callrec.Config) { c.Codecs, c.Layout, c.RecordFrom = set, row.layout, row.from })
			call, err := capture.OpenCall(row.call)
			require.NoError(t, err)
			defer call.Close()
			_, err = replay.Run(t.Context(), call, rec, replay.Options{End: row.until})
			require.NoError(t, err)
			require.Equal(t, int((row.until-row.from)/frame), frames)
		})
	}
}

func layoutName(l tiler.Layout) string {
	if _, ok := l.(tiler.Single); ok {
		return "single"
	}
	return "grid"
}

// brokenBorder follows the border inside of a tile, a few samples from its edge, where no label reaches, and returns the
// side on which it has another color, "" if there is none. Corners are left out, where a coder rounds colors off.
func brokenBorder(m *image.YCbCr, tile image.Rectangle, color string) (side string, at image.Point) {
	const depth, corner = 6, 16
	for x := tile.Min.X + corner; x < tile.Max.X-corner; x++ {
		if p := image.Pt(x, tile.Min.Y+depth); colorAt(m, p.X, p.Y) != color {
			return "top", p
		}
		if p := image.Pt(x, tile.Max.Y-1-depth); colorAt(m, p.X, p.Y) != color {
			return "bottom", p
		}
	}
	for y := tile.Min.Y + corner; y < tile.Max.Y-corner; y++ {
		if p := image.Pt(tile.Min.X+depth, y); colorAt(m, p.X, p.Y) != color {
			return "left", p
		}
		if p := image.Pt(tile.Max.X-1-depth, y); colorAt(m, p.X, p.Y) != color {
			return "right", p
		}
	}
	return "", image.Point{}
}
