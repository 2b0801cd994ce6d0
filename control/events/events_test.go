package events_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control/events"
	"github.com/callrec/callrec/control/store"
)

const (
	hookURL  = "https://hook.example/events?code=secret"
	callback = "https://app.example/callback"
)

// attempt is a delivery as an endpoint saw it.
type attempt struct {
	at     time.Duration // since the beginning
	url    string
	method string
	header http.Header
	body   string
}

// network is where endpoints are. Their answers are given by answer, which is nil for "200".
type network struct {
	start    time.Time
	answer   func(n int, a attempt) (*http.Response, error)
	mu       sync.Mutex
	attempts []attempt
}

func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	a := attempt{time.Since(n.start), r.URL.String(), r.Method, r.Header, string(b)}
	count := len(n.attempts)
	n.attempts = append(n.attempts, a)
	if n.answer == nil {
		return status(http.StatusOK), nil
	}
	return n.answer(count, a)
}

func (n *network) seen() []attempt {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]attempt{}, n.attempts...)
}

func status(code int) *http.Response {
	return &http.Response{StatusCode: code, Header: http.Header{}, Body: http.NoBody}
}

// bench is a Deliverer with what it needs, in a bubble of fake time.
type bench struct {
	t       *testing.T
	dir     string
	network *network
	store   *store.Store
	log     *strings.Builder
	*events.Deliverer
	stop func()
}

func newBench(t *testing.T, dir string, n *network, change func(*events.Config)) *bench {
	t.Helper()
	b := &bench{t: t, dir: dir, network: n, log: &strings.Builder{}}
	if n.start.IsZero() {
		n.start = time.Now()
	}
	var err error
	b.store, err = store.Open(filepath.Join(dir, "db"))
	require.NoError(t, err)
	cfg := events.Config{
		Outbox: b.store, Transport: n, DeadLetters: filepath.Join(dir, "dead"), Logger: slog.New(slog.NewTextHandler(b.log, nil)),
	}
	if change != nil {
		change(&cfg)
	}
	b.Deliverer, err = events.New(cfg)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { b.Run(ctx) })
	b.stop = func() {
		cancel()
		running.Wait()
		require.NoError(t, b.store.Close())
		b.stop = func() {}
	}
	return b
}

// send puts messages into the outbox.
func (b *bench) send(schema events.Schema, url string, ids ...string) {
	b.t.Helper()
	for _, id := range ids {
		m := events.Message{ID: id, Type: "T", Topic: "/t", Subject: "s", Time: time.Now(), Data: map[string]string{"a": "<b>"}}
		e, err := m.For(url, schema)
		require.NoError(b.t, err)
		require.NoError(b.t, b.store.Enqueue(e))
	}
	b.Wake()
}

// deadLetters are what is in the folder of the dead letters.
func (b *bench) deadLetters() []map[string]any {
	b.t.Helper()
	names, err := filepath.Glob(filepath.Join(b.dir, "dead", "*.json"))
	require.NoError(b.t, err)
	var list []map[string]any
	for _, name := range names {
		content, err := os.ReadFile(name)
		require.NoError(b.t, err)
		var one []map[string]any
		require.NoError(b.t, json.Unmarshal(content, &one))
		list = append(list, one...)
	}
	return list
}

// bubble runs a test in fake time.
func bubble(t *testing.T, f func(t *testing.T, dir string)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) { f(t, dir) })
}

func TestEnvelopes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 20, 20, 6, 123456700, time.UTC)
	m := events.Message{ID: "i", Type: "T", Topic: "/t", Subject: "s", Time: at, Data: map[string]string{"a": "<b>"}}
	grid := `{"id":"i","topic":"/t","subject":"s","data":{"a":"<b>"},"eventType":"T","dataVersion":"1.0","metadataVersion":"1","eventTime":"2026-11-21T20:20:06.1234567Z"}`
	cloud := `{"id":"i","source":"/t","type":"T","specversion":"1.0","time":"2026-11-21T20:20:06.1234567+00:00","datacontenttype":"application/json","subject":"s","data":{"a":"<b>"}}`
	for schema, want := range map[events.Schema]string{
		events.EventGrid: "[" + grid + "]", events.Callback2021: grid, events.CloudEvents: cloud, events.Callback: "[" + cloud + "]",
	} {
		e, err := m.For(callback, schema)
		require.NoError(t, err)
		require.Equal(t, want, string(e.Body))
	}
	_, err := m.For(callback, "XML")
	require.ErrorIs(t, err, events.ErrSchema)
	leg := events.CallLegState(at, "/t", "", "leg", "Establishing")
	e, err := leg.For(callback, events.Callback2021)
	require.NoError(t, err)
	require.Contains(t, string(e.Body), `"subject":"callLeg/leg/callState","data":{"ConversationId":null,"CallLegId":"leg","CallState":"Establishing"}`)
}

