//go:build oracle

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control/events"
)

const (
	clientKey    = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	secondaryKey = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
	wrongKey     = "d3Jvbmd3cm9uZ3dyb25nd3Jvbmd3cm9uZ3dyb25nd3I="
)

// TestOfficialClients drives the service with the official JavaScript client in three versions, each with a call of its
// own: npm ci --prefix testdata/client has to have been run.
func TestOfficialClients(t *testing.T) {
	t.Parallel()
	require.DirExists(t, "testdata/client/node_modules", "npm ci --prefix cmd/callrec/testdata/client")
	h := newHook(t)
	s := serve(t, "--access-key", clientKey, "--access-key", secondaryKey, "--webhook", h.URL, "--allow-callback", "127.0.0.1",
		"--play", threeParty, "--call-id", "a", "--play", threeParty, "--call-id", "b", "--play", threeParty, "--call-id", "c")
	t.Run("clients", func(t *testing.T) {
		for _, tt := range []struct {
			version, key, call string
			download           bool
		}{
			{"1.2.0", clientKey, "a", true},
			{"1.5.1", secondaryKey, "b", true},
			{"1.6.0", clientKey, "c", false}, // it downloads from Microsoft's hosts alone
		} {
			t.Run(tt.version, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "recording.mp4")
				location := "-"
				if tt.download {
					location = h.URL
				}
				times := runClient(t, h, tt.version, s.url, tt.key, tt.call, location, file)
				if tt.download {
					checkPaused(t, file, times)
				}
			})
		}
	})
	t.Run("wrong key", func(t *testing.T) {
		out, err := exec.Command("node", "testdata/client/run.mjs", "1.5.1", s.url, wrongKey, "a", "-", "-").CombinedOutput()
		require.Error(t, err)
		require.Contains(t, string(out), "FAILED: 401 Denied", "%s", out)
	})
	require.NotContains(t, s.stderr.String(), "level=ERROR")
	var states []string
	for _, e := range h.of(events.TypeRecordingState) {
		states = append(states, e.Data.State)
	}
	require.ElementsMatch(t, []string{
		"active", "active", "active", "inactive", "inactive", "inactive", "active", "active", "active", "inactive", "inactive", "inactive",
	}, states)
}

// runClient runs all steps and returns when each began and ended, in milliseconds.
func runClient(t *testing.T, h *hook, version, url, key, call, location, file string) map[string][2]float64 {
	t.Helper()
	cmd := exec.Command("node", "testdata/client/run.mjs", version, url, key, call, location, file)
	cmd.Env = append(os.Environ(), "CALLBACK="+h.URL+"/callback")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Logf("%s: %s", version, out)
	var report struct {
		Steps map[string]any
		Times map[string][2]float64
	}
	require.NoError(t, json.Unmarshal(out, &report), "%s", out)
	return report.Times
}

// checkPaused lets ffprobe measure the file. What the client saw bounds how long it can be: the paused time is missing.
func checkPaused(t *testing.T, file string, times map[string][2]float64) {
	t.Helper()
	_, stderr := output(t, "ffmpeg", "-v", "error", "-i", file, "-f", "null", "-")
	require.Empty(t, string(stderr), "it decodes without a word")
	out, _ := output(t, "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,duration", "-of", "json", file)
	var probe struct {
		Streams []struct {
			CodecName string `json:"codec_name"`
			Duration  string
		}
	}
	require.NoError(t, json.Unmarshal(out, &probe))
	require.Len(t, probe.Streams, 2)
	least := times["pause"][0] - times["start"][1] + times["stop"][0] - times["resume"][1]
	most := times["pause"][1] - times["start"][0] + times["stop"][1] - times["resume"][0]
	for _, stream := range probe.Streams {
		seconds, err := strconv.ParseFloat(stream.Duration, 64)
		require.NoError(t, err)
		const grain = 128 // ms: a video frame
		require.GreaterOrEqual(t, 1000*seconds, least-grain, stream.CodecName)
		require.LessOrEqual(t, 1000*seconds, most+grain, stream.CodecName)
	}
}

// TestCurl2021 drives the API of 2021 with nothing but curl.
func TestCurl2021(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	s := serve(t, "--webhook", h.URL, "--play", threeParty, "--call-id", "demo")
	file := filepath.Join(t.TempDir(), "recording.mp4")
	out, err := exec.Command("bash", "testdata/client/curl-2021.sh", s.url, "demo", h.URL, file).CombinedOutput()
	require.NoError(t, err, "%s\n%s", out, s.stderr.String())
	_, stderr := output(t, "ffmpeg", "-v", "error", "-i", file, "-f", "null", "-")
	require.Empty(t, string(stderr))
	legs := h.of(events.TypeCallLegState)
	require.Len(t, legs, 2)
	require.Equal(t, []string{"Establishing", "Established"}, []string{legs[0].Data.CallState, legs[1].Data.CallState})
}
