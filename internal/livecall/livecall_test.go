package livecall_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control"
	"github.com/callrec/callrec/internal/livecall"
	"github.com/callrec/callrec/metadata"
)

const telephony = "../../testdata/calls/telephony"

// hosted is a call in a bubble of fake time, which begins now.
func hosted(t *testing.T) (call *livecall.Call, hangUp func()) {
	t.Helper()
	call, err := livecall.Open(livecall.Config{Dir: telephony, ID: "demo", CallID: "c", CorrelationID: "r"})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { require.NoError(t, call.Run(ctx)) })
	return call, func() {
		cancel()
		running.Wait()
	}
}

func record(t *testing.T, call *livecall.Call, dir string, paused bool) control.Recording {
	t.Helper()
	r, err := call.Record(t.Context(), control.RecordOptions{ID: "r-1", Dir: dir, Paused: paused, CallID: "c", ResourceID: "s", Topic: "/t"})
	require.NoError(t, err)
	return r
}

// notification is what a recording's folder says of it.
func notification(t *testing.T, dir string) *metadata.Notification {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "notification.json"))
	require.NoError(t, err)
	n, err := metadata.DecodeNotification(b)
	require.NoError(t, err)
	return n
}

// TestHangUp: the end of the call is the end of its recordings, and nothing starts after it.
func TestHangUp(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "r")
	synctest.Test(t, func(t *testing.T) {
		call, hangUp := hosted(t)
		r := record(t, call, dir, true)
		time.Sleep(time.Second)
		require.NoError(t, r.Resume(t.Context()))
		time.Sleep(time.Second)
		hangUp()
		<-r.Done()
		require.Error(t, r.Pause(t.Context()))
		_, err := call.Record(t.Context(), control.RecordOptions{ID: "r-2", Dir: dir + "2"})
		require.Error(t, err)
	})
	n := notification(t, dir)
	require.Equal(t, metadata.SessionCallEnded, n.SessionEndReason)
	require.Equal(t, time.Second, n.RecordingDuration, "it began paused")
}

func TestFind(t *testing.T) {
	t.Parallel()
	call, err := livecall.Open(livecall.Config{Dir: telephony, ID: "demo"})
	require.NoError(t, err)
	calls := livecall.Calls{call}
	require.Equal(t, control.Call(call), calls.Find(control.Locator{Kind: control.ServerCall, ID: "demo"}))
	require.Equal(t, control.Call(call), calls.Find(control.Locator{Kind: control.Room, ID: "demo"}))
	require.Nil(t, calls.Find(control.Locator{Kind: control.ServerCall, ID: "other"}))
	_, err = livecall.Open(livecall.Config{Dir: t.TempDir()})
	require.Error(t, err)
}
