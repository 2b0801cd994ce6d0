package control_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control"
)

// The bodies that the official client was seen to send.
const (
	sdkStart = `{"callLocator":{"serverCallId":"` + serverCallID + `","kind":"serverCallLocator"},"recordingStateCallbackUri":"https://127.0.0.1:9443/callbacks","recordingContentType":"audioVideo","recordingChannelType":"mixed","recordingFormatType":"mp4"}`
	sdkAll   = `{"callLocator":{"serverCallId":"` + serverCallID + `","kind":"serverCallLocator"},"recordingStateCallbackUri":"https://app.example/cb","recordingContentType":"audio","recordingChannelType":"unmixed","recordingFormatType":"wav","audioChannelParticipantOrdering":[{"kind":"communicationUser","rawId":"8:acs:res_1","communicationUser":{"id":"8:acs:res_1"}},{"kind":"phoneNumber","rawId":"4:+14255550123","phoneNumber":{"value":"+14255550123","isAnonymous":false}}],"channelAffinity":[{"channel":0,"participant":{"kind":"communicationUser","rawId":"8:acs:res_1","communicationUser":{"id":"8:acs:res_1"}}},{"channel":1,"participant":{"kind":"phoneNumber","rawId":"4:+14255550123","phoneNumber":{"value":"+14255550123","isAnonymous":false}}}],"pauseOnStart":true,"externalStorage":{"recordingStorageKind":"azureBlobStorage","recordingDestinationContainerUrl":"https://acct.blob.core.windows.net/c"}}`
)

