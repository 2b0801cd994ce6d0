package callrec_test

import (
	"context"
	"encoding/binary"
	"errors"
	"image"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/tiler"
)

// liveRecording starts a live recording into a folder of the test, with taps for encoders.
func liveRecording(t testing.TB, p *tap, change func(*callrec.LiveConfig)) (*callrec.Live, string) {
	t.Helper()
	path := t.TempDir()
	dir, err := chunk.DirFS(path)
	require.NoError(t, err)
	cfg := callrec.LiveConfig{Config: callrec.Config{
		Dir: dir, ID: "r-1", Start: callStart, ResourceID: "res", CallID: "call", Sync: chunk.SyncNever,
	}}
	if p != nil {
		cfg.Codecs = p.codecs()
	}
	if change != nil {
		change(&cfg)
	}
	live, err := callrec.NewLive(cfg)
	require.NoError(t, err)
	return live, path
}

// TestLiveTime: length and pauses follow the clock exactly, and stopping takes none of it, whatever the playout delay.
func TestLiveTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		live, _ := liveRecording(t, new(tap), func(c *callrec.LiveConfig) { c.PlayoutDelay = 10 * time.Second })
		require.Equal(t, callrec.LiveRecording, live.Stats().State)
		time.Sleep(2*time.Second + time.Millisecond)
		require.NoError(t, live.Pause())
		require.Equal(t, callrec.LivePaused, live.Stats().State)
		time.Sleep(2 * time.Minute)
		require.NoError(t, live.Pause())
		synctest.Wait()
		require.Equal(t, 2*time.Second+time.Millisecond, live.Stats().Recorded)
		require.NoError(t, live.Resume())
		require.NoError(t, live.Resume())
		time.Sleep(time.Second)
		before := time.Now()
		result, err := live.Stop(t.Context(), metadata.SessionCallEnded)
		require.NoError(t, err)
		require.Zero(t, time.Since(before))
		require.Equal(t, 3*time.Second+time.Millisecond, result.Duration)
		require.Equal(t, callrec.LiveStopped, live.Stats().State)
		require.Equal(t, result.Duration, live.Stats().Recorded)
		require.Zero(t, live.Stats().Lateness)

		again, err := live.Stop(t.Context(), metadata.SessionInitiatorLeft)
		require.NoError(t, err)
		require.Same(t, result, again)
		require.ErrorIs(t, live.Pause(), callrec.ErrStopped)
		require.ErrorIs(t, live.RTP("A", nil), callrec.ErrStopped)
	})
}

// TestLiveInputErrors: an input that can't be is refused at once, while the recording may be busy.
func TestLiveInputErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		live, _ := liveRecording(t, new(tap), nil)
		who, track := callrec.Participant{ID: "A"}, callrec.Track{SSRC: 7, Kind: callrec.Audio, Codec: "PCMU"}
		require.ErrorIs(t, live.Join(callrec.Participant{}), callrec.ErrUnknownParticipant)
		for _, err := range []error{
			live.Leave("A"), live.AddTrack("A", track), live.RemoveTrack("A", 7), live.RTP("A", nil), live.RTCP("A", nil),
			live.SetMuted("A", true),
		} {
			require.ErrorIs(t, err, callrec.ErrUnknownParticipant)
		}
		for range 2 {
			require.NoError(t, live.Join(who))
			require.ErrorIs(t, live.Join(who), callrec.ErrDuplicate)
			require.ErrorIs(t, live.RemoveTrack("A", 7), callrec.ErrUnknownTrack)
			require.NoError(t, live.AddTrack("A", track))
			require.ErrorIs(t, live.AddTrack("A", track), callrec.ErrDuplicate)
			require.NoError(t, live.SetMuted("A", true))
			require.NoError(t, live.SetLayout(tiler.Single{}))
			require.NoError(t, live.RemoveTrack("A", 7))
			require.NoError(t, live.AddTrack("A", track), "the same SSRC may come again")
			require.NoError(t, live.RTP("A", []byte("not RTP")))
			require.NoError(t, live.RTCP("A", []byte("not RTCP")))
			require.NoError(t, live.Leave("A"))
		}
		result, err := live.Stop(t.Context(), metadata.SessionCallEnded)
		require.NoError(t, err)
		require.Len(t, result.Warnings, 2)
		require.Equal(t, 2, result.Participants[0].Packets)
	})
	_, err := callrec.NewLive(callrec.LiveConfig{Tick: -1})
	require.ErrorIs(t, err, callrec.ErrConfig)
	_, err = callrec.NewLive(callrec.LiveConfig{})
	require.ErrorIs(t, err, callrec.ErrConfig)
}