// TestOrder: each endpoint gets its events in order, however long the first one takes, and holds up nobody else.
func TestOrder(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, dir string) {
		n := &network{answer: func(_ int, a attempt) (*http.Response, error) {
			if a.url == callback && a.at < 5*time.Minute {
				return status(http.StatusInternalServerError), nil
			}
			return status(http.StatusAccepted), nil
		}}
		b := newBench(t, dir, n, nil)
		defer b.stop()
		b.send(events.Callback, callback, "1", "2", "3")
		b.send(events.Callback, "https://other.example/", "4")
		time.Sleep(time.Hour)
		var done []string
		for _, a := range n.seen() {
			if a.url != callback || a.at >= 5*time.Minute {
				done = append(done, a.body[8:9])
			}
		}
		require.Equal(t, []string{"4", "1", "2", "3"}, done)
		require.Equal(t, int64(4), b.Counters().Delivered)
		waiting, err := b.store.Waiting()
		require.NoError(t, err)
		require.Zero(t, waiting)
	})
}

// TestSchedule looks at when an endpoint that answers so is tried again, and what becomes of the event.
func TestSchedule(t *testing.T) {
	t.Parallel()
	refused := errors.New("connection refused")
	tests := []struct {
		name    string
		status  int // 0: no answer
		first   time.Duration
		last    string // lastDeliveryOutcome
		reason  string
		between [2]int // attempts
	}{
		{"error", 500, 10 * time.Second, "InternalServerError", "TimeToLiveExceeded", [2]int{8, 12}},
		{"no connection", 0, 10 * time.Second, "ConnectionFailed", "TimeToLiveExceeded", [2]int{8, 12}},
		{"redirect", 307, 10 * time.Second, "TemporaryRedirect", "TimeToLiveExceeded", [2]int{8, 12}},
		{"not found", 404, 5 * time.Minute, "NotFound", "TimeToLiveExceeded", [2]int{8, 12}},
		{"timeout", 408, 2 * time.Minute, "RequestTimeout", "TimeToLiveExceeded", [2]int{8, 12}},
		{"unavailable", 503, 30 * time.Second, "ServiceUnavailable", "TimeToLiveExceeded", [2]int{8, 12}},
		{"bad request", 400, 0, "BadRequest", "UndeliverableDueToClientError", [2]int{1, 1}},
		{"unauthorized", 401, 0, "Unauthorized", "UndeliverableDueToClientError", [2]int{1, 1}},
		{"forbidden", 403, 0, "Forbidden", "UndeliverableDueToClientError", [2]int{1, 1}},
		{"too large", 413, 0, "RequestEntityTooLarge", "UndeliverableDueToClientError", [2]int{1, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, dir string) {
				n := &network{answer: func(int, attempt) (*http.Response, error) {
					if tt.status == 0 {
						return nil, refused
					}
					answer := status(tt.status)
					answer.Header.Set("Location", "https://elsewhere.example/")
					return answer, nil
				}}
				b := newBench(t, dir, n, nil)
				defer b.stop()
				b.send(events.Callback2021, callback, "1")
				time.Sleep(48 * time.Hour)
				seen := n.seen()
				require.GreaterOrEqual(t, len(seen), tt.between[0])
				require.LessOrEqual(t, len(seen), tt.between[1])
				for i, a := range seen {
					require.Equal(t, callback, a.url, "no redirect is followed")
					if i > 0 {
						require.GreaterOrEqual(t, a.at-seen[i-1].at, tt.first*9/10)
						require.LessOrEqual(t, a.at, 24*time.Hour)
					}
				}
				if len(seen) > 1 {
					require.LessOrEqual(t, seen[1].at, tt.first*11/10+time.Second)
				}
				letters := b.deadLetters()
				require.Len(t, letters, 1)
				require.Equal(t, "1", letters[0]["id"])
				require.Equal(t, tt.reason, letters[0]["deadLetterReason"])
				require.Equal(t, tt.last, letters[0]["lastDeliveryOutcome"])
				require.InDelta(t, len(seen), letters[0]["deliveryAttempts"], 0)
				require.NotEmpty(t, letters[0]["lastDeliveryAttemptTime"])
				require.NotEmpty(t, letters[0]["publishTime"])
				require.NoError(t, b.PruneDeadLetters(time.Now()))
			})
		})
	}
}

