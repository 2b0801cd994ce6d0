// Package livecall hosts a captured call as if it were going on: in real time, over and over, for recordings that come
// and go. It is what a recording service can be tried and tested with.
//
// At the end of the capture everybody leaves, and comes back when it begins anew, with the same packets under other
// SSRCs, so no stream jumps. Since the captured senders can't be asked for a keyframe, a recording shows a participant
// from the next keyframe in the capture on.
package livecall

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/control"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/internal/meter"
	"github.com/callrec/callrec/metadata"
)

// Config describes a hosted call.
type Config struct {
	// Dir is the folder of the capture.
	Dir string
	// ID is the call's conversation and server call, its group, room and connection; CallID and CorrelationID are GUIDs.
	ID, CallID, CorrelationID string
	// Recording is what the recordings have in common. Dir, ID, Codecs and the like are set for each.
	Recording callrec.Config
	// Meter, if not nil, adds up what the recordings cost.
	Meter *meter.Meter
	// Logger gets what is wrong with the capture; nil means none.
	Logger *slog.Logger
}

// Call is a hosted call. Its methods are safe for concurrent use.
type Call struct {
	cfg      Config
	duration time.Duration // of the capture

	mu         sync.Mutex
	loop       uint32 // how often the capture has been played before
	people     map[string]*capture.Participant
	recordings map[*recording]struct{}
	ended      bool
}

// Open checks the capture. The call goes on while Run does.
func Open(cfg Config) (*Call, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Meter == nil {
		cfg.Meter = &meter.Meter{}
	}
	played, err := capture.OpenCall(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("livecall: %w", err)
	}
	c := &Call{
		cfg: cfg, duration: played.Duration, people: map[string]*capture.Participant{}, recordings: map[*recording]struct{}{},
	}
	for _, p := range played.Manifest.Participants {
		for _, t := range p.Tracks {
			if t.Kind != "audio" && t.Kind != "video" {
				cfg.Logger.Warn("track is neither audio nor video", "participant", p.ParticipantID, "ssrc", t.SSRC, "kind", t.Kind)
			}
		}
	}
	if err := played.Close(); err != nil {
		return nil, fmt.Errorf("livecall: %w", err)
	}
	if c.duration < time.Second {
		return nil, fmt.Errorf("livecall: %s: %w: the call is only %v long by the manifest", cfg.Dir, capture.ErrManifest, c.duration)
	}
	return c, nil
}

// Info names the call.
func (c *Call) Info() control.CallInfo {
	return control.CallInfo{
		CallID: c.cfg.CallID, ServerCallID: c.cfg.ID, GroupCallID: c.cfg.ID, RoomID: c.cfg.ID, ConnectionID: c.cfg.ID,
		CorrelationID: c.cfg.CorrelationID,
	}
}

// Run plays the capture until ctx ends, which is the end of the call and of its recordings.
func (c *Call) Run(ctx context.Context) error {
	defer c.end()
	begin := time.Now()
	for ctx.Err() == nil {
		if err := c.play(ctx, begin); err != nil {
			return fmt.Errorf("livecall: %w", err)
		}
		c.mu.Lock()
		c.loop++
		c.mu.Unlock()
		begin = begin.Add(c.duration)
	}
	return nil
}

// play plays the capture once, so that its beginning is at a time.
func (c *Call) play(ctx context.Context, begin time.Time) error {
	played, err := capture.OpenCall(c.cfg.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = played.Close() }() // only read from
	for {
		e, err := played.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if !sleepUntil(ctx, begin.Add(e.At)) {
			return nil
		}
		c.happen(e)
	}
}

// sleepUntil waits for a time. It returns false if ctx ends before.
func sleepUntil(ctx context.Context, at time.Time) bool {
	wait := time.Until(at)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// happen tells all recordings of an event of the call.
func (c *Call) happen(e capture.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := e.Participant.ParticipantID
	switch e.Kind {
	case capture.Join:
		c.people[id] = e.Participant
	case capture.Leave:
		delete(c.people, id)
	case capture.RTP:
		shiftRTP(e.Data, c.loop)
	case capture.RTCP:
		shiftRTCP(e.Data, c.loop)
	}
	for r := range c.recordings {
		r.happen(e, c.loop)
	}
}

// end stops the recordings: the call is over.
func (c *Call) end() {
	c.mu.Lock()
	c.ended = true
	open := slices.Collect(maps.Keys(c.recordings))
	c.mu.Unlock()
	for _, r := range open {
		go func() { _ = r.Stop(context.Background(), metadata.SessionCallEnded) }() // the recording logs what goes wrong
	}
}

// Stats returns a snapshot of every recording that goes on, by its ID.
func (c *Call) Stats() map[string]callrec.LiveStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	stats := make(map[string]callrec.LiveStats, len(c.recordings))
	for r := range c.recordings {
		stats[r.id] = r.live.Stats()
	}
	return stats
}
