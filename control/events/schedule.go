package events

import (
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Schedule says when a delivery that failed is tried again. The zero value is Event Grid's: 10 s after the first attempt,
// then ever longer up to 12 h, until 24 h or 30 attempts have passed.
type Schedule struct {
	First       time.Duration // 0 means 10 s
	Longest     time.Duration // 0 means 12 h
	MaxAttempts int           // 0 means 30
	TimeToLive  time.Duration // 0 means 24 h
}

func (s *Schedule) complete() {
	if s.First == 0 {
		s.First = 10 * time.Second
	}
	if s.Longest == 0 {
		s.Longest = 12 * time.Hour
	}
	if s.MaxAttempts == 0 {
		s.MaxAttempts = 30
	}
	if s.TimeToLive == 0 {
		s.TimeToLive = 24 * time.Hour
	}
}

// growth and jitter come near to the documented 10 s, 30 s, 1, 5, 10, 30 min, 1, 3, 6, 12 h with a little randomness.
const (
	growth = 3
	jitter = 0.1
)

// delay is the time from a failed attempt to the next, after so many attempts.
func (s *Schedule) delay(attempts, status int) time.Duration {
	b := &backoff.ExponentialBackOff{
		InitialInterval: s.First, Multiplier: growth, RandomizationFactor: jitter, MaxInterval: s.Longest,
	}
	b.Reset()
	next := b.NextBackOff()
	for range attempts - 1 {
		next = b.NextBackOff()
	}
	return max(next, s.least(status))
}

// least is the documented minimum for an answer, in proportion if the schedule is a faster one.
func (s *Schedule) least(status int) time.Duration {
	switch status {
	case http.StatusNotFound:
		return 30 * s.First
	case http.StatusRequestTimeout:
		return 12 * s.First
	case http.StatusServiceUnavailable:
		return 3 * s.First
	}
	return 0
}

// hopeless says that an answer is not worth another attempt.
func hopeless(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestEntityTooLarge:
		return true
	}
	return false
}

// accepted says that an answer means that the event was delivered.
func accepted(status int) bool { return status >= http.StatusOK && status <= http.StatusNoContent }
