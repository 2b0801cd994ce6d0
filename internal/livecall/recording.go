package livecall

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/control"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/metadata"
)

// errEnded is returned for a recording of a call that is over.
var errEnded = errors.New("livecall: the call has ended")

// recording is a recording of a hosted call.
type recording struct {
	call *Call
	id   string
	live *callrec.Live
	done chan struct{}
	once sync.Once
}

// Record starts a recording of the call.
func (c *Call) Record(_ context.Context, opt control.RecordOptions) (control.Recording, error) {
	dir, err := chunk.DirFS(opt.Dir)
	if err != nil {
		return nil, fmt.Errorf("livecall: %w", err)
	}
	cfg := callrec.LiveConfig{Config: c.cfg.Recording}
	if cfg.Codecs.VideoEncoder == nil {
		cfg.Codecs = builtin.Set()
	}
	cfg.Codecs = c.cfg.Meter.Codecs(cfg.Codecs)
	cfg.Continue = opt.Continue
	cfg.Dir, cfg.ID, cfg.Metadata = c.cfg.Meter.Dir(dir), opt.ID, opt.Metadata
	cfg.CallID, cfg.ResourceID, cfg.Topic = opt.CallID, opt.ResourceID, opt.Topic
	live, err := callrec.NewLive(cfg)
	if err != nil {
		return nil, fmt.Errorf("livecall: %w", err)
	}
	r := &recording{call: c, id: opt.ID, live: live, done: make(chan struct{})}
	if opt.Paused {
		err = live.Pause()
	}
	if err == nil {
		err = c.enter(r)
	}
	if err != nil {
		return nil, errors.Join(err, r.Stop(context.Background(), metadata.SessionChunkCreationFailed))
	}
	go func() {
		select {
		case <-live.Failed():
			_ = r.Stop(context.Background(), metadata.SessionChunkCreationFailed) // the recording has logged it
		case <-r.done:
		}
	}()
	return r, nil
}

// enter makes the recording one of the call, with those who are in it.
func (c *Call) enter(r *recording) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return errEnded
	}
	for _, p := range c.people {
		if err := r.join(p, c.loop); err != nil {
			return err
		}
	}
	c.recordings[r] = struct{}{}
	return nil
}

func (r *recording) join(p *capture.Participant, loop uint32) error {
	if err := r.live.Join(callrec.Participant{ID: p.ParticipantID, DisplayName: p.DisplayName}); err != nil {
		return err
	}
	for _, t := range p.Tracks {
		if t.Kind != "audio" && t.Kind != "video" {
			continue // Open has said so
		}
		track := callrec.Track{
			SSRC: t.SSRC + loop, PayloadType: t.PayloadType, Codec: t.Codec, ClockRate: t.ClockRate,
			Channels: t.Channels, FMTP: t.FMTP,
		}
		if t.Kind == "video" {
			track.Kind = callrec.Video
		}
		if err := r.live.AddTrack(p.ParticipantID, track); err != nil && !errors.Is(err, callrec.ErrDuplicate) {
			return err
		}
	}
	return nil
}

// happen tells the recording of an event. What it refuses, because it has failed or is being stopped, is its own matter.
func (r *recording) happen(e capture.Event, loop uint32) {
	id := e.Participant.ParticipantID
	switch e.Kind {
	case capture.Join:
		_ = r.join(e.Participant, loop)
	case capture.Leave:
		_ = r.live.Leave(id)
	case capture.RTP:
		_ = r.live.RTP(id, e.Data)
	case capture.RTCP:
		_ = r.live.RTCP(id, e.Data)
	}
}

// Pause leaves out what happens from now on.
func (r *recording) Pause(context.Context) error { return r.live.Pause() }

// Resume goes on with the recording.
func (r *recording) Resume(context.Context) error { return r.live.Resume() }

// Stop ends the recording and completes its files.
func (r *recording) Stop(ctx context.Context, reason metadata.EndReason) error {
	_, err := r.live.Stop(ctx, reason)
	if ctx.Err() != nil {
		return err
	}
	r.once.Do(func() {
		r.call.leave(r)
		close(r.done)
	})
	return err
}

// Done is closed when the files are complete.
func (r *recording) Done() <-chan struct{} { return r.done }

// leave forgets a recording that has ended.
func (c *Call) leave(r *recording) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.recordings, r)
}
