package callrec_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/metadata"
)

func TestConfigErrors(t *testing.T) {
	t.Parallel()
	dir, err := chunk.DirFS(t.TempDir())
	require.NoError(t, err)
	good := callrec.Config{Dir: dir, ID: "x", Start: callStart}
	tests := []struct {
		name   string
		change func(*callrec.Config)
		want   string
	}{
		{"no folder", func(c *callrec.Config) { c.Dir = nil }, "no Dir"},
		{"no ID", func(c *callrec.Config) { c.ID = "" }, "no ID"},
		{"no start", func(c *callrec.Config) { c.Start = time.Time{} }, "no Start"},
		{"negative from", func(c *callrec.Config) { c.RecordFrom = -1 }, "RecordFrom"},
		{"tiny chunks", func(c *callrec.Config) { c.MaxChunkSize = 1000 }, "the smallest is"},
		{"short chunks", func(c *callrec.Config) { c.MaxChunkDuration = time.Millisecond }, "MaxChunkDuration"},
		{"short delay", func(c *callrec.Config) { c.PlayoutDelay = time.Millisecond }, "PlayoutDelay"},
		{"long delay", func(c *callrec.Config) { c.PlayoutDelay = time.Hour }, "PlayoutDelay"},
		{"many slices", func(c *callrec.Config) { c.VideoSlices = callrec.MaxVideoSlices + 1 }, "VideoSlices"},
		{"negative timeout", func(c *callrec.Config) { c.VideoTimeout = -1 }, "VideoTimeout"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := good
			tt.change(&cfg)
			_, err := callrec.New(cfg)
			require.ErrorIs(t, err, callrec.ErrConfig)
			require.ErrorContains(t, err, tt.want)
		})
	}
	names, err := dir.List()
	require.NoError(t, err)
	require.Empty(t, names, "nothing is made for a recording that can't be")
}

func TestInputsOutOfOrder(t *testing.T) {
	t.Parallel()
	rec, path := recording(t, nil)
	who := callrec.Participant{ID: "A"}
	track := callrec.Track{SSRC: 7, Kind: callrec.Audio, Codec: "opus"}
	require.ErrorIs(t, rec.Leave(0, "A"), callrec.ErrUnknownParticipant)
	require.ErrorIs(t, rec.Join(0, callrec.Participant{}), callrec.ErrUnknownParticipant)
	require.NoError(t, rec.Join(0, who))
	require.ErrorIs(t, rec.Join(0, who), callrec.ErrDuplicate)
	require.NoError(t, rec.AddTrack(0, "A", track))
	require.ErrorIs(t, rec.AddTrack(0, "A", track), callrec.ErrDuplicate)
	require.NoError(t, rec.RemoveTrack(0, "A", 7))
	require.ErrorIs(t, rec.RemoveTrack(0, "A", 7), callrec.ErrUnknownTrack)
	require.NoError(t, rec.AddTrack(0, "A", track), "the same SSRC may come again")
	require.NoError(t, rec.Leave(0, "A"))
	require.NoError(t, rec.Join(0, who), "and so may the participant")
	require.NoError(t, rec.Pause(0))
	require.NoError(t, rec.Pause(0))
	require.NoError(t, rec.Resume(0))
	require.NoError(t, rec.Resume(0))
	result, err := rec.Stop(0, metadata.SessionInitiatorLeft)
	require.NoError(t, err)
	require.Empty(t, result.Chunks, "there was nothing to record")
	require.FileExists(t, filepath.Join(path, "notification.json"))

	_, err = rec.Stop(0, metadata.SessionInitiatorLeft)
	require.ErrorIs(t, err, callrec.ErrStopped)
	for _, err := range []error{
		rec.Join(0, who), rec.Leave(0, "A"), rec.AddTrack(0, "A", track), rec.RemoveTrack(0, "A", 7),
		rec.RTP(0, "A", nil), rec.RTCP(0, "A", nil), rec.Pause(0), rec.Resume(0), rec.Advance(0),
	} {
		require.ErrorIs(t, err, callrec.ErrStopped)
	}
}

// TestEmptyCall: a recording without anybody has the call's length all the same.
func TestEmptyCall(t *testing.T) {
	t.Parallel()
	rec, path := recording(t, nil)
	result, err := rec.Stop(1300*time.Millisecond, metadata.SessionMediaTimeout)
	require.NoError(t, err)
	require.Equal(t, 1300*time.Millisecond, result.Duration)
	b, err := os.ReadFile(filepath.Join(path, "notification.json"))
	require.NoError(t, err)
	n, err := metadata.DecodeNotification(bytes.TrimSpace(b))
	require.NoError(t, err)
	require.Equal(t, metadata.SessionMediaTimeout, n.SessionEndReason)
	require.Equal(t, result.Duration, n.RecordingDuration)
	require.True(t, strings.HasPrefix(n.Chunks[0].DocumentID, "0-local-d1-"))
}
