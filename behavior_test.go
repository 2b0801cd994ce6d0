//go:build !race

package callrec_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"image"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/tiler"
)

// The tests in this file play whole calls. A recording has no goroutine, so that the race detector has nothing to find
// in them and would only make them 25 times slower; without it they always run.

// recorded is what a tap saw of a call: a checksum of every canvas, and the sound.
type recorded struct {
	canvases [][sha256.Size]byte
	pcm      []int16
	result   *callrec.Result
	path     string
}

// record plays a call into a tap. The hook sees the time of every event before it is played.
func record(t *testing.T, call string, change func(*callrec.Config), hook func(*callrec.Recording, time.Duration)) recorded {
	t.Helper()
	var p tap
	var r recorded
	p.frame = func(_ int, canvas *image.YCbCr) {
		h := sha256.New()
		h.Write(canvas.Y)
		h.Write(canvas.Cb)
		h.Write(canvas.Cr)
		r.canvases = append(r.canvases, [sha256.Size]byte(h.Sum(nil)))
	}
	rec, path := recording(t, func(c *callrec.Config) {
		c.Codecs = p.codecs()
		if change != nil {
			change(c)
		}
	})
	end := play(t, call, "", rec, func(at time.Duration) {
		if hook != nil {
			hook(rec, at)
		}
	})
	var err error
	r.result, err = rec.Stop(end, metadata.SessionCallEnded)
	require.NoError(t, err)
	r.pcm, r.path = p.pcm, path
	return r
}

// wholeTelephony is a recording of the telephony call without anything special, made once.
func wholeTelephony(t *testing.T) recorded {
	t.Helper()
	telephonyOnce.Do(func() { telephonyWhole = record(t, telephony, nil, nil) })
	return telephonyWhole
}

var (
	telephonyOnce  sync.Once
	telephonyWhole recorded
)

// once calls do when the time has come, once.
func once(at time.Duration, do func(time.Duration) error) func(now time.Duration) error {
	done := false
	return func(now time.Duration) error {
		if done || now < at {
			return nil
		}
		done = true
		return do(at)
	}
}

// TestPause compares a recording with a pause with one without: it is the same with the pause cut out, to the sample
// and to the frame, and the metadata names the pause to the millisecond.
func TestPause(t *testing.T) {
	t.Parallel()
	const from, to = 2000 * time.Millisecond, 4500 * time.Millisecond
	whole := wholeTelephony(t)
	var pause, resume func(time.Duration) error
	paused := record(t, telephony, nil, func(r *callrec.Recording, now time.Duration) {
		if pause == nil {
			pause, resume = once(from, r.Pause), once(to, r.Resume)
		}
		require.NoError(t, pause(now))
		require.NoError(t, resume(now))
	})

	const framesBefore, framesCut = 16, 20
	require.Len(t, paused.canvases, len(whole.canvases)-framesCut)
	require.Equal(t, whole.canvases[:framesBefore], paused.canvases[:framesBefore])
	require.Equal(t, whole.canvases[framesBefore+framesCut+1:], paused.canvases[framesBefore+1:])
	require.NotEqual(t, whole.canvases[framesBefore+framesCut], paused.canvases[framesBefore],
		"the picture that is due at the resume was captured in the pause and must not be shown")

	const fade = 80
	before, cut := sampleCount(from), sampleCount(to-from)
	require.Equal(t, whole.pcm[:before-fade], paused.pcm[:before-fade])
	n := before + fade
	m := min(len(paused.pcm), len(whole.pcm)-cut) - 2*1024 // the last frames are filled with silence
	require.Equal(t, whole.pcm[n+cut:m+cut], paused.pcm[n:m])

	b, err := os.ReadFile(filepath.Join(paused.path, "chunk-0000.json"))
	require.NoError(t, err)
	d, err := metadata.Decode(b)
	require.NoError(t, err)
	require.Equal(t, []metadata.Interval{{StartTime: callStart.Add(from).Truncate(100), Duration: to - from}}, d.PauseResumeIntervals)
}

// TestRecordFrom compares a recording that begins in the middle of a call with that part of the whole one.
func TestRecordFrom(t *testing.T) {
	t.Parallel()
	whole := wholeTelephony(t)
	part := record(t, telephony, func(c *callrec.Config) { c.RecordFrom = 3 * time.Second }, nil)
	require.Len(t, part.canvases, len(whole.canvases)-24)
	require.Equal(t, whole.canvases[25:], part.canvases[1:])
	require.Equal(t, whole.pcm[48000+80:48000+80+16000], part.pcm[80:80+16000])
	b, err := os.ReadFile(filepath.Join(part.path, "chunk-0000.json"))
	require.NoError(t, err)
	d, err := metadata.Decode(b)
	require.NoError(t, err)
	require.Empty(t, d.PauseResumeIntervals, "what came before is no pause")
	require.True(t, callStart.Add(3*time.Second).Truncate(100).Equal(d.ChunkStartTime))
}

