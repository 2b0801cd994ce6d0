package worker

import (
	"errors"
	"io"
	"slices"
	"time"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/internal/capture"
)

// readEvents returns a call's events up to a time, 0 for all, in memory.
func readEvents(dir string, end time.Duration) ([]capture.Event, error) {
	call, err := capture.OpenCall(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = call.Close() }() // only read
	var list []capture.Event
	for {
		e, err := call.Next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		if end > 0 && e.At > end {
			return list, nil
		}
		e.Data = slices.Clone(e.Data)
		list = append(list, e)
	}
}

// play gives a recording one event of a call.
func play(rec *callrec.Recording, e capture.Event) error {
	id := e.Participant.ParticipantID
	switch e.Kind {
	case capture.RTP:
		return rec.RTP(e.At, id, e.Data)
	case capture.RTCP:
		return rec.RTCP(e.At, id, e.Data)
	case capture.Leave:
		return rec.Leave(e.At, id)
	}
	if err := rec.Join(e.At, callrec.Participant{ID: id, DisplayName: e.Participant.DisplayName}); err != nil {
		return err
	}
	for _, t := range e.Participant.Tracks {
		track := callrec.Track{
			SSRC: t.SSRC, PayloadType: t.PayloadType, Codec: t.Codec, ClockRate: t.ClockRate, Channels: t.Channels, FMTP: t.FMTP,
		}
		if t.Kind == "video" {
			track.Kind = callrec.Video
		}
		if err := rec.AddTrack(e.At, id, track); err != nil {
			return err
		}
	}
	return nil
}