func TestStart(t *testing.T) {
	t.Parallel()
	locator := `"callLocator":{"kind":"serverCallLocator","serverCallId":"` + serverCallID + `"}`
	tests := []struct {
		name, body string
		status     int
		want       string // part of the answer
	}{
		{"as the client sends it", sdkStart, 200, `"recordingState":"active","recordingKind":"azureCommunicationServices"`},
		{"with everything the client can send", sdkAll, 400, "audio, unmixed, wav: this recorder makes audioVideo, mixed, mp4 recordings alone"},
		{"group call", `{"callLocator":{"groupCallId":"` + groupCallID + `","kind":"groupCallLocator"}}`, 200, `"active"`},
		{"room", `{"callLocator":{"roomId":"` + roomID + `","kind":"roomCallLocator"}}`, 200, `"active"`},
		{"connection", `{"callConnectionId":"` + connectionID + `"}`, 200, `"active"`},
		{"without a kind", `{"callLocator":{"serverCallId":"` + serverCallID + `"}}`, 200, `"active"`},
		{"padded", `{"callLocator":{"kind":"serverCallLocator","serverCallId":"` + serverCallID + `=="}}`, 200, `"active"`},
		{"decoded", `{"callLocator":{"kind":"serverCallLocator","serverCallId":"https://conv.recorder.example/conv/3Q2pXq0nQkCzv1s0aWcR7A?i=1&e=638000000000000000"}}`, 200, `"active"`},
		{"paused", `{` + locator + `,"pauseOnStart":true}`, 200, `"recordingState":"inactive"`},
		{"other cases", `{` + locator + `,"recordingContentType":"AudioVideo","recordingChannelType":"Mixed","recordingFormatType":"MP4","externalStorage":{"recordingStorageKind":"AzureCommunicationServices"}}`, 200, `"active"`},
		{"fields of tomorrow", `{` + locator + `,"somethingNew":{"a":[1]}}`, 200, `"active"`},
		{"channels that have no effect", `{` + locator + `,"channelAffinity":[{"channel":4,"participant":{"kind":"unknown","rawId":"x"}}]}`, 200, `"active"`},

		{"no body", "", 400, "callLocator or callConnectionId is needed"},
		{"not JSON", "{", 400, "not a JSON object"},
		{"a list", "[]", 400, "not a JSON object"},
		{"two bodies", `{` + locator + `}{}`, 400, "not a JSON object"},
		{"wrong type", `{` + locator + `,"pauseOnStart":"yes"}`, 400, "pauseOnStart is of the wrong type"},
		{"both", `{` + locator + `,"callConnectionId":"x"}`, 400, "exclude each other"},
		{"unknown kind", `{"callLocator":{"kind":"carrierPigeon"}}`, 400, "callLocator.kind"},
		{"kind without its ID", `{"callLocator":{"kind":"roomCallLocator","serverCallId":"x"}}`, 400, "callLocator.roomId"},
		{"long ID", `{"callConnectionId":"` + strings.Repeat("x", 5000) + `"}`, 400, "4096"},
		{"long callback", `{` + locator + `,"recordingStateCallbackUri":"https://` + strings.Repeat("x", 3000) + `"}`, 400, "2048"},
		{"unknown content", `{` + locator + `,"recordingContentType":"smell"}`, 400, "recordingContentType"},
		{"unknown channel", `{` + locator + `,"recordingChannelType":"left"}`, 400, "recordingChannelType"},
		{"unknown format", `{` + locator + `,"recordingFormatType":"avi"}`, 400, "recordingFormatType"},
		{"what does not go together", `{` + locator + `,"recordingContentType":"audioVideo","recordingFormatType":"mp3"}`, 400, "do not go together"},
		{"mp3", `{` + locator + `,"recordingContentType":"audio","recordingFormatType":"mp3"}`, 400, "not supported: audio, mixed, mp3"},
		{"channel 7", `{` + locator + `,"channelAffinity":[{"channel":7,"participant":{"rawId":"x"}}]}`, 400, "channelAffinity[0].channel is not within 0 to 4"},
		{"channel of nobody", `{` + locator + `,"channelAffinity":[{"channel":1}]}`, 400, "has no participant"},
		{"six channels", `{` + locator + `,"audioChannelParticipantOrdering":[{},{},{},{},{},{}]}`, 400, "more than 5 channels"},
		{"other storage", `{` + locator + `,"externalStorage":{"recordingStorageKind":"azureBlobStorage"}}`, 400, "not supported: externalStorage"},
		{"unknown storage", `{` + locator + `,"externalStorage":{"recordingStorageKind":"shoebox"}}`, 400, "recordingStorageKind is not known"},
		{"post-processing", `{` + locator + `,"postProcessingOptions":{}}`, 400, "not supported: postProcessingOptions"},
		{"unknown call", `{"callLocator":{"groupCallId":"99999999-946f-5cd9-9f29-a1cb488a2c71","kind":"groupCallLocator"}}`, 404, `{"error":{"code":"8522","message":"Call not found."}}`},
		{"large body", `{"callConnectionId":"` + strings.Repeat("x", 70<<10) + `"}`, 413, "too large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, nil)
			a := r.do(http.MethodPost, "/calling/recordings"+version, tt.body, "X-Ms-Client-Request-Id: 4f6de21f-f568-44cc-9fe2-c302e0585940")
			require.Equal(t, tt.status, a.Status, a.Body)
			require.Contains(t, a.Body, tt.want)
			require.Equal(t, "application/json; charset=utf-8", a.Header.Get("Content-Type"))
			require.Equal(t, "4f6de21f-f568-44cc-9fe2-c302e0585940", a.Header.Get("X-Ms-Client-Request-Id"))
			if tt.status == http.StatusOK {
				id := a.field("recordingId")
				require.Regexp(t, "^[0-9a-f]{32}$", id, "128 bits")
				require.Equal(t, id, r.call.last().opt.ID)
				return
			}
			require.Zero(t, r.call.count())
		})
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	id := r.start()
	for query, status := range map[string]int{
		"?api-version=2023-03-06": 200, "?api-version=2024-11-15-preview": 200, "?api-version=2099-01-01&x=y": 200,
		"": 400, "?api-version=": 400, "?api-version=latest": 400, "?api-version=2024-13-01": 400, "?api-version=2024-11-15-beta": 400,
	} {
		require.Equal(t, status, r.do(http.MethodGet, "/calling/recordings/"+id+query, "").Status, query)
	}
}

// TestRepeatedStart sends one request many times at once, and again after a restart: one recording starts.
func TestRepeatedStart(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	headers := []string{"Repeatability-Request-Id: 87840665-e684-4f61-b366-056bd9d3f3d0", "Repeatability-First-Sent: Sat, 21 Nov 2026 20:20:06 GMT"}
	post := func(body string) answer {
		return r.do(http.MethodPost, "/calling/recordings"+version, body, headers...)
	}
	answers := make([]answer, 8)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = post(sdkStart) })
	}
	all.Wait()
	for _, a := range answers {
		require.Equal(t, http.StatusOK, a.Status, a.Body)
		require.Equal(t, answers[0].Body, a.Body)
		require.Equal(t, "accepted", a.Header.Get("Repeatability-Result"))
	}
	require.Equal(t, 1, r.call.count())

	other := post(startBodyOfSDK)
	require.Equal(t, http.StatusBadRequest, other.Status)
	require.Contains(t, other.Body, "used for another request")

	r.stop()
	r.open()
	again := post(sdkStart)
	require.Equal(t, http.StatusOK, again.Status)
	require.Equal(t, answers[0].field("recordingId"), again.field("recordingId"))
	require.Equal(t, "inactive", again.field("recordingState"), "it has ended since")
	require.Equal(t, 1, r.call.count())

	bad := r.do(http.MethodPost, "/calling/recordings"+version, sdkStart, "Repeatability-Request-Id: x", "Repeatability-First-Sent: now")
	require.Equal(t, http.StatusBadRequest, bad.Status)
	long := r.do(http.MethodPost, "/calling/recordings"+version, sdkStart, "Repeatability-Request-Id: "+strings.Repeat("x", 200))
	require.Equal(t, http.StatusBadRequest, long.Status)
}

