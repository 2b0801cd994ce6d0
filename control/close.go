package control

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/callrec/callrec/metadata"
)

// close ends all recordings and waits for their files, or for ctx.
func (s *service) close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	open := slices.Collect(maps.Values(s.sessions))
	s.mu.Unlock()
	for _, x := range open {
		if x.end(metadata.SessionHostShutdown, func(state State) { s.tell(x, state, "") }) {
			s.halt(x, metadata.SessionHostShutdown)
		}
	}
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("control: recordings are still being completed: %w", ctx.Err())
	}
}
