package control

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/callrec/callrec/control/store"
	"github.com/callrec/callrec/metadata"
)

// Generation is the one of the API that a request was made in.
type Generation string

const (
	// Generation2021 is the preview of 2021.
	Generation2021 Generation = "2021"
	// GenerationCurrent is today's API.
	GenerationCurrent Generation = "current"
)

// service does what requests ask for, whatever the form they came in.
type service struct {
	cfg       Config
	turns     turns         // of starts, by request and by call
	downloads chan struct{} // holds an entry for each download under way
	edits     sync.Mutex    // of what reads an entry of the store to change it

	mu        sync.Mutex
	sessions  map[string]*session // by recording ID
	starting  int                 // recordings that are admitted and not in sessions yet
	closed    bool
	refreshed time.Time      // when folders were last looked into for complete files
	running   sync.WaitGroup // of the goroutines that supervise sessions

	counters counters
}

// startRequest is a request to record a call.
type startRequest struct {
	Generation   Generation
	Locator      Locator
	CallbackURI  string
	Context      string
	Paused       bool
	By           string
	BaseURL      string // of the request
	RepeatID     string
	RepeatDigest string
}

// start starts a recording and returns its session. A request that was made before, by its RepeatID, gets the recording
// of that time, which may have ended since.
func (s *service) start(ctx context.Context, r startRequest) (id string, state State, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.OperationTimeout)
	defer cancel()
	if r.RepeatID != "" {
		done, err := s.turns.take(ctx, "request "+r.RepeatID)
		if err != nil {
			return "", Ended, err
		}
		defer done()
	}
	if id, state, err = s.repeated(r); id != "" || err != nil {
		return id, state, err
	}
	call := s.cfg.Calls.Find(r.Locator)
	if call == nil {
		return "", Ended, ErrCallNotFound
	}
	done, err := s.turns.take(ctx, "call "+call.Info().CallID)
	if err != nil {
		return "", Ended, err
	}
	defer done()
	return s.startCall(ctx, call, r)
}

// startCall starts a recording of a call, whose turn it is.
func (s *service) startCall(ctx context.Context, call Call, r startRequest) (id string, state State, err error) {
	record, err := s.admit(call.Info(), r)
	if err != nil {
		return "", Ended, err
	}
	defer func() {
		s.mu.Lock()
		s.starting--
		s.mu.Unlock()
	}()
	if err := s.cfg.Store.Begin(record, r.RepeatID, r.RepeatDigest); err != nil {
		return "", Ended, err
	}
	handle, err := s.record(ctx, call, record, r.Paused)
	if err != nil {
		return "", Ended, errors.Join(err, s.cfg.Store.Abandon(record.ID, r.RepeatID))
	}
	state = Active
	if r.Paused {
		state = Paused
	}
	s.supervise(newSession(record, handle, state))
	return record.ID, state, nil
}

// repeated finds what an earlier request of the same RepeatID has started; "" if there was none.
func (s *service) repeated(r startRequest) (id string, state State, err error) {
	if r.RepeatID == "" {
		return "", Ended, nil
	}
	id, digest, err := s.cfg.Store.Repeated(r.RepeatID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", Ended, nil
	case err != nil:
		return "", Ended, err
	case digest != r.RepeatDigest:
		return "", Ended, fmt.Errorf("%w: Repeatability-Request-ID was used for another request", ErrInvalid)
	}
	state = Ended
	if x := s.session(id); x != nil {
		state = x.State()
	}
	return id, state, nil
}

// admit decides whether a recording may start and describes it.
func (s *service) admit(info CallInfo, r startRequest) (*store.Recording, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	if n := len(s.sessions) + s.starting; n >= s.cfg.MaxRecordings {
		return nil, fmt.Errorf("%w: %d recordings are going on", ErrBusy, n)
	}
	for _, x := range s.sessions {
		if x.record.CallID == info.CallID && x.State() != Ended {
			return nil, ErrRecorded
		}
	}
	s.starting++
	base := s.cfg.ContentBaseURL
	if base == "" {
		base = r.BaseURL
	}
	return &store.Recording{
		ID: newID(), Generation: string(r.Generation), CallID: info.CallID, ServerCallID: info.ServerCallID,
		ConnectionID: info.ConnectionID, CorrelationID: info.CorrelationID, CallbackURI: r.CallbackURI,
		OperationContext: r.Context, StartedBy: r.By, BaseURL: base, Started: s.cfg.Now().UTC(),
	}, nil
}

