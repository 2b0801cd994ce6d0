package ingest_test

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

// FuzzPush gives a track whatever there is. The input is a list of operations of 12 bytes: the first byte says what to
// do, the next ones are the sequence number, the timestamp, the time that passes in ms, the first bytes of the payload.
func FuzzPush(f *testing.F) {
	op := func(kind byte, seq uint16, stamp uint32, passes uint16, payload string) string {
		b := []byte{kind}
		b = binary.BigEndian.AppendUint16(b, seq)
		b = binary.BigEndian.AppendUint32(b, stamp)
		b = binary.BigEndian.AppendUint16(b, passes)
		return string(append(append(b, payload...), 0, 0, 0)[:12])
	}
	f.Add(op(0, 1, 0, 20, start+"a")+op(2, 2, 960, 20, start+"b")+op(1, 0, 0, 1000, ""), true)
	f.Add(op(0, 1, 0, 20, start+"a")+op(2, 3, 0, 20, more+"b")+op(0, 2, 3000, 0, start)+op(1, 0, 0, 1000, ""), false)
	f.Add(op(0, 1, 0, 0, start+"a")+op(0, 40000, 1<<31, 0, start+"b")+op(0, 40001, 1<<31, 0, start+"c")+op(1, 0, 0, 10, ""), true)
	f.Add(op(0, 1, 0, 0, start+"a")+op(3, 0, 0, 0, "")+op(1, 0, 0, 10, "")+op(3, 4, 1<<30, 20, "")+op(4, 2, 9, 1, "xyz"), false)
	f.Add(op(0, 1, 0, 0, start+"a")+op(5, 2, 0, 0, "")+op(6, 3, 5, 0, "n")+op(0, 3000, 0, 0, start+"b")+op(1, 0, 0, 10, ""), true)
	f.Fuzz(func(t *testing.T, ops string, audio bool) {
		cfg := ingest.TrackConfig{Kind: ingest.Video, Codec: "VP8", PayloadType: pt, SSRC: ssrc, MaxPackets: 64, MaxBytes: 600, Clock: ingest.NewClock()}
		if audio {
			cfg.Kind, cfg.Codec = ingest.Audio, "opus"
		}
		track, err := ingest.NewTrack(cfg)
		require.NoError(t, err)
		other, err := ingest.NewTrack(ingest.TrackConfig{Codec: "opus", PayloadType: pt, SSRC: ssrc, Clock: cfg.Clock})
		require.NoError(t, err)
		var now, last time.Duration = 0, math.MinInt64
		lost := 0
		pop := func(until time.Duration) {
			for {
				au, ok := track.Pop(until)
				if !ok {
					return
				}
				require.LessOrEqual(t, au.Time, until)
				require.GreaterOrEqual(t, au.Time, last)
				require.NotEmpty(t, au.Payload)
				require.LessOrEqual(t, len(au.Payload), 600)
				last = au.Time
				lost += au.Lost
			}
		}
		for ; len(ops) >= 12; ops = ops[12:] {
			b := []byte(ops[:12])
			seq, stamp := binary.BigEndian.Uint16(b[1:]), binary.BigEndian.Uint32(b[3:])
			now += time.Duration(binary.BigEndian.Uint16(b[7:])) * ms
			p := pkt{seq: seq, stamp: stamp, marker: b[0]&0x80 != 0, payload: b[9:]}
			switch b[0] % 8 {
			case 1:
				pop(now - 100*ms)
			case 3:
				_ = track.Report(now, ingest.SenderReport{SSRC: ssrc, NTPTime: uint64(seq)<<40 | uint64(stamp), RTPTime: stamp})
			case 4:
				_ = track.Push(now, b)
			case 5:
				p.payload, p.padding = nil, 1+int(b[9])%200
				_ = track.Push(now, p.bytes())
			case 6:
				p.pt = 13
				_ = track.Push(now, p.bytes())
			case 7:
				_ = other.Push(now, p.bytes())
				_ = other.Report(now, ingest.SenderReport{SSRC: ssrc, NTPTime: uint64(seq)<<40 | uint64(stamp), RTPTime: stamp})
				other.Pop(now)
			default:
				_ = track.Push(now, p.bytes())
			}
		}
		pop(math.MaxInt64)
		s := track.Stats()
		require.LessOrEqual(t, s.Duplicates+s.Late+s.Foreign+s.Padding+s.Overflow+s.Units, s.Packets)
		require.LessOrEqual(t, int64(lost), s.Lost+s.DroppedUnits)
	})
}

// FuzzVP8 compares what comes of a packet with a reading of the payload descriptor that follows RFC 7741 4.2 word by word.
func FuzzVP8(f *testing.F) {
	for _, s := range []string{
		"", start, start + "a", more + "a", start1 + "a", startN + "a", truncated,
		"\x90\x80\x7f\x00", "\x90\x80\xff\xfe\x00", "\xb0\xf0\x81\x02\x03\xdf\x01", "\x90\x10\xff\x00", "\x90\x20\xff",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		if len(payload) > 1000 || len(payload) == 0 {
			return
		}
		track := videoTrack(t, nil)
		err := track.Push(0, pkt{seq: 1, marker: true, payload: payload}.bytes())
		au, ok := track.Pop(0)
		want, head, valid := readDescriptor(payload)
		require.Equal(t, valid, err == nil)
		require.Equal(t, valid && head, ok)
		if ok {
			require.Equal(t, want, au.VP8)
			require.Equal(t, payload[len(payload)-len(au.Payload):], au.Payload)
			require.Equal(t, au.Payload[0]&1 == 0, au.Keyframe)
		}
	})
}

// readDescriptor reads a payload descriptor octet by octet.
func readDescriptor(b []byte) (d ingest.VP8Descriptor, head, valid bool) {
	next := func() byte {
		if len(b) == 0 {
			valid = false
			return 0
		}
		c := b[0]
		b = b[1:]
		return c
	}
	valid = true
	first := next()
	d.NonReference = first&0x20 != 0
	head = first&0x10 != 0 && first&0x07 == 0
	var x byte
	if first&0x80 != 0 {
		x = next()
	}
	if x&0x80 != 0 {
		id := uint16(next())
		if id&0x80 != 0 {
			id = id&0x7f<<8 | uint16(next())
		}
		d.HasPictureID, d.PictureID = true, id
	}
	if x&0x40 != 0 {
		d.HasTL0, d.TL0PicIdx = true, next()
	}
	if x&0x30 != 0 {
		c := next()
		if x&0x20 != 0 {
			d.HasTID, d.TID, d.LayerSync = true, c>>6, c&0x20 != 0
		}
	}
	return d, head, valid && len(b) > 0
}

func FuzzRTCP(f *testing.F) {
	for _, s := range []string{"", senderReport, receiverReport + senderReport + goodbye, feedback, goodbye, senderReport[:27]} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		reports, goodbyes, err := ingest.ParseRTCP(packet)
		require.LessOrEqual(t, 28*len(reports)+4*len(goodbyes), len(packet))
		if err != nil {
			require.ErrorIs(t, err, ingest.ErrRTCP)
		}
	})
}
