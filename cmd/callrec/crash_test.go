//go:build oracle

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control/events"
)

const apiVersion = "?api-version=2026-03-12"

// startRecording starts a recording of a hosted call and returns its ID.
func (s *service) startRecording(callID, callback string) string {
	s.t.Helper()
	status, body := s.ask(http.MethodPost, "/calling/recordings"+apiVersion,
		fmt.Sprintf(`{"callLocator":{"kind":"serverCallLocator","serverCallId":%q},"recordingStateCallbackUri":%q}`, callID, callback))
	require.Equal(s.t, http.StatusOK, status, body)
	var v struct{ RecordingID string }
	require.NoError(s.t, json.Unmarshal([]byte(body), &v))
	return v.RecordingID
}

// recordingResult is what the result route says.
type recordingResult struct {
	RecordingDurationMs     int64
	SessionEndReason        string
	RecordingExpirationTime time.Time
	RecordingStorageInfo    struct {
		RecordingChunks []struct{ DocumentID, ContentLocation, EndReason string }
	}
}

func (s *service) result(id string) recordingResult {
	s.t.Helper()
	status, body := s.ask(http.MethodGet, "/calling/recordings/"+id+"/result"+apiVersion, "")
	require.Equal(s.t, http.StatusOK, status, body)
	var r recordingResult
	require.NoError(s.t, json.Unmarshal([]byte(body), &r))
	return r
}

// TestLoad asks a service a thousand things at once while two recordings run and a hundred downloads are under way.
// Nothing fails, and nothing is dropped or late in the recordings. Then it is killed, and everything is there again.
func TestLoad(t *testing.T) {
	h := newHook(t)
	s := serve(t, "--webhook", h.URL, "--allow-callback", "127.0.0.1", "--retention", "1h", "--no-continue",
		"--play", threeParty, "--call-id", "a", "--play", threeParty, "--call-id", "b")
	done := s.startRecording("a", "")
	time.Sleep(3 * time.Second)
	status, body := s.ask(http.MethodDelete, "/calling/recordings/"+done+apiVersion, "")
	require.Equal(t, http.StatusNoContent, status, body)
	finished := s.result(done)
	content := finished.RecordingStorageInfo.RecordingChunks[0].ContentLocation

	running := []string{s.startRecording("a", h.URL+"/callback"), s.startRecording("b", h.URL+"/callback")}
	time.Sleep(5 * time.Second)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1200}, Timeout: time.Minute}
	var bad atomic.Int64
	var first sync.Map
	get := func(url string, want func(body []byte) bool) {
		resp, err := client.Get(url)
		if err != nil {
			bad.Add(1)
			first.LoadOrStore("error", err.Error())
			return
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK || !want(b) {
			bad.Add(1)
			first.LoadOrStore("answer", fmt.Sprint(resp.StatusCode, err, len(b)))
		}
	}
	info, err := os.Stat(filepath.Join(s.data, "recordings", done, "chunk-0000.mp4"))
	require.NoError(t, err)
	began := time.Now()
	var all sync.WaitGroup
	for i := range 1000 {
		all.Go(func() {
			get(s.url+"/calling/recordings/"+running[i%2]+apiVersion, func(b []byte) bool { return strings.Contains(string(b), `"active"`) })
		})
	}
	for range 100 {
		all.Go(func() { get(content, func(b []byte) bool { return int64(len(b)) == info.Size() }) })
	}
	all.Wait()
	t.Logf("1000 state requests and 100 downloads of %d bytes in %v", info.Size(), time.Since(began))
	require.Zero(t, bad.Load(), "%v", &first)
	time.Sleep(3 * time.Second)
	_, metrics := s.ask(http.MethodGet, "/metrics", "")
	t.Log(slices.DeleteFunc(strings.Split(metrics, "\n"), func(l string) bool {
		return !strings.HasPrefix(l, "callrec_lateness") && !strings.HasPrefix(l, "callrec_lost") && !strings.HasPrefix(l, "callrec_dropped")
	}))
	for _, id := range running {
		for _, line := range []string{
			`callrec_lost_packets{recording="` + id[:8] + `"} 0`, `callrec_dropped_packets{kind="audio",recording="` + id[:8] + `"} 0`,
			`callrec_dropped_packets{kind="video",recording="` + id[:8] + `"} 0`,
		} {
			require.Contains(t, metrics, line)
		}
	}
	checkSurvives(t, s, h, client, running, done)
}

