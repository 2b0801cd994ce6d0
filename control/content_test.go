package control_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control"
	"github.com/callrec/callrec/control/store"
)

// finished makes a recording with one file and returns its ID and the file's.
func (r *rig) finished() (id, document string) {
	r.t.Helper()
	id = r.start()
	require.Equal(r.t, http.StatusNoContent, r.do(http.MethodDelete, "/calling/recordings/"+id+version, "").Status)
	return id, documentID(id, 0)
}

// TestDownload has what the clients were seen to ask for, on the locations of both generations.
func TestDownload(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.call.media = []byte(strings.Repeat("0123456789", 100))
	_, document := r.finished()
	const all = 1000
	tests := []struct {
		name, header string
		status       int
		body, extent string // Content-Range
	}{
		{"everything", "", 200, string(r.call.media), ""},
		{"everything, up to 1.5.1", "Range: bytes=undefined", 200, string(r.call.media), ""},
		{"from 990, up to 1.5.1", "Range: bytes=990", 206, "0123456789", "bytes 990-999/1000"},
		{"from 0, up to 1.5.1", "Range: bytes=0", 206, string(r.call.media), "bytes 0-999/1000"},
		{"from 990, 1.6.0", "Range: bytes=990-", 206, "0123456789", "bytes 990-999/1000"},
		{"a part", "Range: bytes=100-149", 206, strings.Repeat("0123456789", 5), "bytes 100-149/1000"},
		{"a part beyond the end", "Range: bytes=995-2000", 206, "56789", "bytes 995-999/1000"},
		{"the end", "Range: bytes=-5", 206, "56789", "bytes 995-999/1000"},
		{"after the end", "Range: bytes=1000-", 416, "", "bytes */1000"},
		{"after the end, up to 1.5.1", "Range: bytes=5000", 416, "", "bytes */1000"},
		{"backwards", "Range: bytes=9-5", 200, string(r.call.media), ""},
		{"nothing", "Range: bytes=", 200, string(r.call.media), ""},
		{"no bytes", "Range: pages=1-2", 200, string(r.call.media), ""},
		{"two ranges", "Range: bytes=0-1,4-5", 200, string(r.call.media), ""},
		{"a number without end", "Range: bytes=" + strings.Repeat("9", 40), 200, string(r.call.media), ""},
		{"a sign", "Range: bytes=+5-", 200, string(r.call.media), ""},
		{"known already", `If-None-Match: "` + document + `-3e8"`, 304, "", ""},
		{"a part of another file", "If-Range: \"other\"\nRange: bytes=0-1", 200, string(r.call.media), ""},
	}
	for _, target := range []string{
		"/v1/objects/" + document + "/content/video", "/recording/download/" + document, "/calling/Recording/Download/" + document,
		"/v1/objects/" + document + "/content/video?sig=abc",
	} {
		for _, tt := range tests {
			var headers []string
			if tt.header != "" {
				headers = strings.Split(tt.header, "\n")
			}
			a := r.do(http.MethodGet, target, "", append(headers, "Accept: application/json", "Accept-Encoding: gzip,deflate")...)
			require.Equal(t, tt.status, a.Status, "%s: %s", tt.name, a.Body)
			require.Equal(t, tt.extent, a.Header.Get("Content-Range"), tt.name)
			if tt.status == http.StatusRequestedRangeNotSatisfiable {
				require.NotEmpty(t, a.field("message"), tt.name)
				continue
			}
			require.Equal(t, tt.body, a.Body, tt.name)
			require.Equal(t, `"`+document+`-3e8"`, a.Header.Get("Etag"))
			require.Empty(t, a.Header.Get("Content-Encoding"))
			if tt.status == http.StatusOK {
				require.Equal(t, "video/mp4", a.Header.Get("Content-Type"))
				require.Equal(t, "1000", a.Header.Get("Content-Length"))
			}
		}
		head := r.do(http.MethodHead, target, "")
		require.Equal(t, http.StatusOK, head.Status)
		require.Empty(t, head.Body)
		require.Equal(t, "1000", head.Header.Get("Content-Length"))
	}
	require.Len(t, r.call.media, all)
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, document := r.finished()
	for _, target := range []string{"/v1/objects/" + document + "/content/acsmetadata", "/recording/download/" + document + "/metadata"} {
		a := r.do(http.MethodGet, target, "")
		require.Equal(t, http.StatusOK, a.Status)
		require.Equal(t, document, a.field("chunkDocumentId"))
		require.Equal(t, http.StatusOK, r.do(http.MethodHead, target, "").Status)
		require.Contains(t, a.Body, `"contentType":"audioVideo","channelType":"mixed"`, "started by today's API")
	}
	started := r.do(http.MethodPost, "/conversations/"+serverCallID+"/Recordings", "{}")
	require.Equal(t, http.StatusOK, started.Status)
	id := started.field("recordingId")
	require.Equal(t, http.StatusOK, r.do(http.MethodDelete, "/conversations/"+serverCallID+"/recordings/"+id, "{}").Status)
	a := r.do(http.MethodGet, "/recording/download/"+documentID(id, 0)+"/metadata", "{}")
	require.Contains(t, a.Body, `"contentType":"mixed","channelType":"audioVideo"`)
	require.Contains(t, a.Body, `"sampleRate":"16000"`)
}

