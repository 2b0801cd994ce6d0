package codec

import (
	"fmt"
	"slices"
	"strings"
)

// AudioFormat describes an audio track as its session description does (RFC 8866 rtpmap and fmtp).
type AudioFormat struct {
	Name      string // RTP encoding name, any case: "opus", "PCMU"
	ClockRate int    // RTP clock in Hz; 0 means the codec's own
	Channels  int    // 0 means 1
	FMTP      string // format parameters as "a=1;b=2", may be empty
}

// VideoFormat describes a video track as its session description does.
type VideoFormat struct {
	Name string // RTP encoding name, any case: "VP8", "H264"
	FMTP string // format parameters as "a=1;b=2", may be empty
	// MaxWidth and MaxHeight bound the coded size in luma samples, checked before anything is allocated for it.
	// 0 means 4096 by 2304.
	MaxWidth, MaxHeight int
}

// AudioEncoding is what a recording asks of its audio encoder: SampleRate mono at a bit rate.
type AudioEncoding struct {
	Bitrate int // bit/s; 0 means the encoder's default
}

// VideoEncoding is what a recording asks of its video encoder.
type VideoEncoding struct {
	Width, Height int // luma samples, even
	// FrameRate is a whole number of pictures per second.
	FrameRate int
	// Bitrate is the average to aim at and MaxBitrate the ceiling over any second or so, in bit/s; 0 means the
	// encoder's default.
	Bitrate, MaxBitrate int
	// KeyframeInterval is the largest distance between IDR pictures, in pictures; 0 means four seconds.
	KeyframeInterval int
	// Slices asks for pictures that are coded in so many parts at once, 2 to 8, so that they take less time where
	// processors are idle. 0 and 1 ask for one processor. An encoder that can't, ignores it.
	Slices int
}

// Set says which implementation serves which codec. It is a plain value: copy it, change the copy, pass it on. Decoder
// factories are keyed by RTP encoding name in lower case.
type Set struct {
	AudioDecoders map[string]func(AudioFormat) (AudioDecoder, error)
	VideoDecoders map[string]func(VideoFormat) (VideoDecoder, error)
	AudioEncoder  func(AudioEncoding) (AudioEncoder, error)
	VideoEncoder  func(VideoEncoding) (VideoEncoder, error)
}

// NewAudioDecoder makes a decoder for one audio track. It returns an error that wraps ErrUnsupported if the set has
// none for the format's name.
func (s Set) NewAudioDecoder(f AudioFormat) (AudioDecoder, error) {
	factory, ok := s.AudioDecoders[strings.ToLower(f.Name)]
	if !ok {
		return nil, unsupported("audio", f.Name, names(s.AudioDecoders))
	}
	return factory(f)
}

// NewVideoDecoder makes a decoder for one video track. It returns an error that wraps ErrUnsupported if the set has
// none for the format's name.
func (s Set) NewVideoDecoder(f VideoFormat) (VideoDecoder, error) {
	factory, ok := s.VideoDecoders[strings.ToLower(f.Name)]
	if !ok {
		return nil, unsupported("video", f.Name, names(s.VideoDecoders))
	}
	return factory(f)
}

func unsupported(kind, name string, have []string) error {
	return fmt.Errorf("%w: no %s decoder for %q (have %s)", ErrUnsupported, kind, name, strings.Join(have, ", "))
}

func names[F any](m map[string]F) []string {
	list := make([]string, 0, len(m))
	for name := range m {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
