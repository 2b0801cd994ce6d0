package vp8_test

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/vp8"
)

// TestConformance decodes the public VP8 test vectors and compares the MD5 of every picture. The folder given by
// CALLREC_VECTORS has them in vp8/, each NAME.ivf with a NAME.ivf.md5 that has a line for each shown frame.
func TestConformance(t *testing.T) {
	t.Parallel()
	root := os.Getenv("CALLREC_VECTORS")
	if root == "" {
		t.Skip("CALLREC_VECTORS does not say where the conformance streams are")
	}
	streams, err := filepath.Glob(filepath.Join(root, "vp8", "*.ivf"))
	require.NoError(t, err)
	require.NotEmpty(t, streams)
	for _, path := range streams {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			list, err := os.ReadFile(path + ".md5")
			require.NoError(t, err)
			var want []string
			for line := range strings.Lines(string(list)) {
				want = append(want, strings.Fields(line)[0])
			}
			d, err := vp8.NewDecoder(vp8.DecoderConfig{})
			require.NoError(t, err)
			var got []string
			for i, frame := range readIVF(t, path) {
				pics, err := d.Decode(frame, int64(i))
				require.NoError(t, err, "frame %d", i)
				for _, pic := range pics {
					require.Equal(t, int64(i), pic.PTS)
					got = append(got, hashPicture(pic.Image))
					require.Equal(t, want[:len(got)], got, "frame %d", i)
				}
			}
			require.Len(t, got, len(want))
		})
	}
}

// readIVF returns the frames of an IVF file.
func readIVF(t testing.TB, path string) [][]byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return splitIVF(t, data)
}

func splitIVF(t testing.TB, data []byte) [][]byte {
	t.Helper()
	require.True(t, bytes.HasPrefix(data, []byte("DKIF")), "not an IVF file")
	data = data[binary.LittleEndian.Uint16(data[6:]):]
	var frames [][]byte
	for len(data) >= 12 {
		size := int(binary.LittleEndian.Uint32(data))
		data = data[12:]
		require.LessOrEqual(t, size, len(data))
		frames = append(frames, data[:size])
		data = data[size:]
	}
	return frames
}

// appendI420 appends the samples of img, luma and then the chroma planes, without padding.
func appendI420(dst []byte, img *image.YCbCr) []byte {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for y := range h {
		dst = append(dst, img.Y[y*img.YStride:][:w]...)
	}
	for _, plane := range [][]byte{img.Cb, img.Cr} {
		for y := range (h + 1) / 2 {
			dst = append(dst, plane[y*img.CStride:][:(w+1)/2]...)
		}
	}
	return dst
}

// hashPicture is the MD5 of what appendI420 makes of img.
func hashPicture(img *image.YCbCr) string {
	sum := md5.Sum(appendI420(nil, img))
	return hex.EncodeToString(sum[:])
}