// options are those of a recording's recorder, but for its state.
func (s *service) options(r *store.Recording) RecordOptions {
	opt := RecordOptions{
		ID: r.ID, Dir: s.folder(r.ID), Metadata: metadata.GenerationCurrent,
		CallID: r.CallID, ResourceID: s.cfg.ResourceID, Topic: s.cfg.Topic,
	}
	if r.Generation == string(Generation2021) {
		opt.Metadata = metadata.Generation2021
	}
	return opt
}

// record starts the recorder. One that starts after the time for it is over is stopped.
func (s *service) record(ctx context.Context, call Call, r *store.Recording, paused bool) (Recording, error) {
	opt := s.options(r)
	opt.Paused = paused
	type started struct {
		handle Recording
		err    error
	}
	result := make(chan started, 1)
	go func() {
		handle, err := call.Record(ctx, opt)
		result <- started{handle, err}
	}()
	select {
	case got := <-result:
		return got.handle, got.err
	case <-ctx.Done():
		go func() {
			if late := <-result; late.err == nil {
				_ = late.handle.Stop(context.Background(), metadata.SessionChunkCreationFailed) // nobody asks any more
			}
		}()
		return nil, ErrTimeout
	}
}

// folder is where the files of a recording are. IDs come from newID alone, so it is always right below Dir.
func (s *service) folder(id string) string { return filepath.Join(s.cfg.Dir, id) }

// supervise enters a session, tells of it, and waits for its end.
func (s *service) supervise(x *session) {
	x.mu.Lock() // nothing is told before the start
	s.enter(x)
	s.tell(x, x.State(), x.record.OperationContext)
	x.mu.Unlock()
	s.await(x)
}

// enter makes a session one that requests find.
func (s *service) enter(x *session) {
	s.mu.Lock()
	s.sessions[x.record.ID] = x
	s.running.Add(1)
	s.mu.Unlock()
}

// await has the files of a session entered when it has ended.
func (s *service) await(x *session) {
	go func() {
		defer s.running.Done()
		<-x.handle.Done()
		x.end(metadata.SessionCallEnded, func(state State) { s.tell(x, state, "") })
		s.settle(x.record, x.endReason())
		s.mu.Lock()
		delete(s.sessions, x.record.ID)
		s.mu.Unlock()
		close(x.settled)
	}()
}

// session returns the recording of an ID if it goes on or its files are being completed, else nil.
func (s *service) session(id string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[id]
}

// live returns the recording of an ID if it goes on.
func (s *service) live(id string) (*session, error) {
	if x := s.session(id); x != nil && x.State() != Ended {
		return x, nil
	}
	return nil, ErrRecordingNotFound
}

// state returns what a recording is doing.
func (s *service) state(id string) (State, error) {
	x, err := s.live(id)
	if err != nil {
		return Ended, err
	}
	return x.State(), nil
}

// change pauses or resumes a recording.
func (s *service) change(ctx context.Context, id string, op operation, operationContext string) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.OperationTimeout)
	defer cancel()
	x, err := s.live(id)
	if err != nil {
		return err
	}
	return x.do(ctx, op, func(state State) { s.tell(x, state, operationContext) })
}

// stop ends a recording. It always does: if the files are not complete in time, that goes on after the answer.
func (s *service) stop(ctx context.Context, id string, operationContext string) error {
	x, err := s.live(id)
	if err != nil {
		return err
	}
	if !x.end(metadata.SessionInitiatorLeft, func(state State) { s.tell(x, state, operationContext) }) {
		return ErrRecordingNotFound
	}
	s.halt(x, metadata.SessionInitiatorLeft)
	timer := time.NewTimer(s.cfg.OperationTimeout)
	defer timer.Stop()
	select {
	case <-x.settled:
	case <-timer.C:
		s.cfg.Logger.Warn("recording is slow to complete its files", "recording", id)
	case <-ctx.Done():
	}
	return nil
}

// halt stops the recorder of a session, without waiting.
func (s *service) halt(x *session, reason metadata.EndReason) {
	go func() {
		if err := x.handle.Stop(context.Background(), reason); err != nil {
			s.cfg.Logger.Error("recording ended with an error", "recording", x.record.ID, "error", err)
		}
	}()
}
