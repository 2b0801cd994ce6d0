package ingest_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

// feed gives a track one packet after the other and reads a second behind.
type feed struct {
	track    *ingest.Track
	packet   []byte
	interval time.Duration
	stamp    uint32 // per frame
	parts    int    // packets per frame
	seq      int
}

func newFeed(tb testing.TB, kind ingest.Kind) *feed {
	tb.Helper()
	if kind == ingest.Audio {
		p := pkt{payload: make([]byte, 80)}
		return &feed{track: audioTrack(tb, nil), packet: p.bytes(), interval: 20 * ms, stamp: 960, parts: 1}
	}
	p := pkt{payload: append([]byte(start), make([]byte, 1100)...)}
	return &feed{track: videoTrack(tb, nil), packet: p.bytes(), interval: time.Second / 30, stamp: 3000, parts: 4}
}

// step pushes a packet and reads what is due; it returns the number of access units.
func (f *feed) step() int {
	frame, part := f.seq/f.parts, f.seq%f.parts
	binary.BigEndian.PutUint16(f.packet[2:], uint16(f.seq))
	binary.BigEndian.PutUint32(f.packet[4:], uint32(frame)*f.stamp)
	f.packet[1] = pt
	if part == f.parts-1 {
		f.packet[1] |= 0x80
	}
	if f.parts > 1 {
		f.packet[12] = more[0]
		if part == 0 {
			f.packet[12] = start[0]
		}
	}
	f.seq++
	at := time.Duration(frame) * f.interval
	if err := f.track.Push(at, f.packet); err != nil {
		panic(err)
	}
	n := 0
	for {
		if _, ok := f.track.Pop(at - time.Second); !ok {
			return n
		}
		n++
	}
}

func TestNoAllocations(t *testing.T) {
	for _, kind := range []ingest.Kind{ingest.Audio, ingest.Video} {
		f := newFeed(t, kind)
		for range 1000 {
			f.step()
		}
		units := 0
		require.Zero(t, testing.AllocsPerRun(2000, func() { units += f.step() }))
		require.GreaterOrEqual(t, units, 2000/f.parts)
		require.Zero(t, f.track.Stats().Lost)
	}
}

func BenchmarkPushPop(b *testing.B) {
	for name, kind := range map[string]ingest.Kind{"audio": ingest.Audio, "video": ingest.Video} {
		b.Run(name, func(b *testing.B) {
			f := newFeed(b, kind)
			b.ReportAllocs()
			b.SetBytes(int64(len(f.packet)))
			for b.Loop() {
				f.step()
			}
		})
	}
}
