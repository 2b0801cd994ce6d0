package control_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control"
	"github.com/callrec/callrec/control/events"
	"github.com/callrec/callrec/control/store"
)

var testStart = time.Date(2026, 11, 21, 20, 20, 6, 123456700, time.UTC)

const (
	version        = "?api-version=2026-03-12"
	serverCallID   = "aHR0cHM6Ly9jb252LnJlY29yZGVyLmV4YW1wbGUvY29udi8zUTJwWHEwblFrQ3p2MXMwYVdjUjdBP2k9MSZlPTYzODAwMDAwMDAwMDAwMDAwMA"
	groupCallID    = "1350d9e6-946f-5cd9-9f29-a1cb488a2c71"
	roomID         = "99466838241024440"
	connectionID   = "421f3600-1c11-4b2e-9d3c-5a6b7c8d9e0f"
	startBodyOfSDK = `{"callLocator":{"serverCallId":"` + serverCallID + `","kind":"serverCallLocator"}}`
)

// rig is a service over fake calls.
type rig struct {
	t        *testing.T
	dir      string
	cfg      control.Config
	server   *control.Server
	store    *store.Store
	calls    *fakeCalls
	call     *fakeCall
	endpoint *endpoint
	log      *logBuffer
	stop     func()
}

// newRig makes a service with one call and one webhook. change may change the configuration.
func newRig(t *testing.T, change func(*control.Config)) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir(), calls: &fakeCalls{}, endpoint: &endpoint{}, log: &logBuffer{}}
	r.call = r.calls.add(control.CallInfo{
		CallID: "0d9f3a0e-0000-4000-8000-000000000002", ServerCallID: serverCallID, GroupCallID: groupCallID,
		RoomID: roomID, ConnectionID: connectionID, CorrelationID: "0d9f3a0e-0000-4000-8000-000000000003",
	})
	r.cfg = control.Config{
		Calls: r.calls, Dir: filepath.Join(r.dir, "recordings"), OperationTimeout: 5 * time.Second,
		ResourceID: "0d9f3a0e-0000-4000-8000-000000000001", Topic: "/subscriptions/s", Logger: slog.New(slog.NewTextHandler(r.log, nil)),
	}
	if change != nil {
		change(&r.cfg)
	}
	r.open()
	t.Cleanup(func() { r.stop() })
	return r
}

// open starts the service, again after stop.
func (r *rig) open() {
	var err error
	r.store, err = store.Open(filepath.Join(r.dir, "db"))
	require.NoError(r.t, err)
	deliverer, err := events.New(events.Config{
		Outbox: r.store, Webhooks: []events.Webhook{{URL: "https://hook.example/events"}}, Transport: r.endpoint,
		DeadLetters: filepath.Join(r.dir, "dead-letters"), Logger: r.cfg.Logger,
	})
	require.NoError(r.t, err)
	r.cfg.Store, r.cfg.Events = r.store, deliverer
	r.server, err = control.New(r.t.Context(), r.cfg)
	require.NoError(r.t, err)
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.t.Context()))
	var running sync.WaitGroup
	running.Go(func() { deliverer.Run(ctx) })
	r.stop = func() {
		require.NoError(r.t, r.server.Close(ctx))
		cancel()
		running.Wait()
		require.NoError(r.t, r.store.Close())
		r.stop = func() {}
	}
}

// answer is what came back for a request.
type answer struct {
	Status int
	Header http.Header
	Body   string
}

// do sends a request, whose headers are given as "Name: value".
func (r *rig) do(method, target, body string, headers ...string) answer {
	r.t.Helper()
	req := httptest.NewRequestWithContext(r.t.Context(), method, target, strings.NewReader(body))
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	if body != "" && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	rec := httptest.NewRecorder()
	r.server.ServeHTTP(rec, req)
	a := answer{rec.Code, rec.Header(), rec.Body.String()}
	keep(r.t, req, body, a)
	return a
}

// start starts a recording in today's API and returns its ID.
func (r *rig) start() string {
	r.t.Helper()
	a := r.do(http.MethodPost, "/calling/recordings"+version, startBodyOfSDK)
	require.Equal(r.t, http.StatusOK, a.Status, a.Body)
	return a.field("recordingId")
}

// field is a string of a JSON answer.
func (a answer) field(name string) string {
	var v map[string]any
	if json.Unmarshal([]byte(a.Body), &v) != nil {
		return ""
	}
	s, _ := v[name].(string)
	return s
}

// eventually waits for something that another goroutine does.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	require.Eventually(t, f, 10*time.Second, 2*time.Millisecond, what)
}

// endpoint answers everything that is sent to it, and keeps it.
type endpoint struct {
	mu   sync.Mutex
	sent []delivery
}

type delivery struct {
	url    string
	header http.Header
	body   string
}

func (e *endpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}
	if r.Header.Get("Aeg-Event-Type") == "SubscriptionValidation" {
		var list []struct {
			Data struct{ ValidationCode string }
		}
		if err := json.Unmarshal(b, &list); err != nil {
			return nil, err
		}
		answer.Body = io.NopCloser(strings.NewReader(`{"validationResponse":"` + list[0].Data.ValidationCode + `"}`))
		return answer, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sent = append(e.sent, delivery{r.URL.String(), r.Header, string(b)})
	return answer, nil
}

// to returns what was sent to a URL.
func (e *endpoint) to(url string) []delivery {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []delivery
	for _, d := range e.sent {
		if d.url == url {
			list = append(list, d)
		}
	}
	return list
}

// logBuffer keeps log lines.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// exchangesVariable names a file to which every request and answer of the tests is written, for others to check them
// against the API's description.
const exchangesVariable = "CALLREC_EXCHANGES"

var exchanges sync.Mutex

// keep writes an exchange to the file of exchangesVariable, if there is one.
func keep(t *testing.T, r *http.Request, body string, a answer) {
	t.Helper()
	path := os.Getenv(exchangesVariable)
	if path == "" {
		return
	}
	line, err := json.Marshal(map[string]any{
		"test": t.Name(), "method": r.Method, "target": r.RequestURI, "header": r.Header, "body": body,
		"status": a.Status, "answerHeader": a.Header, "answerBody": a.Body,
	})
	require.NoError(t, err)
	exchanges.Lock()
	defer exchanges.Unlock()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	_, err = f.Write(append(line, '\n'))
	require.NoError(t, err)
	require.NoError(t, f.Close())
}