// TestAttempts: the number of attempts is bounded too.
func TestAttempts(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, dir string) {
		n := &network{answer: func(int, attempt) (*http.Response, error) { return status(http.StatusBadGateway), nil }}
		b := newBench(t, dir, n, func(c *events.Config) { c.Schedule.MaxAttempts = 3 })
		defer b.stop()
		b.send(events.CloudEvents, hookURL, "1") // not configured as a webhook: can't be delivered at all
		b.send(events.Callback, callback, "2")
		time.Sleep(time.Hour)
		require.Len(t, n.seen(), 3)
		letters := b.deadLetters()
		require.Len(t, letters, 2)
		reasons := map[any]any{}
		for _, l := range letters {
			reasons[l["id"]] = l["deadletterreason"]
		}
		require.Equal(t, map[any]any{"1": "UndeliverableDueToClientError", "2": "MaxDeliveryAttemptsExceeded"}, reasons)
		require.Equal(t, events.Counters{Failed: 4, DeadLettered: 2}, b.Counters())
	})
}

// TestRestart: a restart forgets neither what waits nor how often it was tried.
func TestRestart(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, dir string) {
		n := &network{answer: func(count int, _ attempt) (*http.Response, error) {
			if count < 3 {
				return status(http.StatusBadGateway), nil
			}
			return status(http.StatusOK), nil
		}}
		hooks := func(c *events.Config) { c.Webhooks = nil }
		b := newBench(t, dir, n, hooks)
		b.send(events.Callback, callback, "1", "2")
		time.Sleep(15 * time.Second)
		require.Len(t, n.seen(), 2)
		b.stop()
		time.Sleep(time.Second)
		b = newBench(t, dir, n, hooks)
		defer b.stop()
		time.Sleep(10 * time.Second)
		require.Len(t, n.seen(), 2, "not before it is due")
		time.Sleep(time.Hour)
		seen := n.seen()
		require.Len(t, seen, 5)
		require.Contains(t, seen[3].body, `"id":"1"`)
		require.Contains(t, seen[4].body, `"id":"2"`)
	})
}

// consent answers a handshake in the way that is asked for.
func consent(a attempt, key string) *http.Response {
	var list []struct {
		EventType string
		Data      struct{ ValidationCode, ValidationURL string }
	}
	answer := status(http.StatusOK)
	if json.Unmarshal([]byte(a.body), &list) == nil && list[0].Data.ValidationCode != "" {
		answer.Body = io.NopCloser(strings.NewReader(fmt.Sprintf(`{%q:%q}`, key, list[0].Data.ValidationCode)))
	}
	return answer
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"validationResponse", "ValidationResponse"} {
		bubble(t, func(t *testing.T, dir string) {
			n := &network{answer: func(_ int, a attempt) (*http.Response, error) { return consent(a, key), nil }}
			hooks := func(c *events.Config) {
				c.Webhooks = []events.Webhook{{URL: hookURL, Header: http.Header{"Authorization": {"Bearer shared"}}}}
			}
			b := newBench(t, dir, n, hooks)
			b.send(events.EventGrid, hookURL, "1", "2")
			time.Sleep(time.Minute)
			b.stop()
			b = newBench(t, dir, n, hooks)
			defer b.stop()
			b.send(events.EventGrid, hookURL, "3")
			time.Sleep(time.Minute)
			seen := n.seen()
			require.Len(t, seen, 4, "one handshake, three events")
			require.Equal(t, "SubscriptionValidation", seen[0].header.Get("Aeg-Event-Type"))
			require.Contains(t, seen[0].body, `"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent"`)
			for i, a := range seen[1:] {
				require.Equal(t, "Notification", a.header.Get("Aeg-Event-Type"))
				require.Equal(t, "0", a.header.Get("Aeg-Delivery-Count"))
				require.Equal(t, "1.0", a.header.Get("Aeg-Data-Version"))
				require.Equal(t, fmt.Sprint(i+1), a.header.Get("Aeg-Output-Event-Id"))
				require.Equal(t, "Bearer shared", a.header.Get("Authorization"))
				require.Equal(t, "application/json; charset=utf-8", a.header.Get("Content-Type"))
			}
			require.NotContains(t, b.log.String(), "secret")
		})
	}
}

