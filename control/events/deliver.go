package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/callrec/callrec/control/store"
)

// Config says how events are delivered. Only Outbox has no default.
type Config struct {
	// Outbox holds what is to be delivered.
	Outbox *store.Store
	// Webhooks are the endpoints that agree to get events in a handshake.
	Webhooks []Webhook
	// Guard decides about callbacks; nil means that all public addresses are allowed.
	Guard *Guard
	// Schedule says when a failed delivery is tried again.
	Schedule Schedule
	// Origin names this service to webhooks of the CloudEvents schema; empty means "eventgrid.azure.net".
	Origin string
	// ValidationURL makes the address at which an operator can confirm a webhook by hand, of a secret code, which then
	// comes in through Confirm; nil means that webhooks can't be confirmed so.
	ValidationURL func(code string) string
	// DeadLetters is the folder in which events that could not be delivered end up; empty means that they are dropped.
	DeadLetters string
	// MaxConcurrent bounds the deliveries that run at a time; 0 means 32.
	MaxConcurrent int
	// Timeout is how long an endpoint may take to answer; 0 means 30 s.
	Timeout time.Duration
	// Transport, if not nil, sends all requests, whatever Guard says. For tests.
	Transport http.RoundTripper
	// Logger gets a line for each failure and handshake; nil means none.
	Logger *slog.Logger
}

const (
	defaultConcurrent = 32
	defaultTimeout    = 30 * time.Second
	defaultOrigin     = "eventgrid.azure.net"
	// fault is how long to wait after the outbox or the disk has failed.
	fault = 10 * time.Second
)

// Deliverer takes events out of the outbox and delivers them. Its methods are safe for concurrent use.
type Deliverer struct {
	cfg      Config
	webhooks map[string]*Webhook // by endpoint key
	trusted  *http.Client        // for webhooks
	guarded  *http.Client        // for callbacks
	wake     chan struct{}
	codes    codes

	mu       sync.Mutex
	counters Counters
}

// Counters count deliveries since the start.
type Counters struct {
	Delivered    int64
	Failed       int64 // attempts
	DeadLettered int64 // events given up
}

// New checks the configuration and makes a Deliverer, which does nothing before Run.
func New(cfg Config) (*Deliverer, error) {
	if cfg.Outbox == nil {
		return nil, fmt.Errorf("%w: no outbox", errEndpoint)
	}
	cfg.Schedule.complete()
	if cfg.Guard == nil {
		cfg.Guard = &Guard{}
	}
	if cfg.Origin == "" {
		cfg.Origin = defaultOrigin
	}
	if cfg.MaxConcurrent == 0 {
		cfg.MaxConcurrent = defaultConcurrent
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = defaultTimeout
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	d := &Deliverer{cfg: cfg, webhooks: map[string]*Webhook{}, wake: make(chan struct{}, 1)}
	for _, w := range cfg.Webhooks {
		if err := w.Check(); err != nil {
			return nil, fmt.Errorf("webhook %q: %w", w.URL, err)
		}
		d.webhooks[endpointKey(kindWebhook, w.URL)] = &w
	}
	d.trusted = client(cfg, nil)
	d.guarded = client(cfg, cfg.Guard)
	return d, nil
}

// Webhooks returns the endpoints that get the events of all recordings.
func (d *Deliverer) Webhooks() []Webhook {
	list := make([]Webhook, 0, len(d.webhooks))
	for _, w := range d.cfg.Webhooks {
		list = append(list, *d.webhooks[endpointKey(kindWebhook, w.URL)])
	}
	return list
}

// Counters returns the counts so far.
func (d *Deliverer) Counters() Counters {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.counters
}

func (d *Deliverer) count(f func(*Counters)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f(&d.counters)
}

// Wake tells the Deliverer that there is something new in the outbox. It does not wait.
func (d *Deliverer) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run delivers events until ctx ends, and waits for the deliveries under way, which end with ctx as well. What was not
// delivered stays in the outbox.
func (d *Deliverer) Run(ctx context.Context) {
	done := make(chan string, d.cfg.MaxConcurrent)
	busy := map[string]bool{}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		timer.Reset(d.launch(ctx, busy, done))
		select {
		case <-ctx.Done():
		case <-d.wake:
		case <-timer.C:
		case endpoint := <-done:
			delete(busy, endpoint)
		}
	}
	for len(busy) > 0 {
		delete(busy, <-done)
	}
}

