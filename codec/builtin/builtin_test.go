package builtin_test

import (
	"strings"
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
	_, err := set.NewVideoDecoder(codec.VideoFormat{Name: "H263"})
	require.ErrorIs(t, err, codec.ErrUnsupported)
	require.ErrorContains(t, err, "h264")
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

func TestSelect(t *testing.T) {
	t.Parallel()
	for _, choice := range []builtin.Choice{
		nil,
		{builtin.VP8: builtin.Go, builtin.H264: builtin.Go, builtin.Opus: builtin.Go},
		{builtin.AACEncoder: builtin.Go, builtin.H264Encoder: builtin.Go},
	} {
		set, err := builtin.Select(choice)
		require.NoError(t, err)
		list, err := builtin.List(choice)
		require.NoError(t, err)
		for _, l := range list {
			require.NotEmpty(t, l.Reason, l.Codec)
			if wanted, asked := choice[l.Codec]; asked {
				require.Equal(t, wanted, l.Chosen)
				require.Equal(t, "asked for", l.Reason)
			}
			_, audio := set.AudioDecoders[string(l.Codec)]
			_, video := set.VideoDecoders[string(l.Codec)]
			encoder := strings.HasSuffix(string(l.Codec), "-encoder")
			require.Equal(t, l.Chosen != "", audio || video || encoder, l.Codec)
		}
	}
	for _, choice := range []builtin.Choice{{"speex": builtin.Go}, {builtin.VP8: "libvpx"}, {builtin.VP9: builtin.Go}} {
		_, err := builtin.Select(choice)
		require.ErrorIs(t, err, codec.ErrUnsupported, "%v", choice)
		_, err = builtin.List(choice)
		require.ErrorIs(t, err, codec.ErrUnsupported, "%v", choice)
	}
}
