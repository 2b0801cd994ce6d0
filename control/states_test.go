package control_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control"
)

// api are the requests of a generation: of an operation, on a recording.
type api struct {
	name       string
	generation control.Generation
	request    func(op, id string) (method, target, body string)
	success    map[string]int // status of each operation
}

func apis() []api {
	return []api{
		{
			"current", control.GenerationCurrent,
			func(op, id string) (string, string, string) {
				one := "/calling/recordings/" + id
				switch op {
				case "start":
					return http.MethodPost, "/calling/recordings" + version, startBodyOfSDK
				case "start unknown call":
					return http.MethodPost, "/calling/recordings" + version, `{"callLocator":{"kind":"serverCallLocator","serverCallId":"nobody"}}`
				case "state":
					return http.MethodGet, one + version, ""
				case "stop":
					return http.MethodDelete, one + version, ""
				}
				return http.MethodPost, one + ":" + op + version, ""
			},
			map[string]int{"start": 200, "state": 200, "pause": 202, "resume": 202, "stop": 204},
		},
		{
			"2021", control.Generation2021,
			func(op, id string) (string, string, string) {
				all := "/conversations/" + serverCallID + "/recordings"
				switch op {
				case "start":
					return http.MethodPost, all, `{}`
				case "start unknown call":
					return http.MethodPost, "/conversations/nobody/Recordings", `{}`
				case "state":
					return http.MethodGet, all + "/" + id, `{}`
				case "stop":
					return http.MethodDelete, all + "/" + id, `{}`
				case "pause":
					return http.MethodPost, all + "/" + id + "/Pause", `{}`
				}
				return http.MethodPost, all + "/" + id + "/Resume", `{}`
			},
			map[string]int{"start": 200, "state": 200, "pause": 200, "resume": 200, "stop": 200},
		},
	}
}

// TestStates has a row for every operation in every state, in both generations.
func TestStates(t *testing.T) {
	t.Parallel()
	// What leads to each state, from a recording that has been started.
	ways := map[string][]string{
		"active": nil, "resumed": {"pause", "resume"}, "paused": {"pause"}, "stopped": {"stop"},
		"stopped while paused": {"pause", "stop"}, "ended by itself": {"hang up"}, "unknown": {"forget"},
	}
	const gone = http.StatusNotFound
	tests := []struct {
		state, op string
		want      int    // 0 means success
		after     string // state after it; empty: not found
		told      string // what the recorder is told by it
	}{
		{"active", "state", 0, "active", ""},
		{"active", "pause", 0, "inactive", "pause"},
		{"active", "resume", 0, "active", ""},
		{"active", "stop", 0, "", "stop"},
		{"active", "start", http.StatusConflict, "active", ""},
		{"active", "start unknown call", gone, "active", ""},

		{"resumed", "state", 0, "active", ""},
		{"resumed", "pause", 0, "inactive", "pause"},
		{"resumed", "resume", 0, "active", ""},
		{"resumed", "stop", 0, "", "stop"},
		{"resumed", "start", http.StatusConflict, "active", ""},

		{"paused", "state", 0, "inactive", ""},
		{"paused", "pause", 0, "inactive", ""},
		{"paused", "resume", 0, "active", "resume"},
		{"paused", "stop", 0, "", "stop"},
		{"paused", "start", http.StatusConflict, "inactive", ""},
		{"paused", "start unknown call", gone, "inactive", ""},

		{"stopped", "state", gone, "", ""},
		{"stopped", "pause", gone, "", ""},
		{"stopped", "resume", gone, "", ""},
		{"stopped", "stop", gone, "", ""},
		{"stopped", "start", 0, "", ""},
		{"stopped while paused", "state", gone, "", ""},
		{"stopped while paused", "resume", gone, "", ""},
		{"stopped while paused", "stop", gone, "", ""},
		{"stopped while paused", "start", 0, "", ""},

		{"ended by itself", "state", gone, "", ""},
		{"ended by itself", "pause", gone, "", ""},
		{"ended by itself", "resume", gone, "", ""},
		{"ended by itself", "stop", gone, "", ""},
		{"ended by itself", "start", 0, "", ""},

		{"unknown", "state", gone, "", ""},
		{"unknown", "pause", gone, "", ""},
		{"unknown", "resume", gone, "", ""},
		{"unknown", "stop", gone, "", ""},
	}
	for _, a := range apis() {
		for _, tt := range tests {
			t.Run(a.name+"/"+tt.state+"/"+tt.op, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, nil)
				started := r.do(a.request("start", ""))
				require.Equal(t, http.StatusOK, started.Status, started.Body)
				id := started.field("recordingId")
				for _, step := range ways[tt.state] {
					switch step {
					case "hang up":
						require.NoError(t, r.call.last().Stop(t.Context(), "CallEnded"))
						eventually(t, "final", func() bool { s, err := r.store.Recording(id); return err == nil && s.Final })
					case "forget":
						id = strings.Repeat("0", len(id))
					default:
						require.Equal(t, a.success[step], r.do(a.request(step, id)).Status)
					}
				}
				before := len(r.call.last().operations())
				want := tt.want
				if want == 0 {
					want = a.success[tt.op]
				}
				first := r.call.last()
				got := r.do(a.request(tt.op, id))
				require.Equal(t, want, got.Status, got.Body)
				told := strings.Join(first.operations()[before:], " ")
				require.Equal(t, tt.told, told)

				state := r.do(a.request("state", id))
				if tt.after == "" {
					require.Equal(t, gone, state.Status)
					return
				}
				require.Equal(t, tt.after, state.field("recordingState"))
			})
		}
	}
}

