package meter

import (
	"image"
	"time"

	"github.com/callrec/callrec/codec"
)

// Codecs is the set with its decoders and encoders measured.
func (m *Meter) Codecs(set codec.Set) codec.Set {
	measured := codec.Set{
		AudioDecoders: make(map[string]func(codec.AudioFormat) (codec.AudioDecoder, error), len(set.AudioDecoders)),
		VideoDecoders: make(map[string]func(codec.VideoFormat) (codec.VideoDecoder, error), len(set.VideoDecoders)),
	}
	for name, open := range set.AudioDecoders {
		measured.AudioDecoders[name] = func(f codec.AudioFormat) (codec.AudioDecoder, error) {
			d, err := open(f)
			if err != nil {
				return nil, err
			}
			return &audioDecoder{d, m}, nil
		}
	}
	for name, open := range set.VideoDecoders {
		measured.VideoDecoders[name] = func(f codec.VideoFormat) (codec.VideoDecoder, error) {
			d, err := open(f)
			if err != nil {
				return nil, err
			}
			if drops, ok := d.(dropper); ok {
				return &droppingDecoder{videoDecoder{d, m}, drops}, nil
			}
			return &videoDecoder{d, m}, nil
		}
	}
	measured.AudioEncoder = func(c codec.AudioEncoding) (codec.AudioEncoder, error) {
		e, err := set.AudioEncoder(c)
		if err != nil {
			return nil, err
		}
		return &audioEncoder{e, m}, nil
	}
	measured.VideoEncoder = func(c codec.VideoEncoding) (codec.VideoEncoder, error) {
		e, err := set.VideoEncoder(c)
		if err != nil {
			return nil, err
		}
		if k, ok := e.(codec.SizeKeeper); ok {
			return &sizeKeeper{videoEncoder{e, m}, k}, nil
		}
		return &videoEncoder{e, m}, nil
	}
	return measured
}

type audioDecoder struct {
	codec.AudioDecoder
	m *Meter
}

func (d *audioDecoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	defer d.m.since(DecodeAudio, time.Now())
	return d.AudioDecoder.Decode(dst, payload)
}

func (d *audioDecoder) Conceal(dst []int16, n int, next []byte) []int16 {
	defer d.m.since(DecodeAudio, time.Now())
	return d.AudioDecoder.Conceal(dst, n, next)
}

type videoDecoder struct {
	codec.VideoDecoder
	m *Meter
}

func (d *videoDecoder) Decode(au []byte, pts int64) ([]codec.Picture, error) {
	defer d.m.since(DecodeVideo, time.Now())
	return d.VideoDecoder.Decode(au, pts)
}

// dropper is what some video decoders offer to a recording beside the interface: it must not get lost.
type dropper interface {
	Droppable(au []byte) bool
}

type droppingDecoder struct {
	videoDecoder
	dropper
}

type audioEncoder struct {
	codec.AudioEncoder
	m *Meter
}

func (e *audioEncoder) Encode(dst []byte, pcm []int16) (au []byte, ready bool, err error) {
	defer e.m.since(EncodeAudio, time.Now())
	return e.AudioEncoder.Encode(dst, pcm)
}

type videoEncoder struct {
	codec.VideoEncoder
	m *Meter
}

// sizeKeeper is a videoEncoder that keeps the promise of the one that it measures.
type sizeKeeper struct {
	videoEncoder
	codec.SizeKeeper
}

func (e *videoEncoder) Encode(dst []byte, pic *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture, error) {
	defer e.m.since(EncodeVideo, time.Now())
	return e.VideoEncoder.Encode(dst, pic, opt)
}
