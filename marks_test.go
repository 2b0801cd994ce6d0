//go:build !race

package callrec_test

import (
	"encoding/binary"
	"errors"
	"image"
	"io"
	"math"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/metadata"
)

// TestLipSync records one participant alone and compares the distance of their white square and beep in the recording
// with the distance in the sender's own clock, which is found here without the recorder: RTP timestamps through the
// sender reports.
func TestLipSync(t *testing.T) {
	t.Parallel()
	tests := []struct{ call, id string }{
		{threeParty, "8:acs:demo_B"},
		{telephony, "8:acs:demo_A"},
		{telephony, "8:acs:demo_B"},
	}
	for _, tt := range tests {
		t.Run(tt.call[len("testdata/calls/"):]+" "+tt.id, func(t *testing.T) {
			t.Parallel()
			want, slack := senderDistances(t, tt.call, tt.id)
			got := recordedDistances(t, tt.call, tt.id)
			require.GreaterOrEqual(t, len(want), 2)
			require.GreaterOrEqual(t, len(got), 2)
			for i, d := range got {
				// the grain of 8 frames/s: a square is seen at the first canvas at or after its time
				require.InDelta(t, want[0]+0.0625, d, 0.0625+0.020+slack, "square %d", i)
			}
		})
	}
}

// squares finds the instants at which the white square appears, in seconds, from pictures in order.
type squares struct {
	lit   bool
	times []float64
}

func (s *squares) see(at float64, pic *image.YCbCr, area image.Rectangle) {
	// the square is at 24..84 of 640 by 360; look at its middle
	x, y := area.Min.X+54*area.Dx()/640, area.Min.Y+54*area.Dy()/360
	lit := pic.Y[pic.YOffset(x, y)] > 200
	if lit && !s.lit {
		s.times = append(s.times, at)
	}
	s.lit = lit
}

// beeps finds the instants at which the 2 kHz beep begins, in seconds, in steps of 2 ms.
func beeps(pcm []int16) []float64 {
	const step = callrec.SampleRate / 500
	var times []float64
	quietUntil := 0
	for from := 0; from+4*step <= len(pcm); from += step {
		var re, im float64
		for i, s := range pcm[from : from+4*step] {
			re += float64(s) * math.Cos(2*math.Pi*2000*float64(i)/callrec.SampleRate)
			im += float64(s) * math.Sin(2*math.Pi*2000*float64(i)/callrec.SampleRate)
		}
		// half the beep's amplitude of -12 dBFS: reached when about half the window is in it
		if math.Hypot(re, im)*2/(4*step) > 4100 && from >= quietUntil {
			times = append(times, float64(from+2*step)/callrec.SampleRate)
			quietUntil = from + callrec.SampleRate
		}
	}
	return times
}

// distances pairs each square with the beep nearest to it, within the second that the marks' period of 2 s allows.
func distances(squares, beeps []float64) []float64 {
	var list []float64
	for _, s := range squares {
		for _, b := range beeps {
			if math.Abs(s-b) < 1 {
				list = append(list, s-b)
			}
		}
	}
	return list
}

func recordedDistances(t *testing.T, call, id string) []float64 {
	t.Helper()
	var p tap
	var s squares
	p.frame = func(k int, canvas *image.YCbCr) { s.see(float64(k)/8, canvas, canvas.Rect) }
	rec, _ := recording(t, func(c *callrec.Config) { c.Codecs = p.codecs() })
	end := play(t, call, id, rec, nil)
	_, err := rec.Stop(end, metadata.SessionCallEnded)
	require.NoError(t, err)
	return distances(s.times, beeps(p.pcm))
}

// senderClock maps a track's RTP timestamps to its sender's clock, by its first sender report.
type senderClock struct {
	report *rtcp.SenderReport
	rate   float64
}

func (c *senderClock) seconds(timestamp uint32) float64 {
	ntp := float64(c.report.NTPTime>>32) + float64(uint32(c.report.NTPTime))/(1<<32)
	return ntp - 3.97e9 + float64(int32(timestamp-c.report.RTPTime))/c.rate
}

