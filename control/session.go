package control

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/callrec/callrec/control/store"
	"github.com/callrec/callrec/metadata"
)

// session is a recording that goes on, or whose files are being completed.
type session struct {
	record *store.Recording // as it was when it started; never changed
	handle Recording
	// turn is held by the one pause or resume that is under way. A stop does not wait for it.
	turn chan struct{}
	// settled is closed when the files have been entered into the store.
	settled chan struct{}

	state atomic.Uint32 // a State; written with mu
	mu    sync.Mutex    // orders the changes of the state with the events that tell of them
	// reason is why the recording has ended, if it was told to. Guarded by mu.
	reason metadata.EndReason
}

func newSession(r *store.Recording, h Recording, s State) *session {
	x := &session{record: r, handle: h, turn: make(chan struct{}, 1), settled: make(chan struct{})}
	x.state.Store(uint32(s))
	return x
}

// State is what the recording is doing.
func (x *session) State() State { return State(x.state.Load()) }

// do pauses or resumes the recording, if that is a change, and calls then in the new state. A recorder that does not
// come back keeps its turn, so nothing else gets to it but a stop.
func (x *session) do(ctx context.Context, op operation, then func(State)) error {
	select {
	case x.turn <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("%w: an earlier operation has not ended", ErrTimeout)
	}
	next, changes, err := x.State().after(op)
	if err != nil || !changes {
		<-x.turn
		return err
	}
	act := x.handle.Pause
	if op == opResume {
		act = x.handle.Resume
	}
	result := make(chan error, 1)
	go func() {
		defer func() { <-x.turn }()
		err := act(ctx)
		if err == nil && !x.change(next, then) {
			err = ErrRecordingNotFound // stopped in between
		}
		result <- err
	}()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ErrTimeout
	}
}

// change sets the state, unless the recording has ended, and calls then before another change can be made.
func (x *session) change(next State, then func(State)) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.State() == Ended {
		return false
	}
	x.state.Store(uint32(next))
	then(next)
	return true
}

// end makes the recording one that has ended, for a reason, and calls then. It returns false if it had ended already.
func (x *session) end(reason metadata.EndReason, then func(State)) bool {
	return x.change(Ended, func(s State) {
		x.reason = reason
		then(s)
	})
}

func (x *session) endReason() metadata.EndReason {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.reason
}