// TestAdvanceCadence: it does not matter how often a recording is told to advance.
func TestAdvanceCadence(t *testing.T) {
	t.Parallel()
	plain := wholeTelephony(t)
	next := time.Duration(0)
	often := record(t, telephony, nil, func(r *callrec.Recording, now time.Duration) {
		for ; next < now; next += 7 * time.Millisecond {
			require.NoError(t, r.Advance(next))
		}
	})
	require.Equal(t, plain.canvases, often.canvases)
	require.Equal(t, plain.pcm, often.pcm)
}

// TestVideoOffAndOn: whose camera is off has a placeholder after the timeout, and is back with the first picture.
func TestVideoOffAndOn(t *testing.T) {
	t.Parallel()
	var p tap
	red := map[int]bool{} // frames in which A's border is seen
	p.frame = func(k int, canvas *image.YCbCr) {
		tiles := tiler.Grid{}.Arrange(nil, canvas.Rect.Size(), make([]tiler.Subject, 2))
		red[k] = borderColor(canvas, tiles[1]) == "red" // A is the second to join
	}
	rec, _ := recording(t, func(c *callrec.Config) { c.Codecs = p.codecs() })
	end := play(t, muted, "", rec, nil)
	result, err := rec.Stop(end, metadata.SessionCallEnded)
	require.NoError(t, err)
	at := func(d time.Duration) bool { return red[int(d/(125*time.Millisecond))] }
	require.True(t, at(3500*time.Millisecond))
	require.True(t, at(5500*time.Millisecond), "the last picture stays for two seconds")
	require.False(t, at(6750*time.Millisecond), "then the placeholder takes its place")
	require.True(t, at(8*time.Second))
	require.Equal(t, "8:acs:demo_A", result.Participants[1].ParticipantID)
	require.Zero(t, result.Participants[1].Concealed, "DTX is silence, not loss")
	require.Less(t, tone(p.pcm, 7*time.Second, time.Second, 430), -50.0, "A is mute")
	require.InDelta(t, -30, tone(p.pcm, 7*time.Second, time.Second, 620), 3, "B is not")
}

// TestUndecodableVideo: a codec that is not served costs its own track.
func TestUndecodableVideo(t *testing.T) {
	t.Parallel()
	r := record(t, vp9, func(c *callrec.Config) {
		c.Codecs.VideoDecoders = builtin.Set().VideoDecoders
		delete(c.Codecs.VideoDecoders, "vp9") // which a build with native codecs has
	}, nil)
	require.Len(t, r.result.Warnings, 2)
	for _, w := range r.result.Warnings {
		require.Contains(t, w, "VP9")
		require.Contains(t, w, "unsupported codec")
	}
	require.InDelta(t, -30, tone(r.pcm, 4*time.Second, time.Second, 430), 3, "A is heard")
	require.InDelta(t, -30, tone(r.pcm, 4*time.Second, time.Second, 620), 3, "B is heard")
	require.Zero(t, r.result.Participants[0].Frames)
}

// faultyDecoder panics on every third access unit, and fails on every third.
type faultyDecoder struct {
	codec.AudioDecoder
	n *int
}

func (f faultyDecoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	*f.n++
	switch *f.n % 3 {
	case 1:
		panic("a decoder's bug")
	case 2:
		return dst, errors.New("a bad payload")
	}
	return f.AudioDecoder.Decode(dst, payload)
}

// TestPanickingDecoder: it costs the track alone, and is reported with its stack, once.
func TestPanickingDecoder(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := record(t, telephony, func(c *callrec.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
		decoders := builtin.Set().AudioDecoders
		pcmu := decoders["pcmu"]
		decoders["pcmu"] = func(f codec.AudioFormat) (codec.AudioDecoder, error) {
			d, err := pcmu(f)
			return faultyDecoder{d, new(int)}, err
		}
		c.Codecs.AudioDecoders = decoders
	}, nil)
	require.Len(t, r.result.Warnings, 1)
	require.Contains(t, r.result.Warnings[0], "a decoder's bug")
	require.Equal(t, 1, bytes.Count(log.Bytes(), []byte("\n")))
	require.Contains(t, log.String(), "faultyDecoder", "the stack is logged")
	require.InDelta(t, -30, tone(r.pcm, 4*time.Second, time.Second, 620), 3, "B is heard")
	require.Greater(t, r.result.Participants[0].DecodeErrors, 200)
	require.Greater(t, r.result.Participants[0].Concealed, 2*time.Second)
	require.Zero(t, r.result.Participants[1].DecodeErrors)
}

