package callrec_test

import (
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/codec/h264"
)

// The stage is a made-up call: cameras send numbers of pictures instead of VP8, which a decoder of the test looks up.

// painted is a decoder whose frames are a keyframe's first byte and the number of a picture.
type painted struct{ pictures []codec.Picture }

func (d painted) Reset() {}

func (d painted) Decode(au []byte, pts int64) ([]codec.Picture, error) {
	if len(au) != 2 || int(au[1]) >= len(d.pictures) {
		return nil, errors.New("no such picture")
	}
	p := d.pictures[au[1]]
	p.PTS = pts
	return []codec.Picture{p}, nil
}

// stage drives a recording of such a call.
type stage struct {
	t       *testing.T
	rec     *callrec.Recording
	numbers map[uint32]uint16 // sequence numbers
}

func newStage(t *testing.T, p *tap, pictures []codec.Picture, change func(*callrec.Config)) *stage {
	t.Helper()
	rec, _ := recording(t, func(c *callrec.Config) {
		if p != nil {
			c.Codecs = p.codecs()
		}
		c.Codecs.VideoDecoders = map[string]func(codec.VideoFormat) (codec.VideoDecoder, error){
			"vp8": func(codec.VideoFormat) (codec.VideoDecoder, error) { return painted{pictures}, nil },
		}
		c.PlayoutDelay = 200 * time.Millisecond
		if change != nil {
			change(c)
		}
	})
	return &stage{t, rec, map[uint32]uint16{}}
}

// join takes somebody into the call, with a microphone of SSRC n and a camera of SSRC 100+n.
func (s *stage) join(at time.Duration, id string, n uint32) {
	s.t.Helper()
	require.NoError(s.t, s.rec.Join(at, callrec.Participant{ID: id}))
	require.NoError(s.t, s.rec.AddTrack(at, id, callrec.Track{SSRC: n, Kind: callrec.Audio, Codec: "PCMU", ClockRate: 8000}))
	s.camera(at, id, 100+n, false)
}

const (
	orientationID = 3
	colorSpaceID  = 4
)

func (s *stage) camera(at time.Duration, id string, ssrc uint32, share bool) {
	s.t.Helper()
	require.NoError(s.t, s.rec.AddTrack(at, id, callrec.Track{
		SSRC: ssrc, PayloadType: 96, Kind: callrec.Video, Codec: "VP8", ClockRate: 90000, Share: share,
		HeaderExtensions: map[uint8]string{
			orientationID: "urn:3gpp:video-orientation",
			colorSpaceID:  "http://www.webrtc.org/experiments/rtp-hdrext/color-space",
		},
	}))
}

// film sends a picture. Extensions are an identifier and bytes.
func (s *stage) film(at time.Duration, id string, ssrc uint32, picture byte, extensions ...[]byte) {
	s.t.Helper()
	// The payload descriptor says that a partition starts (RFC 7741 4.2); the frame tag says that it is a keyframe.
	s.send(at, id, &rtp.Packet{
		Header:  rtp.Header{Version: 2, PayloadType: 96, Marker: true, SSRC: ssrc, Timestamp: uint32(at * 90000 / time.Second)},
		Payload: []byte{0x10, 0, picture},
	}, extensions...)
}

// speak sends 20 ms of sound, loud or silent.
func (s *stage) speak(at time.Duration, id string, ssrc uint32, loud bool) {
	s.t.Helper()
	payload := make([]byte, 160)
	for i := range payload {
		payload[i] = 0xff
		if loud {
			// A square wave of 500 Hz, 6 dB softer in every other tenth of a second.
			payload[i] = 0x1f + uint8(at/(100*time.Millisecond)&1)<<4 | uint8(i/8&1)<<7
		}
	}
	s.send(at, id, &rtp.Packet{
		Header:  rtp.Header{Version: 2, SSRC: ssrc, Timestamp: uint32(at * 8000 / time.Second)},
		Payload: payload,
	})
}

func (s *stage) send(at time.Duration, id string, p *rtp.Packet, extensions ...[]byte) {
	s.t.Helper()
	p.SequenceNumber = s.numbers[p.SSRC]
	s.numbers[p.SSRC]++
	for _, e := range extensions {
		require.NoError(s.t, p.SetExtension(e[0], e[1:]))
	}
	b, err := p.Marshal()
	require.NoError(s.t, err)
	require.NoError(s.t, s.rec.RTP(at, id, b))
}

// plain returns a picture of one color in BT.601 limited range.
func plain(w, h int, c color.Color) codec.Picture {
	return drawn(w, h, func(int, int) color.Color { return c })
}

// drawn returns a picture whose colors are given by place.
func drawn(w, h int, at func(x, y int) color.Color) codec.Picture {
	m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for y := range h {
		for x := range w {
			full := color.YCbCrModel.Convert(at(x, y)).(color.YCbCr) // JFIF: BT.601 in full range
			m.Y[m.YOffset(x, y)] = uint8(16 + int(full.Y)*219/255)
			m.Cb[m.COffset(x, y)] = uint8(128 + (int(full.Cb)-128)*224/255)
			m.Cr[m.COffset(x, y)] = uint8(128 + (int(full.Cr)-128)*224/255)
		}
	}
	return codec.Picture{Image: m}
}

var (
	red  = color.NRGBA{255, 0, 0, 255}
	lime = color.NRGBA{0, 255, 0, 255}
	blue = color.NRGBA{0, 0, 255, 255}
)

// middle is the color in the middle of a rectangle of the canvas.
func middle(canvas *image.YCbCr, r image.Rectangle) string {
	return colorAt(canvas, (r.Min.X+r.Max.X)/2, (r.Min.Y+r.Max.Y)/2)
}

// decoding is a Set whose video encoder is the standard one; what it has encoded is decoded again and handed on.
func decoding(t *testing.T, see func(picture *image.YCbCr)) codec.Set {
	t.Helper()
	set := builtin.Set()
	standard := set.VideoEncoder
	set.VideoEncoder = func(e codec.VideoEncoding) (codec.VideoEncoder, error) {
		encoder, err := standard(e)
		if err != nil {
			return nil, err
		}
		decoder, err := h264.NewDecoder(h264.DecoderConfig{})
		return &decodingEncoder{VideoEncoder: encoder, decoder: decoder, see: see}, err
	}
	return set
}

type decodingEncoder struct {
	codec.VideoEncoder
	decoder *h264.Decoder
	see     func(picture *image.YCbCr)
	stream  []byte
}

func (e *decodingEncoder) Encode(dst []byte, pic *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture, error) {
	before := len(dst)
	dst, info, err := e.VideoEncoder.Encode(dst, pic, opt)
	if err != nil {
		return dst, info, err
	}
	e.stream = e.stream[:0]
	if info.Keyframe {
		sps, pps := e.ParameterSets()
		for _, unit := range append([][]byte{sps}, pps...) {
			e.stream = append(append(e.stream, 0, 0, 0, 1), unit...)
		}
	}
	for au := dst[before:]; len(au) > 4; { // lengths to start codes
		n := binary.BigEndian.Uint32(au)
		e.stream = append(append(e.stream, 0, 0, 0, 1), au[4:4+n]...)
		au = au[4+n:]
	}
	pictures, err := e.decoder.Decode(e.stream, 0)
	for _, p := range pictures {
		e.see(p.Image)
	}
	return dst, info, err
}