// blockingCodecs have a video encoder that waits.
func blockingCodecs(p *tap, gate <-chan struct{}) codec.Set {
	p.frame = func(int, *image.YCbCr) { <-gate }
	return p.codecs()
}

func rtpPacket(ssrc uint32, seq uint16, stamp uint32, payload int) []byte {
	b := make([]byte, 12+payload)
	b[0] = 0x80
	binary.BigEndian.PutUint16(b[2:], seq)
	binary.BigEndian.PutUint32(b[4:], stamp)
	binary.BigEndian.PutUint32(b[8:], ssrc)
	return b
}

// TestLiveBackPressure holds the recording up: the queue grows to its bounds and no further, video is dropped before
// sound, and when it goes on it takes in all the rest.
func TestLiveBackPressure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p tap
		gate := make(chan struct{})
		live, _ := liveRecording(t, nil, func(c *callrec.LiveConfig) {
			c.Codecs = blockingCodecs(&p, gate)
			c.MaxQueuedPackets, c.MaxQueuedBytes, c.MaxQueuedCommands = 100, 1<<20, 4
		})
		require.NoError(t, live.Join(callrec.Participant{ID: "A"}))
		require.NoError(t, live.AddTrack("A", callrec.Track{SSRC: 1, Kind: callrec.Audio, Codec: "PCMU"}))
		require.NoError(t, live.AddTrack("A", callrec.Track{SSRC: 2, Kind: callrec.Video, Codec: "VP8"}))
		time.Sleep(3 * time.Second)
		synctest.Wait() // it waits in its first frame
		require.Greater(t, live.Stats().Lateness, time.Second)
		for i := range 200 {
			require.NoError(t, live.RTP("A", rtpPacket(2, uint16(i), 0, 10)))
		}
		require.Equal(t, 75, live.Stats().QueuedPackets)
		for i := range 20 {
			require.NoError(t, live.RTP("A", rtpPacket(1, uint16(i), uint32(160*i), 160)))
		}
		require.EqualValues(t, 125, live.Stats().DroppedVideo)
		require.Zero(t, live.Stats().DroppedAudio)
		for i := range 10 {
			require.NoError(t, live.RTP("A", rtpPacket(1, uint16(20+i), uint32(160*(20+i)), 160)))
		}
		require.EqualValues(t, 5, live.Stats().DroppedAudio)
		for range 2 {
			require.NoError(t, live.Pause())
			require.NoError(t, live.Resume())
		}
		require.ErrorIs(t, live.Pause(), callrec.ErrOverloaded)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := live.Stop(ctx, metadata.SessionCallEnded)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		close(gate)
		result, err := live.Stop(t.Context(), metadata.SessionCallEnded)
		require.NoError(t, err)
		require.Equal(t, 3*time.Second, result.Duration)
		require.Equal(t, 100, result.Participants[0].Packets)
		require.Contains(t, result.Warnings[len(result.Warnings)-1], "5 packets of sound and 125 of video were dropped")
		require.Zero(t, live.Stats().QueuedPackets)
		require.Zero(t, live.Stats().QueuedBytes)
	})
}