// TestSlowRecorder has a recorder that does not come back from what it is told: the answers come all the same, and a stop
// always stops.
func TestSlowRecorder(t *testing.T) {
	t.Parallel()
	for _, a := range apis() {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, func(c *control.Config) { c.OperationTimeout = 50 * time.Millisecond })
			release := make(chan struct{})
			id := r.do(a.request("start", "")).field("recordingId")
			r.call.onChange = func(context.Context) error { <-release; return nil } // not even with the context
			r.call.onStop = func(*fakeRecording) error { <-release; return nil }
			require.Equal(t, http.StatusInternalServerError, r.do(a.request("pause", id)).Status)
			require.Equal(t, http.StatusInternalServerError, r.do(a.request("resume", id)).Status, "the first has not come back")
			require.Equal(t, "active", r.do(a.request("state", id)).field("recordingState"))
			require.Equal(t, a.success["stop"], r.do(a.request("stop", id)).Status)
			require.Equal(t, http.StatusNotFound, r.do(a.request("state", id)).Status)
			require.Equal(t, http.StatusNotFound, r.do(a.request("stop", id)).Status)
			close(release)
			eventually(t, "final", func() bool { s, err := r.store.Recording(id); return err == nil && s.Final })

			hang := make(chan struct{})
			r.call.onRecord = func(context.Context) error { <-hang; return nil }
			require.Equal(t, http.StatusInternalServerError, r.do(a.request("start", "")).Status)
			close(hang) // the recording that comes too late is stopped
			eventually(t, "stopped", func() bool {
				return r.call.count() == 2 && strings.Join(r.call.last().operations(), " ") == "stop"
			})
		})
	}
}

// TestRecorderFails has one that refuses: nothing is left behind.
func TestRecorderFails(t *testing.T) {
	t.Parallel()
	for _, a := range apis() {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, nil)
			r.call.onRecord = func(context.Context) error { return context.DeadlineExceeded }
			require.Equal(t, http.StatusInternalServerError, r.do(a.request("start", "")).Status)
			list, err := r.store.Recordings(nil)
			require.NoError(t, err)
			require.Empty(t, list)
			r.call.onRecord = nil
			id := r.do(a.request("start", "")).field("recordingId")
			r.call.onChange = func(context.Context) error { return context.DeadlineExceeded }
			require.Equal(t, http.StatusInternalServerError, r.do(a.request("pause", id)).Status)
			require.Equal(t, "active", r.do(a.request("state", id)).field("recordingState"))
		})
	}
}
