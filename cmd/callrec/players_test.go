//go:build oracle

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
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
			r := replayed(t, "three-party", "--duration", "7s", "--max-chunk-size", "150KiB", "--pause", "2s-3s", "--finalize", form)
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

// checkGStreamer counts what comes out of qtdemux and the decoders: pictures made small, and samples.
func checkGStreamer(t *testing.T, path string, c reportChunk) {
	t.Helper()
	pictures, sounds := filepath.Join(t.TempDir(), "pictures"), filepath.Join(t.TempDir(), "sounds")
	_, stderr := output(t, "timeout", "60", "gst-launch-1.0", "filesrc", "location="+path, "!", "qtdemux", "name=d",
		"d.video_0", "!", "queue", "!", "h264parse", "!", "avdec_h264", "!", "videoscale", "!",
		"video/x-raw,width=16,height=16,format=I420", "!", "filesink", "location="+pictures,
		"d.audio_0", "!", "queue", "!", "aacparse", "!", "avdec_aac", "!", "filesink", "location="+sounds)
	require.NotContains(t, string(stderr), "WARN")
	require.NotContains(t, string(stderr), "ERROR")
	count := func(file string, each int64) int64 {
		info, err := os.Stat(file)
		require.NoError(t, err)
		require.Zero(t, info.Size()%each)
		return info.Size() / each
	}
	require.InDelta(t, float64(c.DurationMS)/125, count(pictures, 16*16*3/2), 0.5, path)
	require.InDelta(t, float64(c.DurationMS)/64, count(sounds, 1024*4), 2.5, path)
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