// TestLiveFailure: a recording that can't go on says so at once, and stopping it completes what there is.
func TestLiveFailure(t *testing.T) {
	t.Parallel()
	full := errors.New("full")
	tests := []struct {
		name string
		fail func() error
		want string
	}{
		{"an error", func() error { return full }, "full"},
		{"a panic", func() error { panic("oops") }, "panicked: oops"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var p tap
				live, path := liveRecording(t, nil, func(c *callrec.LiveConfig) {
					c.Codecs = p.codecs()
					c.Codecs.VideoEncoder = func(codec.VideoEncoding) (codec.VideoEncoder, error) {
						return failingVideo{tapVideo{&p}, 80, tt.fail}, nil
					}
				})
				select {
				case <-live.Failed():
				case <-time.After(time.Minute):
					require.Fail(t, "it did not fail")
				}
				require.ErrorContains(t, live.Stats().Err, tt.want)
				require.ErrorContains(t, live.Pause(), tt.want)
				result, err := live.Stop(t.Context(), metadata.SessionCallEnded)
				require.ErrorContains(t, err, tt.want)
				require.Equal(t, metadata.SessionChunkCreationFailed, result.EndReason)
				require.Equal(t, 10*time.Second, result.Duration.Round(time.Second))
				require.FileExists(t, filepath.Join(path, "chunk-0000.mp4"))
			})
		})
	}
}

// failingVideo fails from a frame on.
type failingVideo struct {
	tapVideo
	from int
	fail func() error
}

func (v failingVideo) Encode(dst []byte, pic *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture, error) {
	if v.p.frames >= v.from {
		return dst, codec.EncodedPicture{}, v.fail()
	}
	return v.tapVideo.Encode(dst, pic, opt)
}

// TestLiveConcurrency has many goroutines use a live recording; the race detector judges.
func TestLiveConcurrency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var live *callrec.Live
		live, _ = liveRecording(t, new(tap), func(c *callrec.LiveConfig) {
			c.OnKeyframeRequest = func(string, uint32) { live.Stats() }
		})
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				id := string(rune('A' + i))
				for range 3 {
					require.NoError(t, live.Join(callrec.Participant{ID: id}))
					require.NoError(t, live.AddTrack(id, callrec.Track{SSRC: 1, Kind: callrec.Audio, Codec: "PCMU"}))
					require.NoError(t, live.AddTrack(id, callrec.Track{SSRC: 2, PayloadType: 96, Kind: callrec.Video, Codec: "VP8"}))
					for n := range 100 {
						require.NoError(t, live.RTP(id, rtpPacket(1, uint16(n), uint32(160*n), 160)))
						require.NoError(t, live.RTP(id, rtpPacket(2, uint16(n), uint32(1800*n), 300)))
						require.NoError(t, live.RTCP(id, []byte{0x80, 201, 0, 1, 0, 0, 0, 1}))
						time.Sleep(20 * time.Millisecond)
						live.Stats()
					}
					require.NoError(t, live.RemoveTrack(id, 1))
					require.NoError(t, live.Leave(id))
				}
			})
		}
		wg.Go(func() {
			for range 20 {
				require.NoError(t, live.Pause())
				time.Sleep(100 * time.Millisecond)
				require.NoError(t, live.Resume())
				time.Sleep(100 * time.Millisecond)
			}
		})
		wg.Wait()
		result, err := live.Stop(t.Context(), metadata.SessionCallEnded)
		require.NoError(t, err)
		require.Equal(t, 4*time.Second, result.Duration)
		for _, p := range result.Participants {
			require.Equal(t, 600, p.Packets)
		}
	})
}

// TestLiveStopAgain: what a full folder did not take at the end is still there, and stopping again tries it again.
func TestLiveStopAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		full := false
		live, path := liveRecording(t, new(tap), func(c *callrec.LiveConfig) {
			c.Dir = &faulty{Dir: unlocked{c.Dir}, fails: func(int, string) bool { return full }}
		})
		time.Sleep(3 * time.Second)
		synctest.Wait()
		full = true
		_, err := live.Stop(t.Context(), metadata.SessionCallEnded)
		require.ErrorIs(t, err, chunk.ErrStalled)
		_, err = live.Stop(t.Context(), metadata.SessionCallEnded)
		require.ErrorIs(t, err, chunk.ErrStalled)
		full = false
		result, err := live.Stop(t.Context(), metadata.SessionCallEnded)
		require.NoError(t, err)
		require.Equal(t, 3*time.Second, result.Duration)
		require.FileExists(t, filepath.Join(path, "notification.json"))
		again, err := live.Stop(t.Context(), metadata.SessionCallEnded)
		require.NoError(t, err)
		require.Same(t, result, again)
	})
}
