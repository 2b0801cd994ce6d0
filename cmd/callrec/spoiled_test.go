//go:build !race

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// There is no goroutine in a replay for the race detector to look at; it would only make these tests 25 times slower.

// copyCall copies a capture into a folder of the test, to be spoiled.
func copyCall(t *testing.T, from string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	return dir
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
		{
			"video codec that does not exist", threeParty,
			func(t *testing.T, dir string) { replaceInManifest(t, dir, `"codec": "VP8"`, `"codec": "zoetrope"`) },
			exitGood, `no video decoder for "zoetrope"`, 20,
		},
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
