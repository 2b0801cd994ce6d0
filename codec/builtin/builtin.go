// Package builtin says which implementation serves which codec: the pure-Go ones of this module.
package builtin

import (
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

// Set returns the codecs that come with the module: decoders for Opus, PCMU, PCMA, G722, L16, VP8 and H.264, encoders for
// AAC-LC and H.264. Each call gives a new value that the caller may change.
func Set() codec.Set {
	return codec.Set{
		AudioDecoders: map[string]func(codec.AudioFormat) (codec.AudioDecoder, error){
			"opus": func(f codec.AudioFormat) (codec.AudioDecoder, error) { return opus.NewDecoder(f) },
			"pcmu": g711.NewPCMU,
			"pcma": g711.NewPCMA,
			"g722": func(f codec.AudioFormat) (codec.AudioDecoder, error) { return g722.NewDecoder(f) },
			"l16":  func(f codec.AudioFormat) (codec.AudioDecoder, error) { return l16.NewDecoder(f) },
		},
		VideoDecoders: map[string]func(codec.VideoFormat) (codec.VideoDecoder, error){
			"vp8": func(f codec.VideoFormat) (codec.VideoDecoder, error) {
				return vp8.NewDecoder(vp8.DecoderConfig{MaxWidth: f.MaxWidth, MaxHeight: f.MaxHeight})
			},
			"h264": newH264Decoder,
		},
		AudioEncoder: func(e codec.AudioEncoding) (codec.AudioEncoder, error) {
			return aac.NewEncoder(aac.EncoderConfig{SampleRate: codec.SampleRate, Bitrate: e.Bitrate})
		},
		VideoEncoder: func(e codec.VideoEncoding) (codec.VideoEncoder, error) {
			return h264.NewEncoder(h264.EncoderConfig{
				Width: e.Width, Height: e.Height, FrameRate: e.FrameRate,
				Bitrate: e.Bitrate, MaxBitrate: e.MaxBitrate, KeyframeInterval: e.KeyframeInterval,
			})
		},
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
