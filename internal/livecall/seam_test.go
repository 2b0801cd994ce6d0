//go:build !race

package livecall_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/metadata"
)

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