// senderDistances decodes a participant's tracks and places the marks by the sender's clock. The slack is what a
// camera's frame rate leaves open.
func senderDistances(t *testing.T, call, id string) (list []float64, slack float64) {
	t.Helper()
	var participant *capture.Participant
	clocks := map[uint32]*senderClock{}
	packets := map[uint32][]*rtp.Packet{}
	c, err := capture.OpenCall(call)
	require.NoError(t, err)
	defer c.Close()
	for {
		e, err := c.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if e.Participant.ParticipantID != id {
			continue
		}
		participant = e.Participant
		switch e.Kind {
		case capture.RTP:
			p := new(rtp.Packet)
			require.NoError(t, p.Unmarshal(append([]byte{}, e.Data...)))
			packets[p.SSRC] = append(packets[p.SSRC], p)
		case capture.RTCP:
			list, err := rtcp.Unmarshal(e.Data)
			require.NoError(t, err)
			for _, p := range list {
				if sr, ok := p.(*rtcp.SenderReport); ok && clocks[sr.SSRC] == nil {
					clocks[sr.SSRC] = &senderClock{report: sr}
				}
			}
		case capture.Join, capture.Leave:
		}
	}
	var sound, sight []float64
	for _, tr := range participant.Tracks {
		clock := clocks[tr.SSRC]
		require.NotNil(t, clock, "%s has a sender report", tr.Kind)
		clock.rate = float64(tr.ClockRate)
		if tr.Kind == "audio" {
			sound = heardBeeps(t, tr, packets[tr.SSRC], clock)
		} else {
			sight = seenSquares(t, packets[tr.SSRC], clock)
		}
	}
	list = distances(sight, sound)
	return list, 0.017
}

func heardBeeps(t *testing.T, tr capture.Track, packets []*rtp.Packet, clock *senderClock) []float64 {
	t.Helper()
	dec, err := builtin.Set().NewAudioDecoder(codec.AudioFormat{Name: tr.Codec, ClockRate: tr.ClockRate, Channels: tr.Channels})
	require.NoError(t, err)
	var pcm []int16
	for _, p := range packets { // these calls lose no sound, and it comes in order
		pcm, err = dec.Decode(pcm, p.Payload)
		require.NoError(t, err)
	}
	list := beeps(pcm)
	for i := range list {
		list[i] += clock.seconds(packets[0].Timestamp)
	}
	return list
}

func seenSquares(t *testing.T, packets []*rtp.Packet, clock *senderClock) []float64 {
	t.Helper()
	dec, err := builtin.Set().NewVideoDecoder(codec.VideoFormat{Name: "VP8"})
	require.NoError(t, err)
	var s squares
	for _, frame := range frames(packets) {
		pictures, err := dec.Decode(frame.data, 0)
		require.NoError(t, err)
		for _, pic := range pictures {
			s.see(clock.seconds(frame.timestamp), pic.Image, pic.Image.Rect)
		}
	}
	return s.times
}

type vp8Frame struct {
	timestamp uint32
	data      []byte
}

// frames puts VP8 frames together from all packets of a track, in any order and more than once.
func frames(packets []*rtp.Packet) []vp8Frame {
	bySequence := map[uint16]*rtp.Packet{}
	for _, p := range packets {
		bySequence[p.SequenceNumber] = p
	}
	first := packets[0].SequenceNumber
	for _, p := range packets { // the first one may have come late
		if int16(p.SequenceNumber-first) < 0 {
			first = p.SequenceNumber
		}
	}
	var list []vp8Frame
	for seq, n := first, 0; n < len(bySequence); seq, n = seq+1, n+1 {
		p := bySequence[seq]
		if p == nil || len(p.Payload) == 0 {
			continue
		}
		if n := len(list); n == 0 || list[n-1].timestamp != p.Timestamp {
			list = append(list, vp8Frame{timestamp: p.Timestamp})
		}
		f := &list[len(list)-1]
		f.data = append(f.data, p.Payload[descriptorSize(p.Payload):]...)
	}
	return list
}

// descriptorSize is the length of a VP8 payload descriptor (RFC 7741 4.2).
func descriptorSize(b []byte) int {
	n := 1
	if b[0]&0x80 == 0 {
		return n
	}
	ext := b[1]
	n++
	if ext&0x80 != 0 { // picture ID
		if binary.BigEndian.Uint16(b[n:])&0x8000 != 0 {
			n++
		}
		n++
	}
	if ext&0x40 != 0 {
		n++
	}
	if ext&0x30 != 0 {
		n++
	}
	return n
}
