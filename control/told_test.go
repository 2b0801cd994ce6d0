package control_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control"
)

const callback = "https://app.example/cb"

// told are the fields of the events that the tests look at, of any envelope.
type told struct {
	ID, Type, EventType, Subject, Source, Topic, SpecVersion, DataContentType string
	Data                                                                      map[string]any
}

func readEvent(t *testing.T, body string) told {
	t.Helper()
	var list []told
	if body[0] == '[' {
		require.NoError(t, json.Unmarshal([]byte(body), &list))
		require.Len(t, list, 1)
		return list[0]
	}
	var e told
	require.NoError(t, json.Unmarshal([]byte(body), &e))
	return e
}

// TestStateEvents goes through the life of a recording and looks at what its callback and the webhook get, in order.
func TestStateEvents(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	id := r.do(http.MethodPost, "/calling/recordings"+version, `{"callConnectionId":"`+connectionID+`","recordingStateCallbackUri":"`+callback+`"}`).field("recordingId")
	for _, op := range []string{":pause", ":pause", ":resume"} {
		require.Equal(t, http.StatusAccepted, r.do(http.MethodPost, "/calling/recordings/"+id+op+version, "").Status)
	}
	require.Equal(t, http.StatusNoContent, r.do(http.MethodDelete, "/calling/recordings/"+id+version, "").Status)
	eventually(t, "told", func() bool {
		return len(r.endpoint.to(callback)) == 4 && len(r.endpoint.to("https://hook.example/events")) == 1
	})
	for i, state := range []string{"active", "inactive", "active", "inactive"} {
		d := r.endpoint.to(callback)[i]
		require.Equal(t, "application/json", d.header.Get("Content-Type"))
		e := readEvent(t, d.body)
		require.Equal(t, "Microsoft.Communication.RecordingStateChanged", e.Type)
		require.Equal(t, "1.0", e.SpecVersion)
		require.Equal(t, "calling/recordings/"+id, e.Subject)
		require.Equal(t, state, e.Data["state"], i)
		require.Equal(t, map[string]any{
			"recordingId": id, "state": state, "startDateTime": e.Data["startDateTime"], "recordingKind": "azureCommunicationServices",
			"callConnectionId": connectionID, "serverCallId": serverCallID, "correlationId": "0d9f3a0e-0000-4000-8000-000000000003",
			"resultInformation": map[string]any{"code": 200.0, "subCode": 0.0, "message": ""},
		}, e.Data)
	}
	d := r.endpoint.to("https://hook.example/events")[0]
	e := readEvent(t, d.body)
	require.Equal(t, "Notification", d.header.Get("Aeg-Event-Type"))
	require.Equal(t, "Microsoft.Communication.RecordingFileStatusUpdated", e.EventType)
	require.Equal(t, "/recording/call/0d9f3a0e-0000-4000-8000-000000000002/serverCallId/"+serverCallID+"/recordingId/"+id, e.Subject)
	object := "http://example.com/v1/objects/" + documentID(id, 0)
	require.Equal(t, map[string]any{
		"recordingStorageInfo": map[string]any{"recordingChunks": []any{map[string]any{
			"documentId": documentID(id, 0), "index": 0.0, "endReason": "SessionEnded", "contentLocation": object + "/content/video",
			"metadataLocation": object + "/content/acsmetadata", "deleteLocation": object,
		}}},
		"recordingStartTime": e.Data["recordingStartTime"], "recordingDurationMs": 1000.0, "sessionEndReason": "InitiatorLeft",
		"recordingContentType": "AudioVideo", "recordingChannelType": "Mixed", "recordingFormatType": "Mp4",
	}, e.Data)
}

// TestStateEvents2021 does the same in the API of 2021.
func TestStateEvents2021(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *control.Config) { c.ContentBaseURL = "https://recordings.asm.skype.com" })
	all := "/conversations/" + serverCallID + "/recordings"
	id := r.do(http.MethodPost, all, `{"operationContext":"one","recordingStateCallbackUri":"`+callback+`"}`).field("recordingId")
	require.Equal(t, http.StatusOK, r.do(http.MethodPost, all+"/"+id+"/Pause", `{"operationContext":"two"}`).Status)
	require.Equal(t, http.StatusOK, r.do(http.MethodDelete, all+"/"+id, `{}`).Status)
	eventually(t, "told", func() bool {
		return len(r.endpoint.to(callback)) == 3 && len(r.endpoint.to("https://hook.example/events")) == 1
	})
	for i, want := range []struct{ state, context string }{{"active", "one"}, {"inactive", "two"}, {"inactive", ""}} {
		e := readEvent(t, r.endpoint.to(callback)[i].body)
		require.Equal(t, "Microsoft.Communication.CallRecordingStateChanged", e.EventType)
		require.NotEmpty(t, e.ID)
		require.Equal(t, want.state, e.Data["state"])
		require.Equal(t, serverCallID, e.Data["conversationId"])
		got, _ := e.Data["operationContext"].(string)
		require.Equal(t, want.context, got)
	}
	e := readEvent(t, r.endpoint.to("https://hook.example/events")[0].body)
	require.Equal(t, "/recording/call/0d9f3a0e-0000-4000-8000-000000000002", e.Subject)
	require.Equal(t, map[string]any{
		"recordingStorageInfo": map[string]any{"recordingChunks": []any{map[string]any{
			"documentId": documentID(id, 0), "index": 0.0, "endReason": "SessionEnded",
		}}},
		"recordingStartTime": e.Data["recordingStartTime"], "recordingDurationMs": 1000.0, "sessionEndReason": "InitiatorLeft",
	}, e.Data)
}

// TestEndsByItself: when the call ends, so does its recording.
func TestEndsByItself(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	id := r.do(http.MethodPost, "/calling/recordings"+version, `{"callConnectionId":"`+connectionID+`","recordingStateCallbackUri":"`+callback+`"}`).field("recordingId")
	require.NoError(t, r.call.last().Stop(t.Context(), "CallEnded"))
	eventually(t, "told", func() bool {
		return len(r.endpoint.to(callback)) == 2 && len(r.endpoint.to("https://hook.example/events")) == 1
	})
	require.Equal(t, "inactive", readEvent(t, r.endpoint.to(callback)[1].body).Data["state"])
	require.Equal(t, "CallEnded", readEvent(t, r.endpoint.to("https://hook.example/events")[0].body).Data["sessionEndReason"])
	require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, "/calling/recordings/"+id+version, "").Status)
}

// TestClose: a shutdown completes what goes on, tells why, and lets nothing new start.
func TestClose(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	id := r.start()
	require.NoError(t, r.server.Close(t.Context()))
	require.NoError(t, r.server.Close(t.Context()))
	a := r.do(http.MethodPost, "/calling/recordings"+version, sdkStart)
	require.Equal(t, http.StatusServiceUnavailable, a.Status)
	require.NotEmpty(t, a.Header.Get("Retry-After"))
	saved, err := r.store.Recording(id)
	require.NoError(t, err)
	require.True(t, saved.Final)
	require.Equal(t, "AppHostedMediaFailureOutcomeGracefully", saved.EndReason)

	hung := newRig(t, nil)
	hung.start()
	release := make(chan struct{})
	hung.call.onStop = func(*fakeRecording) error { <-release; return nil }
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, hung.server.Close(ctx), context.DeadlineExceeded)
	close(release)
	hung.stop = func() { _ = hung.store.Close() }
	eventually(t, "complete", func() bool { s := hung.server.Stats(); return s.Finishing == 0 })
}
