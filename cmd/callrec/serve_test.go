package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

func TestServeUsage(t *testing.T) {
	t.Parallel()
	const key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"every address without a key", []string{"--listen", ":8080"}, "only loopback is accepted"},
		{"an address without a key", []string{"--listen", "192.0.2.1:8080"}, "only loopback is accepted"},
		{"a name without a key", []string{"--listen", "recorder.example:8080"}, "only loopback is accepted"},
		{"no port", []string{"--listen", "127.0.0.1"}, "only loopback is accepted"},
		{"three keys", []string{"--access-key", key, "--access-key", key, "--access-key", key}, "at most 2"},
		{"bad key", []string{"--access-key", "secret!"}, "not base64"},
		{"short key", []string{"--access-key", "c2hvcnQ="}, "5 bytes, the least is 16"},
		{"call without an ID", []string{"--play", threeParty}, "go together"},
		{"ID without a call", []string{"--call-id", "x"}, "go together"},
		{"certificate without its key", []string{"--tls-cert", "x"}, "go together"},
		{"no retention", []string{"--retention", "0s"}, "must be positive"},
		{"bad webhook", []string{"--webhook", "ftp://x"}, "not an absolute http or https URL"},
		{"bad header", []string{"--webhook-header", "secret"}, "not NAME:VALUE"},
		{"bad schema", []string{"--webhook-schema", "xml"}, "eventgrid"},
		{"bad network", []string{"--allow-callback", "10.0.0.0/99"}, "10.0.0.0/99"},
		{"small chunks", []string{"--max-chunk-size", "1KiB"}, "the smallest"},
		{"short chunks", []string{"--max-chunk-duration", "1ms"}, "smallest is 1s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, _, stderr := command(append([]string{"serve", "--data", t.TempDir()}, tt.args...)...)
			require.Equal(t, exitUsage, status, stderr)
			require.Contains(t, stderr, tt.want)
			require.NotContains(t, stderr, "secret!", "a key is nobody's business")
		})
	}
	status, _, stderr := command("serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--play", t.TempDir(), "--call-id", "x")
	require.Equal(t, exitFailed, status)
	require.Contains(t, stderr, "manifest.json")
	status, _, stderr = command("serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--content-base-url", "recordings.example/path")
	require.Equal(t, exitFailed, status)
	require.Contains(t, stderr, "scheme://host[:port]")
}

// served runs the command in this process until the test ends and returns where it listens.
func served(t *testing.T, args ...string) string {
	t.Helper()
	var cli commands
	parser, err := kong.New(&cli)
	require.NoError(t, err)
	_, err = parser.Parse(append([]string{"serve", "--listen", "127.0.0.1:0", "--data", t.TempDir()}, args...))
	require.NoError(t, err)
	r, w := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	var log bytes.Buffer
	go func() { done <- cli.Serve.serve(ctx, &streams{out: w, err: &log}) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done, log.String())
	})
	line := make([]byte, 200)
	n, err := r.Read(line)
	require.NoError(t, err)
	return strings.TrimSpace(strings.TrimPrefix(string(line[:n]), "listening on "))
}

func get(t *testing.T, c *http.Client, url string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	resp, err := c.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(b)
}

// TestServe asks a service for what the operator needs. It is told to record nothing: other tests do.
func TestServe(t *testing.T) {
	t.Parallel()
	url := served(t, "--play", threeParty, "--call-id", "demo")
	status, body := get(t, http.DefaultClient, url+"/healthz")
	require.Equal(t, http.StatusOK, status)
	require.JSONEq(t, `{"status":"ok"}`, body)
	status, body = get(t, http.DefaultClient, url+"/calling/recordings/x?api-version=2026-03-12")
	require.Equal(t, http.StatusNotFound, status)
	require.Contains(t, body, "8522")
	status, body = get(t, http.DefaultClient, url+"/calling//recordings/../x")
	require.Equal(t, http.StatusNotFound, status, "no path is cleaned by a redirect")
	require.Contains(t, body, "NotFound")
	status, body = get(t, http.DefaultClient, url+"/metrics")
	require.Equal(t, http.StatusOK, status)
	for _, line := range []string{`callrec_recordings{state="active"} 0`, `callrec_requests_total{op="state",status="404"} 1`, "callrec_outbox_events 0", `callrec_stage_seconds_total{stage="encode-video"} 0`, "callrec_written_bytes_total 0", "go_goroutines"} {
		require.Contains(t, body, line)
	}
	status, _ = get(t, http.DefaultClient, url+"/webhooks/guess/guess")
	require.Equal(t, http.StatusNotFound, status)
}

func TestServeTLS(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "callrec"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	require.NoError(t, os.WriteFile(certFile, certPEM, 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	url := served(t, "--tls-cert", certFile, "--tls-key", keyFile)
	require.True(t, strings.HasPrefix(url, "https://"))
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certPEM)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	status, body := get(t, client, url+"/healthz")
	require.Equal(t, http.StatusOK, status)
	require.True(t, json.Valid([]byte(body)))
}