// TestDownloadWhileRecording: a file is there as soon as it is complete.
func TestDownloadWhileRecording(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	id := r.start()
	first, second := "/v1/objects/"+documentID(id, 0)+"/content/video", "/v1/objects/"+documentID(id, 1)+"/content/video"
	result := "/calling/recordings/" + id + "/result" + version
	require.Contains(t, r.do(http.MethodGet, result, "").Body, `"recordingChunks":[]`)
	require.NoError(t, r.call.last().cut())
	eventually(t, "the first file is there", func() bool { return r.do(http.MethodGet, first, "").Status == http.StatusOK })
	require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, second, "").Status)
	running := r.do(http.MethodGet, result, "")
	require.Contains(t, running.Body, `"documentId":"`+documentID(id, 0)+`"`)
	require.Contains(t, running.Body, `"sessionEndReason":"sessionStillOngoing"`)
	require.NotContains(t, running.Body, "recordingExpirationTime")

	require.Equal(t, http.StatusNoContent, r.do(http.MethodDelete, "/calling/recordings/"+id+version, "").Status)
	require.Equal(t, http.StatusOK, r.do(http.MethodGet, second, "").Status)
	final := r.do(http.MethodGet, result, "")
	require.Equal(t, http.StatusOK, final.Status)
	var v struct {
		RecordingDurationMs     int64
		SessionEndReason        string
		RecordingExpirationTime time.Time
		RecordingStorageInfo    struct {
			RecordingChunks []struct{ ContentLocation, EndReason string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(final.Body), &v))
	require.Equal(t, int64(2000), v.RecordingDurationMs)
	require.Equal(t, "initiatorLeft", v.SessionEndReason)
	require.Equal(t, "chunkMaximumSizeExceeded", v.RecordingStorageInfo.RecordingChunks[0].EndReason)
	require.Equal(t, "http://example.com"+first, v.RecordingStorageInfo.RecordingChunks[0].ContentLocation)
	require.False(t, v.RecordingExpirationTime.IsZero())
	require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, "/calling/recordings/"+strings.Repeat("0", 32)+"/result"+version, "").Status)
	require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, "/calling/recordings/x/result"+version, "").Status)
}

