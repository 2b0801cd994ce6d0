package control_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control"
	"github.com/callrec/callrec/control/access"
)

var testKeys = []access.Key{
	{Name: "primary", Secret: []byte("0123456789abcdef0123456789abcdef")},
	{Name: "secondary", Secret: []byte("fedcba9876543210fedcba9876543210")},
}

// signed returns the headers with which a client signs a request.
func signed(key access.Key, method, target, host, body string) []string {
	sum := sha256.Sum256([]byte(body))
	hash := base64.StdEncoding.EncodeToString(sum[:])
	date := time.Now().UTC().Format(http.TimeFormat)
	signature := access.Sign(key.Secret, method+"\n"+target+"\n"+date+";"+host+";"+hash)
	return []string{
		"X-Ms-Date: " + date, "X-Ms-Content-Sha256: " + hash,
		"Authorization: HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=" +
			base64.StdEncoding.EncodeToString(signature),
	}
}

func withKeys(c *control.Config) { c.Auth = &access.HMAC{Keys: testKeys} }

// TestEveryRouteNeedsAKey asks every route without a signature, with a wrong one, and with a good one.
func TestEveryRouteNeedsAKey(t *testing.T) {
	t.Parallel()
	r := newRig(t, withKeys)
	const host = "example.com"
	stranger := access.Key{Name: "stranger", Secret: []byte("guessed")}
	for _, target := range []string{
		"POST /calling/recordings" + version, "GET /calling/recordings/x" + version, "DELETE /calling/recordings/x" + version,
		"POST /calling/recordings/x:pause" + version, "POST /calling/recordings/x:resume" + version,
		"GET /calling/recordings/x/result" + version, "GET /v1/objects/x/content/video", "GET /v1/objects/x/content/acsmetadata",
		"DELETE /v1/objects/x", "DELETE /v1/objects/x/content/deletedata", "POST /conversations/c/Recordings",
		"GET /conversations/c/recordings/x", "DELETE /conversations/c/recordings/x", "POST /conversations/c/recordings/x/Pause",
		"POST /calling/conversations/c/recordings/x/Resume", "GET /recording/download/x", "GET /recording/download/x/metadata",
		"PUT /calling/recordings" + version,
	} {
		method, path, _ := strings.Cut(target, " ")
		a := r.do(method, path, "")
		require.Equal(t, http.StatusUnauthorized, a.Status, target)
		require.Equal(t, "HMAC-SHA256", a.Header.Get("Www-Authenticate"))
		require.Contains(t, a.Body, "Denied by the resource provider.", target)
		require.Equal(t, http.StatusUnauthorized, r.do(method, path, "", signed(stranger, method, path, host, "")...).Status, target)
		for _, key := range testKeys {
			require.NotEqual(t, http.StatusUnauthorized, r.do(method, path, "", signed(key, method, path, host, "")...).Status, target)
		}
	}
	require.Zero(t, r.call.count())
	tampered := r.do(http.MethodPost, "/calling/recordings"+version, startBodyOfSDK, signed(testKeys[0], http.MethodPost, "/calling/recordings"+version, host, sdkStart)...)
	require.Equal(t, http.StatusUnauthorized, tampered.Status)
	require.Contains(t, tampered.Body, "x-ms-content-sha256")
	good := r.do(http.MethodPost, "/calling/recordings"+version, startBodyOfSDK, signed(testKeys[1], http.MethodPost, "/calling/recordings"+version, host, startBodyOfSDK)...)
	require.Equal(t, http.StatusOK, good.Status, good.Body)
	require.Contains(t, r.log.String(), "msg=audit op=start by=secondary")
}

