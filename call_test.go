package callrec_test

import (
	"errors"
	"image"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/internal/capture"
)

const (
	threeParty = "testdata/calls/three-party"
	telephony  = "testdata/calls/telephony"
	muted      = "testdata/calls/mute"
	vp9        = "testdata/calls/vp9"
	h264Call   = "testdata/calls/h264"
	layers     = "testdata/calls/layers"
)

var callStart = time.Date(2026, 11, 21, 21, 33, 28, 215883555, time.UTC)

// tap stands in for both encoders and keeps what is given to them: what a perfect codec would record.
type tap struct {
	frame  func(k int, canvas *image.YCbCr) // called for every canvas
	frames int
	pcm    []int16
}

func (p *tap) codecs() codec.Set {
	return codec.Set{
		AudioEncoder: func(codec.AudioEncoding) (codec.AudioEncoder, error) { return tapAudio{p}, nil },
		VideoEncoder: func(codec.VideoEncoding) (codec.VideoEncoder, error) { return tapVideo{p}, nil },
	}
}

type tapAudio struct{ p *tap }

func (a tapAudio) FrameSize() int { return 1024 }
func (a tapAudio) Lookahead() int { return 0 }
func (a tapAudio) Config() []byte { return []byte{0x14, 0x08} }
func (a tapAudio) Encode(dst []byte, pcm []int16) ([]byte, bool, error) {
	a.p.pcm = append(a.p.pcm, pcm...)
	return append(dst, 0), true, nil
}

type tapVideo struct{ p *tap }

func (v tapVideo) ParameterSets() (sps []byte, pps [][]byte) {
	return []byte{0x67, 66, 0xc0, 40, 0x80}, [][]byte{{0x68, 0x80}}
}

func (v tapVideo) Encode(dst []byte, pic *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture, error) {
	if v.p.frame != nil {
		v.p.frame(v.p.frames, pic)
	}
	v.p.frames++
	return append(dst, 0, 0, 0, 1, 0x65), codec.EncodedPicture{Keyframe: opt.IDR}, nil
}

// recording starts a recording into a folder of the test.
func recording(t testing.TB, change func(*callrec.Config)) (*callrec.Recording, string) {
	t.Helper()
	path := t.TempDir()
	dir, err := chunk.DirFS(path)
	require.NoError(t, err)
	cfg := callrec.Config{Dir: dir, ID: "r-1", Start: callStart, ResourceID: "res", CallID: "call", Sync: chunk.SyncNever}
	if change != nil {
		change(&cfg)
	}
	rec, err := callrec.New(cfg)
	require.NoError(t, err)
	return rec, path
}

// inputs are those of a Recording's methods that a call needs.
type inputs interface {
	Join(at time.Duration, p callrec.Participant) error
	Leave(at time.Duration, id string) error
	AddTrack(at time.Duration, id string, t callrec.Track) error
	RTP(at time.Duration, id string, packet []byte) error
	RTCP(at time.Duration, id string, packet []byte) error
}

// play gives a captured call to a recording, or what one participant sent alone. The hook sees every event first.
func play(t testing.TB, dir, only string, rec inputs, hook func(at time.Duration)) time.Duration {
	t.Helper()
	call, err := capture.OpenCall(dir)
	require.NoError(t, err)
	defer call.Close()
	last := time.Duration(0)
	for {
		e, err := call.Next()
		if errors.Is(err, io.EOF) {
			return last
		}
		require.NoError(t, err)
		if only != "" && e.Participant.ParticipantID != only {
			continue
		}
		if hook != nil {
			hook(e.At)
		}
		last = e.At
		id := e.Participant.ParticipantID
		switch e.Kind {
		case capture.Join:
			require.NoError(t, rec.Join(e.At, callrec.Participant{ID: id, DisplayName: e.Participant.DisplayName}))
			for _, tr := range e.Participant.Tracks {
				track := callrec.Track{
					SSRC: tr.SSRC, PayloadType: tr.PayloadType, Codec: tr.Codec,
					ClockRate: tr.ClockRate, Channels: tr.Channels, FMTP: tr.FMTP,
				}
				if tr.Kind == "video" {
					track.Kind = callrec.Video
				}
				require.NoError(t, rec.AddTrack(e.At, id, track))
			}
		case capture.Leave:
			require.NoError(t, rec.Leave(e.At, id))
		case capture.RTP:
			require.NoError(t, rec.RTP(e.At, id, e.Data))
		case capture.RTCP:
			require.NoError(t, rec.RTCP(e.At, id, e.Data))
		}
	}
}
