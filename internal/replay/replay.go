// Package replay plays a captured call into a recording, as fast as the machine allows.
package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/metadata"
)

// Pause is an interval of call time in which the recording is paused.
type Pause struct {
	From, To time.Duration
}

// Options say how a call is played.
type Options struct {
	Pauses []Pause // in any order; they may overlap
	// End is the call time at which the recording is stopped; 0 means with the call.
	End time.Duration
	// Progress, if not nil, is told the call time of every event.
	Progress func(at time.Duration)
	// Warn, if not nil, is told of tracks in the manifest that can't be taken; everything else is recorded.
	Warn func(message string)
}

// Run plays the call into the recording and stops it. The result is valid too if there is an error and the result is
// not nil. If ctx ends, the recording is completed with what it has, and the error is the context's.
func Run(ctx context.Context, call *capture.Call, rec *callrec.Recording, opt Options) (*callrec.Result, error) {
	p := player{rec: rec, commands: commands(opt.Pauses), warn: opt.Warn}
	if p.warn == nil {
		p.warn = func(string) {}
	}
	reason := metadata.SessionCallEnded
	for ctx.Err() == nil {
		e, err := call.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && opt.End > 0 && e.At > opt.End {
			p.last, reason = opt.End, metadata.SessionInitiatorLeft
			break
		}
		if err == nil {
			err = p.play(e)
		}
		if err != nil {
			result, stopErr := rec.Stop(p.last, metadata.SessionChunkCreationFailed)
			if result == nil {
				stopErr = nil // it only says that the recording had stopped
			}
			return result, errors.Join(err, stopErr)
		}
		if opt.Progress != nil {
			opt.Progress(e.At)
		}
	}
	if ctx.Err() != nil {
		reason = metadata.SessionHostShutdown
	}
	if err := p.command(p.last); err != nil {
		return nil, err
	}
	result, err := rec.Stop(p.last, reason)
	return result, errors.Join(err, ctx.Err())
}

// player gives a call's events to a recording.
type player struct {
	rec      *callrec.Recording
	commands []command
	last     time.Duration
	warn     func(message string)
}

// command is a pause or a resume.
type command struct {
	at     time.Duration
	resume bool
}

// commands orders what to do for the pauses, of which those that overlap become one.
func commands(pauses []Pause) []command {
	sorted := slices.Clone(pauses)
	slices.SortFunc(sorted, func(a, b Pause) int { return int(a.From - b.From) })
	var list []command
	for _, p := range sorted {
		if n := len(list); n > 0 && p.From < list[n-1].at {
			list[n-1].at = max(list[n-1].at, p.To)
			continue
		}
		list = append(list, command{at: p.From}, command{at: p.To, resume: true})
	}
	return list
}

// command carries out the commands that are due.
func (p *player) command(at time.Duration) error {
	for len(p.commands) > 0 && p.commands[0].at <= at {
		c := p.commands[0]
		p.commands = p.commands[1:]
		do := p.rec.Pause
		if c.resume {
			do = p.rec.Resume
		}
		if err := do(c.at); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) play(e capture.Event) error {
	if err := p.command(e.At); err != nil {
		return err
	}
	p.last = e.At
	id := e.Participant.ParticipantID
	switch e.Kind {
	case capture.Join:
		return p.join(e)
	case capture.Leave:
		return p.rec.Leave(e.At, id)
	case capture.RTP:
		return p.rec.RTP(e.At, id, e.Data)
	case capture.RTCP:
		return p.rec.RTCP(e.At, id, e.Data)
	}
	return nil
}

func (p *player) join(e capture.Event) error {
	who := e.Participant
	err := p.rec.Join(e.At, callrec.Participant{ID: who.ParticipantID, DisplayName: who.DisplayName})
	if err != nil {
		return err
	}
	for _, t := range who.Tracks {
		track := callrec.Track{
			SSRC: t.SSRC, PayloadType: t.PayloadType, Codec: t.Codec,
			ClockRate: t.ClockRate, Channels: t.Channels, FMTP: t.FMTP,
			Share: t.Content == "slides", HeaderExtensions: extensions(t.HeaderExtensions),
		}
		switch t.Kind {
		case "audio":
			track.Kind = callrec.Audio
		case "video":
			track.Kind = callrec.Video
		default:
			p.warn(fmt.Sprintf("participant %s: SSRC %d: track kind %q is neither audio nor video", who.ParticipantID, t.SSRC, t.Kind))
			continue
		}
		switch err := p.rec.AddTrack(e.At, who.ParticipantID, track); {
		case errors.Is(err, callrec.ErrDuplicate):
			p.warn(err.Error())
		case err != nil:
			return err
		}
	}
	return nil
}

// extensions turns a manifest's header extensions into a track's. An identifier that is no number up to 255 is left out.
func extensions(list map[string]string) map[uint8]string {
	m := make(map[uint8]string, len(list))
	for id, uri := range list {
		if n, err := strconv.ParseUint(id, 10, 8); err == nil {
			m[uint8(n)] = uri
		}
	}
	return m
}
