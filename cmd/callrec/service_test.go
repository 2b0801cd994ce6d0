//go:build oracle

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// service is callrec serve as a process of its own.
type service struct {
	t      *testing.T
	url    string
	data   string
	args   []string
	cmd    *exec.Cmd
	stderr *syncBuffer
}

// built makes the binary once for all tests.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "callrec")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "callrec")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return string(out), err
	}
	return path, nil
})

// serve starts a service and waits until it listens. It is stopped at the end of the test.
func serve(t *testing.T, args ...string) *service {
	t.Helper()
	s := &service{t: t, data: t.TempDir(), args: args}
	s.start("127.0.0.1:0")
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Log(s.stderr.String())
		}
	})
	return s
}

func (s *service) start(listen string) {
	s.t.Helper()
	path, err := built()
	require.NoError(s.t, err, path)
	s.stderr = &syncBuffer{}
	s.cmd = exec.Command(path, append([]string{"serve", "--listen", listen, "--data", s.data}, s.args...)...)
	s.cmd.Stderr = s.stderr
	stdout, err := s.cmd.StdoutPipe()
	require.NoError(s.t, err)
	require.NoError(s.t, s.cmd.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(s.t, err, s.stderr.String())
	s.url = strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
}

// stop ends the service as an operator does, and waits for it.
func (s *service) stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil && !s.t.Failed() {
		s.t.Errorf("callrec serve: %v\n%s", err, s.stderr.String())
	}
	s.cmd = nil
}

// kill ends the service without a warning.
func (s *service) kill() {
	s.t.Helper()
	require.NoError(s.t, s.cmd.Process.Kill())
	_ = s.cmd.Wait()
	s.cmd = nil
}

// restart starts the service again at the same address.
func (s *service) restart() {
	s.t.Helper()
	s.start(strings.TrimPrefix(s.url, "http://"))
}

// ask sends a request and returns status and body.
func (s *service) ask(method, path, body string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	resp, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	return resp.StatusCode, string(b)
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// hook is a webhook, and a callback, that keeps what it gets. It can be told to refuse everything.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	events []hookEvent
	refuse bool
}

type hookEvent struct {
	ID, Subject, EventType, Type string
	Data                         struct {
		State                string
		CallState            string `json:"CallState"`
		RecordingStorageInfo struct {
			RecordingChunks []struct{ DocumentID, ContentLocation, EndReason string }
		}
		SessionEndReason string
		ValidationCode   string
	}
	at time.Time
}

func newHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

// ServeHTTP takes events by POST, and by GET tells where the file of a recording is.
func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.Method == http.MethodGet {
		h.find(w, r.URL.Query().Get("recording"))
		return
	}
	if h.refuse {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	body, _ := io.ReadAll(r.Body)
	var list []hookEvent
	if body[0] != '[' {
		body = []byte("[" + string(body) + "]")
	}
	if err := json.Unmarshal(body, &list); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, e := range list {
		if code := e.Data.ValidationCode; code != "" {
			_ = json.NewEncoder(w).Encode(map[string]string{"ValidationResponse": code})
			continue
		}
		e.at = time.Now()
		h.events = append(h.events, e)
	}
}

// find writes the location of a recording's file, or its document ID for an event of 2021, which does not name the
// recording.
func (h *hook) find(w http.ResponseWriter, recording string) {
	for _, e := range h.events {
		chunks := e.Data.RecordingStorageInfo.RecordingChunks
		switch {
		case len(chunks) == 0:
		case strings.HasSuffix(e.Subject, "/recordingId/"+recording):
			_, _ = io.WriteString(w, chunks[0].ContentLocation)
			return
		case chunks[0].ContentLocation == "":
			_, _ = io.WriteString(w, chunks[0].DocumentID)
			return
		}
	}
	w.WriteHeader(http.StatusNotFound)
}

// of returns the events of a type that have come.
func (h *hook) of(eventType string) []hookEvent {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []hookEvent
	for _, e := range h.events {
		if e.EventType == eventType || e.Type == eventType {
			list = append(list, e)
		}
	}
	return list
}

func (h *hook) setRefuse(refuse bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refuse = refuse
}
