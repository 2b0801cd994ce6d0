package access_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control/access"
)

// The vectors are requests of the official JavaScript clients, captured on the wire.
const (
	testKey    = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	emptyHash  = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	clientDate = "Sat, 21 Nov 2026 20:20:06 GMT"
	rid        = "eyJQbGF0Zm9ybUVuZHBvaW50SWQiOiI5YTFiODEyOC1jMGI5LTRhYTEtYTcyNy04ODY4ZTNjZTMyMTQiLCJSZXNvdXJjZVNwZWNpZmljSWQiOiIzMDY1YmNmZC04MDQxLTRmMDUtODQxOC04NWI2NzQ1MTA2MjAifQ"
	object     = "/v1/objects/0-local-d1-5a0e8c1f2b3d4e5f60718293a4b5c6d7"
	startBody  = `{"callLocator":{"serverCallId":"aHR0cHM6Ly9jb252LnJlY29yZGVyLmV4YW1wbGUvY29udi8zUTJwWHEwblFrQ3p2MXMwYVdjUjdBP2k9MSZlPTYzODAwMDAwMDAwMDAwMDAwMA","kind":"serverCallLocator"},"recordingStateCallbackUri":"https://127.0.0.1:9443/callbacks","recordingContentType":"audioVideo","recordingChannelType":"mixed","recordingFormatType":"mp4"}`
	startHash  = "Z2AtcAnzdBrnam5BcQWiTpc7nYejTYa6zddbv3q9F/w="
	startSign  = "GH11QYRCQm5rpHzD1LOIIc3zfCXKTYz+p11qswc8QAc="
)

// wire is a request as it comes from a connection.
type wire struct {
	line    string // method and target
	host    string
	headers []string
	body    string
	hash    string
	signed  string
	sign    string
	content bool
}

func (w wire) request(t *testing.T) access.Request {
	t.Helper()
	if w.signed == "" {
		w.signed = "x-ms-date;host;x-ms-content-sha256"
	}
	if w.hash == "" {
		w.hash = emptyHash
	}
	lines := append([]string{
		w.line + " HTTP/1.1", "Host: " + w.host, "x-ms-content-sha256: " + w.hash,
		"Authorization: HMAC-SHA256 SignedHeaders=" + w.signed + "&Signature=" + w.sign,
	}, w.headers...)
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.Join(lines, "\r\n") + "\r\n\r\n")))
	require.NoError(t, err)
	return access.Request{Request: r, Body: []byte(w.body), Content: w.content}
}

func key(t *testing.T, name, encoded string) access.Key {
	t.Helper()
	k, err := access.ParseKey(name, encoded)
	require.NoError(t, err)
	return k
}

func at(offset time.Duration) func() time.Time {
	return func() time.Time { return time.Date(2026, 11, 21, 20, 20, 6, 0, time.UTC).Add(offset) }
}

// signature signs a text with the test key.
func signature(t *testing.T, text string) string {
	t.Helper()
	return base64.StdEncoding.EncodeToString(access.Sign(key(t, "", testKey).Secret, text))
}