// checkSurvives kills the service with everything going on, starts it again, and looks for what it had.
func checkSurvives(t *testing.T, s *service, h *hook, client *http.Client, running []string, done string) {
	t.Helper()
	finished := s.result(done)
	for _, id := range running { // however slow the machine is, there is something to survive
		require.Eventually(t, func() bool { return lastFragment(t, s.journal(id)) > 0 }, time.Minute, 50*time.Millisecond)
	}
	h.setRefuse(true) // what is told now has to wait in the outbox
	status, body := s.ask(http.MethodPost, "/calling/recordings/"+running[0]+":pause"+apiVersion, "")
	require.Equal(t, http.StatusAccepted, status, body)
	content := finished.RecordingStorageInfo.RecordingChunks[0].ContentLocation
	var all sync.WaitGroup
	stop := make(chan struct{})
	for range 20 { // requests under way while it dies
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if resp, err := client.Get(content); err == nil {
					_, _ = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
				}
			}
		})
	}
	time.Sleep(300 * time.Millisecond)
	s.kill()
	close(stop)
	all.Wait()
	h.setRefuse(false)
	written := map[string]int64{}
	for _, id := range running {
		written[id] = lastFragment(t, s.journal(id))
	}
	s.restart()
	for _, id := range running {
		status, body := s.ask(http.MethodGet, "/calling/recordings/"+id+apiVersion, "")
		require.Equal(t, http.StatusNotFound, status, body)
		r := s.result(id)
		require.Equal(t, "appHostedMediaFailureOutcomeWithError", r.SessionEndReason)
		require.GreaterOrEqual(t, r.RecordingDurationMs, written[id], "every fragment that was written is there")
		require.Len(t, r.RecordingStorageInfo.RecordingChunks, 1)
		file := filepath.Join(t.TempDir(), "recovered.mp4")
		status, media := s.ask(http.MethodGet, strings.TrimPrefix(r.RecordingStorageInfo.RecordingChunks[0].ContentLocation, s.url), "")
		require.Equal(t, http.StatusOK, status)
		require.NoError(t, os.WriteFile(file, []byte(media), 0o600))
		_, stderr := output(t, "ffmpeg", "-v", "error", "-i", file, "-f", "null", "-")
		require.Empty(t, string(stderr))
	}
	require.Equal(t, finished, s.result(done), "with the same expiry")
	// The pause that could not be told, and the files of all three.
	require.Eventually(t, func() bool {
		states := h.of(events.TypeRecordingState)
		return len(h.of(events.TypeFileStatus)) == 3 && len(states) == 3 && states[2].Data.State == "inactive"
	}, 60*time.Second, 50*time.Millisecond, "%v %v", h.of(events.TypeFileStatus), h.of(events.TypeRecordingState))
}

// TestGoesOn kills a service that records two calls, one of them paused, and starts it again: both recordings go on under
// their IDs, and what was recorded before and after is there and plays.
func TestGoesOn(t *testing.T) {
	t.Parallel()
	s := serve(t, "--play", threeParty, "--call-id", "a", "--play", threeParty, "--call-id", "b")
	running, paused := s.startRecording("a", ""), s.startRecording("b", "")
	for _, id := range []string{running, paused} {
		require.Eventually(t, func() bool { return lastFragment(t, s.journal(id)) > 0 }, time.Minute, 50*time.Millisecond)
	}
	status, body := s.ask(http.MethodPost, "/calling/recordings/"+paused+":pause"+apiVersion, "")
	require.Equal(t, http.StatusAccepted, status, body)
	s.kill()
	written := map[string]int64{running: lastFragment(t, s.journal(running)), paused: lastFragment(t, s.journal(paused))}
	s.restart()
	for id, state := range map[string]string{running: "active", paused: "inactive"} {
		status, body := s.ask(http.MethodGet, "/calling/recordings/"+id+apiVersion, "")
		require.Equal(t, http.StatusOK, status, body)
		require.Contains(t, body, `"`+state+`"`)
	}
	status, body = s.ask(http.MethodPost, "/calling/recordings/"+paused+":resume"+apiVersion, "")
	require.Equal(t, http.StatusAccepted, status, body)
	for _, id := range []string{running, paused} {
		require.Eventually(t, func() bool { return lastFragment(t, s.journal(id)) != written[id] }, time.Minute, 50*time.Millisecond)
		status, body = s.ask(http.MethodDelete, "/calling/recordings/"+id+apiVersion, "")
		require.Equal(t, http.StatusNoContent, status, body)
		r := s.result(id)
		require.Equal(t, "initiatorLeft", r.SessionEndReason)
		chunks := r.RecordingStorageInfo.RecordingChunks
		require.Len(t, chunks, 2)
		require.Equal(t, "chunkUploadFailure", chunks[0].EndReason)
		require.Equal(t, "sessionEnded", chunks[1].EndReason)
		require.GreaterOrEqual(t, r.RecordingDurationMs, written[id]+1000)
		for i := range chunks {
			_, stderr := output(t, "ffmpeg", "-v", "error", "-i",
				filepath.Join(s.data, "recordings", id, fmt.Sprintf("chunk-%04d.mp4", i)), "-f", "null", "-")
			require.Empty(t, string(stderr))
		}
	}
}

// lastFragment is the media time in milliseconds of all fragments that a journal knows of.
func lastFragment(t *testing.T, journal string) int64 {
	t.Helper()
	b, err := os.ReadFile(journal)
	require.NoError(t, err)
	last := int64(0)
	for line := range strings.Lines(string(b)) {
		var entry struct {
			Event string
			Ticks int64 // 16 to the millisecond
		}
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Event == "fragment" { // the last line may be cut off
			last = entry.Ticks / 16
		}
	}
	return last
}

func (s *service) journal(id string) string {
	return filepath.Join(s.data, "recordings", id, "journal.jsonl")
}
