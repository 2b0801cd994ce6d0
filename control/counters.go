package control

import (
	"maps"
	"net/http"
	"sync"
)

// counters count what the service has done.
type counters struct {
	mu       sync.Mutex
	requests map[Request]int64
	sent     int64
}

// Request is what is counted of a request: what it was for and the status of the answer.
type Request struct {
	Op     string
	Status int
}

func (c *counters) add(x *exchange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.requests == nil {
		c.requests = map[Request]int64{}
	}
	status := x.w.status
	if status == 0 {
		status = http.StatusOK
	}
	if x.route.op == opDownload {
		c.sent += x.w.sent
	}
	c.requests[Request{x.route.op.String(), status}]++
}

// Stats is a snapshot of the service.
type Stats struct {
	Requests                  map[Request]int64
	Active, Paused, Finishing int   // recordings
	Downloads                 int   // under way
	SentBytes                 int64 // of files
	WaitingEvents             int   // in the outbox
}

// Stats returns a snapshot of the service.
func (s *Server) Stats() Stats {
	st := Stats{Downloads: len(s.downloads)}
	s.counters.mu.Lock()
	st.Requests, st.SentBytes = maps.Clone(s.counters.requests), s.counters.sent
	s.counters.mu.Unlock()
	s.mu.Lock()
	for _, x := range s.sessions {
		switch x.State() {
		case Active:
			st.Active++
		case Paused:
			st.Paused++
		case Ended:
			st.Finishing++
		}
	}
	s.mu.Unlock()
	if n, err := s.cfg.Store.Waiting(); err == nil {
		st.WaitingEvents = n
	}
	return st
}
