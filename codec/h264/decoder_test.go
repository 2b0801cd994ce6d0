package h264_test

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"encoding/base64"
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
	"github.com/callrec/callrec/codec/h264"
)

// frameSum is the MD5 of a frame as I420 without stride.
func frameSum(m *image.YCbCr) string {
	h := md5.New()
	addFrame(h, m)
	return hex.EncodeToString(h.Sum(nil))
}

func addFrame(h hash.Hash, m *image.YCbCr) {
	w, height := m.Rect.Dx(), m.Rect.Dy()
	addPlane(h, m.Y, m.YStride, w, height)
	addPlane(h, m.Cb, m.CStride, (w+1)/2, (height+1)/2)
	addPlane(h, m.Cr, m.CStride, (w+1)/2, (height+1)/2)
}

func addPlane(h hash.Hash, pix []byte, stride, w, height int) {
	for y := range height {
		h.Write(pix[y*stride:][:w])
	}
}

func newDecoder(t testing.TB) *h264.Decoder {
	t.Helper()
	d, err := h264.NewDecoder(h264.DecoderConfig{})
	require.NoError(t, err)
	return d
}

func decoderStream(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "decoder", name))
	require.NoError(t, err)
	return data
}

func accessUnits(stream []byte) [][]byte { return slices.Collect(h264.AccessUnits(stream)) }

// decodeAll gives the sum over all frames of a stream that has to be good, and how many there are.
func decodeAll(t testing.TB, d *h264.Decoder, stream []byte) (sum string, frames int) {
	t.Helper()
	h := md5.New()
	add := func(pics []codec.Picture) {
		for _, p := range pics {
			addFrame(h, p.Image)
			frames++
		}
	}
	for i, au := range accessUnits(stream) {
		pics, err := d.Decode(au, int64(i))
		require.NoError(t, err, "access unit %d", i)
		add(pics)
	}
	add(d.Flush())
	return hex.EncodeToString(h.Sum(nil)), frames
}

var goodStreams = []struct {
	name, sum string
	frames    int
	size      image.Point
}{
	{"baseline-64x48.264", "1b90689e2c3c5830da3fb8239483556a", 8, image.Pt(64, 48)},
	{"high-82x50.264", "334c2f3e9d2ed4fbe5ac8bcc8325a58e", 10, image.Pt(82, 50)},
	{"opengop-64x48.264", "0a10257dc9b704468ceafdf08ef4ffdc", 14, image.Pt(64, 48)},
}

func TestDecoderStreams(t *testing.T) {
	t.Parallel()
	for _, s := range goodStreams {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			sum, frames := decodeAll(t, newDecoder(t), decoderStream(t, s.name))
			require.Equal(t, s.frames, frames)
			require.Equal(t, s.sum, sum)
		})
	}
}

// TestDecoderConformance decodes the conformance streams in the folder h264 of CALLREC_VECTORS. Its file md5.txt has a
// line for each: MD5 of all frames, file name, and more.
func TestDecoderConformance(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("CALLREC_VECTORS")
	if dir == "" {
		t.Skip("CALLREC_VECTORS does not name the folder of the conformance streams")
	}
	dir = filepath.Join(dir, "h264")
	list, err := os.Open(filepath.Join(dir, "md5.txt"))
	require.NoError(t, err)
	defer list.Close()
	for lines := bufio.NewScanner(list); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		require.GreaterOrEqual(t, len(fields), 2)
		t.Run(fields[1], func(t *testing.T) {
			t.Parallel()
			stream, err := os.ReadFile(filepath.Join(dir, fields[1]))
			require.NoError(t, err)
			sum, _ := decodeAll(t, newDecoder(t), stream)
			require.Equal(t, fields[0], sum)
		})
	}
}

func TestDecoderTimesAndOrder(t *testing.T) {
	t.Parallel()
	d := newDecoder(t)
	var order []int64
	collect := func(pics []codec.Picture) {
		for _, p := range pics {
			order = append(order, p.PTS)
			require.Equal(t, image.Rect(0, 0, 82, 50), p.Image.Rect)
			require.Equal(t, codec.Color{Matrix: codec.MatrixBT709, FullRange: true}, p.Color)
		}
	}
	for i, au := range accessUnits(decoderStream(t, "high-82x50.264")) {
		pics, err := d.Decode(au, 100+int64(i))
		require.NoError(t, err)
		collect(pics)
	}
	before := len(order)
	collect(d.Flush())
	require.Greater(t, len(order), before, "a stream with B pictures holds some back")
	// Coded I P B b b P B b b ...: the pyramid's middle comes out after the first leaf.
	require.Equal(t, []int64{100, 103, 102, 104, 101, 107, 106, 108, 105, 109}, order)
	require.Empty(t, d.Flush())
}

func TestDecoderWithoutReorderingIsImmediate(t *testing.T) {
	t.Parallel()
	d := newDecoder(t)
	for i, au := range accessUnits(decoderStream(t, "baseline-64x48.264")) {
		pics, err := d.Decode(au, int64(i))
		require.NoError(t, err)
		require.Len(t, pics, 1)
		require.Equal(t, int64(i), pics[0].PTS)
		require.Equal(t, codec.Color{}, pics[0].Color)
	}
	require.Empty(t, d.Flush())
}

