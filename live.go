package callrec

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/ingest"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/tiler"
)

// LiveState says what a live recording is doing.
type LiveState uint8

const (
	// LiveRecording means that the call is being recorded.
	LiveRecording LiveState = iota
	// LivePaused means that the recording is paused.
	LivePaused
	// LiveStopped means that Stop has been called, or the recording has failed.
	LiveStopped
)

// LiveStats is a snapshot of a live recording.
type LiveStats struct {
	Stats
	State LiveState
	// QueuedPackets and QueuedBytes wait for the recording.
	QueuedPackets, QueuedBytes int
	// DroppedAudio and DroppedVideo count the packets that found no room in the queue. RTCP counts as audio, and
	// packets of no known track as video.
	DroppedAudio, DroppedVideo int64
	// Lateness is how far behind its inputs the recording is.
	Lateness time.Duration
	// Err is what ended the recording before its time, nil if nothing did.
	Err error
}

// Live records a call while it goes on: it feeds a Recording from the wall clock. All methods are safe for concurrent
// use. None but Stop waits for the recording, which belongs to a goroutine of the Live's own; each input gets the call
// time at which its method was called.
//
// When the recording fails, say because the disk is full, the channel of Failed is closed and all inputs return the
// failure; Stop is still to be called, and completes what there is.
type Live struct {
	now   func() time.Time
	start time.Time
	tick  time.Duration
	queue *liveQueue
	rec   *Recording // of the goroutine run

	loadAt time.Duration // call time at which the load was last set; of run

	failed chan struct{}
	ended  chan struct{} // closed when the recording has been stopped

	// Below, and the queue: under queue.mu.
	latest       time.Duration // call time of the newest input
	state        LiveState
	people       map[string]map[uint32]Kind // who is in the call when all that waits has been done, with their tracks
	droppedAudio int64
	droppedVideo int64
	stats        Stats         // as of the last batch
	reached      time.Duration // call time that the recording has been moved on to
	failure      error
	stop         *liveStop // set by the first Stop

	// Valid when ended is closed; then under again, as is rec.
	result *Result
	err    error
	again  sync.Mutex
	tried  bool // Stop has returned the result
}

type liveStop struct {
	at     time.Duration
	reason metadata.EndReason
}

// NewLive starts a recording. Its goroutine ends with Stop.
func NewLive(cfg LiveConfig) (*Live, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	l := &Live{
		now:    cfg.Now,
		start:  cfg.Now(),
		tick:   cfg.Tick,
		queue:  newLiveQueue(liveLimits{cfg.MaxQueuedPackets, cfg.MaxQueuedBytes, cfg.MaxQueuedCommands}),
		failed: make(chan struct{}),
		ended:  make(chan struct{}),
		people: make(map[string]map[uint32]Kind),
	}
	if cfg.Start.IsZero() {
		cfg.Start = l.start
	}
	cfg.Background = true // a slow disk must not keep packets waiting
	var err error
	if l.rec, err = New(cfg.Config); err != nil {
		return nil, err
	}
	go l.run()
	return l, nil
}

// Join takes a participant into the call, like Recording.Join.
func (l *Live) Join(p Participant) error {
	return l.command(func() error {
		switch _, known := l.people[p.ID]; {
		case p.ID == "":
			return fmt.Errorf("%w: a participant without an ID", ErrUnknownParticipant)
		case known:
			return fmt.Errorf("%w: participant %s", ErrDuplicate, p.ID)
		}
		return nil
	}, func(r *Recording, at time.Duration) error { return r.Join(at, p) },
		func() { l.people[p.ID] = make(map[uint32]Kind) })
}

// Leave takes a participant out of the call, like Recording.Leave.
func (l *Live) Leave(id string) error {
	return l.command(func() error { return l.isIn(id) },
		func(r *Recording, at time.Duration) error { return r.Leave(at, id) },
		func() { delete(l.people, id) })
}

// AddTrack adds a media stream to a participant, like Recording.AddTrack.
func (l *Live) AddTrack(id string, t Track) error {
	return l.command(func() error {
		if err := l.isIn(id); err != nil {
			return err
		}
		if _, known := l.people[id][t.SSRC]; known {
			return fmt.Errorf("%w: SSRC %d of participant %s", ErrDuplicate, t.SSRC, id)
		}
		return nil
	}, func(r *Recording, at time.Duration) error { return r.AddTrack(at, id, t) },
		func() { l.people[id][t.SSRC] = t.Kind })
}

// RemoveTrack ends a media stream of a participant, like Recording.RemoveTrack.
func (l *Live) RemoveTrack(id string, ssrc uint32) error {
	return l.command(func() error {
		if err := l.isIn(id); err != nil {
			return err
		}
		if _, known := l.people[id][ssrc]; !known {
			return fmt.Errorf("%w: SSRC %d of participant %s", ErrUnknownTrack, ssrc, id)
		}
		return nil
	}, func(r *Recording, at time.Duration) error { return r.RemoveTrack(at, id, ssrc) },
		func() { delete(l.people[id], ssrc) })
}

