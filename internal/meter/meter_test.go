package meter_test

import (
	"image"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/internal/meter"
)

// dropper is what a recording looks for in a video decoder.
type dropper interface {
	Droppable(au []byte) bool
}

// TestCodecs: measured codecs do what the others do, with all that they offer, and take time.
func TestCodecs(t *testing.T) {
	t.Parallel()
	var m meter.Meter
	plain, measured := builtin.Set(), m.Codecs(builtin.Set())
	require.Len(t, measured.AudioDecoders, len(plain.AudioDecoders))
	require.Len(t, measured.VideoDecoders, len(plain.VideoDecoders))
	for name := range plain.VideoDecoders {
		a, err := plain.NewVideoDecoder(codec.VideoFormat{Name: name})
		require.NoError(t, err)
		b, err := measured.NewVideoDecoder(codec.VideoFormat{Name: name})
		require.NoError(t, err)
		_, drops := a.(dropper)
		_, dropsToo := b.(dropper)
		require.Equal(t, drops, dropsToo, name)
		_, _ = b.Decode(nil, 0) // whatever it thinks of that, it takes time
	}
	_, err := measured.NewAudioDecoder(codec.AudioFormat{Name: "none"})
	require.ErrorIs(t, err, codec.ErrUnsupported)

	format := codec.AudioFormat{Name: "pcmu", ClockRate: 8000, Channels: 1}
	a, err := plain.NewAudioDecoder(format)
	require.NoError(t, err)
	b, err := measured.NewAudioDecoder(format)
	require.NoError(t, err)
	payload := []byte{0, 1, 2, 3}
	want, err := a.Decode(nil, payload)
	require.NoError(t, err)
	got, err := b.Decode(nil, payload)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, a.Conceal(nil, 80, nil), b.Conceal(nil, 80, nil))

	audio, err := measured.AudioEncoder(codec.AudioEncoding{Bitrate: 48000})
	require.NoError(t, err)
	_, _, err = audio.Encode(nil, make([]int16, audio.FrameSize()))
	require.NoError(t, err)
	video, err := measured.VideoEncoder(codec.VideoEncoding{Width: 64, Height: 64, FrameRate: 8, MaxBitrate: 100000})
	require.NoError(t, err)
	au, _, err := video.Encode(nil, image.NewYCbCr(image.Rect(0, 0, 64, 64), image.YCbCrSubsampleRatio420), codec.VideoEncodeOptions{IDR: true})
	require.NoError(t, err)
	require.NotEmpty(t, au)
	for _, s := range []meter.Stage{meter.DecodeAudio, meter.DecodeVideo, meter.EncodeAudio, meter.EncodeVideo} {
		require.Positive(t, m.Spent(s), s)
	}
	require.Zero(t, m.Spent(meter.Write))
	require.Len(t, meter.Stages(), 5)
}

func TestDir(t *testing.T) {
	t.Parallel()
	var m meter.Meter
	path := t.TempDir()
	plain, err := chunk.DirFS(path)
	require.NoError(t, err)
	d := m.Dir(plain)
	f, err := d.Create("x")
	require.NoError(t, err)
	_, err = f.Write([]byte("hello"))
	require.NoError(t, err)
	require.NoError(t, f.Sync())
	require.NoError(t, f.Close())
	f, err = d.Append("x", -1)
	require.NoError(t, err)
	_, err = f.Write([]byte(", world"))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	_, err = d.Create("no/such/folder")
	require.Error(t, err)
	content, err := os.ReadFile(filepath.Join(path, "x"))
	require.NoError(t, err)
	require.Equal(t, "hello, world", string(content))
	require.Equal(t, int64(12), m.Bytes())
	require.Positive(t, m.Spent(meter.Write))
}
