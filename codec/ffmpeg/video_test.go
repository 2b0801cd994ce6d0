//go:build ffmpeg

package ffmpeg_test

import (
	"bufio"
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/ffmpeg"
	"github.com/callrec/callrec/codec/h264"
)

func addFrame(h hash.Hash, m *image.YCbCr) {
	plane := func(pix []byte, stride, width, height int) {
		for y := range height {
			h.Write(pix[y*stride:][:width])
		}
	}
	w, height := m.Rect.Dx(), m.Rect.Dy()
	plane(m.Y, m.YStride, w, height)
	plane(m.Cb, m.CStride, (w+1)/2, (height+1)/2)
	plane(m.Cr, m.CStride, (w+1)/2, (height+1)/2)
}

// sum is the MD5 of a picture.
func sum(p codec.Picture) string {
	h := md5.New()
	addFrame(h, p.Image)
	return hex.EncodeToString(h.Sum(nil))
}

// base64List is the value of a sprop parameter.
func base64List(sets ...[]byte) string {
	var list []string
	for _, s := range sets {
		list = append(list, base64.StdEncoding.EncodeToString(s))
	}
	return strings.Join(list, ",")
}

// newDecoder returns a decoder that is closed when the test ends.
func newDecoder(t testing.TB, f codec.VideoFormat) *ffmpeg.VideoDecoder {
	t.Helper()
	d, err := ffmpeg.NewVideoDecoder(f)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d
}

// decodeAll returns the MD5 of all pictures in output order, and their number.
func decodeAll(t testing.TB, name string, units [][]byte) (sum string, pictures int) {
	t.Helper()
	d, err := ffmpeg.NewFileDecoder(codec.VideoFormat{Name: name})
	require.NoError(t, err)
	defer d.Close()
	h := md5.New()
	add := func(list []codec.Picture) {
		for _, p := range list {
			addFrame(h, p.Image)
			pictures++
		}
	}
	for i, au := range units {
		list, err := d.Decode(au, int64(i))
		require.NoError(t, err, "access unit %d", i)
		add(list)
	}
	add(d.Flush())
	return hex.EncodeToString(h.Sum(nil)), pictures
}

func ivfFrames(t testing.TB, data []byte) [][]byte {
	t.Helper()
	require.Equal(t, "DKIF", string(data[:4]))
	var list [][]byte
	for data = data[32:]; len(data) > 12; {
		n := int(binary.LittleEndian.Uint32(data))
		list = append(list, data[12:12+n])
		data = data[12+n:]
	}
	return list
}

// TestConformance decodes the streams of CALLREC_VECTORS: vp8/*.ivf and what h264/md5.txt lists, each with the MD5 of all
// its pictures.
func TestConformance(t *testing.T) {
	t.Parallel()
	root := os.Getenv("CALLREC_VECTORS")
	if root == "" {
		t.Skip("CALLREC_VECTORS does not say where the conformance streams are")
	}
	for _, folder := range []string{"vp8", "h264"} {
		list, err := os.Open(filepath.Join(root, folder, "md5.txt"))
		require.NoError(t, err)
		defer list.Close()
		for lines := bufio.NewScanner(list); lines.Scan(); {
			fields := strings.Fields(lines.Text())
			require.GreaterOrEqual(t, len(fields), 2)
			t.Run(fields[1], func(t *testing.T) {
				t.Parallel()
				data, err := os.ReadFile(filepath.Join(root, folder, fields[1]))
				require.NoError(t, err)
				var units [][]byte
				if folder == "vp8" {
					units = ivfFrames(t, data)
				} else {
					units = slices.Collect(h264.AccessUnits(data))
				}
				sum, _ := decodeAll(t, folder, units)
				require.Equal(t, fields[0], sum)
			})
		}
	}
}
