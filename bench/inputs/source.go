package inputs

import (
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"path/filepath"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/vp8"
	"github.com/callrec/callrec/ingest"
	"github.com/callrec/callrec/internal/capture"
)

// footage names a participant of a committed capture whose camera is used.
type footage struct{ call, participant string }

// footages are the cameras that others are made from: those that reach the largest sizes. The camera with number i uses
// the one with number i modulo their count.
func footages() []footage {
	return []footage{
		{"mute", "8:acs:demo_A"},
		{"mute", "8:acs:demo_B"},
		{"three-party", "8:acs:demo_B"},
	}
}

// minFootageWidth leaves out the small pictures that a browser begins with.
const minFootageWidth = 480

// readFootage decodes the larger pictures of a capture's camera.
func readFootage(captures string, f footage) ([]*image.YCbCr, error) {
	decoder, err := vp8.NewDecoder(vp8.DecoderConfig{})
	if err != nil {
		return nil, err
	}
	var pictures []*image.YCbCr
	err = eachUnit(filepath.Join(captures, f.call), f.participant, "video", func(au []byte) error {
		shown, err := decoder.Decode(au, 0)
		if errors.Is(err, codec.ErrNeedKeyframe) {
			return nil
		}
		for _, p := range shown {
			if p.Image.Rect.Dx() >= minFootageWidth {
				pictures = append(pictures, clonePicture(p.Image))
			}
		}
		return err
	})
	if err == nil && len(pictures) == 0 {
		err = fmt.Errorf("%s, participant %s: no picture of %d samples in width", f.call, f.participant, minFootageWidth)
	}
	return pictures, err
}

// eachUnit gives the access units of a participant's first track of a kind, "audio" or "video".
func eachUnit(dir, participant, kind string, do func(au []byte) error) (err error) {
	call, err := capture.OpenCall(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, call.Close()) }()
	track, err := trackOf(call.Manifest, participant, kind)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	cfg := ingest.TrackConfig{
		Codec: track.Codec, ClockRate: track.ClockRate, PayloadType: track.PayloadType, SSRC: track.SSRC,
		MaxPackets: 32768, MaxBytes: 1 << 30,
	}
	if kind == "video" {
		cfg.Kind = ingest.Video
	}
	in, err := ingest.NewTrack(cfg)
	if err != nil {
		return err
	}
	for {
		e, err := call.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if ssrc, ok := ingest.SSRC(e.Data); e.Kind == capture.RTP && ok && ssrc == track.SSRC {
			if err := in.Push(e.At, e.Data); err != nil {
				return err
			}
		}
	}
	for {
		au, ok := in.Pop(math.MaxInt64)
		if !ok {
			return nil
		}
		if err := do(au.Payload); err != nil {
			return err
		}
	}
}

func trackOf(m *capture.Manifest, participant, kind string) (capture.Track, error) {
	for _, p := range m.Participants {
		if p.ParticipantID != participant {
			continue
		}
		for _, t := range p.Tracks {
			if t.Kind == kind {
				return t, nil
			}
		}
	}
	return capture.Track{}, fmt.Errorf("no %s of participant %s", kind, participant)
}

func clonePicture(m *image.YCbCr) *image.YCbCr {
	c := image.NewYCbCr(m.Rect, m.SubsampleRatio)
	w, h := m.Rect.Dx(), m.Rect.Dy()
	for y := range h {
		copy(c.Y[y*c.YStride:][:w], m.Y[y*m.YStride:][:w])
	}
	for y := range (h + 1) / 2 {
		copy(c.Cb[y*c.CStride:][:(w+1)/2], m.Cb[y*m.CStride:][:(w+1)/2])
		copy(c.Cr[y*c.CStride:][:(w+1)/2], m.Cr[y*m.CStride:][:(w+1)/2])
	}
	return c
}