func TestDeleteFile(t *testing.T) {
	t.Parallel()
	for _, suffix := range []string{"", "/content/deletedata"} {
		r := newRig(t, nil)
		id := r.start()
		require.NoError(t, r.call.last().cut())
		require.Equal(t, http.StatusNoContent, r.do(http.MethodDelete, "/calling/recordings/"+id+version, "").Status)
		object := "/v1/objects/" + documentID(id, 0)
		require.Equal(t, http.StatusOK, r.do(http.MethodDelete, object+suffix, "").Status)
		require.Equal(t, http.StatusNotFound, r.do(http.MethodDelete, object+suffix, "").Status)
		gone := r.do(http.MethodGet, object+"/content/video", "")
		require.Equal(t, http.StatusNotFound, gone.Status)
		require.JSONEq(t, `{"status":404,"message":"Document not found.","error":{"code":"DocumentNotFound","message":"Document not found."}}`, gone.Body)
		require.NoFileExists(t, filepath.Join(r.cfg.Dir, id, "chunk-0000.mp4"))
		require.NoFileExists(t, filepath.Join(r.cfg.Dir, id, "chunk-0000.json"))
		require.Equal(t, http.StatusOK, r.do(http.MethodGet, "/v1/objects/"+documentID(id, 1)+"/content/video", "").Status)
		r.stop()
		r.open()
		require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, object+"/content/video", "").Status)
		require.Equal(t, http.StatusOK, r.do(http.MethodGet, "/v1/objects/"+documentID(id, 1)+"/content/video", "").Status)
	}
}

// clock is a time that a test moves on.
type clock struct{ now time.Time }

func TestExpiry(t *testing.T) {
	t.Parallel()
	c := &clock{testStart}
	r := newRig(t, func(cfg *control.Config) {
		cfg.Now = func() time.Time { return c.now }
		cfg.Retention = time.Hour
	})
	id, document := r.finished()
	r.stop()
	content := "/v1/objects/" + document + "/content/video"
	media := filepath.Join(r.cfg.Dir, id, "chunk-0000.mp4")
	for _, tt := range []struct {
		after  time.Duration
		status int
	}{{0, 200}, {time.Hour - 1, 200}, {time.Hour, 404}} {
		c.now = testStart.Add(tt.after)
		r.open() // the expiry survives restarts; what has expired is removed at the start
		require.Equal(t, tt.status, r.do(http.MethodGet, content, "").Status, "%v", tt.after)
		if tt.status == http.StatusOK {
			require.FileExists(t, media)
		} else {
			eventually(t, "removed", func() bool { _, err := os.Stat(filepath.Dir(media)); return os.IsNotExist(err) })
			require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, "/calling/recordings/"+id+"/result"+version, "").Status)
		}
		r.stop()
	}
}

// TestStoreLost: the registry of recordings is made again from the folders, and nothing young is deleted by it.
func TestStoreLost(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	_, document := r.finished()
	strange := filepath.Join(r.cfg.Dir, strings.Repeat("a", 32), "notes.txt")
	require.NoError(t, os.MkdirAll(filepath.Dir(strange), 0o700))
	require.NoError(t, os.WriteFile(strange, []byte("not a recording"), 0o600))
	r.stop()
	require.NoError(t, os.Remove(filepath.Join(r.dir, "db")))
	r.open()
	require.Equal(t, http.StatusOK, r.do(http.MethodGet, "/v1/objects/"+document+"/content/video", "").Status)
	require.FileExists(t, strange)
	r.stop()

	c := &clock{time.Now().Add(47 * time.Hour)}
	r.cfg.Now = func() time.Time { return c.now }
	require.NoError(t, os.Remove(filepath.Join(r.dir, "db")))
	r.open()
	require.Equal(t, http.StatusOK, r.do(http.MethodGet, "/v1/objects/"+document+"/content/video", "").Status)
	r.stop()
	c.now = c.now.Add(2 * time.Hour)
	r.open()
	require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, "/v1/objects/"+document+"/content/video", "").Status)
}

