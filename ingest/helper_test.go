package ingest_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

const (
	ms   = time.Millisecond
	ssrc = 0x01020304
	pt   = 96
)

// pkt is an RTP packet of the tests' track.
type pkt struct {
	seq     uint16
	stamp   uint32
	marker  bool
	pt      uint8 // 0 means the track's
	payload []byte
	padding int // bytes, with the P bit if not 0
}

func (p pkt) bytes() []byte {
	b := make([]byte, 12, 12+len(p.payload)+p.padding)
	b[0] = 2 << 6
	b[1] = pt
	if p.pt != 0 {
		b[1] = p.pt
	}
	if p.marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], p.seq)
	binary.BigEndian.PutUint32(b[4:], p.stamp)
	binary.BigEndian.PutUint32(b[8:], ssrc)
	b = append(b, p.payload...)
	if p.padding > 0 {
		b[0] |= 0x20
		b = append(b, make([]byte, p.padding)...)
		b[len(b)-1] = byte(p.padding)
	}
	return b
}

func audioTrack(tb testing.TB, clock *ingest.Clock) *ingest.Track {
	tb.Helper()
	t, err := ingest.NewTrack(ingest.TrackConfig{Kind: ingest.Audio, Codec: "opus", PayloadType: pt, SSRC: ssrc, Clock: clock})
	require.NoError(tb, err)
	return t
}

func videoTrack(tb testing.TB, clock *ingest.Clock) *ingest.Track {
	tb.Helper()
	t, err := ingest.NewTrack(ingest.TrackConfig{Kind: ingest.Video, Codec: "VP8", PayloadType: pt, SSRC: ssrc, Clock: clock})
	require.NoError(tb, err)
	return t
}

// unit is an access unit whose payload is not borrowed.
type unit struct {
	ingest.AccessUnit
	payload string
}

func popAll(t *ingest.Track, until time.Duration) []unit {
	var list []unit
	for {
		au, ok := t.Pop(until)
		if !ok {
			return list
		}
		u := unit{AccessUnit: au, payload: string(au.Payload)}
		u.Payload = nil
		list = append(list, u)
	}
}

// ntp is the 64-bit NTP timestamp so long after an instant that is 3 s before the end of the NTP era, in 2036.
func ntp(d time.Duration) uint64 {
	const epoch = (1<<32-3)<<32 | 0x12345678
	return epoch + uint64(d/time.Second)<<32 + uint64(d%time.Second)<<32/uint64(time.Second)
}

// record is one packet of an rtpdump file.
type record struct {
	at   time.Duration
	rtcp bool
	data []byte
}

// readDump reads an rtpdump file: a text line, 16 bytes of header, then records of length (u16, with these 8 bytes),
// packet length (u16, 0 for RTCP), arrival in ms (u32) and packet, big-endian.
func readDump(tb testing.TB, path string) []record {
	tb.Helper()
	b, err := os.ReadFile(path)
	require.NoError(tb, err)
	line := bytes.IndexByte(b, '\n')
	require.True(tb, bytes.HasPrefix(b, []byte("#!rtpplay1.0 ")) && len(b) > line+17, "not an rtpdump file: %s", path)
	var list []record
	for b = b[line+17:]; len(b) > 0; {
		require.GreaterOrEqual(tb, len(b), 8)
		n := int(binary.BigEndian.Uint16(b))
		require.True(tb, n >= 8 && n <= len(b), "record of %d bytes, have %d", n, len(b))
		list = append(list, record{
			at:   time.Duration(binary.BigEndian.Uint32(b[4:])) * ms,
			rtcp: binary.BigEndian.Uint16(b[2:]) == 0,
			data: b[8:n],
		})
		b = b[n:]
	}
	return list
}

// call is a capture of a call.
type call struct {
	Participants []struct {
		ParticipantID, File string
		Tracks              []struct {
			Kind, Codec string
			SSRC        uint32
			PayloadType uint8
			ClockRate   int
		}
	}
}

func readCall(tb testing.TB, dir string) call {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	require.NoError(tb, err)
	var c call
	require.NoError(tb, json.Unmarshal(b, &c))
	return c
}

// played is what came out of one track of a capture.
type played struct {
	name  string
	kind  ingest.Kind
	units []unit
	stats ingest.Stats
}

// play puts one participant of a capture through their tracks, reading a delay behind the arrivals in steps of 62.5 ms.
// Without reports the sender reports are kept from the tracks.
func play(tb testing.TB, c call, dir string, participant int, delay time.Duration, reports bool) []played {
	tb.Helper()
	p := c.Participants[participant]
	clock := ingest.NewClock()
	tracks := map[uint32]*ingest.Track{}
	var order []uint32
	out := map[uint32]*played{}
	for _, info := range p.Tracks {
		kind := ingest.Audio
		if info.Kind == "video" {
			kind = ingest.Video
		}
		t, err := ingest.NewTrack(ingest.TrackConfig{
			Kind: kind, Codec: info.Codec, ClockRate: info.ClockRate, PayloadType: info.PayloadType, SSRC: info.SSRC, Clock: clock,
		})
		require.NoError(tb, err)
		tracks[info.SSRC] = t
		order = append(order, info.SSRC)
		out[info.SSRC] = &played{name: fmt.Sprintf("%s %s", p.ParticipantID, info.Kind), kind: kind}
	}
	read := func(until time.Duration) {
		for _, s := range order {
			out[s].units = append(out[s].units, popAll(tracks[s], until)...)
		}
	}
	var position time.Duration
	for _, r := range readDump(tb, filepath.Join(dir, p.File)) {
		for ; position <= r.at-delay; position += 62500 * time.Microsecond {
			read(position)
		}
		if !r.rtcp {
			s, ok := ingest.SSRC(r.data)
			require.True(tb, ok)
			require.NoError(tb, tracks[s].Push(r.at, r.data))
			continue
		}
		srs, _, err := ingest.ParseRTCP(r.data)
		require.NoError(tb, err)
		for _, sr := range srs {
			if t := tracks[sr.SSRC]; t != nil && reports {
				require.NoError(tb, t.Report(r.at, sr))
			}
		}
	}
	read(1<<63 - 1)
	var list []played
	for _, s := range order {
		out[s].stats = tracks[s].Stats()
		list = append(list, *out[s])
	}
	return list
}
