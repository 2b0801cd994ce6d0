//go:build !race

package callsim_test

import (
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/internal/callsim"
	"github.com/callrec/callrec/metadata"
)

// TestMemory: whatever a sender does, its track takes no more memory than the bounds of a jitter buffer (8 MiB of
// payload and twice as much of buffers) and of the mixer. It does not run beside others, whose memory would count.
func TestMemory(t *testing.T) { //nolint:paralleltest // measures the process
	const bound = 40 << 20
	tests := []struct {
		name string
		next func(rng *rand.Rand, n int) (seq uint16, stamp uint32, size int)
	}{
		{"timestamps run a hundred times too fast", func(_ *rand.Rand, n int) (uint16, uint32, int) {
			return uint16(n), uint32(n * 180000), 1200
		}},
		{"timestamps are random", func(rng *rand.Rand, n int) (uint16, uint32, int) { return uint16(n), rng.Uint32(), 1200 }},
		{"sequence numbers are random", func(rng *rand.Rand, n int) (uint16, uint32, int) {
			return uint16(rng.Uint32()), uint32(n * 90), 1200
		}},
		{"every second packet is missing", func(_ *rand.Rand, n int) (uint16, uint32, int) { return uint16(2 * n), uint32(n * 90), 1200 }},
		{"all a second ahead, and huge", func(_ *rand.Rand, n int) (uint16, uint32, int) {
			return uint16(n), uint32(n*90 + 90000), 60000
		}},
		{"a picture without end", func(_ *rand.Rand, n int) (uint16, uint32, int) { return uint16(n), 77, 1200 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := new(callsim.Witness)
			dir, err := chunk.DirFS(t.TempDir())
			require.NoError(t, err)
			rec, err := callrec.New(callrec.Config{
				Dir: dir, ID: "r", Start: time.Unix(1, 0), Sync: chunk.SyncNever, Codecs: w.Codecs(), Layout: row{},
			})
			require.NoError(t, err)
			require.NoError(t, rec.Join(0, callrec.Participant{ID: "A"}))
			for ssrc, track := range []callrec.Track{
				{PayloadType: 111, Kind: callrec.Audio, Codec: "opus"}, {PayloadType: 96, Kind: callrec.Video, Codec: "VP8"},
			} {
				track.SSRC = uint32(ssrc)
				require.NoError(t, rec.AddTrack(0, "A", track))
			}
			require.NoError(t, rec.Advance(3*time.Second))
			before := heap()
			rng := rand.New(rand.NewPCG(1, 1))
			packet := make([]byte, 65535)
			for n := range 30_000 { // half a minute at a packet each millisecond
				seq, stamp, size := tt.next(rng, n)
				binary.BigEndian.PutUint16(packet[2:], seq)
				binary.BigEndian.PutUint32(packet[4:], stamp)
				at := 3*time.Second + time.Duration(n)*time.Millisecond
				for ssrc, pt := range []byte{111, 96} {
					packet[0], packet[1], packet[11], packet[12] = 0x80, pt, byte(ssrc), 0x10
					require.NoError(t, rec.RTP(at, "A", packet[:size]))
				}
				if n%5000 == 4999 {
					require.Less(t, heap()-before, int64(bound), "after %d packets", n)
				}
			}
			result, err := rec.Stop(34*time.Second, metadata.SessionCallEnded)
			require.NoError(t, err)
			require.Equal(t, 34*time.Second, result.Duration)
			require.LessOrEqual(t, len(result.Warnings), 1001)
		})
	}
}

// heap is how much memory is in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
