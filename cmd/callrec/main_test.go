package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const threeParty = "../../testdata/calls/three-party"

// command runs the binary as main does.
func command(args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = run(args, &out, &err)
	return status, out.String(), err.String()
}

func TestUsage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"help", []string{"--help"}, exitGood, ""},
		{"help of a command", []string{"replay", "--help"}, exitGood, ""},
		{"nothing", nil, exitUsage, "expected one of"},
		{"unknown command", []string{"transmogrify"}, exitUsage, "transmogrify"},
		{"unknown flag", []string{"replay", "--speed", "2", threeParty}, exitUsage, "--speed"},
		{"no call", []string{"replay"}, exitUsage, "<calldir>"},
		{"bad pause", []string{"replay", "--pause", "5", threeParty}, exitUsage, "5s-8s"},
		{"pause that ends before it begins", []string{"replay", "--pause", "8s-5s", threeParty}, exitUsage, "ends before it begins"},
		{"bad size", []string{"replay", "--max-chunk-size", "5 parsecs", threeParty}, exitUsage, "64MiB"},
		{"tiny size", []string{"replay", "--max-chunk-size", "1KiB", threeParty}, exitUsage, "the smallest"},
		{"bad sync", []string{"replay", "--sync", "often", threeParty}, exitUsage, "fragment, chunk, never"},
		{"bad layout", []string{"replay", "--layout", "spiral", threeParty}, exitUsage, "spiral"},
		{"negative tiles", []string{"replay", "--max-tiles=-1", threeParty}, exitUsage, "--max-tiles"},
		{"too many slices", []string{"replay", "--video-slices=9", threeParty}, exitUsage, "1 to 8"},
		{"no slices", []string{"serve", "--video-slices=0"}, exitUsage, "1 to 8"},
		{"no such watermark", []string{"replay", "-o", t.TempDir(), "--watermark", "no.png", threeParty}, exitFailed, "no.png"},
		{"watermark that is no image", []string{"replay", "-o", t.TempDir(), "--watermark", "main.go", threeParty}, exitFailed, "main.go"},
		{"negative start", []string{"replay", "--start=-1s", threeParty}, exitUsage, "negative"},
		{"start after the end", []string{"replay", "-o", t.TempDir(), "--start", "1h", threeParty}, exitUsage, "20.032s long"},
		{"no such call", []string{"replay", "no-such-call"}, exitFailed, "no-such-call/manifest.json"},
		{"no such announcement", []string{"replay", "-o", t.TempDir(), "--announce", "no.mp3", threeParty}, exitFailed, "no.mp3"},
		{"announcement that is no MP3", []string{"replay", "-o", t.TempDir(), "--announce", "main.go", threeParty}, exitFailed, "main.go: mp3:"},
		{"nothing to probe", []string{"probe", "no.mp4"}, exitFailed, "no.mp4"},
		{"probe what is no MP4", []string{"probe", "main.go"}, exitFailed, "main.go"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := command(tt.args...)
			require.Equal(t, tt.status, status, stderr)
			require.Contains(t, stderr, tt.want)
			if status == exitGood {
				require.Contains(t, stdout, "Usage: callrec")
				return
			}
			require.True(t, strings.HasPrefix(stderr, "callrec: "), stderr)
			require.Equal(t, 1, strings.Count(stderr, "\n"), "one clear line: %s", stderr)
		})
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	args := []string{"replay", "-o", out, "--duration", "1300ms", "--start", "200ms", "--pause", "1s-1100ms", threeParty}
	status, stdout, stderr := command(append(args, "--json")...)
	require.Equal(t, exitGood, status, stderr)
	require.Empty(t, stderr)
	var r report
	d := json.NewDecoder(strings.NewReader(stdout))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&r))
	require.Equal(t, filepath.Join(out, r.RecordingID), r.Directory)
	require.EqualValues(t, 1200, r.DurationMS)
	require.Positive(t, r.RealtimeFactor)
	require.Empty(t, r.Warnings)
	require.Len(t, r.Participants, 1, "who has joined by then")
	require.Equal(t, "8:acs:demo_A", r.Participants[0].ParticipantID)
	require.Len(t, r.Chunks, 1)
	c := r.Chunks[0]
	require.Equal(t, reportChunk{"chunk-0000.mp4", "chunk-0000.json", c.Bytes, 1200, "SessionEnded"}, c)
	info, err := os.Stat(filepath.Join(r.Directory, c.File))
	require.NoError(t, err)
	require.Equal(t, c.Bytes, info.Size())
	require.FileExists(t, filepath.Join(r.Directory, c.Metadata))
	require.FileExists(t, filepath.Join(r.Directory, "notification.json"))

	status, stdout, stderr = command(args...)
	require.Equal(t, exitGood, status, stderr)
	require.Contains(t, stdout, "chunk-0000.mp4  1.200 s")
	require.Contains(t, stdout, "8:acs:demo_A")
	status, stdout, stderr = command(append(args, "--quiet")...)
	require.Equal(t, exitGood, status, stderr)
	require.Empty(t, stdout+stderr)
	folders, err := os.ReadDir(out)
	require.NoError(t, err)
	require.Len(t, folders, 1, "the same recording, made anew")

	status, stdout, stderr = command("probe", "--fragments", filepath.Join(r.Directory, c.File))
	require.Equal(t, exitGood, status, stderr)
	require.Contains(t, stdout, "1920x1080; 10 samples (")
	require.Contains(t, stdout, "16000 Hz, 1 channels")
	require.Contains(t, stdout, "fragment 0")
}

func TestByteSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]byteSize{
		"0": 0, "1000000": 1000000, "300KiB": 300 << 10, "64MiB": 64 << 20, "64 MiB": 64 << 20, "1.5GiB": 3 << 29,
		"5MB": 5e6, "2kb": 2000, "1g": 1 << 30, "7B": 7,
	} {
		var b byteSize
		require.NoError(t, b.UnmarshalText([]byte(text)), text)
		require.Equal(t, want, b, text)
	}
	for _, text := range []string{"", "MiB", "-1", "1e400", "5 parsecs", "9999999999TiB", "0x10"} {
		var b byteSize
		require.Error(t, b.UnmarshalText([]byte(text)), text)
	}
}

func FuzzFlags(f *testing.F) {
	f.Add("5s-8s")
	f.Add("300KiB")
	f.Fuzz(func(t *testing.T, text string) {
		var b byteSize
		if b.UnmarshalText([]byte(text)) == nil {
			require.GreaterOrEqual(t, b, byteSize(0))
		}
		var s span
		if s.UnmarshalText([]byte(text)) == nil {
			require.LessOrEqual(t, time.Duration(0), s.from)
			require.LessOrEqual(t, s.from, s.to)
		}
	})
}

// TestReplayLook records a moment with everything that changes what people see, or how it is coded.
func TestReplayLook(t *testing.T) {
	t.Parallel()
	mark := filepath.Join(t.TempDir(), "mark.png")
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))))
	require.NoError(t, os.WriteFile(mark, b.Bytes(), 0o644))
	seen := map[string]string{}
	for _, look := range [][]string{
		{"--layout=grid"},
		{"--layout=speaker"},
		{"--layout=single"},
		{"--max-tiles=1"},
		{"--time-stamp"},
		{"--watermark", mark},
		{"--video-slices=2", "--video-encoder=go"}, // native ones take no slices
	} {
		out := t.TempDir()
		args := append([]string{"replay", "-o", out, "--json", "--start=4s", "--duration=250ms"}, look...)
		status, stdout, stderr := command(append(args, threeParty)...)
		require.Equal(t, exitGood, status, stderr)
		var r report
		require.NoError(t, json.Unmarshal([]byte(stdout), &r))
		video, err := os.ReadFile(filepath.Join(r.Directory, r.Chunks[0].File))
		require.NoError(t, err)
		if look[0] == "--max-tiles=1" { // one of the two in the call, as large as can be
			require.Equal(t, "--layout=single", seen[string(video)])
			continue
		}
		require.NotContains(t, seen, string(video), "%v", look)
		seen[string(video)] = look[0]
	}
}
