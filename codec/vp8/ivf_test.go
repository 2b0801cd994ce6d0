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

// readIVF returns the frames of an IVF file.
func readIVF(t testing.TB, path string) [][]byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
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

// writeIVF wraps frames in an IVF file.
func writeIVF(width, height int, frames [][]byte) []byte {
	out := append([]byte("DKIF\x00\x00\x20\x00VP80"), make([]byte, 20)...)
	binary.LittleEndian.PutUint16(out[12:], uint16(width))
	binary.LittleEndian.PutUint16(out[14:], uint16(height))
	binary.LittleEndian.PutUint32(out[16:], 30)
	binary.LittleEndian.PutUint32(out[20:], 1)
	binary.LittleEndian.PutUint32(out[24:], uint32(len(frames)))
	for i, f := range frames {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(f)))
		out = binary.LittleEndian.AppendUint64(out, uint64(i))
		out = append(out, f...)
	}
	return out
}

// readMD5s returns the first word of each line of a file.
func readMD5s(t testing.TB, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var list []string
	for line := range strings.Lines(string(text)) {
		list = append(list, strings.Fields(line)[0])
	}
	return list
}

func testdata(name string) string { return filepath.Join("testdata", name) }

func newDecoder(t testing.TB) *vp8.Decoder {
	t.Helper()
	d, err := vp8.NewDecoder(vp8.DecoderConfig{})
	require.NoError(t, err)
	return d
}

// decodeAll decodes a stream without errors and returns the MD5s of its pictures.
func decodeAll(t testing.TB, d *vp8.Decoder, frames [][]byte) []string {
	t.Helper()
	var sums []string
	for i, frame := range frames {
		pics, err := d.Decode(frame, int64(i))
		require.NoError(t, err, "frame %d", i)
		for _, pic := range pics {
			require.Equal(t, int64(i), pic.PTS)
			sums = append(sums, hashPicture(pic.Image))
		}
	}
	return sums
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
