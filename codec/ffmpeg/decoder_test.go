//go:build ffmpeg

package ffmpeg_test

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/ffmpeg"
	"github.com/callrec/callrec/codec/h264"
	"github.com/callrec/callrec/codec/vp8"
)

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

// A decoder gives the same pictures, by the same names, as the module's own.
func TestLikeOwnDecoders(t *testing.T) {
	t.Parallel()
	ownVP8, err := vp8.NewDecoder(vp8.DecoderConfig{})
	require.NoError(t, err)
	ownH264, err := h264.NewDecoder(h264.DecoderConfig{})
	require.NoError(t, err)
	tests := []struct {
		name  string
		units [][]byte
		own   codec.VideoDecoder
	}{
		{"VP8", ivfFrames(t, readFile(t, "../vp8/testdata/webrtc-640x360.ivf")), ownVP8},
		{"vp8", ivfFrames(t, readFile(t, "../vp8/testdata/altref-66x50.ivf")), ownVP8},
		{"H264", slices.Collect(h264.AccessUnits(readFile(t, "../h264/testdata/decoder/baseline-64x48.264"))), ownH264},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDecoder(t, codec.VideoFormat{Name: tt.name})
			tt.own.Reset()
			for i, au := range tt.units {
				want, err := tt.own.Decode(au, int64(i))
				require.NoError(t, err)
				got, err := d.Decode(au, int64(i))
				require.NoError(t, err)
				require.Len(t, got, len(want))
				for k := range want {
					require.Equal(t, want[k].PTS, got[k].PTS)
					require.Equal(t, sum(want[k]), sum(got[k]), "unit %d", i)
				}
			}
		})
	}
}

func TestDecoderErrors(t *testing.T) {
	t.Parallel()
	frames := ivfFrames(t, readFile(t, "../vp8/testdata/webrtc-640x360.ivf"))

	_, err := ffmpeg.NewVideoDecoder(codec.VideoFormat{Name: "H263"})
	require.ErrorIs(t, err, codec.ErrUnsupported)

	small := newDecoder(t, codec.VideoFormat{Name: "VP8", MaxWidth: 320, MaxHeight: 180})
	_, err = small.Decode(frames[0], 0)
	require.ErrorIs(t, err, codec.ErrTooLarge)
	require.ErrorIs(t, err, codec.ErrNeedKeyframe)

	d := newDecoder(t, codec.VideoFormat{Name: "VP8"})
	_, err = d.Decode(frames[1], 0)
	require.ErrorIs(t, err, codec.ErrNeedKeyframe, "an inter frame first")
	got, err := d.Decode(frames[0], 1)
	require.NoError(t, err)
	want := sum(got[0])
	_, err = d.Decode(frames[1][:3], 2)
	require.ErrorIs(t, err, codec.ErrNeedKeyframe)
	require.Equal(t, want, sum(got[0]), "the last picture stays")
	d.Reset()
	_, err = d.Decode(frames[1], 3)
	require.ErrorIs(t, err, codec.ErrNeedKeyframe)
	_, err = d.Decode(frames[0], 4)
	require.NoError(t, err)

	require.NoError(t, d.Close())
	require.NoError(t, d.Close())
	d.Reset()
	require.Empty(t, d.Flush())
	_, err = d.Decode(frames[0], 5)
	require.ErrorIs(t, err, ffmpeg.ErrClosed)
}

// TestParameterSets decodes a stream whose parameter sets are in the session description alone.
func TestParameterSets(t *testing.T) {
	t.Parallel()
	e := newEncoder(t, codec.VideoEncoding{})
	au, _, err := e.Encode(nil, drawing(0), codec.VideoEncodeOptions{IDR: true})
	require.NoError(t, err)
	sps, pps := e.ParameterSets()
	require.Len(t, pps, 1)
	slices := byteStream(t, e, au)[8+len(sps)+len(pps[0]):]
	with := newDecoder(t, codec.VideoFormat{Name: "H264", FMTP: "packetization-mode=1; sprop-parameter-sets=" + base64List(sps, pps[0])})
	got, err := with.Decode(slices, 0)
	require.NoError(t, err)
	require.Len(t, got, 1)
	without := newDecoder(t, codec.VideoFormat{Name: "H264", FMTP: "sprop-parameter-sets=!!"})
	_, err = without.Decode(slices, 0)
	require.ErrorIs(t, err, codec.ErrNeedKeyframe)
}

// FuzzDecode gives the decoders whatever there is: an error at most.
func FuzzDecode(f *testing.F) {
	names := []string{"VP8", "VP9", "H264", "H265", "AV1"}
	for i, frame := range ivfFrames(f, readFile(f, "../vp8/testdata/altref-66x50.ivf"))[:3] {
		f.Add(uint8(0), frame)
		f.Add(uint8(i+1), frame)
	}
	f.Add(uint8(2), readFile(f, "../h264/testdata/decoder/baseline-64x48.264"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		name := names[int(which)%len(names)]
		d, err := ffmpeg.NewVideoDecoder(codec.VideoFormat{Name: name, MaxWidth: 640, MaxHeight: 480})
		require.NoError(t, err)
		defer d.Close()
		for i := range 2 {
			pictures, err := d.Decode(data, int64(i))
			if err != nil {
				require.ErrorIs(t, err, codec.ErrNeedKeyframe)
			}
			for _, p := range pictures {
				require.LessOrEqual(t, p.Image.Rect.Dx(), 640)
				require.LessOrEqual(t, p.Image.Rect.Dy(), 480)
				sum(p)
			}
		}
	})
}
