//go:build oracle

package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPlayers has other readers take every chunk, in both forms: ffmpeg without a word, GStreamer and mediainfo.
func TestPlayers(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"fragmented", "progressive", "indexed"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			r := replayed(t, "three-party", "--duration", "7s", "--max-chunk-size", "300KiB", "--pause", "2s-3s", "--finalize", form)
			require.Greater(t, len(r.Chunks), 1)
			judge(t, r)
			for _, c := range r.Chunks {
				path := filepath.Join(r.Directory, c.File)
				checkGStreamer(t, path, c)
				checkMediaInfo(t, path, c)
				_, stderr := output(t, "ffprobe", "-v", "verbose", path)
				for _, word := range []string{"invalid", "error", "corrupt", "unsupported", "mismatch", "missing"} {
					require.NotContains(t, strings.ToLower(string(stderr)), word)
				}
			}
			_, _ = output(t, "sh", "-c", "cd "+r.Directory+" && cat *.sha256 | sha256sum -c --strict")
		})
	}
}

// checkGStreamer counts the buffers that come out of qtdemux and the decoders.
func checkGStreamer(t *testing.T, path string, c reportChunk) {
	t.Helper()
	out, stderr := output(t, "timeout", "60", "gst-launch-1.0", "-v", "filesrc", "location="+path, "!", "qtdemux", "name=d",
		"d.video_0", "!", "queue", "!", "h264parse", "!", "avdec_h264", "!", "identity", "name=pictures", "silent=false", "!", "fakesink", "sync=false",
		"d.audio_0", "!", "queue", "!", "aacparse", "!", "avdec_aac", "!", "identity", "name=sounds", "silent=false", "!", "fakesink", "sync=false")
	require.NotContains(t, string(stderr), "WARN")
	require.NotContains(t, string(stderr), "ERROR")
	times := func(name string) int { // the messages of two threads may come twice
		seen := map[string]bool{}
		for _, m := range regexp.MustCompile(name+`: last-message = chain [^\n]* pts: ([0-9:.]+)`).FindAllStringSubmatch(string(out), -1) {
			seen[m[1]] = true
		}
		return len(seen)
	}
	require.InDelta(t, float64(c.DurationMS)/125, times("pictures"), 0.5, path)
	require.InDelta(t, float64(c.DurationMS)/64, times("sounds"), 2.5, path)
}

// checkMediaInfo reads the durations that mediainfo finds.
func checkMediaInfo(t *testing.T, path string, c reportChunk) {
	t.Helper()
	out, _ := output(t, "mediainfo", "--Output=JSON", path)
	var info struct {
		Media struct {
			Track []map[string]any `json:"track"`
		} `json:"media"`
	}
	require.NoError(t, json.Unmarshal(out, &info))
	seen := 0
	for _, track := range info.Media.Track {
		require.NotContains(t, track, "extra.ConformanceErrors")
		kind, _ := track["@type"].(string)
		if kind != "Video" && kind != "Audio" {
			continue
		}
		seen++
		text, _ := track["Duration"].(string)
		seconds, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		require.InDelta(t, float64(c.DurationMS)/1000, seconds, 0.2, "%s: %s", path, kind)
	}
	require.Equal(t, 2, seen)
}