func TestDecoderChangesSize(t *testing.T) {
	t.Parallel()
	a, b := decoderStream(t, "baseline-64x48.264"), decoderStream(t, "high-82x50.264")
	d := newDecoder(t)
	var sizes []image.Point
	for i, au := range accessUnits(slices.Concat(b, a, b)) {
		pics, err := d.Decode(au, int64(i))
		require.NoError(t, err)
		for _, p := range pics {
			sizes = append(sizes, p.Image.Rect.Size())
		}
	}
	for _, p := range d.Flush() {
		sizes = append(sizes, p.Image.Rect.Size())
	}
	want := slices.Concat(slices.Repeat([]image.Point{{X: 82, Y: 50}}, 10), slices.Repeat([]image.Point{{X: 64, Y: 48}}, 8),
		slices.Repeat([]image.Point{{X: 82, Y: 50}}, 10))
	require.Equal(t, want, sizes)
}

func TestDecoderReset(t *testing.T) {
	t.Parallel()
	d := newDecoder(t)
	stream := decoderStream(t, "high-82x50.264")
	units := accessUnits(stream)
	for _, au := range units[:6] {
		_, err := d.Decode(au, 0)
		require.NoError(t, err)
	}
	d.Reset()
	require.Empty(t, d.Flush(), "what waited is forgotten")
	_, err := d.Decode(units[6], 0)
	require.ErrorIs(t, err, codec.ErrNeedKeyframe, "so are the parameter sets")
	d.Reset()
	sum, _ := decodeAll(t, d, stream)
	require.Equal(t, goodStreams[1].sum, sum)
}

// parameterSets takes the parameter sets out of a stream: them as sprop-parameter-sets, and the rest.
func parameterSets(stream []byte) (sprop string, rest []byte) {
	var sets []string
	for unit := range bytes.SplitSeq(stream, []byte{0, 0, 1}) {
		unit = bytes.TrimRight(unit, "\x00")
		switch {
		case len(unit) == 0:
		case unit[0]&31 == 7 || unit[0]&31 == 8:
			sets = append(sets, base64.StdEncoding.EncodeToString(unit))
		default:
			rest = append(append(rest, 0, 0, 1), unit...)
		}
	}
	return strings.Join(sets[:2], ","), rest
}

func TestDecoderTakesParameterSetsFromDescription(t *testing.T) {
	t.Parallel()
	sprop, rest := parameterSets(decoderStream(t, "baseline-64x48.264"))
	_, err := newDecoder(t).Decode(accessUnits(rest)[0], 0)
	require.ErrorIs(t, err, codec.ErrNeedKeyframe)

	d, err := h264.NewDecoder(h264.DecoderConfig{SpropParameterSets: sprop})
	require.NoError(t, err)
	sum, _ := decodeAll(t, d, rest)
	require.Equal(t, goodStreams[0].sum, sum)
	d.Reset()
	sum, _ = decodeAll(t, d, rest)
	require.Equal(t, goodStreams[0].sum, sum, "they stay through Reset")
}

func TestDecoderConfig(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]h264.DecoderConfig{
		"width":  {MaxWidth: -1},
		"height": {MaxHeight: -1},
		"base64": {SpropParameterSets: "Z0IAH!"},
	} {
		_, err := h264.NewDecoder(cfg)
		require.ErrorIs(t, err, h264.ErrConfig, name)
	}
}

func TestDecoderBounds(t *testing.T) {
	t.Parallel()
	au := accessUnits(decoderStream(t, "baseline-64x48.264"))[0]
	for _, c := range []struct {
		w, h int
		ok   bool
	}{{64, 48, true}, {48, 48, false}, {64, 32, false}, {0, 0, true}} {
		d, err := h264.NewDecoder(h264.DecoderConfig{MaxWidth: c.w, MaxHeight: c.h})
		require.NoError(t, err)
		pics, err := d.Decode(au, 0)
		if c.ok {
			require.NoError(t, err)
			require.Len(t, pics, 1)
		} else {
			require.ErrorIs(t, err, codec.ErrTooLarge)
			require.Empty(t, pics)
		}
	}
}

func TestDecoderRefusesInterlaced(t *testing.T) {
	t.Parallel()
	_, err := newDecoder(t).Decode(accessUnits(decoderStream(t, "interlaced-48x64.264"))[0], 0)
	require.ErrorIs(t, err, h264.ErrUnsupported)
	require.ErrorIs(t, err, codec.ErrNeedKeyframe)
}

func TestAccessUnits(t *testing.T) {
	t.Parallel()
	for _, s := range goodStreams {
		stream := decoderStream(t, s.name)
		units := accessUnits(stream)
		require.Len(t, units, s.frames, s.name)
		require.Equal(t, stream, slices.Concat(units...), s.name)
	}
	require.Empty(t, accessUnits(nil))
	for range h264.AccessUnits(decoderStream(t, "high-82x50.264")) {
		break // stopping early is allowed
	}
}

func TestDecoderAllocations(t *testing.T) {
	for _, s := range goodStreams {
		units := accessUnits(decoderStream(t, s.name))
		d := newDecoder(t)
		run := func() {
			for _, au := range units {
				_, err := d.Decode(au, 0)
				require.NoError(t, err)
			}
		}
		run()
		run()
		require.Zero(t, testing.AllocsPerRun(5, run), s.name)
	}
}
