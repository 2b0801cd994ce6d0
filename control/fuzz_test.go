package control_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control"
	"github.com/callrec/callrec/control/events"
	"github.com/callrec/callrec/control/store"
)

// FuzzRequest sends anything: the answer is never an internal error, and never tells where files are.
func FuzzRequest(f *testing.F) {
	dir := f.TempDir()
	s, err := store.Open(filepath.Join(dir, "db"))
	require.NoError(f, err)
	f.Cleanup(func() { require.NoError(f, s.Close()) })
	deliverer, err := events.New(events.Config{Outbox: s})
	require.NoError(f, err)
	server, err := control.New(f.Context(), control.Config{Calls: &fakeCalls{}, Dir: filepath.Join(dir, "recordings"), Store: s, Events: deliverer})
	require.NoError(f, err)
	f.Add("POST", "/calling/recordings?api-version=2026-03-12", sdkAll, "", "id")
	f.Add("POST", "/calling/recordings?api-version=2026-03-12", `{"callLocator":{"kind":"roomCallLocator","roomId":"1"},"channelAffinity":[{"channel":-1}]}`, "", "")
	f.Add("POST", "/conversations/aHR0cHM6Ly94/Recordings", `{"operationContext":"c"}`, "", "")
	f.Add("GET", "/recording/download/0-local-d1-00", "{}", "bytes=undefined", "")
	f.Add("GET", "/v1/objects/..%2f/content/video", "", "bytes=0-1,3-4", "")
	f.Add("DELETE", "/calling/recordings/x:pause:resume", "", "", "")
	f.Fuzz(func(t *testing.T, method, target, body, ranges, repeat string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || strings.ContainsAny(method, " \r\n") {
			return // net/http lets none of these through
		}
		r := &http.Request{Method: method, URL: u, RequestURI: target, Host: "h", Header: http.Header{}, Body: http.NoBody}
		if body != "" {
			r.Body = httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body)).Body
		}
		r.Header.Set("Range", ranges)
		r.Header.Set("Repeatability-Request-Id", repeat)
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r.WithContext(t.Context()))
		require.Less(t, w.Code, 500, w.Body.String())
		require.NotContains(t, w.Body.String(), dir)
	})
}
