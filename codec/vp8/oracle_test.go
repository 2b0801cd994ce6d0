//go:build oracle

package vp8_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/vp8"
)

// TestOracleRandomStreams compares with libvpx on streams that use everything the format has.
func TestOracleRandomStreams(t *testing.T) {
	t.Parallel()
	sizes := [][2]int{{16, 16}, {1, 1}, {17, 33}, {64, 64}, {175, 143}, {176, 144}, {33, 200}, {320, 40}}
	for version := range 4 {
		for i, size := range sizes {
			t.Run(fmt.Sprintf("v%d/%dx%d", version, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				s := newRandomStream(uint64(version*100+i)+seedBase(), size[0], size[1], version)
				compareWithFFmpeg(t, ivf(size[0], size[1], s.frames(30)), s.frames(0), size)
			})
		}
	}
}

func compareWithFFmpeg(t *testing.T, file []byte, _ [][]byte, size [2]int) {
	t.Helper()
	frames := splitIVF(t, file)
	d, err := vp8.NewDecoder(vp8.DecoderConfig{})
	require.NoError(t, err)
	var got []byte
	for i, f := range frames {
		pics, err := d.Decode(f, int64(i))
		require.NoError(t, err, "frame %d", i)
		for _, pic := range pics {
			got = appendI420(got, pic.Image)
		}
	}
	for _, decoder := range []string{"libvpx"} {
		cmd := exec.Command("ffmpeg", "-v", "error", "-threads", "1", "-c:v", decoder, "-f", "ivf", "-i", "-",
			"-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-")
		cmd.Stdin = bytes.NewReader(file)
		want, err := cmd.Output()
		require.NoError(t, err)
		cw, ch := (size[0]+1)/2, (size[1]+1)/2
		frame := size[0]*size[1] + 2*cw*ch
		for i := 0; i < min(len(want), len(got)); i += frame {
			require.True(t, bytes.Equal(want[i:i+frame], got[i:i+frame]), "%s: picture %d differs", decoder, i/frame)
		}
		require.Len(t, got, len(want), decoder)
	}
}
func seedBase() uint64 { var v uint64; fmt.Sscan(os.Getenv("SEEDBASE"), &v); return v }
