package capture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/capture"
)

// record is one packet of a dump.
type record struct {
	at   uint32 // ms
	rtcp bool
	data string
}

func dump(records ...record) []byte {
	b := []byte("#!rtpplay1.0 127.0.0.1/9\n0123456789abcdef")
	for _, r := range records {
		b = binary.BigEndian.AppendUint16(b, uint16(8+len(r.data)))
		plen := len(r.data)
		if r.rtcp {
			plen = 0
		}
		b = binary.BigEndian.AppendUint16(b, uint16(plen))
		b = binary.BigEndian.AppendUint32(b, r.at)
		b = append(b, r.data...)
	}
	return b
}

// call writes a capture and returns its folder.
func call(t *testing.T, manifest string, dumps map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(manifest), 0o600))
	for name, b := range dumps {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
	return dir
}

// events reads a whole call, a line for each event.
func events(t *testing.T, c *capture.Call) []string {
	t.Helper()
	var list []string
	for {
		e, err := c.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		require.NoError(t, err)
		kind := []string{"join", "rtp", "rtcp", "leave"}[e.Kind]
		list = append(list, strings.TrimSpace(e.At.String()+" "+e.Participant.ParticipantID+" "+kind+" "+string(e.Data)))
	}
}

const twoPeople = `{"call": "c", "startTime": "2026-11-21T21:33:28.215883555Z", "participants": [
	{"participantId": "A", "file": "a.rtpdump", "joinMs": 10, "leaveMs": 40},
	{"participantId": "B", "file": "b.rtpdump", "joinMs": 20, "leaveMs": 30}]}`

func TestCall(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		manifest string
		a, b     []byte
		want     []string
		warnings []string // a part of each
	}{
		{
			name: "two people", manifest: twoPeople,
			a: dump(record{10, false, "a1"}, record{20, false, "a2"}, record{40, true, "a3"}),
			b: dump(record{20, false, "b1"}, record{30, false, "b2"}),
			want: []string{
				"10ms A join", "10ms A rtp a1", "20ms B join", "20ms A rtp a2", "20ms B rtp b1",
				"30ms B rtp b2", "30ms B leave", "40ms A rtcp a3", "40ms A leave",
			},
		},
		{
			name: "a dump is missing", manifest: twoPeople,
			a:        dump(record{10, false, "a1"}),
			want:     []string{"10ms A join", "10ms A rtp a1", "20ms B join", "30ms B leave", "40ms A leave"},
			warnings: []string{"participant B: b.rtpdump: open "},
		},
		{
			name: "a dump of random bytes", manifest: twoPeople,
			a:        dump(record{10, false, "a1"}),
			b:        []byte("\x93\x01\x88 random"),
			want:     []string{"10ms A join", "10ms A rtp a1", "20ms B join", "30ms B leave", "40ms A leave"},
			warnings: []string{"participant B: b.rtpdump: bad rtpdump: byte 0: it does not begin with"},
		},
		{
			name: "a dump is cut off", manifest: twoPeople,
			a:        dump(record{10, false, "a1"}),
			b:        dump(record{20, false, "b1"}, record{25, false, "b2"})[:56],
			want:     []string{"10ms A join", "10ms A rtp a1", "20ms B join", "20ms B rtp b1", "30ms B leave", "40ms A leave"},
			warnings: []string{"participant B: b.rtpdump: bad rtpdump: byte 51: 5 bytes of a record's 8 byte header"},
		},
		{
			name: "packets outside of the stay", manifest: twoPeople,
			a:        dump(record{10, false, "a1"}),
			b:        dump(record{19, false, "b0"}, record{20, false, "b1"}, record{31, false, "b3"}, record{4000000000, false, "b4"}),
			want:     []string{"10ms A join", "10ms A rtp a1", "20ms B join", "20ms B rtp b1", "30ms B leave", "40ms A leave"},
			warnings: []string{"participant B: b.rtpdump: 3 packets outside of 20 to 30 ms are left out"},
		},
		{
			name:     "time that goes back, and no leave in the manifest",
			manifest: `{"participants": [{"participantId": "A", "file": "a.rtpdump"}]}`,
			a:        dump(record{10, false, "a1"}, record{5, false, "a2"}, record{12, false, "a3"}),
			want:     []string{"0s A join", "10ms A rtp a1", "10ms A rtp a2", "12ms A rtp a3", "12ms A leave"},
		},
		{
			name:     "time that leaps, and no leave in the manifest",
			manifest: `{"participants": [{"participantId": "A", "file": "a.rtpdump"}]}`,
			a:        dump(record{10, false, "a1"}, record{4000000000, false, "a2"}),
			want:     []string{"0s A join", "10ms A rtp a1", "10ms A leave"},
			warnings: []string{"time leaps from 10ms to 1111h6m40s"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dumps := map[string][]byte{"a.rtpdump": tt.a}
			if tt.b != nil {
				dumps["b.rtpdump"] = tt.b
			}
			c, err := capture.OpenCall(call(t, tt.manifest, dumps))
			require.NoError(t, err)
			defer c.Close()
			require.Equal(t, tt.want, events(t, c))
			require.Len(t, c.Warnings(), len(tt.warnings))
			for i, w := range tt.warnings {
				require.Contains(t, c.Warnings()[i], w)
			}
		})
	}
}

func TestOpenCallRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, manifest, want string
		is                   error
	}{
		{"not JSON", "{\n\n", "manifest.json: line 3", capture.ErrManifest},
		{"wrong type", "{\"participants\":\n 7}", "manifest.json: line 2", capture.ErrManifest},
		{"bad time", `{"startTime": "noon"}`, "manifest.json", capture.ErrManifest},
		{"nobody", `{}`, "no participants", capture.ErrManifest},
		{"no id", `{"participants": [{}]}`, "participants[0] \"\": no participantId", capture.ErrManifest},
		{"no file", `{"participants": [{"participantId": "A"}]}`, "no file", capture.ErrManifest},
		{"a file elsewhere", `{"participants": [{"participantId": "A", "file": "../a"}]}`, "outside", capture.ErrManifest},
		{"negative join", `{"participants": [{"participantId": "A", "file": "a", "joinMs": -1}]}`, "joinMs -1", capture.ErrManifest},
		{"leave before join", `{"participants": [{"participantId": "A", "file": "a", "joinMs": 2, "leaveMs": 1}]}`, "before", capture.ErrManifest},
		{"a leave in a year", `{"participants": [{"participantId": "A", "file": "a", "leaveMs": 31536000000}]}`, "leaveMs", capture.ErrManifest},
		{"one person twice", strings.ReplaceAll(twoPeople, `"B"`, `"A"`), "participants[1] \"A\": is in the call already by participants[0]", capture.ErrManifest},
		{"no dump at all", twoPeople, "no participant's file can be read", capture.ErrDump},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := capture.OpenCall(call(t, tt.manifest, nil))
			require.ErrorIs(t, err, tt.is)
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err := capture.OpenCall(filepath.Join(t.TempDir(), "nowhere"))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "manifest.json")
}

func TestRealCall(t *testing.T) {
	t.Parallel()
	c, err := capture.OpenCall("../../testdata/calls/three-party")
	require.NoError(t, err)
	defer c.Close()
	require.Equal(t, 20032*time.Millisecond, c.Duration)
	counts := map[capture.EventKind]int{}
	last := time.Duration(0)
	for {
		e, err := c.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		require.GreaterOrEqual(t, e.At, last)
		last = e.At
		counts[e.Kind]++
	}
	require.Equal(t, 3, counts[capture.Join])
	require.Equal(t, 3, counts[capture.Leave])
	require.Equal(t, 971+1078+583+619+682+762, counts[capture.RTP])
	require.Empty(t, c.Warnings())
}

// TestDumpTruncated cuts a dump at every length: whole packets come out, then an error or the end.
func TestDumpTruncated(t *testing.T) {
	t.Parallel()
	whole := dump(record{1, false, "abc"}, record{2, true, "defg"})
	for n := range len(whole) {
		r, err := capture.NewDumpReader(bytes.NewReader(whole[:n]))
		if n < 41 {
			require.ErrorIs(t, err, capture.ErrDump, "%d bytes", n)
			continue
		}
		require.NoError(t, err)
		packets := 0
		for {
			if _, err = r.Next(); err != nil {
				break
			}
			packets++
		}
		switch n {
		case 41, 52:
			require.ErrorIs(t, err, io.EOF, "%d bytes", n)
		default:
			require.ErrorIs(t, err, capture.ErrDump, "%d bytes", n)
		}
		require.Equal(t, min(max(n-41, 0)/11, 1), packets, "%d bytes", n)
	}
}

func FuzzDumpReader(f *testing.F) {
	f.Add(dump(record{1, false, "abc"}, record{2, true, "defg"}))
	f.Add([]byte("#!rtpplay1.0 \n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := capture.NewDumpReader(bytes.NewReader(b))
		if err != nil {
			require.ErrorIs(t, err, capture.ErrDump)
			return
		}
		total := 0
		for {
			p, err := r.Next()
			if err != nil {
				break
			}
			total += len(p.Data) + 8
		}
		require.LessOrEqual(t, total, len(b))
	})
}