func TestHMAC(t *testing.T) {
	t.Parallel()
	const local = "127.0.0.1:18080"
	date := "x-ms-date: " + clientDate
	original := []string{date, "x-ms-host: " + local, "OriginalUrl: https://storage.asm.skype.com" + object + "/content/video"}
	tests := []struct {
		name      string
		wire      wire
		offset    time.Duration
		endpoints []string
		denied    string // part of the error; empty if accepted
	}{
		{name: "start, 1.6.0", wire: wire{line: "POST /calling/recordings?api-version=2026-03-12", host: local, headers: []string{date}, body: startBody, hash: startHash, sign: startSign}},
		{name: "state, 1.6.0", wire: wire{line: "GET /calling/recordings/" + rid + "?api-version=2026-03-12", host: local, headers: []string{date}, sign: "l4IR5mnHXx7lIuKpgB0l+sqjn0POYAA/2y1KWTiS7oA="}},
		{name: "pause, 1.6.0", wire: wire{line: "POST /calling/recordings/" + rid + ":pause?api-version=2026-03-12", host: local, headers: []string{date}, sign: "RFZmWdim0hNZbBr7lPuBFmSJnKsJr6178eZaY3fZeUU="}},
		{name: "resume, 1.6.0", wire: wire{line: "POST /calling/recordings/" + rid + ":resume?api-version=2026-03-12", host: local, headers: []string{date}, sign: "IGiGVPu4iFE8oJOPY+76LJQICnwYW9MlgUami64WGeM="}},
		{name: "stop, 1.6.0", wire: wire{line: "DELETE /calling/recordings/" + rid + "?api-version=2026-03-12", host: local, headers: []string{date}, sign: "0GGxzCJ3oMr/BqDjUWeBr6rA1rJ5xnyjEzYEtpU51jY="}},
		{name: "download, 1.6.0", wire: wire{line: "GET " + object + "/content/video", host: "storage.asm.skype.com", headers: original, sign: "cm/xyrSJ/Nv9Cn9foUntGWCf/6NtBvdmgoejlLOKuZc=", content: true}},
		{name: "download, 1.5.1, unsigned query and range", offset: 2 * time.Second, wire: wire{line: "GET " + object + "/content/video?sig=abc", host: local, headers: []string{"x-ms-date: Sat, 21 Nov 2026 20:20:08 GMT", "x-ms-host: " + local, "Range: bytes=undefined"}, sign: "0lJkcvKUb6kkw51VugrdqnNPEYycho0AdpkpuzkEtNE=", content: true}},
		{name: "metadata, 1.6.0", wire: wire{line: "GET " + object + "/content/acsmetadata", host: "storage.asm.skype.com", headers: []string{"x-ms-date: Sat, 21 Nov 2026 20:20:08 GMT", "x-ms-host: " + local}, sign: "z4oBsK5AHc3PY/EldxYHu8220cigtCvbxBIVpl47Bko=", content: true}},
		{name: "delete a file, 1.6.0", wire: wire{line: "DELETE " + object, host: "storage.asm.skype.com", headers: []string{"x-ms-date: Sat, 21 Nov 2026 20:20:08 GMT", "x-ms-host: " + local}, sign: "x9so8smO9tbnXNAsGnaBOhW7TJ2NANNzZgRXeolgJbc=", content: true}},

		{name: "early by the window", offset: -5 * time.Minute, wire: wire{line: "POST /calling/recordings?api-version=2026-03-12", host: local, headers: []string{date}, body: startBody, hash: startHash, sign: startSign}},
		{name: "late by more", offset: 5*time.Minute + time.Second, denied: "off by 5m1s", wire: wire{line: "POST /calling/recordings?api-version=2026-03-12", host: local, headers: []string{date}, body: startBody, hash: startHash, sign: startSign}},
		{name: "another body", denied: "x-ms-content-sha256", wire: wire{line: "POST /calling/recordings?api-version=2026-03-12", host: local, headers: []string{date}, body: startBody + " ", hash: startHash, sign: startSign}},
		{name: "another method", denied: "does not match", wire: wire{line: "PUT /calling/recordings?api-version=2026-03-12", host: local, headers: []string{date}, body: startBody, hash: startHash, sign: startSign}},
		{name: "another query", denied: "does not match", wire: wire{line: "POST /calling/recordings?api-version=2026-03-13", host: local, headers: []string{date}, body: startBody, hash: startHash, sign: startSign}},
		{name: "another host", denied: "does not match", wire: wire{line: "POST /calling/recordings?api-version=2026-03-12", host: "127.0.0.1:18081", headers: []string{date}, body: startBody, hash: startHash, sign: startSign}},
		{name: "x-ms-host counts on content routes alone", denied: "does not match", wire: wire{line: "POST /calling/recordings?api-version=2026-03-12", host: "elsewhere", headers: []string{date, "x-ms-host: " + local}, body: startBody, hash: startHash, sign: startSign}},
		{name: "x-ms-host of an endpoint that is ours", endpoints: []string{local}, wire: wire{line: "GET " + object + "/content/video", host: "storage.asm.skype.com", headers: original, sign: "cm/xyrSJ/Nv9Cn9foUntGWCf/6NtBvdmgoejlLOKuZc=", content: true}},
		{name: "x-ms-host of an endpoint that is ours, on any port", endpoints: []string{"127.0.0.1"}, wire: wire{line: "GET " + object + "/content/video", host: "storage.asm.skype.com", headers: original, sign: "cm/xyrSJ/Nv9Cn9foUntGWCf/6NtBvdmgoejlLOKuZc=", content: true}},
		{name: "x-ms-host of a stranger", endpoints: []string{"recorder.example"}, denied: "does not match", wire: wire{line: "GET " + object + "/content/video", host: "storage.asm.skype.com", headers: original, sign: "cm/xyrSJ/Nv9Cn9foUntGWCf/6NtBvdmgoejlLOKuZc=", content: true}},
		{name: "no date", denied: "is not a date", wire: wire{line: "GET /x", host: local, sign: startSign}},
		{name: "a signature of other bytes", denied: "32 bytes", wire: wire{line: "GET /x", host: local, headers: []string{date}, sign: "AAAA"}},
		{name: "a header is not signed", denied: "SignedHeaders", wire: wire{line: "GET /x", host: local, headers: []string{date}, signed: "x-ms-date;host", sign: startSign}},
		{name: "a header is signed twice", denied: "SignedHeaders", wire: wire{line: "GET /x", host: local, headers: []string{date}, signed: "x-ms-date;host;host", sign: startSign}},
		{name: "the date of 2021", wire: wire{line: "GET /x", host: local, headers: []string{"Date: " + clientDate}, signed: "date;host;x-ms-content-sha256", sign: signature(t, "GET\n/x\n"+clientDate+";"+local+";"+emptyHash)}},
		{name: "another order", wire: wire{line: "GET /x", host: local, headers: []string{date}, signed: "host;x-ms-date;x-ms-content-sha256", sign: signature(t, "GET\n/x\n"+local+";"+clientDate+";"+emptyHash)}},
		{name: "encoded path", wire: wire{line: "GET /a%2Fb%3D%2B%20c?api-version=1", host: local, headers: []string{date}, sign: signature(t, "GET\n/a%2Fb%3D%2B%20c?api-version=1\n"+clientDate+";"+local+";"+emptyHash)}},
		{name: "query written as a form", wire: wire{line: "GET /x?q=a%20~b*", host: local, headers: []string{date}, sign: signature(t, "GET\n/x?q=a+%7Eb*\n"+clientDate+";"+local+";"+emptyHash)}},
		{name: "absolute target", wire: wire{line: "GET http://" + local + "/x?y=1", host: local, headers: []string{date}, sign: signature(t, "GET\n/x?y=1\n"+clientDate+";"+local+";"+emptyHash)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := &access.HMAC{Keys: []access.Key{key(t, "primary", testKey)}, Now: at(tt.offset), Endpoints: tt.endpoints}
			who, err := h.Authenticate(tt.wire.request(t))
			if tt.denied != "" {
				require.ErrorIs(t, err, access.ErrDenied)
				require.ErrorContains(t, err, tt.denied)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "primary", who)
		})
	}
}