// launch begins the deliveries that are due, one for each endpoint at most, and returns how long it is to the next.
func (d *Deliverer) launch(ctx context.Context, busy map[string]bool, done chan<- string) time.Duration {
	endpoints, err := d.cfg.Outbox.Endpoints()
	if err != nil {
		d.cfg.Logger.Error("outbox", "error", err)
		return fault
	}
	next := time.Hour
	for _, endpoint := range endpoints {
		if busy[endpoint] {
			continue
		}
		e, err := d.cfg.Outbox.Pending(endpoint)
		if err != nil {
			if !errors.Is(err, store.ErrNotFound) {
				d.cfg.Logger.Error("outbox", "error", err)
				next = min(next, fault)
			}
			continue
		}
		if wait := time.Until(e.NotBefore); wait > 0 {
			next = min(next, wait)
			continue
		}
		if len(busy) >= d.cfg.MaxConcurrent {
			return next // a delivery that ends brings us back
		}
		busy[endpoint] = true
		go func() {
			d.deliver(ctx, e)
			done <- endpoint
		}()
	}
	return next
}

// deliver makes one attempt and notes how it came out.
func (d *Deliverer) deliver(ctx context.Context, e store.Event) {
	status, err := d.attempt(ctx, e)
	if err == nil {
		d.count(func(c *Counters) { c.Delivered++ })
		d.settle(e)
		return
	}
	if ctx.Err() != nil {
		return // not the endpoint's fault: the attempt does not count
	}
	d.count(func(c *Counters) { c.Failed++ })
	e.Attempts++
	e.LastAttempt = time.Now().UTC()
	e.LastOutcome = outcome(status, err)
	e.NotBefore = e.LastAttempt.Add(d.cfg.Schedule.delay(e.Attempts, status))
	reason := d.giveUp(e, status, err)
	d.cfg.Logger.Warn("event not delivered", "event", e.ID, "type", e.Type, "endpoint", redact(e.Endpoint),
		"attempts", e.Attempts, "outcome", e.LastOutcome, "deadLetterReason", reason, "error", err)
	if reason == "" {
		if err := d.cfg.Outbox.Attempted(e); err != nil {
			d.cfg.Logger.Error("outbox", "error", err)
		}
		return
	}
	if err := d.deadLetter(e, reason); err != nil { // it stays in the outbox, so try again later
		d.cfg.Logger.Error("dead letter", "event", e.ID, "error", err)
		if err := d.cfg.Outbox.Attempted(e); err != nil {
			d.cfg.Logger.Error("outbox", "error", err)
		}
		return
	}
	d.count(func(c *Counters) { c.DeadLettered++ })
	d.settle(e)
}

// settle removes an event from the outbox.
func (d *Deliverer) settle(e store.Event) {
	if err := d.cfg.Outbox.Delivered(e); err != nil {
		d.cfg.Logger.Error("outbox", "error", err)
	}
}

// The reasons for giving up.
const (
	reasonAttempts   = "MaxDeliveryAttemptsExceeded"
	reasonTime       = "TimeToLiveExceeded"
	reasonImpossible = "UndeliverableDueToClientError"
)

// giveUp says why an event is not worth another attempt; empty if it is.
func (d *Deliverer) giveUp(e store.Event, status int, err error) string {
	switch {
	case hopeless(status) || errors.Is(err, ErrNotAllowed) || errors.Is(err, errEndpoint):
		return reasonImpossible
	case e.Attempts >= d.cfg.Schedule.MaxAttempts:
		return reasonAttempts
	case e.NotBefore.Sub(e.Published) > d.cfg.Schedule.TimeToLive:
		return reasonTime
	}
	return ""
}
