//go:build ffmpeg

package builtin

import (
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/ffmpeg"
	"github.com/callrec/callrec/codec/h264"
	"github.com/callrec/callrec/codec/vp8"
)

// hint is empty: there is no build with more codecs.
const hint = ""

// nativeImplementations are those of FFmpeg's libraries, as far as they are on this machine.
func nativeImplementations() []implementation {
	table := []implementation{
		native(Opus, ffmpeg.OpusName, implementation{audioDecoder: func(f codec.AudioFormat) (codec.AudioDecoder, error) {
			return ffmpeg.NewOpusDecoder(f)
		}}),
		native(G722, avcodec(ffmpeg.G722Name), implementation{audioDecoder: func(f codec.AudioFormat) (codec.AudioDecoder, error) {
			return ffmpeg.NewG722Decoder(f)
		}}),
		native(AACEncoder, avcodec(ffmpeg.AACName), implementation{audioEncoder: func(e codec.AudioEncoding) (codec.AudioEncoder, error) {
			return ffmpeg.NewAACEncoder(e)
		}}),
		native(H264Encoder, avcodec(ffmpeg.VideoEncoderName), implementation{videoEncoder: func(e codec.VideoEncoding) (codec.VideoEncoder, error) {
			return ffmpeg.NewVideoEncoder(e)
		}}),
	}
	for _, name := range []Codec{VP8, VP9, H264, H265, AV1} {
		serve := implementation{videoDecoder: func(f codec.VideoFormat) (codec.VideoDecoder, error) {
			return ffmpeg.NewVideoDecoder(f)
		}}
		switch name {
		case VP8:
			serve.videoDecoder = newVP8
		case H264:
			serve.videoDecoder = newH264
		}
		find := func() (string, error) { return ffmpeg.VideoDecoderName(string(name)) }
		table = append(table, native(name, avcodec(find), serve))
	}
	return table
}

// native completes an entry with what the library says of it.
func native(name Codec, find func() (string, error), serve implementation) implementation {
	detail, err := find()
	if err != nil {
		serve = implementation{err: err}
	}
	serve.codec, serve.name, serve.detail = name, FFmpeg, detail
	return serve
}

// avcodec adds the version of libavcodec to the name of one of its codecs.
func avcodec(find func() (string, error)) func() (string, error) {
	return func() (string, error) {
		name, err := find()
		if err != nil {
			return "", err
		}
		return name + " of libavcodec " + ffmpeg.Version(), nil
	}
}

// nativeVP8 is a native decoder that knows, from the frames' headers, which of them need not be decoded.
type nativeVP8 struct {
	*ffmpeg.VideoDecoder
	headers vp8.Follower
}

func newVP8(f codec.VideoFormat) (codec.VideoDecoder, error) {
	d, err := ffmpeg.NewVideoDecoder(f)
	if err != nil {
		return nil, err
	}
	return &nativeVP8{VideoDecoder: d}, nil
}

// Decode implements codec.VideoDecoder.
func (d *nativeVP8) Decode(au []byte, pts int64) ([]codec.Picture, error) {
	pictures, err := d.VideoDecoder.Decode(au, pts)
	if err == nil {
		d.headers.Decoded(au)
	}
	return pictures, err
}

// Reset implements codec.VideoDecoder.
func (d *nativeVP8) Reset() {
	d.VideoDecoder.Reset()
	d.headers.Reset()
}

// Droppable says whether the frame that comes next can be left out.
func (d *nativeVP8) Droppable(au []byte) bool { return d.headers.Droppable(au) }

// nativeH264 is a native decoder that knows which access units need not be decoded.
type nativeH264 struct {
	*ffmpeg.VideoDecoder
}

func newH264(f codec.VideoFormat) (codec.VideoDecoder, error) {
	d, err := ffmpeg.NewVideoDecoder(f)
	if err != nil {
		return nil, err
	}
	return nativeH264{d}, nil
}

// Droppable says whether the access unit that comes next can be left out.
func (nativeH264) Droppable(au []byte) bool { return h264.Droppable(au) }
