package control

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/control/store"
	"github.com/callrec/callrec/metadata"
)

const (
	// sweepInterval is how often expired files are looked for.
	sweepInterval = 30 * time.Second
	// repeatLifetime is how long a start request is remembered: longer than any client retries.
	repeatLifetime = 24 * time.Hour
	// deadLetterLifetime is how long events that could not be delivered are kept for the operator.
	deadLetterLifetime = 30 * 24 * time.Hour
	// sweepBatch bounds what is removed between two looks at whether to go on.
	sweepBatch = 100
)

// keepHouse removes what has expired, until ctx ends.
func (s *service) keepHouse(ctx context.Context) {
	tick := time.NewTicker(sweepInterval)
	defer tick.Stop()
	for {
		if err := s.sweep(ctx); err != nil {
			s.cfg.Logger.Error("housekeeping", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// sweep removes what has expired by now.
func (s *service) sweep(ctx context.Context) error {
	now := s.cfg.Now()
	for ctx.Err() == nil {
		ids, err := s.cfg.Store.Expired(now, sweepBatch)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := s.remove(id); err != nil {
				return err
			}
			s.cfg.Logger.Info("recording expired", "recording", id)
		}
		if len(ids) < sweepBatch {
			break
		}
	}
	return errors.Join(
		s.cfg.Store.ForgetRepeated(now.Add(-repeatLifetime)),
		s.cfg.Events.PruneDeadLetters(now.Add(-deadLetterLifetime)),
	)
}

// remove deletes a recording: the files first, so that what is interrupted is taken up again.
func (s *service) remove(id string) error {
	if !validID(id) {
		return fmt.Errorf("control: %q is no recording's ID", id)
	}
	if err := os.RemoveAll(s.folder(id)); err != nil {
		return fmt.Errorf("control: remove recording: %w", err)
	}
	return s.cfg.Store.Forget(id)
}

// takeUp brings the store and the folders together at the start: recordings that were interrupted go on or are completed,
// and folders that the store does not know are entered.
func (s *service) takeUp(ctx context.Context) error {
	if err := os.MkdirAll(s.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("control: %w", err)
	}
	interrupted, err := s.cfg.Store.Recordings(func(r *store.Recording) bool { return !r.Final })
	if err != nil {
		return err
	}
	for _, r := range interrupted {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.cfg.Logger.Warn("recording was interrupted", "recording", r.ID)
		if !s.goOn(ctx, r) {
			s.settle(r, metadata.SessionHostFailure)
		}
	}
	entries, err := os.ReadDir(s.cfg.Dir)
	if err != nil {
		return fmt.Errorf("control: %w", err)
	}
	for _, entry := range entries {
		if !entry.IsDir() || !validID(entry.Name()) {
			continue
		}
		if err := s.adopt(entry.Name()); err != nil {
			s.cfg.Logger.Error("folder could not be entered", "recording", entry.Name(), "error", err)
		}
	}
	return ctx.Err()
}

// goOn goes on with a recording that was interrupted, as the one that it was, paused if it was paused. It reports whether
// it does: not if the recording had been stopped, nor if its call is over.
func (s *service) goOn(ctx context.Context, r *store.Recording) bool {
	if !s.cfg.Continue || r.State != store.StateActive && r.State != store.StatePaused {
		return false
	}
	call := s.cfg.Calls.Find(Locator{Kind: ServerCall, ID: r.ServerCallID})
	if call == nil || call.Info().CallID != r.CallID {
		return false
	}
	state := Active
	if r.State == store.StatePaused {
		state = Paused
	}
	opt := s.options(r)
	opt.Continue, opt.Paused = true, state == Paused
	handle, err := call.Record(ctx, opt)
	if err != nil {
		s.cfg.Logger.Error("recording can't go on", "recording", r.ID, "error", err)
		return false
	}
	s.cfg.Logger.Info("recording goes on", "recording", r.ID, "call", r.CallID, "state", r.State)
	x := newSession(r, handle, state)
	s.enter(x)
	s.await(x)
	return true
}

// adopt enters a folder that the store does not know, as after the store was lost. Its files expire as if they had been
// complete when the last of them was written.
func (s *service) adopt(id string) error {
	_, err := s.cfg.Store.Recording(id)
	if err == nil || !errors.Is(err, store.ErrNotFound) {
		return err
	}
	dir := s.folder(id)
	if _, err := os.Stat(filepath.Join(dir, chunk.JournalName)); err != nil {
		return nil //nolint:nilerr // not the folder of a recording: not ours to touch
	}
	f, err := readFolder(dir)
	if err == nil && !f.complete && s.cfg.Recover != nil {
		if err = s.cfg.Recover(dir); err == nil {
			f, err = readFolder(dir)
		}
	}
	if err != nil {
		return err
	}
	r := &store.Recording{
		ID: id, Generation: string(GenerationCurrent), CallID: f.callID, Started: f.start, Final: true,
		EndReason: string(f.reason), Duration: f.duration, Chunks: f.chunks,
		Expires: f.modified.UTC().Add(s.cfg.Retention),
	}
	s.cfg.Logger.Warn("recording entered anew", "recording", id, "expires", r.Expires)
	return s.cfg.Store.Put(r)
}