// interrupt leaves a recording as a killed service does: its folder stays as it is, and the store says that it goes on. The
// service is stopped.
func (r *rig) interrupt(id string) {
	r.t.Helper()
	saved, err := r.store.Recording(id)
	require.NoError(r.t, err)
	folder := filepath.Join(r.cfg.Dir, id)
	files, err := os.ReadDir(folder)
	require.NoError(r.t, err)
	lost := r.t.TempDir()
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(folder, f.Name()))
		require.NoError(r.t, err)
		require.NoError(r.t, os.WriteFile(filepath.Join(lost, f.Name()), b, 0o600))
	}
	r.stop()
	require.NoError(r.t, os.RemoveAll(folder))
	require.NoError(r.t, os.Rename(lost, folder))
	r.open()
	require.NoError(r.t, r.store.Put(saved))
	r.stop()
}

// TestInterrupted: what a killed service has left is recovered at the start, and the webhooks are told.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		continues bool
		spoil     func(*rig)
	}{
		{"none goes on", false, func(*rig) {}},
		{"its call is over", true, func(r *rig) { r.calls.calls = nil }},
		{"it can't go on", true, func(r *rig) { r.call.onRecord = func(context.Context) error { return errors.New("no") } }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, nil)
			recovered := make(chan string, 1)
			r.cfg.Recover = func(dir string) error {
				recovered <- dir
				return nil
			}
			id := r.start()
			require.NoError(t, r.call.last().cut())
			r.interrupt(id)
			r.cfg.Continue = tt.continues
			tt.spoil(r)
			r.open()
			require.Equal(t, filepath.Join(r.cfg.Dir, id), <-recovered)
			require.Equal(t, http.StatusOK, r.do(http.MethodGet, "/v1/objects/"+documentID(id, 0)+"/content/video", "").Status)
			a := r.do(http.MethodGet, "/calling/recordings/"+id+"/result"+version, "")
			require.Equal(t, "appHostedMediaFailureOutcomeWithError", a.field("sessionEndReason"))
			require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, "/calling/recordings/"+id+version, "").Status)
			eventually(t, "told", func() bool { return len(r.endpoint.to("https://hook.example/events")) == 2 })
		})
	}
}

// TestGoesOn: a recording that a killed service has left goes on under its ID, in the state that it was in, and can be
// paused, resumed and stopped as before. One that had been stopped does not.
func TestGoesOn(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.cfg.Continue = true
	path := func(id, op string) string { return "/calling/recordings/" + id + op + version }
	id := r.start()
	require.NoError(t, r.call.last().cut())
	r.interrupt(id)
	r.open()
	require.Equal(t, "active", r.do(http.MethodGet, path(id, ""), "").field("recordingState"))
	require.True(t, r.call.last().opt.Continue)
	require.False(t, r.call.last().opt.Paused)
	require.Equal(t, http.StatusAccepted, r.do(http.MethodPost, path(id, ":pause"), "").Status)
	r.interrupt(id)
	r.open()
	require.Equal(t, "inactive", r.do(http.MethodGet, path(id, ""), "").field("recordingState"))
	require.True(t, r.call.last().opt.Paused, "what is paused stays so")
	require.Equal(t, http.StatusAccepted, r.do(http.MethodPost, path(id, ":resume"), "").Status)
	require.Equal(t, []string{"resume"}, r.call.last().operations())
	require.Equal(t, http.StatusNoContent, r.do(http.MethodDelete, path(id, ""), "").Status)
	a := r.do(http.MethodGet, path(id, "/result"), "")
	require.Equal(t, "initiatorLeft", a.field("sessionEndReason"))

	saved, err := r.store.Recording(id)
	require.NoError(t, err)
	started := r.call.count()
	saved.Final, saved.State = false, store.StateEnded // killed while its files were being completed
	require.NoError(t, r.store.Put(saved))
	r.stop()
	r.open()
	require.Equal(t, started, r.call.count(), "a recording that was stopped is never taken up again")
	require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, path(id, ""), "").Status)
}
