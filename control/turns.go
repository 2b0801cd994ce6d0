package control

import (
	"context"
	"sync"
)

// turns lets one at a time through for each key.
type turns struct {
	mu    sync.Mutex
	taken map[string]chan struct{} // closed when the one who has the turn is done
}

// take waits for the key's turn, or for ctx. What it returns gives the turn on.
func (t *turns) take(ctx context.Context, key string) (done func(), err error) {
	for {
		t.mu.Lock()
		before, taken := t.taken[key]
		if !taken {
			if t.taken == nil {
				t.taken = map[string]chan struct{}{}
			}
			mine := make(chan struct{})
			t.taken[key] = mine
			t.mu.Unlock()
			return func() {
				t.mu.Lock()
				delete(t.taken, key)
				t.mu.Unlock()
				close(mine)
			}, nil
		}
		t.mu.Unlock()
		select {
		case <-before:
		case <-ctx.Done():
			return nil, ErrTimeout
		}
	}
}
