package callrec_test

import (
	"image"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/metadata"
)

// countingVideo is a video decoder whose pictures are counted, and plain.
type countingVideo struct {
	keys, others *int
	list         [1]codec.Picture
}

func (d *countingVideo) Decode(au []byte, pts int64) ([]codec.Picture, error) {
	if au[0]&1 == 0 {
		*d.keys++
	} else {
		*d.others++
	}
	m := image.NewYCbCr(image.Rect(0, 0, 16, 16), image.YCbCrSubsampleRatio420)
	for i := range m.Y {
		m.Y[i] = byte(17 + *d.keys*7 + *d.others)
	}
	d.list[0] = codec.Picture{Image: m, PTS: pts}
	return d.list[:], nil
}

func (d *countingVideo) Reset() {}

// vp8Packet is a picture in one packet, a keyframe or one that refers to the picture before.
func vp8Packet(n int, key bool) []byte {
	b := rtpPacket(2, uint16(n), uint32(9000*n), 12)
	b[1], b[12], b[13] = 0x80|96, 0x10, 1 // marker, start of a partition, frame tag
	if key {
		b[13] = 0
	}
	return b
}

// TestLoad: under load sound goes on as ever, the canvas is repeated, then keyframes alone are decoded, and the result
// says when. The same inputs give the same recording.
func TestLoad(t *testing.T) {
	t.Parallel()
	type change struct {
		at     time.Duration
		canvas int
	}
	loads := map[time.Duration]callrec.Load{
		10 * time.Second: callrec.LoadRepeat, 20 * time.Second: callrec.LoadKeyframes, 40 * time.Second: callrec.LoadAll,
	}
	run := func(advance time.Duration, loads map[time.Duration]callrec.Load) (keys, others int, changes []change, p *tap, result *callrec.Result, asked []time.Duration) {
		p = new(tap)
		last := -1
		p.frame = func(k int, canvas *image.YCbCr) {
			if v := int(canvas.Y[canvas.YOffset(canvas.Rect.Dx()/2, canvas.Rect.Dy()/2)]); v != last {
				changes, last = append(changes, change{time.Duration(k) * time.Second / 8, v}), v
			}
		}
		var now time.Duration
		rec, _ := recording(t, func(c *callrec.Config) {
			c.Codecs = p.codecs()
			c.Codecs.VideoDecoders = map[string]func(codec.VideoFormat) (codec.VideoDecoder, error){
				"vp8": func(codec.VideoFormat) (codec.VideoDecoder, error) {
					return &countingVideo{keys: &keys, others: &others}, nil
				},
			}
			c.OnKeyframeRequest = func(string, uint32) { asked = append(asked, now) }
		})
		require.NoError(t, rec.Join(0, callrec.Participant{ID: "A"}))
		require.NoError(t, rec.AddTrack(0, "A", callrec.Track{SSRC: 1, Kind: callrec.Audio, Codec: "PCMU"}))
		require.NoError(t, rec.AddTrack(0, "A", callrec.Track{SSRC: 2, PayloadType: 96, Kind: callrec.Video, Codec: "VP8"}))
		for at := time.Duration(0); at < 60*time.Second; at += 20 * time.Millisecond {
			now = at
			if advance > 0 && at%advance == 0 {
				require.NoError(t, rec.Advance(at))
			}
			if load, set := loads[at]; set {
				require.NoError(t, rec.SetLoad(at, load))
				require.NoError(t, rec.SetLoad(at, load))
			}
			n := int(at / (20 * time.Millisecond))
			packet := rtpPacket(1, uint16(n), uint32(160*n), 160)
			for i := 12; i < len(packet); i++ {
				packet[i] = byte(n + i)
			}
			require.NoError(t, rec.RTP(at, "A", packet))
			if n%5 == 0 {
				require.NoError(t, rec.RTP(at, "A", vp8Packet(n/5, n%800 == 0 || at == 41*time.Second)))
			}
		}
		var err error
		result, err = rec.Stop(60*time.Second, metadata.SessionCallEnded)
		require.NoError(t, err)
		require.ErrorIs(t, rec.SetLoad(0, callrec.LoadAll), callrec.ErrStopped)
		return keys, others, changes, p, result, asked
	}
	keys, others, changes, p, result, asked := run(0, loads)
	require.Equal(t, []callrec.Overload{
		{From: 10 * time.Second, To: 20 * time.Second, Load: callrec.LoadRepeat},
		{From: 20 * time.Second, To: 40 * time.Second, Load: callrec.LoadKeyframes},
	}, result.Overloads)
	require.Equal(t, 60*time.Second, result.Duration)
	require.Equal(t, 480, p.frames, "frames are repeated, not left out")
	require.Equal(t, 5, keys, "one every 16 s, and the one that was asked for")
	require.InDelta(t, 600-5-200, others, 25, "none of the 20 s with keyframes only")
	require.NotEmpty(t, asked)
	require.Equal(t, 40*time.Second, asked[0], "a keyframe is asked for at the end")

	spacing := map[bool]int{}
	for i := 1; i < len(changes); i++ {
		if c := changes[i]; c.at > 11*time.Second && c.at < 18*time.Second {
			require.GreaterOrEqual(t, c.at-changes[i-1].at, time.Second)
			spacing[true]++
		} else if c.at < 9*time.Second || c.at > 42*time.Second && c.at < 60*time.Second {
			spacing[false]++
		}
	}
	require.Greater(t, spacing[true], 5, "a canvas a second")
	require.Greater(t, spacing[false], 150, "many otherwise")

	rec, _ := recording(t, nil)
	require.ErrorIs(t, rec.SetLoad(0, 9), callrec.ErrConfig)
	_, _, _, unloaded, _, _ := run(0, nil)
	require.Equal(t, unloaded.pcm, p.pcm, "sound knows nothing of it")
	keys2, others2, changes2, p2, _, asked2 := run(60*time.Millisecond, loads)
	require.Equal(t, []any{keys, others, changes, asked, p.pcm}, []any{keys2, others2, changes2, asked2, p2.pcm})
}