// TestHostileTargets: nothing but the files of recordings is ever served, and no answer tells where they are.
func TestHostileTargets(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	id, document := r.finished()
	secret := filepath.Join(r.cfg.Dir, "chunk-0000.mp4")
	require.NoError(t, os.WriteFile(secret, []byte("secret"), 0o600))
	for _, name := range []string{
		"..", ".", "../" + id, "..%2F..%2Fdb", "%2e%2e", "..%5C..", "%00", "x%00y", id + ":", document + "%2F..", document + "/..",
		strings.Repeat("a", 5000), "%", "%zz", "chunk-0000.mp4", "0-local-d1-" + strings.Repeat("0", 32), "//", "", "😀", "-", "'", `"`,
	} {
		for _, pattern := range []string{
			"/v1/objects/%s/content/video", "/v1/objects/%s/content/acsmetadata", "/v1/objects/%s", "/recording/download/%s",
			"/recording/download/%s/metadata", "/calling/recordings/%s", "/calling/recordings/%s/result", "/calling/recordings/%s:pause",
			"/conversations/" + serverCallID + "/recordings/%s", "/conversations/%s/recordings/x", "/%s",
		} {
			for _, method := range []string{http.MethodGet, http.MethodDelete, http.MethodPost} {
				req := &http.Request{Method: method, Host: "example.com", Header: http.Header{}, Body: http.NoBody}
				req.RequestURI = fmt.Sprintf(pattern, name) + version
				u, err := url.ParseRequestURI(req.RequestURI)
				if err != nil {
					continue // net/http answers such a request itself
				}
				req.URL = u
				w := &memoryWriter{header: http.Header{}}
				r.server.ServeHTTP(w, req.WithContext(t.Context()))
				require.GreaterOrEqual(t, w.status, 400, "%s %s: %s", method, req.RequestURI, w.body.String())
				require.Less(t, w.status, 500, "%s %s", method, req.RequestURI)
				for _, leak := range []string{r.dir, "secret", "no such file", ".mp4", "goroutine"} {
					require.NotContains(t, w.body.String(), leak, "%s %s", method, req.RequestURI)
				}
			}
		}
	}
	require.FileExists(t, filepath.Join(r.cfg.Dir, id, "chunk-0000.mp4"))
	require.FileExists(t, secret)
}

type memoryWriter struct {
	header http.Header
	status int
	body   strings.Builder
}

func (w *memoryWriter) Header() http.Header         { return w.header }
func (w *memoryWriter) WriteHeader(status int)      { w.status = status }
func (w *memoryWriter) Write(b []byte) (int, error) { return w.body.Write(b) }

// TestErrorsTellNothing: what goes wrong inside is for the log alone.
func TestErrorsTellNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.call.onRecord = func(context.Context) error { return fmt.Errorf("open %s: disk full", r.dir) }
	a := r.do(http.MethodPost, "/calling/recordings"+version, sdkStart)
	require.Equal(t, http.StatusInternalServerError, a.Status)
	require.NotContains(t, a.Body, r.dir)
	require.Contains(t, r.log.String(), "disk full")
}

func TestMethods(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	a := r.do(http.MethodPut, "/calling/recordings/x"+version, "")
	require.Equal(t, http.StatusMethodNotAllowed, a.Status)
	require.Equal(t, "DELETE, GET", a.Header.Get("Allow"))
	for _, unknown := range []string{"/", "/calling", "/calling/recordings/x:stop", "/calling/recordings/x/y", "/v1/objects/x/content", "/conversations/c", "/conversations/c/recordings/x/Stop", "/recording/download/x/y", "/index.html"} {
		require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, unknown, "").Status, unknown)
	}
	require.Equal(t, http.StatusRequestURITooLong, r.do(http.MethodGet, "/calling/recordings/x?api-version=2026-03-12&"+strings.Repeat("x", 9000), "").Status)
}

// served serves the rig on loopback.
func (r *rig) served(change func(*http.Server)) string {
	r.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(r.t, err)
	s := control.HTTPServer(r.server)
	if change != nil {
		change(s)
	}
	go func() { _ = s.Serve(l) }()
	r.t.Cleanup(func() { require.NoError(r.t, s.Close()) })
	return l.Addr().String()
}

