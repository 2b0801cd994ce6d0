package tiler_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/tiler"
)

var update = flag.Bool("update", false, "write the golden pictures instead of comparing with them")

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 16, 25, 49} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			canvas, _ := newTiler(t, tiler.Config{Width: 960, Height: 540}).Compose(group(n))
			checkGolden(t, filepath.Join("testdata", fmt.Sprintf("grid-%02d.png", n)), toRGB(canvas))
		})
	}
}

func checkGolden(t *testing.T, path string, got *image.RGBA) {
	t.Helper()
	if *update {
		var b bytes.Buffer
		enc := png.Encoder{CompressionLevel: png.BestCompression}
		require.NoError(t, enc.Encode(&b, got))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
		return
	}
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	m, err := png.Decode(f)
	require.NoError(t, err)
	want := image.NewRGBA(got.Rect)
	require.Equal(t, want.Rect, m.Bounds())
	draw.Draw(want, want.Rect, m, image.Point{}, draw.Src)
	for i := range want.Pix {
		if want.Pix[i] != got.Pix[i] {
			require.Failf(t, "differs", "at %d,%d", i/4%got.Rect.Dx(), i/4/got.Rect.Dx())
		}
	}
}