// TestLiveOverload: a live recording whose encoder is too slow sheds video, not sound, tells so, and recovers.
func TestLiveOverload(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p tap
		slow, last := true, byte(0)
		p.frame = func(_ int, canvas *image.YCbCr) {
			if v := canvas.Y[canvas.YOffset(canvas.Rect.Dx()/2, canvas.Rect.Dy()/2)]; v != last {
				if last = v; slow {
					time.Sleep(400 * time.Millisecond) // more than a frame's time for each new canvas
				}
			}
		}
		keys, others := 0, 0
		live, _ := liveRecording(t, nil, func(c *callrec.LiveConfig) {
			c.Codecs = p.codecs()
			c.Codecs.VideoDecoders = map[string]func(codec.VideoFormat) (codec.VideoDecoder, error){
				"vp8": func(codec.VideoFormat) (codec.VideoDecoder, error) {
					return &countingVideo{keys: &keys, others: &others}, nil
				},
			}
		})
		require.NoError(t, live.Join(callrec.Participant{ID: "A"}))
		require.NoError(t, live.AddTrack("A", callrec.Track{SSRC: 1, Kind: callrec.Audio, Codec: "PCMU"}))
		require.NoError(t, live.AddTrack("A", callrec.Track{SSRC: 2, PayloadType: 96, Kind: callrec.Video, Codec: "VP8"}))
		send := func(from, to int) {
			for n := from; n < to; n++ {
				require.NoError(t, live.RTP("A", rtpPacket(1, uint16(n), uint32(160*n), 160)))
				if n%5 == 0 {
					require.NoError(t, live.RTP("A", vp8Packet(n/5, n%100 == 0)))
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
		send(0, 1500)
		require.Equal(t, callrec.LoadRepeat, live.Stats().Load)
		require.Less(t, live.Stats().Lateness, 3*time.Second)
		slow = false
		send(1500, 2500)
		synctest.Wait()
		require.Equal(t, callrec.LoadAll, live.Stats().Load)
		result, err := live.Stop(t.Context(), metadata.SessionCallEnded)
		require.NoError(t, err)
		require.Equal(t, 50*time.Second, result.Duration)
		require.NotEmpty(t, result.Overloads)
		require.Zero(t, result.Participants[0].Lost)
		require.Zero(t, live.Stats().DroppedAudio+live.Stats().DroppedVideo)
	})
}

// TestLiveStopsInTime: stopping a recording that is far behind takes no longer than its sound and a few canvases.
func TestLiveStopsInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p tap
		gate := make(chan struct{})
		blocked := true
		p.frame = func(int, *image.YCbCr) {
			if blocked {
				<-gate
				blocked = false
			}
			time.Sleep(20 * time.Millisecond)
		}
		live, _ := liveRecording(t, nil, func(c *callrec.LiveConfig) { c.Codecs = p.codecs() })
		time.Sleep(5 * time.Second)
		close(gate)
		before := time.Now()
		result, err := live.Stop(t.Context(), metadata.SessionCallEnded)
		require.NoError(t, err)
		require.Less(t, time.Since(before), time.Second)
		require.Equal(t, 5*time.Second, result.Duration)
	})
}

// TestGoodbye: a sender that says goodbye is not shown for longer, nor asked for keyframes, until packets come again.
func TestGoodbye(t *testing.T) {
	t.Parallel()
	var p tap
	keys, others, asked := 0, 0, 0
	plain := map[bool]int{}
	p.frame = func(k int, canvas *image.YCbCr) {
		if at := time.Duration(k) * time.Second / 8; at >= 4100*time.Millisecond && at < 6*time.Second {
			plain[canvas.Y[canvas.YOffset(canvas.Rect.Dx()/2, canvas.Rect.Dy()/8)] == 17+7+40]++
		}
	}
	rec, _ := recording(t, func(c *callrec.Config) {
		c.Codecs = p.codecs()
		c.Codecs.VideoDecoders = map[string]func(codec.VideoFormat) (codec.VideoDecoder, error){
			"vp8": func(codec.VideoFormat) (codec.VideoDecoder, error) {
				return &countingVideo{keys: &keys, others: &others}, nil
			},
		}
		c.OnKeyframeRequest = func(string, uint32) { asked++ }
	})
	require.NoError(t, rec.Join(0, callrec.Participant{ID: "A"}))
	require.NoError(t, rec.AddTrack(0, "A", callrec.Track{SSRC: 2, PayloadType: 96, Kind: callrec.Video, Codec: "VP8"}))
	for n := range 41 {
		require.NoError(t, rec.RTP(time.Duration(n)*100*time.Millisecond, "A", vp8Packet(n, n == 0)))
	}
	require.NoError(t, rec.RTCP(4050*time.Millisecond, "A", []byte{0x81, 203, 0, 1, 0, 0, 0, 2}))
	require.NoError(t, rec.Pause(5*time.Second))
	require.NoError(t, rec.Resume(5*time.Second))
	require.Zero(t, asked, "nobody is there")
	require.NoError(t, rec.RTP(6*time.Second, "A", vp8Packet(60, false)))
	_, err := rec.Stop(9*time.Second, metadata.SessionCallEnded)
	require.NoError(t, err)
	require.Zero(t, plain[true], "the last picture is gone at once")
	require.Equal(t, 15, plain[false])
	require.Positive(t, asked, "the packets between are lost")
}
