package callrec_test

import (
	"encoding/binary"
	"math"
	"os"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/metadata"
)

// speaker sends packets of 20 ms of one track.
type speaker struct {
	t      *testing.T
	rec    *callrec.Recording
	track  callrec.Track
	number uint16
	clock  uint32
	at     time.Duration
}

func newSpeaker(t *testing.T, rec *callrec.Recording, id string, track callrec.Track) *speaker {
	t.Helper()
	require.NoError(t, rec.Join(0, callrec.Participant{ID: id}))
	require.NoError(t, rec.AddTrack(0, id, track))
	return &speaker{t: t, rec: rec, track: track, number: 65530, clock: 1<<32 - 1000}
}

func (s *speaker) send(id string, payloadType uint8, payload []byte) {
	s.t.Helper()
	p := rtp.Packet{
		Header:  rtp.Header{Version: 2, SSRC: s.track.SSRC, PayloadType: payloadType, SequenceNumber: s.number, Timestamp: s.clock},
		Payload: payload,
	}
	raw, err := p.Marshal()
	require.NoError(s.t, err)
	require.NoError(s.t, s.rec.RTP(s.at, id, raw))
	s.number++
}

func (s *speaker) pass(ticks uint32) {
	s.clock += ticks
	s.at += 20 * time.Millisecond
}

// TestWidebandTelephony sends the same kilohertz as G.722, whose RTP clock runs at half the sampling rate, and as L16.
func TestWidebandTelephony(t *testing.T) {
	t.Parallel()
	g722, err := os.ReadFile("codec/g722/testdata/tones.g722")
	require.NoError(t, err)
	var l16 []byte
	for i := range 24000 {
		v := 8192 * math.Sin(2*math.Pi*1000*float64(i)/48000)
		l16 = binary.BigEndian.AppendUint16(l16, uint16(int16(math.Round(v))))
	}
	for _, row := range []struct {
		codec  string
		rate   int
		stream []byte
		bytes  int // per 20 ms
		ticks  uint32
	}{
		{"G722", 8000, g722, 160, 160},
		{"L16", 48000, l16, 1920, 960},
	} {
		t.Run(row.codec, func(t *testing.T) {
			t.Parallel()
			var p tap
			rec, _ := recording(t, func(c *callrec.Config) { c.Codecs = p.codecs() })
			s := newSpeaker(t, rec, "a", callrec.Track{SSRC: 7, PayloadType: 9, Codec: row.codec, ClockRate: row.rate, Channels: 1})
			for ; len(row.stream) >= row.bytes; row.stream = row.stream[row.bytes:] {
				s.send("a", 9, row.stream[:row.bytes])
				s.pass(row.ticks)
			}
			result, err := rec.Stop(s.at, metadata.SessionCallEnded)
			require.NoError(t, err)
			require.Empty(t, result.Warnings)
			require.Zero(t, result.Participants[0].Concealed)
			require.InDelta(t, -12, tone(p.pcm, 100*time.Millisecond, 300*time.Millisecond, 1000), 0.3)
		})
	}
}

// TestNoiseAndEventsAreSilence: between PCMU speech a phone sends comfort noise (payload type 13) and a digit
// (telephone-event, 101) on the same SSRC. Neither is decoded as speech, nor is anything concealed.
func TestNoiseAndEventsAreSilence(t *testing.T) {
	t.Parallel()
	var p tap
	rec, _ := recording(t, func(c *callrec.Config) { c.Codecs = p.codecs() })
	s := newSpeaker(t, rec, "a", callrec.Track{SSRC: 7, PayloadType: 0, Codec: "PCMU", ClockRate: 8000})
	require.NoError(t, rec.AddTrack(0, "a", callrec.Track{SSRC: 8, PayloadType: 101, Codec: "telephone-event", ClockRate: 8000}))
	require.NoError(t, rec.AddTrack(0, "a", callrec.Track{SSRC: 9, PayloadType: 13, Codec: "CN", ClockRate: 8000}))
	loud := make([]byte, 160) // a square wave of 1 kHz
	for i := range loud {
		loud[i] = 0x90 ^ byte(i/4%2<<7)
	}
	event := []byte{5, 0x0a, 0, 160} // digit 5, volume 10, lasting
	for i := range 150 {             // 3 s
		switch {
		case i < 50 || i >= 100:
			s.send("a", 0, loud)
		case i == 50:
			s.send("a", 13, []byte{0x30, 0x80, 0x90}) // noise of -48 dBov with two reflection coefficients
		case i >= 60 && i < 70:
			held := s.clock
			s.clock -= uint32(i-60) * 160 // an event's packets all carry the time of its beginning
			s.send("a", 101, event)
			s.clock = held
		}
		s.pass(160)
	}
	alone := &speaker{t: t, rec: rec, track: callrec.Track{SSRC: 8}, at: s.at}
	alone.send("a", 101, event)
	alone.track.SSRC = 9
	alone.send("a", 13, []byte{0x30})
	result, err := rec.Stop(s.at, metadata.SessionCallEnded)
	require.NoError(t, err)
	require.Empty(t, result.Warnings)
	require.Zero(t, result.Participants[0].Lost)
	require.Zero(t, result.Participants[0].Concealed)
	second := callrec.SampleRate
	require.Greater(t, tone(p.pcm, 100*time.Millisecond, 800*time.Millisecond, 1000), -12.0)
	require.Equal(t, make([]int16, second*9/10), p.pcm[second+second/20:2*second-second/20])
	require.Greater(t, tone(p.pcm, 2100*time.Millisecond, 800*time.Millisecond, 1000), -12.0)
}

// TestForwardErrorCorrection loses every fifth packet of an Opus stream whose packets hold the one before them as well:
// the recording is much like that of the whole stream.
func TestForwardErrorCorrection(t *testing.T) {
	t.Parallel()
	stream, err := os.ReadFile("codec/opus/testdata/fec.pkts")
	require.NoError(t, err)
	play := func(lose bool) ([]int16, callrec.ParticipantStats) {
		var p tap
		rec, _ := recording(t, func(c *callrec.Config) { c.Codecs = p.codecs() })
		s := newSpeaker(t, rec, "a", callrec.Track{SSRC: 7, PayloadType: 111, Codec: "opus", ClockRate: 48000, Channels: 2})
		for i, b := 0, stream; len(b) > 0; i++ {
			n := int(binary.BigEndian.Uint16(b[4:]))
			if lose && i%5 == 3 && len(b) > 6+n {
				s.number++
			} else {
				s.send("a", 111, b[6:6+n])
			}
			s.pass(960)
			b = b[6+n:]
		}
		result, err := rec.Stop(s.at, metadata.SessionCallEnded)
		require.NoError(t, err)
		return p.pcm, result.Participants[0]
	}
	whole, stats := play(false)
	require.Zero(t, stats.Concealed)
	mended, stats := play(true)
	require.Equal(t, time.Duration(stats.Lost)*20*time.Millisecond, stats.Concealed)
	require.Len(t, mended, len(whole))
	signal, noise := 0.0, 0.0
	for i, v := range whole {
		d := float64(v) - float64(mended[i])
		signal, noise = signal+float64(v)*float64(v), noise+d*d
	}
	require.Greater(t, 10*math.Log10(signal/noise), 12.0, "signal to noise in dB")
}