// Pause leaves out what happens from now on, to the sample. It does nothing while the recording is paused.
func (l *Live) Pause() error {
	return l.command(nil, (*Recording).Pause, func() { l.state = LivePaused })
}

// Resume goes on with the recording. It does nothing while the recording is not paused.
func (l *Live) Resume() error {
	return l.command(nil, (*Recording).Resume, func() { l.state = LiveRecording })
}

// SetLayout changes the layout from now on, like Recording.SetLayout.
func (l *Live) SetLayout(layout tiler.Layout) error {
	return l.command(nil, func(r *Recording, at time.Duration) error { return r.SetLayout(at, layout) }, func() {})
}

// SetMuted says whether a participant's microphone is off from now on, like Recording.SetMuted.
func (l *Live) SetMuted(id string, muted bool) error {
	return l.command(func() error { return l.isIn(id) },
		func(r *Recording, at time.Duration) error { return r.SetMuted(at, id, muted) }, func() {})
}

// command hands a command in if check agrees, and then makes the state what it leads to.
func (l *Live) command(check func() error, do func(*Recording, time.Duration) error, then func()) error {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	if err := l.usable(); err != nil {
		return err
	}
	if check != nil {
		if err := check(); err != nil {
			return err
		}
	}
	if err := l.queue.command(l.time(), do); err != nil {
		return err
	}
	then()
	return nil
}

// RTP takes a participant's packet. It is borrowed until return. A packet that finds no room is dropped and counted;
// the error is about the recording.
func (l *Live) RTP(id string, packet []byte) error {
	ssrc, _ := ingest.SSRC(packet)
	return l.packet(id, packet, ssrc, false)
}

// RTCP takes a participant's control packet. It is borrowed until return.
func (l *Live) RTCP(id string, packet []byte) error { return l.packet(id, packet, 0, true) }

func (l *Live) packet(id string, packet []byte, ssrc uint32, control bool) error {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	if err := l.usable(); err != nil {
		return err
	}
	if err := l.isIn(id); err != nil {
		return err
	}
	kind, known := l.people[id][ssrc]
	shed := !control && (!known || kind == Video)
	switch {
	case l.queue.packet(liveInput{at: l.time(), id: id, rtcp: control}, packet, shed):
	case shed:
		l.droppedVideo++
	default:
		l.droppedAudio++
	}
	return nil
}

// usable says why there can be no input, nil if there can.
func (l *Live) usable() error {
	switch {
	case l.failure != nil:
		return l.failure
	case l.state == LiveStopped:
		return ErrStopped
	}
	return nil
}

func (l *Live) isIn(id string) error {
	if _, known := l.people[id]; !known {
		return fmt.Errorf("%w: %s", ErrUnknownParticipant, id)
	}
	return nil
}

// time is the call time now, which never goes back.
func (l *Live) time() time.Duration {
	l.latest = max(l.latest, l.now().Sub(l.start))
	return l.latest
}

// Stop ends the recording now, takes in all that came before, completes the files and returns the result, which is
// valid too if there is an error and the result is not nil. If ctx ends before that, Stop returns the context's error and
// the recording is completed all the same. Every call to Stop returns the same recording's result; the first one's
// reason and time hold. If the error wraps chunk.ErrStalled, what the folder did not take is still in memory, and
// calling Stop again tries it again.
func (l *Live) Stop(ctx context.Context, reason metadata.EndReason) (*Result, error) {
	l.queue.mu.Lock()
	if l.stop == nil {
		l.stop = &liveStop{at: l.time(), reason: reason}
		l.state = LiveStopped
		select {
		case l.queue.wake <- struct{}{}:
		default:
		}
	}
	l.queue.mu.Unlock()
	select {
	case <-l.ended:
		return l.stopped()
	case <-ctx.Done():
		return nil, fmt.Errorf("callrec: stop: %w", context.Cause(ctx))
	}
}

// stopped returns the result of the recording, which nobody owns any more, after trying again what its folder did not
// take.
func (l *Live) stopped() (*Result, error) {
	l.again.Lock()
	defer l.again.Unlock()
	if l.tried && errors.Is(l.err, chunk.ErrStalled) {
		l.result, l.err = l.rec.Stop(l.stop.at, l.stop.reason)
	}
	l.tried = true
	return l.result, l.err
}

// Failed is closed when the recording can't go on.
func (l *Live) Failed() <-chan struct{} { return l.failed }

// Stats tells how the recording is doing. It never waits for it.
func (l *Live) Stats() LiveStats {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	s := LiveStats{
		Stats:         l.stats,
		State:         l.state,
		QueuedPackets: l.queue.packets,
		QueuedBytes:   l.queue.bytes,
		DroppedAudio:  l.droppedAudio,
		DroppedVideo:  l.droppedVideo,
		Lateness:      l.lateness(),
		Err:           l.failure,
	}
	s.Participants = append([]ParticipantStats(nil), l.stats.Participants...)
	return s
}
