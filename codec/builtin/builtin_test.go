package builtin_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
)

func TestSet(t *testing.T) {
	t.Parallel()
	set := builtin.Set()
	for _, name := range []string{"opus", "OPUS", "PCMU", "pcma", "G722", "L16"} {
		d, err := set.NewAudioDecoder(codec.AudioFormat{Name: name})
		require.NoError(t, err, name)
		require.NotNil(t, d)
	}
	for _, f := range []codec.VideoFormat{
		{Name: "VP8"},
		{Name: "h264"},
		{Name: "H264", FMTP: "packetization-mode=1; sprop-parameter-sets=Z0LAH9oBQBboQAAAAwBAAAAPA8YMqA==,aM48gA==; x=y"},
		{Name: "H264", FMTP: "sprop-parameter-sets=not base64"},
		{Name: "H264", FMTP: "sprop-parameter-sets=Zw=="},
	} {
		d, err := set.NewVideoDecoder(f)
		require.NoError(t, err, "%v", f)
		require.NotNil(t, d)
	}
	_, err := set.NewVideoDecoder(codec.VideoFormat{Name: "VP9"})
	require.ErrorIs(t, err, codec.ErrUnsupported)
	require.ErrorContains(t, err, "have h264, vp8")
	_, err = set.NewAudioDecoder(codec.AudioFormat{Name: "speex"})
	require.ErrorIs(t, err, codec.ErrUnsupported)

	a, err := set.AudioEncoder(codec.AudioEncoding{})
	require.NoError(t, err)
	require.Equal(t, 1024, a.FrameSize())
	v, err := set.VideoEncoder(codec.VideoEncoding{Width: 64, Height: 32, FrameRate: 8})
	require.NoError(t, err)
	sps, pps := v.ParameterSets()
	require.NotEmpty(t, sps)
	require.NotEmpty(t, pps)

	set.AudioDecoders["opus"] = nil
	require.NotNil(t, builtin.Set().AudioDecoders["opus"], "each set is a value of its own")
}