// TestGarbage: a participant who sends nothing but noise is shown, and disturbs nobody.
func TestGarbage(t *testing.T) {
	t.Parallel()
	clean := wholeTelephony(t)
	rng := rand.New(rand.NewPCG(3, 4))
	joined := false
	noise := make([]byte, 1500)
	disturbed := record(t, telephony, nil, func(r *callrec.Recording, now time.Duration) {
		if !joined {
			joined = true
			require.NoError(t, r.Join(now, callrec.Participant{ID: "noise"}))
			for ssrc := range uint32(3) {
				track := callrec.Track{SSRC: ssrc, PayloadType: 96, Kind: callrec.Video, Codec: "VP8", ClockRate: 90000}
				if ssrc == 0 {
					track = callrec.Track{SSRC: ssrc, PayloadType: 96, Kind: callrec.Audio, Codec: "opus", ClockRate: 48000}
				}
				require.NoError(t, r.AddTrack(now, "noise", track))
			}
		}
		for i := range noise {
			noise[i] = byte(rng.Uint32())
		}
		packet := noise[:rng.IntN(len(noise))]
		if rng.IntN(2) == 0 && len(packet) > 12 { // well formed as far as the payload
			copy(packet, []byte{0x80, 96, noise[2], noise[3], 0, noise[5], noise[6], noise[7], 0, 0, 0, byte(rng.IntN(3))})
		}
		require.NoError(t, r.RTP(now, "noise", packet))
		require.NoError(t, r.RTCP(now, "noise", packet))
	})
	require.Equal(t, len(clean.canvases), len(disturbed.canvases))
	require.NotEmpty(t, disturbed.result.Warnings)
	for i, p := range clean.result.Participants {
		got := disturbed.result.Participants
		require.Contains(t, got, p, "participant %d is recorded as without the noise", i)
	}
}

// TestKeyframeRequests: one is asked for when a track begins without a keyframe, and after a loss, at most once a
// second.
func TestKeyframeRequests(t *testing.T) {
	t.Parallel()
	var asked []time.Duration
	var now time.Duration
	n := 0
	r := record(t, telephony, func(c *callrec.Config) {
		c.OnKeyframeRequest = func(id string, ssrc uint32) {
			if id == "8:acs:demo_A" {
				asked = append(asked, now)
			}
		}
		decoders := builtin.Set().VideoDecoders
		vp8 := decoders["vp8"]
		decoders["vp8"] = func(f codec.VideoFormat) (codec.VideoDecoder, error) {
			d, err := vp8(f)
			n++
			if n > 1 {
				return d, err
			}
			return blindDecoder{d}, err
		}
		c.Codecs.VideoDecoders = decoders
	}, func(_ *callrec.Recording, at time.Duration) { now = at })
	require.Equal(t, len(asked), r.result.Participants[0].KeyframeRequests)
	require.GreaterOrEqual(t, len(asked), 4, "it goes on being asked for")
	for i := 1; i < len(asked); i++ {
		require.GreaterOrEqual(t, asked[i]-asked[i-1], time.Second)
	}
	require.Zero(t, r.result.Participants[1].KeyframeRequests)
}

// countingDecoder counts what is decoded. It hides that frames can be left out, unless dropping.
type countingDecoder struct {
	codec.VideoDecoder
	n *int
}

func (c countingDecoder) Decode(au []byte, pts int64) ([]codec.Picture, error) {
	*c.n++
	return c.VideoDecoder.Decode(au, pts)
}

type droppingDecoder struct {
	countingDecoder
}

func (d droppingDecoder) Droppable(au []byte) bool {
	return d.VideoDecoder.(interface{ Droppable(au []byte) bool }).Droppable(au)
}

// TestTemporalLayers: the frames that nobody refers to and nobody would see are not decoded, and nothing else changes.
func TestTemporalLayers(t *testing.T) {
	t.Parallel()
	counted := func(wrap func(countingDecoder) codec.VideoDecoder) (recorded, int) {
		n := 0
		r := record(t, layers, func(c *callrec.Config) {
			decoders := builtin.Set().VideoDecoders
			vp8 := decoders["vp8"]
			decoders["vp8"] = func(f codec.VideoFormat) (codec.VideoDecoder, error) {
				d, err := vp8(f)
				return wrap(countingDecoder{d, &n}), err
			}
			c.Codecs.VideoDecoders = decoders
		}, nil)
		return r, n
	}
	all, n := counted(func(c countingDecoder) codec.VideoDecoder { return c })
	some, m := counted(func(c countingDecoder) codec.VideoDecoder { return droppingDecoder{c} })
	require.Equal(t, all.canvases, some.canvases)
	require.Equal(t, all.result, some.result)
	require.Greater(t, n, 200)
	require.Less(t, m, n*7/10)
}

