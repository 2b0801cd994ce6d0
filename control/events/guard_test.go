package events_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control/events"
	"github.com/callrec/callrec/control/store"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		entries []string
		allowed []string // host and address
		refused []string
	}{
		{
			"nothing named", nil,
			[]string{"x 93.184.216.34", "x 2606:2800:220:1::1", "x ::ffff:93.184.216.34"},
			[]string{
				"x 127.0.0.1", "x 127.8.8.8", "x ::1", "x 10.0.0.1", "x 172.16.0.1", "x 192.168.1.1", "x 169.254.169.254", "x fe80::1",
				"x fd00::1", "x 0.0.0.0", "x 0.1.2.3", "x ::", "x 224.0.0.1", "x ff02::1", "x 255.255.255.255", "x 100.64.0.1", "x 198.18.0.1",
				"x ::ffff:127.0.0.1", "x ::ffff:10.0.0.1", "x 64:ff9b::7f00:1", "x 2002:7f00:1::", "x ::127.0.0.1", "x 240.0.0.1", "x 192.0.2.1",
			},
		},
		{
			"a host",
			[]string{"app.example", "*.corp.example"},
			[]string{"app.example 93.184.216.34", "APP.example. 10.0.0.1", "a.b.corp.example 192.168.1.1"},
			[]string{
				"app.example 127.0.0.1", "app.example 169.254.169.254", "app.example ::1", "app.example 0.0.0.0", "other.example 93.184.216.34",
				"corp.example 93.184.216.34", "evilcorp.example 93.184.216.34", "app.example.evil 93.184.216.34",
			},
		},
		{
			"networks",
			[]string{"10.1.0.0/16", "127.0.0.1", "fd00::/8"},
			[]string{"x 10.1.2.3", "x 127.0.0.1", "x fd12::1", "x ::ffff:10.1.2.3"},
			[]string{"x 10.2.0.1", "x 127.0.0.2", "x 93.184.216.34", "x ::1"},
		},
	}
	for _, tt := range tests {
		g, err := events.ParseGuard(tt.entries)
		require.NoError(t, err)
		check := func(s string) error {
			name, addr, _ := strings.Cut(s, " ")
			return g.Check(name, netip.MustParseAddr(addr))
		}
		for _, s := range tt.allowed {
			require.NoError(t, check(s), "%s: %s", tt.name, s)
		}
		for _, s := range tt.refused {
			require.ErrorIs(t, check(s), events.ErrNotAllowed, "%s: %s", tt.name, s)
		}
	}
	for _, bad := range []string{"", "*", "http://x", "a b", "10.0.0.0/99", "x:80"} {
		_, err := events.ParseGuard([]string{bad})
		require.ErrorIs(t, err, events.ErrAllowList, bad)
	}
}

// TestCallbacksGoWhereTheyMay lets real connections be made, by names that resolve to this machine.
func TestCallbacksGoWhereTheyMay(t *testing.T) {
	t.Parallel()
	got := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Host }))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	for _, tt := range []struct {
		url     string
		entries []string
		good    bool
	}{
		{"http://127.0.0.1:" + port + "/", nil, false},
		{"http://localhost:" + port + "/", nil, false},
		{"http://localhost:" + port + "/", []string{"localhost"}, false},
		{"http://2130706433:" + port + "/", nil, false}, // 127.0.0.1 as a number
		{"http://127.0.0.1:" + port + "/", []string{"127.0.0.0/8"}, true},
		{"http://localhost:" + port + "/", []string{"127.0.0.1", "::1"}, true},
		{"/not/absolute/url", nil, false},
		{"file:///etc/passwd", nil, false},
	} {
		s, err := store.Open(filepath.Join(t.TempDir(), "db"))
		require.NoError(t, err)
		guard, err := events.ParseGuard(tt.entries)
		require.NoError(t, err)
		d, err := events.New(events.Config{Outbox: s, Guard: guard})
		require.NoError(t, err)
		e, err := events.Message{Type: "T", Time: time.Now()}.For(tt.url, events.Callback)
		require.NoError(t, err)
		require.NoError(t, s.Enqueue(e))
		done := make(chan struct{})
		go func() {
			d.Run(t.Context())
			close(done)
		}()
		require.Eventually(t, func() bool { c := d.Counters(); return c.Delivered+c.Failed == 1 }, 10*time.Second, time.Millisecond)
		if tt.good {
			require.Equal(t, int64(1), d.Counters().Delivered, "%s %v", tt.url, tt.entries)
			<-got
		} else {
			require.Zero(t, d.Counters().Delivered, "%s %v", tt.url, tt.entries)
		}
		require.Empty(t, got)
	}
}
