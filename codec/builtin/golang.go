package builtin

import (
	"runtime"
	"strings"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/aac"
	"github.com/callrec/callrec/codec/g711"
	"github.com/callrec/callrec/codec/g722"
	"github.com/callrec/callrec/codec/h264"
	"github.com/callrec/callrec/codec/l16"
	"github.com/callrec/callrec/codec/opus"
	"github.com/callrec/callrec/codec/vp8"
)

// goImplementations are the module's own codecs, which every build has.
func goImplementations() []implementation {
	own := func(name Codec, i implementation) implementation {
		i.codec, i.name, i.detail = name, Go, runtime.Version()
		return i
	}
	return []implementation{
		own(Opus, implementation{audioDecoder: func(f codec.AudioFormat) (codec.AudioDecoder, error) { return opus.NewDecoder(f) }}),
		own(PCMU, implementation{audioDecoder: g711.NewPCMU}),
		own(PCMA, implementation{audioDecoder: g711.NewPCMA}),
		own(G722, implementation{audioDecoder: func(f codec.AudioFormat) (codec.AudioDecoder, error) { return g722.NewDecoder(f) }}),
		own(L16, implementation{audioDecoder: func(f codec.AudioFormat) (codec.AudioDecoder, error) { return l16.NewDecoder(f) }}),
		own(VP8, implementation{videoDecoder: func(f codec.VideoFormat) (codec.VideoDecoder, error) {
			return vp8.NewDecoder(vp8.DecoderConfig{MaxWidth: f.MaxWidth, MaxHeight: f.MaxHeight})
		}}),
		own(H264, implementation{videoDecoder: newH264Decoder}),
		own(AACEncoder, implementation{audioEncoder: func(e codec.AudioEncoding) (codec.AudioEncoder, error) {
			return aac.NewEncoder(aac.EncoderConfig{SampleRate: codec.SampleRate, Bitrate: e.Bitrate})
		}}),
		own(H264Encoder, implementation{videoEncoder: func(e codec.VideoEncoding) (codec.VideoEncoder, error) {
			return h264.NewEncoder(h264.EncoderConfig{
				Width: e.Width, Height: e.Height, FrameRate: e.FrameRate,
				Bitrate: e.Bitrate, MaxBitrate: e.MaxBitrate, KeyframeInterval: e.KeyframeInterval,
				Slices: e.Slices,
			})
		}}),
	}
}

// newH264Decoder makes a decoder that knows the parameter sets of the session description. If these can't be used it
// goes without: most senders repeat them in the stream.
func newH264Decoder(f codec.VideoFormat) (codec.VideoDecoder, error) {
	cfg := h264.DecoderConfig{MaxWidth: f.MaxWidth, MaxHeight: f.MaxHeight}
	for parameter := range strings.SplitSeq(f.FMTP, ";") {
		if value, ok := strings.CutPrefix(strings.TrimSpace(parameter), "sprop-parameter-sets="); ok {
			cfg.SpropParameterSets = value
		}
	}
	d, err := h264.NewDecoder(cfg)
	if err != nil && cfg.SpropParameterSets != "" {
		cfg.SpropParameterSets = ""
		return h264.NewDecoder(cfg)
	}
	return d, err
}