// TestNoConsent: who does not agree gets nothing.
func TestNoConsent(t *testing.T) {
	t.Parallel()
	answers := map[string]func(a attempt) *http.Response{
		"no code": func(attempt) *http.Response { return status(http.StatusOK) },
		"other code": func(attempt) *http.Response {
			r := status(200)
			r.Body = io.NopCloser(strings.NewReader(`{"validationResponse":"x"}`))
			return r
		},
		"not 200": func(a attempt) *http.Response { r := consent(a, "validationResponse"); r.StatusCode = 202; return r },
		"large":   func(attempt) *http.Response { r := status(200); r.Body = io.NopCloser(endless{}); return r },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, dir string) {
				n := &network{answer: func(_ int, a attempt) (*http.Response, error) { return answer(a), nil }}
				b := newBench(t, dir, n, func(c *events.Config) { c.Webhooks = []events.Webhook{{URL: hookURL}} })
				defer b.stop()
				b.send(events.EventGrid, hookURL, "1")
				time.Sleep(48 * time.Hour)
				for _, a := range n.seen() {
					require.Equal(t, "SubscriptionValidation", a.header.Get("Aeg-Event-Type"))
				}
				require.Equal(t, "NotValidated", b.deadLetters()[0]["lastDeliveryOutcome"])
			})
		})
	}
}

// endless is an answer without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestConfirmByHand: an operator opens the address that came with the code.
func TestConfirmByHand(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, dir string) {
		codes := make(chan string, 100)
		n := &network{}
		b := newBench(t, dir, n, func(c *events.Config) {
			c.Webhooks = []events.Webhook{{URL: hookURL}}
			c.ValidationURL = func(code string) string { codes <- code; return "https://recorder.example/" + code }
		})
		defer b.stop()
		b.send(events.EventGrid, hookURL, "1")
		time.Sleep(time.Second)
		code := <-codes
		require.Contains(t, n.seen()[0].body, `"validationUrl":"https://recorder.example/`+code+`"`)
		require.False(t, b.Confirm("guess"))
		require.True(t, b.Confirm(code))
		time.Sleep(time.Minute)
		seen := n.seen()
		require.Equal(t, "Notification", seen[len(seen)-1].header.Get("Aeg-Event-Type"))
		time.Sleep(11 * time.Minute)
		require.False(t, b.Confirm(code), "too late")
	})
}

func TestCloudEventsHandshake(t *testing.T) {
	t.Parallel()
	for allowed, good := range map[string]bool{"*": true, "recorder.example": true, "eventgrid.azure.net": false, "": false} {
		bubble(t, func(t *testing.T, dir string) {
			n := &network{answer: func(int, attempt) (*http.Response, error) {
				answer := status(http.StatusOK)
				answer.Header.Set("Webhook-Allowed-Origin", allowed)
				return answer, nil
			}}
			b := newBench(t, dir, n, func(c *events.Config) {
				c.Webhooks = []events.Webhook{{URL: hookURL, Schema: events.CloudEvents}}
				c.Origin = "recorder.example"
			})
			defer b.stop()
			b.send(events.CloudEvents, hookURL, "1")
			time.Sleep(5 * time.Second)
			seen := n.seen()
			require.Equal(t, http.MethodOptions, seen[0].method)
			require.Equal(t, "recorder.example", seen[0].header.Get("Webhook-Request-Origin"))
			if !good {
				require.Len(t, seen, 1)
				return
			}
			require.Len(t, seen, 2)
			require.Equal(t, "recorder.example", seen[1].header.Get("Origin"))
			require.Equal(t, "application/cloudevents+json; charset=utf-8", seen[1].header.Get("Content-Type"))
		})
	}
}

// TestStopWhileDelivering: an attempt that a shutdown cuts short does not count.
func TestStopWhileDelivering(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, dir string) {
		started := make(chan struct{})
		b := newBench(t, dir, &network{}, func(c *events.Config) {
			c.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
				close(started)
				<-r.Context().Done()
				return nil, r.Context().Err()
			})
		})
		b.send(events.Callback, callback, "1")
		<-started
		b.stop()
		s, err := store.Open(filepath.Join(dir, "db"))
		require.NoError(t, err)
		defer s.Close()
		endpoints, err := s.Endpoints()
		require.NoError(t, err)
		e, err := s.Pending(endpoints[0])
		require.NoError(t, err)
		require.Zero(t, e.Attempts)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestConfig(t *testing.T) {
	t.Parallel()
	s, err := store.Open(filepath.Join(t.TempDir(), "db"))
	require.NoError(t, err)
	defer s.Close()
	many := http.Header{}
	for i := range 11 {
		many.Set(fmt.Sprint("X-", i), "")
	}
	for _, w := range []events.Webhook{
		{},
		{URL: "/relative"},
		{URL: "ftp://host/"},
		{URL: "https://user@host/"},
		{URL: "https://" + strings.Repeat("x", 3000)},
		{URL: hookURL, Schema: events.Callback},
		{URL: hookURL, Header: many},
		{URL: "http://[/"},
	} {
		_, err := events.New(events.Config{Outbox: s, Webhooks: []events.Webhook{w}})
		require.Error(t, err, "%+v", w)
	}
	_, err = events.New(events.Config{})
	require.Error(t, err)
}