// TestRotation goes from one key to another in the three steps in which it is done.
func TestRotation(t *testing.T) {
	t.Parallel()
	w := wire{line: "POST /calling/recordings?api-version=2026-03-12", host: "127.0.0.1:18080", headers: []string{"x-ms-date: " + clientDate}, body: startBody, hash: startHash, sign: startSign}
	old := key(t, "old", testKey)
	renewed := key(t, "new", base64.StdEncoding.EncodeToString([]byte("another secret of 32 bytes......")))
	for _, tt := range []struct {
		keys []access.Key
		good bool
	}{{[]access.Key{old}, true}, {[]access.Key{renewed, old}, true}, {[]access.Key{renewed}, false}, {nil, false}} {
		who, err := (&access.HMAC{Keys: tt.keys, Now: at(0)}).Authenticate(w.request(t))
		if tt.good {
			require.NoError(t, err)
			require.Equal(t, "old", who)
			continue
		}
		require.ErrorIs(t, err, access.ErrDenied)
	}
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "not base64!", "c2hvcnQ="} {
		_, err := access.ParseKey("primary", bad)
		require.ErrorIs(t, err, access.ErrKey)
		if bad != "" {
			require.NotContains(t, err.Error(), bad)
		}
	}
}

func TestBearer(t *testing.T) {
	t.Parallel()
	bearer := access.Bearer{Verify: func(_ context.Context, token string) (string, error) {
		if token == "good" {
			return "someone", nil
		}
		return "", errors.New("expired")
	}}
	for header, want := range map[string]string{"Bearer good": "someone", "bearer good": "someone", "Bearer bad": "", "Basic good": "", "": ""} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://h/x", nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", header)
		who, err := access.Any{&access.HMAC{}, bearer}.Authenticate(access.Request{Request: r})
		require.Equal(t, want, who, header)
		if want == "" {
			require.ErrorIs(t, err, access.ErrDenied, header)
		}
	}
}

func FuzzHMAC(f *testing.F) {
	f.Add("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="+startSign, "/x?a=%20~", clientDate, "h")
	f.Add("", "http://[", "", "")
	f.Fuzz(func(t *testing.T, authorization, target, date, host string) {
		r := &http.Request{Method: http.MethodGet, RequestURI: target, Host: host, Header: http.Header{}}
		r.Header.Set("Authorization", authorization)
		r.Header.Set("X-Ms-Date", date)
		r.Header.Set("X-Ms-Content-Sha256", emptyHash)
		h := &access.HMAC{Keys: []access.Key{{Name: "k", Secret: []byte("a secret that the fuzzer does not know")}}, Now: at(0)}
		_, err := h.Authenticate(access.Request{Request: r})
		require.ErrorIs(t, err, access.ErrDenied)
	})
}
