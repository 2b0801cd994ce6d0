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
		{image.Pt(320, 180), 100, 150, "c4c599150e3a2780"},
		{image.Pt(322, 178), 700, 60, "d3a86f8fde42a38c"},
		{image.Pt(640, 360), 330, 60, "444b0b56bd7dbe82"},
		{image.Pt(18, 34), 40, 100, "a19323d38d54b5c7"},
		{image.Pt(2, 2), 5, 60, "bc0d8db2c806ae37"},
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
