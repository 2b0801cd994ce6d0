package ingest

import "strings"

// format is what a video codec's RTP payload format asks of a receiver: to tell where frames begin, and to join the
// payloads of a frame into what the decoder takes.
type format interface {
	// check looks at a payload, which is not empty and borrowed until return, as it arrives. It returns what add will
	// want to know of it and the part of the payload to keep. An error, which wraps ErrPayload, costs the frame.
	check(payload []byte) (d descriptor, part []byte, err error)

	// startsExactly says whether descriptor.start tells that a frame begins, or only that one may.
	startsExactly() bool

	// begin, add and end make a frame of its packets, which come in order and without a gap. begin and add append to
	// unit; ok is false if the packets do not fit together. end completes the frame.
	begin(unit []byte) []byte
	add(unit []byte, s *slot) (longer []byte, ok bool)
	end(unit []byte) (whole []byte, keyframe, ok bool)
}

// descriptor is what the payload format says of a packet.
type descriptor struct {
	start bool // a frame begins with it, or can begin
	key   bool // a keyframe begins with it, where the format tells (VP8, H.264)
	vp8   VP8Descriptor
	vp9   vp9Layer
}

// newFormat returns the payload format of a video track, nil for audio and for a codec that is not known here.
func newFormat(cfg TrackConfig) format {
	if cfg.Kind != Video {
		return nil
	}
	switch strings.ToLower(cfg.Codec) {
	case "vp8":
		return &vp8Format{}
	case "vp9":
		return &vp9Format{}
	case "h264":
		return &h264Format{}
	case "h265":
		return &h265Format{}
	case "av1":
		return &av1Format{}
	}
	return nil
}
