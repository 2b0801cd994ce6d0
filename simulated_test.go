//go:build !race

package callrec_test

import (
	"errors"
	"image"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/internal/callsim"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/metadata"
)

// clipOf takes what a participant of a captured call sent on one track, as a clip to be sent again.
func clipOf(t *testing.T, call, id, kind string) *callsim.Clip {
	t.Helper()
	c, err := capture.OpenCall(call)
	require.NoError(t, err)
	defer c.Close()
	var packets []*rtp.Packet
	seen := map[uint16]bool{}
	rate := 0
	for {
		e, err := c.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if e.Participant.ParticipantID != id || e.Kind != capture.RTP {
			continue
		}
		p := new(rtp.Packet)
		require.NoError(t, p.Unmarshal(append([]byte{}, e.Data...)))
		for _, tr := range e.Participant.Tracks {
			if tr.Kind == kind && tr.SSRC == p.SSRC && len(p.Payload) > 0 && !seen[p.SequenceNumber] {
				rate, seen[p.SequenceNumber] = tr.ClockRate, true
				packets = append(packets, p)
			}
		}
	}
	first := packets[0]
	slices.SortStableFunc(packets, func(a, b *rtp.Packet) int {
		return int(int16(a.SequenceNumber-first.SequenceNumber)) - int(int16(b.SequenceNumber-first.SequenceNumber))
	})
	clip := new(callsim.Clip)
	for i, p := range packets {
		if i == 0 || p.Timestamp != packets[i-1].Timestamp {
			at := time.Duration(p.Timestamp-packets[0].Timestamp) * time.Second / time.Duration(rate)
			clip.Units = append(clip.Units, callsim.Unit{At: at})
		}
		u := &clip.Units[len(clip.Units)-1]
		u.Payloads = append(u.Payloads, p.Payload)
	}
	clip.Length = clip.Units[len(clip.Units)-1].At + time.Second/30
	return clip
}

// TestRealMediaOnBadClocks sends what browsers sent anew, with clocks that drift apart and over a bad network, through
// the real decoders: square and beep keep their distance.
func TestRealMediaOnBadClocks(t *testing.T) {
	t.Parallel()
	const id = "8:acs:demo_A"
	sound, sight := clipOf(t, threeParty, id, "audio"), clipOf(t, threeParty, id, "video")
	length := min(sound.Length, sight.Length).Truncate(time.Second) - time.Second

	decoder, err := builtin.Set().NewAudioDecoder(codec.AudioFormat{Name: "opus", ClockRate: 48000, Channels: 2})
	require.NoError(t, err)
	var pcm []int16
	for _, u := range sound.Units {
		pcm, err = decoder.Decode(pcm, u.Payloads[0])
		require.NoError(t, err)
	}
	var truth squares
	pictures, err := builtin.Set().NewVideoDecoder(codec.VideoFormat{Name: "VP8"})
	require.NoError(t, err)
	for _, u := range sight.Units {
		var au []byte
		for _, payload := range u.Payloads {
			au = append(au, payload[descriptorSize(payload):]...)
		}
		list, err := pictures.Decode(au, 0)
		require.NoError(t, err)
		for _, p := range list {
			truth.see(u.At.Seconds(), p.Image, p.Image.Rect)
		}
	}
	want := distances(truth.times, beeps(pcm))
	require.GreaterOrEqual(t, len(want), 3)

	sim := callsim.New(callsim.Config{Seed: 2, Duration: length, Senders: []callsim.Sender{{
		ID: id, Clock: callsim.Skew{PPM: 200}, Sound: callsim.Skew{PPM: -200}, Offset: time.Hour,
		Audio: &callsim.Stream{Clip: sound}, Video: &callsim.Stream{Clip: sight},
		Path: callsim.Path{
			Delay: 30 * time.Millisecond, Jitter: 40 * time.Millisecond, Spikes: 0.002, Spike: 300 * time.Millisecond,
			Reorder: 0.02, ReorderBy: 60 * time.Millisecond, Duplicate: 0.01,
		},
		Reports: callsim.Reports{Every: time.Second},
	}}})
	var p tap
	var seen squares
	p.frame = func(k int, canvas *image.YCbCr) { seen.see(float64(k)/callrec.FrameRate, canvas, canvas.Rect) }
	rec, _ := recording(t, func(c *callrec.Config) { c.Codecs = p.codecs() })
	for {
		in, ok := sim.Next()
		if !ok {
			break
		}
		switch in.Kind {
		case callsim.Join:
			require.NoError(t, rec.Join(in.At, callrec.Participant{ID: in.ID}))
		case callsim.AddTrack:
			track := callrec.Track{
				SSRC: in.Track.SSRC, PayloadType: in.Track.PayloadType, Codec: in.Track.Codec, ClockRate: in.Track.ClockRate, Channels: 2,
			}
			if in.Track.Video {
				track.Kind = callrec.Video
			}
			require.NoError(t, rec.AddTrack(in.At, in.ID, track))
		case callsim.RTP:
			require.NoError(t, rec.RTP(in.At, in.ID, in.Data))
		case callsim.RTCP:
			require.NoError(t, rec.RTCP(in.At, in.ID, in.Data))
		case callsim.Leave, callsim.RemoveTrack:
		}
	}
	result, err := rec.Stop(length, metadata.SessionCallEnded)
	require.NoError(t, err)
	require.Empty(t, result.Warnings)
	counts, got := sim.Counts(id), result.Participants[0]
	require.Equal(t, counts.Delivered, got.Packets)
	require.Equal(t, counts.Twice, got.Duplicates)
	require.Zero(t, got.Lost+got.Late+got.DecodeErrors+got.Restarts)
	require.InDelta(t, counts.Whole, got.Frames, 1)

	list := distances(seen.times, beeps(p.pcm))
	require.GreaterOrEqual(t, len(list), 3)
	for i, d := range list {
		require.InDelta(t, want[0]+0.0625, d, 0.0625+0.020+0.017, "square %d", i) // a canvas and a camera's picture later
	}
}