// TestSlowAndGreedyClients speaks to the service byte by byte: it lets nobody hold a connection for ever, and reads no more
// than it has said.
func TestSlowAndGreedyClients(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	address := r.served(func(s *http.Server) { s.ReadHeaderTimeout, s.ReadTimeout = 50*time.Millisecond, 50*time.Millisecond })
	tests := []struct{ name, send, want string }{
		{"never ends its header", "GET /calling/recordings/x HTTP/1.1\r\nHost: x\r\nX: ", ""},
		{"says nothing", "", ""},
		{"never ends its body", "POST /calling/recordings?api-version=2026-03-12 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", "400 Bad Request"},
		{"large header", "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", "431 "},
		{"large body", "POST /calling/recordings?api-version=2026-03-12 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n" + strings.Repeat("x", 80<<10), "413 "},
		{"not HTTP", "hello\r\n\r\n", "400 "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := net.Dial("tcp", address)
			require.NoError(t, err)
			defer c.Close()
			go func() { _, _ = io.WriteString(c, tt.send) }() // the service may hang up before it has read all
			answer, _ := bufio.NewReader(c).ReadString('\n')  // an end is an answer too
			require.Contains(t, answer, tt.want)
		})
	}
}

// TestManyDownloads holds more downloads open than are allowed: those beyond are told to come back, and the others get
// all of their file.
func TestManyDownloads(t *testing.T) {
	t.Parallel()
	const most = 50
	r := newRig(t, func(c *control.Config) { c.MaxDownloads = most })
	r.call.media = make([]byte, 16<<20) // more than a connection buffers
	_, document := r.finished()
	url := "http://" + r.served(nil) + "/v1/objects/" + document + "/content/video"
	open := make([]io.ReadCloser, 0, most)
	client := &http.Client{Transport: &http.Transport{}}
	for range most {
		resp, err := client.Get(url)
		require.NoError(t, err)
		defer resp.Body.Close()
		require.Equal(t, http.StatusOK, resp.StatusCode)
		open = append(open, resp.Body)
	}
	require.Equal(t, most, r.server.Stats().Downloads)
	resp, err := client.Get(url)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusTooManyRequests, resp.StatusCode)
	require.NotEmpty(t, resp.Header.Get("Retry-After"))
	n, err := io.Copy(io.Discard, open[0])
	require.NoError(t, err)
	require.Equal(t, int64(len(r.call.media)), n)
	eventually(t, "there is room again", func() bool { return r.server.Stats().Downloads == most-1 })
	for _, body := range open {
		require.NoError(t, body.Close())
	}
}

// TestAudit: who has done what, and how it ended.
func TestAudit(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	id, document := r.finished()
	r.do(http.MethodGet, "/v1/objects/"+document+"/content/video", "")
	r.do(http.MethodDelete, "/v1/objects/"+document, "")
	r.do(http.MethodDelete, "/v1/objects/"+document, "")
	r.do(http.MethodGet, "/calling/recordings/"+id+version, "")
	log := r.log.String()
	for _, line := range []string{
		`msg=audit op=start by="" remote=192.0.2.1:1234 subject=` + id + " status=200",
		`op=stop by="" remote=192.0.2.1:1234 subject=` + id + " status=204",
		`op=download by="" remote=192.0.2.1:1234 subject=` + document + " status=200",
		`op=delete by="" remote=192.0.2.1:1234 subject=` + document + " status=200",
		`op=delete by="" remote=192.0.2.1:1234 subject=` + document + " status=404",
	} {
		require.Contains(t, log, line)
	}
	require.NotContains(t, log, "op=state", "is for debugging")
	require.Equal(t, int64(len(r.call.media)), r.server.Stats().SentBytes)
	require.Equal(t, int64(1), r.server.Stats().Requests[control.Request{Op: "delete", Status: 404}])
}
