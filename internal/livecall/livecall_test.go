package livecall_test

import (
	"bufio"
	"context"
	"encoding/json"
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

// joins counts who has come into the call by a recording's journal.
func joins(t *testing.T, dir string) (n int) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "journal.jsonl"))
	require.NoError(t, err)
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var entry struct{ Event string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &entry))
		if entry.Event == "join" {
			n++
		}
	}
	return n
}

// TestOverTheEnd records from within the capture over its end into its next playing, with a pause.
func TestOverTheEnd(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "r")
	synctest.Test(t, func(t *testing.T) {
		call, hangUp := hosted(t)
		defer hangUp()
		time.Sleep(6 * time.Second) // of the 8.1 that the capture is long
		r := record(t, call, dir, false)
		time.Sleep(time.Second)
		require.NoError(t, r.Pause(t.Context()))
		time.Sleep(time.Second)
		require.NoError(t, r.Resume(t.Context()))
		time.Sleep(3 * time.Second)
		stats := call.Stats()["r-1"]
		require.NotEmpty(t, stats.Participants)
		for _, p := range stats.Participants {
			require.NotZero(t, p.Packets, p.ParticipantID)
			require.Zero(t, p.DecodeErrors, p.ParticipantID)
			require.Zero(t, p.Lost, p.ParticipantID)
		}
		require.NoError(t, r.Stop(t.Context(), metadata.SessionInitiatorLeft))
		<-r.Done()
		require.NoError(t, r.Stop(t.Context(), metadata.SessionInitiatorLeft))
		require.Empty(t, call.Stats())
	})
	n := notification(t, dir)
	require.Equal(t, 4*time.Second, n.RecordingDuration)
	require.Equal(t, metadata.SessionInitiatorLeft, n.SessionEndReason)
	require.Greater(t, joins(t, dir), 2, "they came again")
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