// TestFailedStartIsNotRemembered: a request that failed may be sent again under the same ID.
func TestFailedStartIsNotRemembered(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.call.info.ServerCallID = "elsewhere"
	id := "Repeatability-Request-Id: 87840665-e684-4f61-b366-056bd9d3f3d0"
	require.Equal(t, http.StatusNotFound, r.do(http.MethodPost, "/calling/recordings"+version, sdkStart, id).Status)
	r.call.info.ServerCallID = serverCallID
	require.Equal(t, http.StatusOK, r.do(http.MethodPost, "/calling/recordings"+version, sdkStart, id).Status)
}

func TestManyRecordings(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *control.Config) { c.MaxRecordings = 2 })
	for _, id := range []string{"x", "y"} {
		r.calls.add(control.CallInfo{CallID: id, ServerCallID: id})
	}
	start := func(id string) answer {
		return r.do(http.MethodPost, "/calling/recordings"+version, `{"callLocator":{"kind":"serverCallLocator","serverCallId":"`+id+`"}}`)
	}
	first := start(serverCallID)
	require.Equal(t, http.StatusOK, first.Status)
	require.Equal(t, http.StatusOK, start("x").Status)
	busy := start("y")
	require.Equal(t, http.StatusTooManyRequests, busy.Status)
	require.NotEmpty(t, busy.Header.Get("Retry-After"))
	require.Equal(t, http.StatusNoContent, r.do(http.MethodDelete, "/calling/recordings/"+first.field("recordingId")+version, "").Status)
	require.Equal(t, http.StatusOK, start("y").Status)
}

// TestStart2021 has the ways in which the routes of 2021 are written.
func TestStart2021(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, target, body string
		status             int
		want               string
	}{
		{"as documented", "/conversations/" + serverCallID + "/Recordings", `{"operationContext":"c","recordingStateCallbackUri":"https://app.example/cb"}`, 200, `{"recordingId":"`},
		{"as in the specification", "/calling/conversations/" + serverCallID + "/recordings?api-version=2021-04-15-preview1", `{}`, 200, `{"recordingId":"`},
		{"without a body", "/conversations/" + serverCallID + "/recordings", "", 200, `{"recordingId":"`},
		{"the URL itself", "/conversations/https%3A%2F%2Fconv.recorder.example%2Fconv%2F3Q2pXq0nQkCzv1s0aWcR7A%3Fi%3D1%26e%3D638000000000000000/recordings", "{}", 200, `{"recordingId":"`},
		{"another conversation", "/conversations/other/Recordings", "{}", 404, `{"code":"8522","message":"Call not found.","target":"start","details":[]}`},
		{"not JSON", "/conversations/" + serverCallID + "/Recordings", "{", 400, `"target":"start","details":[]`},
		{"wrong type", "/conversations/" + serverCallID + "/Recordings", `{"operationContext":7}`, 400, "operationContext is of the wrong type"},
		{"long context", "/conversations/" + serverCallID + "/Recordings", `{"operationContext":"` + strings.Repeat("x", 5000) + `"}`, 400, "4096"},
		{"long callback", "/conversations/" + serverCallID + "/Recordings", `{"recordingStateCallbackUri":"` + strings.Repeat("x", 5000) + `"}`, 400, "2048"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newRig(t, nil).do(http.MethodPost, tt.target, tt.body)
			require.Equal(t, tt.status, a.Status, a.Body)
			require.Contains(t, a.Body, tt.want)
		})
	}
}

// TestRecordingOfAnotherConversation: the conversation in the target has to be the recording's.
func TestRecordingOfAnotherConversation(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	id := r.start()
	for _, tt := range []struct{ method, suffix string }{
		{http.MethodGet, ""}, {http.MethodDelete, ""}, {http.MethodPost, "/Pause"}, {http.MethodPost, "/Resume"},
	} {
		require.Equal(t, http.StatusNotFound, r.do(tt.method, "/conversations/other/recordings/"+id+tt.suffix, "{}").Status)
	}
	require.Equal(t, http.StatusOK, r.do(http.MethodGet, "/calling/Conversations/"+serverCallID+"/RECORDINGS/"+id, "").Status)
}
