package tiler_test

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"image"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/tiler"
)

// TestSameBytes holds every sample and every damaged rectangle of some calls, which the golden pictures, being RGB,
// cannot, to what they were on another machine. Whoever changes the drawing on purpose has to note the new hashes.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		canvas  image.Point
		maxSide int
		calls   int
		want    string
	}{
		{image.Pt(320, 180), 100, 150, "ef51e1c92c56eaf7"},
		{image.Pt(322, 178), 700, 60, "012dab6fda469faf"},
		{image.Pt(640, 360), 330, 60, "1fc2ec2991fb9da1"},
		{image.Pt(18, 34), 40, 100, "89fc80e2765f3b78"},
		{image.Pt(2, 2), 5, 60, "9e92d6351a2c7c21"},
	} {
		t.Run(fmt.Sprintf("%dx%d", row.canvas.X, row.canvas.Y), func(t *testing.T) {
			t.Parallel()
			tl := newTiler(t, tiler.Config{Width: row.canvas.X, Height: row.canvas.Y})
			c := newCall(1, row.maxSide)
			h := sha256.New()
			for range row.calls {
				tiles, _ := c.next()
				canvas, damage := tl.Compose(tiles)
				hashCanvas(h, canvas)
				fmt.Fprint(h, damage)
			}
			require.Equal(t, row.want, fmt.Sprintf("%x", h.Sum(nil)[:8]))
		})
	}
}

func hashCanvas(h hash.Hash, m *image.YCbCr) {
	h.Write(m.Y)
	h.Write(m.Cb)
	h.Write(m.Cr)
}
