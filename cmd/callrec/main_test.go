package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	threeParty = "../../testdata/calls/three-party"
	vp9Call    = "../../testdata/calls/vp9"
)

// command runs the binary as main does.
func command(args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = run(args, &out, &err)
	return status, out.String(), err.String()
}

// copyCall copies a capture into a folder of the test, to be spoiled.
func copyCall(t *testing.T, from string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	return dir
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
		{"bad layout", []string{"replay", "--layout", "spiral", threeParty}, exitUsage, "spiral"},
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
	args := []string{"replay", "-o", out, "--duration", "1300ms", "--start", "3500ms", "--pause", "4s-4100ms", threeParty}
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
	require.Len(t, r.Participants, 2)
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
	require.Contains(t, stdout, "8:acs:demo_B")
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

// TestSpoiledCalls: what is wrong with a call is said, and everything else is recorded.
func TestSpoiledCalls(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		call    string
		spoil   func(t *testing.T, dir string)
		status  int
		want    string // in the warnings, or on stderr if it fails
		packets int    // of the first participant, at least
	}{
		{
			"manifest is missing", threeParty,
			func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "manifest.json"))) },
			exitFailed, "manifest.json: no such file", 0,
		},
		{
			"manifest is malformed", threeParty,
			func(t *testing.T, dir string) { write(t, dir, "manifest.json", "{\n  \"call\": \n") },
			exitFailed, "manifest.json: line 3", 0,
		},
		{
			"dump is cut off", threeParty,
			func(t *testing.T, dir string) {
				require.NoError(t, os.Truncate(filepath.Join(dir, "8_acs_demo_A.rtpdump"), 5000))
			},
			exitGood, "participant 8:acs:demo_A: 8_acs_demo_A.rtpdump: bad rtpdump: byte 4422: a packet of 1139 bytes, but the file ends after 570", 5,
		},
		{
			"dump of random bytes", threeParty,
			func(t *testing.T, dir string) { write(t, dir, "8_acs_demo_B.rtpdump", "\x00\x93 noise") },
			exitGood, "participant 8:acs:demo_B: 8_acs_demo_B.rtpdump: bad rtpdump: byte 0", 20,
		},
		{
			"dump is missing", threeParty,
			func(t *testing.T, dir string) {
				require.NoError(t, os.Remove(filepath.Join(dir, "8_acs_demo_B.rtpdump")))
			},
			exitGood, "8_acs_demo_B.rtpdump: no such file", 20,
		},
		{
			"every packet is garbage", threeParty,
			func(t *testing.T, dir string) {
				path := filepath.Join(dir, "8_acs_demo_A.rtpdump")
				b, err := os.ReadFile(path)
				require.NoError(t, err)
				head := bytes.IndexByte(b, '\n') + 17
				for at := head; at+8 <= len(b); {
					next := at + int(b[at])<<8 + int(b[at+1])
					for i := at + 8; i < next; i++ {
						b[i] ^= byte(i * 31)
					}
					at = next
				}
				require.NoError(t, os.WriteFile(path, b, 0o600))
			},
			exitGood, "participant 8:acs:demo_A: ", 20,
		},
		{"codec that is not decoded", vp9Call, func(*testing.T, string) {}, exitGood, "VP9", 20},
		{
			"codec that does not exist", threeParty,
			func(t *testing.T, dir string) { replaceInManifest(t, dir, `"codec": "opus"`, `"codec": "telepathy"`) },
			exitGood, `no audio decoder for "telepathy"`, 20,
		},
		{
			"track of no kind", threeParty,
			func(t *testing.T, dir string) { replaceInManifest(t, dir, `"kind": "audio"`, `"kind": "smell"`) },
			exitGood, `track kind "smell" is neither audio nor video`, 20,
		},
		{
			"two tracks of one SSRC", threeParty,
			func(t *testing.T, dir string) { replaceInManifest(t, dir, `"ssrc": 3746630869`, `"ssrc": 2562084422`) },
			exitGood, "SSRC 2562084422", 20,
		},
		{
			"two participants of one id", threeParty,
			func(t *testing.T, dir string) {
				replaceInManifest(t, dir, `"participantId": "8:acs:demo_B"`, `"participantId": "8:acs:demo_A"`)
			},
			exitFailed, "participants[1]", 0,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := copyCall(t, tt.call)
			tt.spoil(t, dir)
			status, stdout, stderr := command("replay", "--json", "-o", t.TempDir(), "--duration", "1s", dir)
			require.Equal(t, tt.status, status, stderr)
			if status != exitGood {
				require.Contains(t, stderr, tt.want)
				return
			}
			var r report
			require.NoError(t, json.Unmarshal([]byte(stdout), &r))
			require.Contains(t, strings.Join(r.Warnings, "\n"), tt.want)
			require.EqualValues(t, 1000, r.DurationMS)
			require.GreaterOrEqual(t, r.Participants[0].Packets, tt.packets)
		})
	}
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
}

func replaceInManifest(t *testing.T, dir, from, to string) {
	t.Helper()
	path := filepath.Join(dir, "manifest.json")
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(b), from)
	require.NoError(t, os.WriteFile(path, bytes.Replace(b, []byte(from), []byte(to), 1), 0o600))
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