// blindDecoder can't decode anything.
type blindDecoder struct{ codec.VideoDecoder }

func (blindDecoder) Decode([]byte, int64) ([]codec.Picture, error) {
	return nil, codec.ErrNeedKeyframe
}

// TestAnnouncement: a clip is heard from the beginning of the recording on.
func TestAnnouncement(t *testing.T) {
	t.Parallel()
	clip := make([]int16, 5*16000) // longer than the mixer takes ahead of time
	for i := range clip {
		clip[i] = int16(1000 + i%977)
	}
	r := record(t, telephony, func(c *callrec.Config) {
		c.Announcement = clip
		c.RecordFrom = 250 * time.Millisecond // before anyone has joined
	}, nil)
	require.Equal(t, clip[80:5000], r.pcm[80:5000])
	plain := wholeTelephony(t)
	for i := 16000; i < 4*16000; i += 1000 {
		require.InDelta(t, int(plain.pcm[i+4000])+int(clip[i]), r.pcm[i], 1, "sample %d", i)
	}
}

// event is one input of a preloaded call.
type event struct {
	at   time.Duration
	id   string
	rtcp bool
	data []byte
}

// TestSteadyStateAllocations: once everybody is there, packets and frames go through all stages, the encoders included,
// without an allocation.
func TestSteadyStateAllocations(t *testing.T) {
	rec, _ := recording(t, nil)
	var events []event
	keep := keeper{rec, 4 * time.Second, &events}
	play(t, telephony, "", keep, nil)
	require.Greater(t, len(events), 700)
	next := 0
	allocations := testing.AllocsPerRun(len(events)-1, func() {
		e := events[next]
		next++
		if e.rtcp {
			require.NoError(t, rec.RTCP(e.at, e.id, e.data))
		} else {
			require.NoError(t, rec.RTP(e.at, e.id, e.data))
		}
	})
	require.Zero(t, allocations)
	_, err := rec.Stop(events[len(events)-1].at, metadata.SessionCallEnded)
	require.NoError(t, err)
}

// keeper passes on what happens up to a time, and keeps the packets that come later.
type keeper struct {
	*callrec.Recording
	until  time.Duration
	events *[]event
}

func (k keeper) RTP(at time.Duration, id string, packet []byte) error {
	if at < k.until {
		return k.Recording.RTP(at, id, packet)
	}
	*k.events = append(*k.events, event{at, id, false, append([]byte{}, packet...)})
	return nil
}

func (k keeper) RTCP(at time.Duration, id string, packet []byte) error {
	if at < k.until {
		return k.Recording.RTCP(at, id, packet)
	}
	*k.events = append(*k.events, event{at, id, true, append([]byte{}, packet...)})
	return nil
}

func (k keeper) Leave(time.Duration, string) error { return nil }

// TestSameFiles: two recordings of one call are the same to the byte, in all files.
func TestSameFiles(t *testing.T) {
	t.Parallel()
	files := func() map[string]string {
		rec, path := recording(t, func(c *callrec.Config) { c.MaxChunkDuration = time.Second })
		play(t, threeParty, "8:acs:demo_A", &untilRecording{rec, 1300 * time.Millisecond}, nil)
		_, err := rec.Stop(1300*time.Millisecond, metadata.SessionInitiatorLeft)
		require.NoError(t, err)
		all := map[string]string{}
		names, err := os.ReadDir(path)
		require.NoError(t, err)
		for _, n := range names {
			b, err := os.ReadFile(filepath.Join(path, n.Name()))
			require.NoError(t, err)
			all[n.Name()] = string(b)
		}
		return all
	}
	first := files()
	require.Len(t, first, 2*3+2)
	require.Equal(t, first, files())
}

// untilRecording passes on what happens before a time.
type untilRecording struct {
	*callrec.Recording
	end time.Duration
}

func (u *untilRecording) RTP(at time.Duration, id string, packet []byte) error {
	if at > u.end {
		return nil
	}
	return u.Recording.RTP(at, id, packet)
}

func (u *untilRecording) RTCP(at time.Duration, id string, packet []byte) error {
	if at > u.end {
		return nil
	}
	return u.Recording.RTCP(at, id, packet)
}

func (u *untilRecording) Leave(at time.Duration, id string) error {
	if at > u.end {
		return nil
	}
	return u.Recording.Leave(at, id)
}
