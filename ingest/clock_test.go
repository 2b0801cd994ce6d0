package ingest_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

// stream is one track of a simulated sender. Everything is worked out in whole nanoseconds of the recorder's clock.
type stream struct {
	track    *ingest.Track
	rate     int64         // Hz, nominal
	interval time.Duration // between packets
	driftPPM int64         // of the RTP clock
	base     uint32        // RTP timestamp at time 0
	transit  time.Duration // capture to arrival, without jitter
	jitter   time.Duration
	reports  time.Duration // between sender reports, 0: none
	firstSR  time.Duration
	srError  time.Duration // the NTP time of a report is off by up to this much to either side
	end      time.Duration // 0: never

	started      bool
	next, nextSR time.Duration
	seq          uint16
	queue        []queued
}

type queued struct {
	at   time.Duration
	data []byte
}

// sender is a simulated sender whose NTP clock drifts.
type sender struct {
	ntpPPM  int64
	streams []*stream
	rand    *rand.Rand
}

func (s *stream) stamp(at time.Duration) uint32 {
	ns := int64(at) + int64(at)/1_000_000*s.driftPPM
	return s.base + uint32(ns/1e9*s.rate+ns%1e9*s.rate/1e9)
}

// run runs the simulation up to an instant in steps, reading a delay behind. seen gets every access unit
// with the instant at which it was captured.
func (s *sender) run(t *testing.T, to, delay time.Duration, seen func(st *stream, au ingest.AccessUnit, captured time.Duration)) {
	t.Helper()
	const step = 10 * ms
	for now := time.Duration(0); now < to; now += step {
		for _, st := range s.streams {
			s.send(t, st, now)
			for {
				au, ok := st.track.Pop(now - delay)
				if !ok {
					break
				}
				captured := binary.BigEndian.Uint64(au.Payload[len(au.Payload)-8:])
				seen(st, au, time.Duration(captured))
			}
		}
	}
}

func (s *sender) send(t *testing.T, st *stream, now time.Duration) {
	t.Helper()
	if !st.started {
		st.started, st.nextSR = true, st.firstSR
	}
	for ; st.next <= now && (st.end == 0 || st.next < st.end); st.next += st.interval {
		at := st.next + st.transit
		if st.jitter > 0 {
			at += time.Duration(s.rand.Int64N(int64(st.jitter)))
		}
		payload := binary.BigEndian.AppendUint64([]byte(start), uint64(st.next)) // carries the instant of capture
		st.queue = append(st.queue, queued{at, pkt{seq: st.seq, stamp: st.stamp(st.next), marker: true, payload: payload}.bytes()})
		st.seq++
	}
	rest := st.queue[:0]
	for _, q := range st.queue {
		if q.at <= now {
			require.NoError(t, st.track.Push(q.at, q.data))
		} else {
			rest = append(rest, q)
		}
	}
	st.queue = rest
	for ; st.reports > 0 && st.nextSR <= now; st.nextSR += st.reports {
		off := time.Duration(0)
		if st.srError > 0 {
			off = time.Duration(s.rand.Int64N(2*int64(st.srError))) - st.srError
		}
		wall := st.nextSR + time.Duration(int64(st.nextSR)/1_000_000*s.ntpPPM)
		require.NoError(t, st.track.Report(now, ingest.SenderReport{SSRC: ssrc, NTPTime: ntp(wall + off), RTPTime: st.stamp(st.nextSR)}))
	}
}

func voiceStream(t *testing.T, clock *ingest.Clock) *stream {
	t.Helper()
	return &stream{track: audioTrack(t, clock), rate: 48000, interval: 20 * ms, base: 123, transit: 30 * ms}
}

func cameraStream(t *testing.T, clock *ingest.Clock) *stream {
	t.Helper()
	return &stream{track: videoTrack(t, clock), rate: 90000, interval: time.Second / 30, base: math.MaxUint32 - 5, transit: 30 * ms}
}

// Before the reports each track goes by its arrivals. When both have one, the picture steps so that lips match; the sound
// does not move; presentation times never decrease.
func TestReportsSwitch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                         string
		audioTransit, videoTransit   time.Duration
		firstAudioSR, firstVideoSR   time.Duration
		audioBase, videoBase         uint32
		wantAudioShift, wantVideoOff time.Duration // final call time - capture
	}{
		{"video slower", 20 * ms, 80 * ms, 3 * time.Second, time.Second, 1, 2, 0, 20 * ms},
		{"video faster", 60 * ms, 20 * ms, 3 * time.Second, time.Second, 1, 2, 0, 60 * ms},
		{"audio's report first", 20 * ms, 80 * ms, time.Second, 3 * time.Second, 1, 2, 0, 20 * ms},
		{"reports before anything is read", 20 * ms, 300 * ms, 100 * ms, 100 * ms, 1, 2, 0, 20 * ms},
		{"timestamps about to wrap", 20 * ms, 80 * ms, 3 * time.Second, time.Second, math.MaxUint32 - 48000, math.MaxUint32 - 90000, 0, 20 * ms},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clock := ingest.NewClock()
			audio, video := voiceStream(t, clock), cameraStream(t, clock)
			audio.transit, audio.reports, audio.firstSR, audio.base = tt.audioTransit, 5*time.Second, tt.firstAudioSR, tt.audioBase
			video.transit, video.reports, video.firstSR, video.base = tt.videoTransit, time.Second, tt.firstVideoSR, tt.videoBase
			s := &sender{streams: []*stream{audio, video}}
			var last time.Duration
			both := max(tt.firstAudioSR, tt.firstVideoSR)
			s.run(t, 20*time.Second, time.Second, func(st *stream, au ingest.AccessUnit, captured time.Duration) {
				off := au.Time - captured
				if st == audio {
					require.InDelta(t, tt.audioTransit, off, float64(30*time.Microsecond), "audio moved at %v", captured)
					return
				}
				require.GreaterOrEqual(t, au.Time, last)
				last = au.Time
				switch {
				case captured < both-1100*ms:
					require.InDelta(t, tt.videoTransit, off, float64(time.Millisecond), "at %v", captured)
				case captured > both+100*ms:
					require.InDelta(t, tt.wantVideoOff, off, float64(50*time.Microsecond), "at %v", captured)
				}
			})
			require.Equal(t, int64(4), audio.track.Stats().Reports)
		})
	}
}

// Over an hour, clocks off by 200 ppm are followed: lips match within 5 ms, presentation keeps its distance from the
// capture, and the sound is never stretched by more than 0.5 %.
func TestDrift(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name              string
		ntp, audio, video int64 // ppm against the recorder
		jitter            time.Duration
		srError           time.Duration
		maxLips, maxLag   time.Duration // bounds on what is measured
	}{
		{"all fast", 200, 200, 200, 0, 0, ms, 4 * ms},
		{"all slow", -200, -200, -200, 0, 0, ms, 4 * ms},
		{"sound card slow, NTP fast", 200, -200, 200, 30 * ms, 500 * time.Microsecond, 3 * ms, 5 * ms},
		{"sound card fast, NTP slow", -200, 200, -200, 30 * ms, 500 * time.Microsecond, 3 * ms, 5 * ms},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clock := ingest.NewClock()
			audio, video := voiceStream(t, clock), cameraStream(t, clock)
			audio.driftPPM, video.driftPPM = tt.audio, tt.video
			audio.jitter, video.jitter = tt.jitter, tt.jitter
			audio.srError, video.srError = tt.srError, tt.srError
			audio.reports, audio.firstSR = 5*time.Second, 2*time.Second
			video.reports, video.firstSR, video.transit = time.Second, time.Second, 70*ms
			s := &sender{ntpPPM: tt.ntp, streams: []*stream{audio, video}, rand: rand.New(rand.NewPCG(1, 2))}

			var lips, lag, stretch int64
			var audioOff time.Duration
			var previous ingest.AccessUnit
			s.run(t, time.Hour, time.Second, func(st *stream, au ingest.AccessUnit, captured time.Duration) {
				off := au.Time - captured
				switch {
				case st == video && captured > 5*time.Second:
					lips = max(lips, int64((off - audioOff).Abs()))
					return
				case st == video:
					return
				case captured < 5*time.Second:
					previous = au
					return
				}
				audioOff = off
				lag = max(lag, int64((off - 30*ms).Abs()))
				media := (au.Timestamp - previous.Timestamp) * 1e9 / 48000
				stretch = max(stretch, int64((au.Time-previous.Time-time.Duration(media)).Abs())*1_000_000/media)
				previous = au
			})
			t.Logf("lips within %v, presentation within %v of the capture, sound stretched by %d ppm at most",
				time.Duration(lips), time.Duration(lag), stretch)
			require.Less(t, lips, int64(tt.maxLips))
			require.Less(t, lag, int64(tt.maxLag))
			require.LessOrEqual(t, stretch, int64(5000))
			require.Zero(t, audio.track.Stats().Lost+video.track.Stats().Lost)
			require.Zero(t, audio.track.Stats().Restarts+video.track.Stats().Restarts)
			require.Zero(t, audio.track.Stats().BadReports+video.track.Stats().BadReports)
		})
	}
}

// The first packets came late; the mapping goes to where it belongs slowly, and audio and video together.
func TestSlew(t *testing.T) {
	t.Parallel()
	clock := ingest.NewClock()
	audio, video := voiceStream(t, clock), cameraStream(t, clock)
	for _, st := range []*stream{audio, video} {
		st.reports, st.firstSR = time.Second, 500*ms
	}
	s := &sender{streams: []*stream{audio, video}}
	for _, st := range s.streams {
		st.transit = 130 * ms
	}
	var last ingest.AccessUnit
	var off time.Duration
	s.run(t, 60*time.Second, 200*ms, func(st *stream, au ingest.AccessUnit, captured time.Duration) {
		if captured > 2*time.Second {
			audio.transit, video.transit = 30*ms, 30*ms
		}
		if st == video {
			if captured > time.Second {
				require.InDelta(t, off, au.Time-captured, float64(time.Millisecond), "lips at %v", captured)
			}
			return
		}
		off = au.Time - captured
		if captured > 0 {
			require.InDelta(t, 20*ms, au.Time-last.Time, float64(100*time.Microsecond)+1, "at %v", captured)
		}
		last = au
	})
	require.InDelta(t, 30*ms, off, float64(100*time.Microsecond))
}

func TestJitterSpikesDoNotMoveTheMapping(t *testing.T) {
	t.Parallel()
	audio := voiceStream(t, nil)
	s := &sender{streams: []*stream{audio}}
	n := 0
	s.run(t, 2*time.Minute, time.Second, func(_ *stream, au ingest.AccessUnit, captured time.Duration) {
		n++
		audio.transit = 30 * ms
		if captured%(10*time.Second) < 3*time.Second { // a congested path for 3 s in 10
			audio.transit = 300 * ms
		}
		require.InDelta(t, 30*ms, au.Time-captured, float64(30*time.Microsecond))
	})
	require.Greater(t, n, 5900)
}

func TestBadReports(t *testing.T) {
	t.Parallel()
	const second = 48000
	at := func(sr ingest.SenderReport) ingest.SenderReport { sr.SSRC = ssrc; return sr }
	good := at(ingest.SenderReport{NTPTime: ntp(0), RTPTime: 0})
	tests := []struct {
		name string
		sr   ingest.SenderReport
		want error
	}{
		{"good", at(ingest.SenderReport{NTPTime: ntp(time.Second), RTPTime: second}), nil},
		{"good, in the next NTP era", at(ingest.SenderReport{NTPTime: ntp(4 * time.Second), RTPTime: 4 * second}), nil},
		{"no wall clock", at(ingest.SenderReport{RTPTime: second}), ingest.ErrReport},
		{"the same again", good, ingest.ErrReport},
		{"going back", at(ingest.SenderReport{NTPTime: ntp(-time.Second), RTPTime: math.MaxUint32 - second + 1}), ingest.ErrReport},
		{"clock stands still", at(ingest.SenderReport{NTPTime: ntp(time.Second), RTPTime: 0}), ingest.ErrReport},
		{"clock twice as fast", at(ingest.SenderReport{NTPTime: ntp(time.Second), RTPTime: 2 * second}), ingest.ErrReport},
		{"RTP timestamp from nowhere", at(ingest.SenderReport{NTPTime: ntp(time.Second), RTPTime: 1 << 31}), ingest.ErrReport},
		{"other SSRC", ingest.SenderReport{SSRC: 5, NTPTime: ntp(time.Second), RTPTime: second}, ingest.ErrSSRC},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track := audioTrack(t, nil)
			require.NoError(t, track.Report(0, good), "before the first packet")
			require.Zero(t, track.Stats().Reports)
			require.NoError(t, track.Push(0, voice(0, 0, 0).bytes()))
			require.NoError(t, track.Report(0, good))
			err := track.Report(time.Second, tt.sr)
			if tt.want == nil {
				require.NoError(t, err)
				require.Equal(t, int64(2), track.Stats().Reports)
				return
			}
			require.ErrorIs(t, err, tt.want)
			require.Equal(t, int64(1), track.Stats().Reports)
		})
	}
}

// The sender's wall clock is set while the call goes on: both tracks' reports are doubted, then believed, and lips match
// all the time.
func TestWallClockIsSet(t *testing.T) {
	t.Parallel()
	clock := ingest.NewClock()
	audio, video := voiceStream(t, clock), cameraStream(t, clock)
	audio.transit, video.transit = 20*ms, 60*ms
	tracks := []*stream{audio, video}
	s := &sender{streams: tracks}
	next := time.Second
	var set time.Duration
	s.run(t, 30*time.Second, time.Second, func(st *stream, au ingest.AccessUnit, captured time.Duration) {
		for ; next <= captured; next += time.Second {
			if next > 10*time.Second {
				set = -3 * time.Hour
			}
			for i, tr := range tracks {
				if i == 1 && next == 11*time.Second {
					continue // so that they don't believe it at the same time
				}
				err := tr.track.Report(next+time.Second, ingest.SenderReport{SSRC: ssrc, NTPTime: ntp(4*time.Hour + next + set), RTPTime: tr.stamp(next)})
				if err != nil {
					require.ErrorIs(t, err, ingest.ErrReport)
				}
			}
		}
		switch {
		case st == audio:
			require.InDelta(t, 20*ms, au.Time-captured, float64(50*time.Microsecond))
		case captured > 1100*ms && captured < 11900*ms || captured > 14*time.Second:
			require.InDelta(t, 20*ms, au.Time-captured, float64(50*time.Microsecond), "at %v", captured)
		}
	})
	require.Equal(t, int64(1), audio.track.Stats().BadReports)
	require.Equal(t, int64(1), video.track.Stats().BadReports)
}

// Tracks whose reports have nothing to do with each other stay on their arrivals.
func TestUnrelatedReports(t *testing.T) {
	t.Parallel()
	for _, apart := range []time.Duration{-time.Hour, -2 * time.Second, 2 * time.Second, time.Hour} {
		t.Run(apart.String(), func(t *testing.T) {
			t.Parallel()
			clock := ingest.NewClock()
			audio, video := voiceStream(t, clock), cameraStream(t, clock)
			video.transit = 60 * ms
			s := &sender{streams: []*stream{audio, video}}
			reported, pictures := false, 0
			s.run(t, 10*time.Second, time.Second, func(st *stream, au ingest.AccessUnit, captured time.Duration) {
				if !reported && captured > time.Second {
					reported = true
					report := func(st *stream, wall time.Duration) {
						sr := ingest.SenderReport{SSRC: ssrc, NTPTime: ntp(wall), RTPTime: st.stamp(time.Second)}
						require.NoError(t, st.track.Report(2*time.Second, sr))
					}
					report(audio, 2*time.Hour)
					report(video, 2*time.Hour+apart)
				}
				if st == video {
					pictures++
				}
				require.InDelta(t, st.transit, au.Time-captured, float64(50*time.Microsecond))
			})
			require.GreaterOrEqual(t, pictures, 265)
		})
	}
}

// A first report that is about another time altogether is refused, so that it can't spoil what follows.
func TestFirstReportFromNowhere(t *testing.T) {
	t.Parallel()
	track := audioTrack(t, nil)
	require.NoError(t, track.Push(0, voice(0, 0, 0).bytes()))
	require.ErrorIs(t, track.Report(0, ingest.SenderReport{SSRC: ssrc, NTPTime: ntp(0), RTPTime: 1 << 31}), ingest.ErrReport)
	require.NoError(t, track.Report(0, ingest.SenderReport{SSRC: ssrc, NTPTime: ntp(0), RTPTime: 0}))
	require.Equal(t, int64(1), track.Stats().BadReports)
}

// The sound ends and begins again: the picture goes by its own arrivals in between, and with the sound again after.
func TestAudioGoesAway(t *testing.T) {
	t.Parallel()
	clock := ingest.NewClock()
	audio, video := voiceStream(t, clock), cameraStream(t, clock)
	audio.transit, video.transit = 20*ms, 60*ms
	audio.reports, audio.firstSR, video.reports, video.firstSR = time.Second, time.Second, time.Second, time.Second
	audio.end = 20 * time.Second
	audio.driftPPM, video.driftPPM = 200, 200
	s := &sender{ntpPPM: 200, streams: []*stream{audio, video}}
	var last time.Duration
	s.run(t, 5*time.Minute, time.Second, func(st *stream, au ingest.AccessUnit, captured time.Duration) {
		if captured > 2*time.Minute && audio.end != 0 {
			audio.end, audio.next = 0, captured+1500*ms
		}
		off := au.Time - captured
		if st == audio {
			require.InDelta(t, 20*ms, off, float64(4*ms), "at %v", captured)
			return
		}
		require.GreaterOrEqual(t, au.Time, last)
		last = au.Time
		switch {
		case captured > 2*time.Second && captured < 20*time.Second, captured > 125*time.Second:
			require.InDelta(t, 20*ms, off, float64(4*ms), "at %v", captured)
		case captured > 60*time.Second && captured < 110*time.Second:
			require.InDelta(t, 60*ms, off, float64(4*ms), "at %v", captured)
		}
	})
	require.Zero(t, video.track.Stats().Restarts)
}

// A path that becomes slower than the caller waits: after 2 s without a packet of use the track is given later times.
func TestSlowerPath(t *testing.T) {
	t.Parallel()
	audio := voiceStream(t, nil)
	s := &sender{streams: []*stream{audio}}
	before, after := 0, 0
	s.run(t, 30*time.Second, 500*ms, func(_ *stream, au ingest.AccessUnit, captured time.Duration) {
		if captured > 5*time.Second {
			audio.transit = 2 * time.Second
		}
		switch {
		case captured < 6*time.Second:
			require.InDelta(t, 30*ms, au.Time-captured, float64(ms))
			before++
		case captured > 9*time.Second:
			require.InDelta(t, 2*time.Second, au.Time-captured, float64(ms))
			after++
		}
	})
	require.Positive(t, before)
	require.Positive(t, after)
	require.Equal(t, int64(1), audio.track.Stats().Restarts)
	require.Zero(t, audio.track.Stats().Lost)
}

// Later times are given from one frame to the next, not inside of one.
func TestSlowerPathBetweenFrames(t *testing.T) {
	t.Parallel()
	track := videoTrack(t, nil)
	push := func(a arrival, late time.Duration) { require.NoError(t, track.Push(a.at+late, a.bytes())) }
	push(part(0, 0, true, start+"x"), 0)
	require.Len(t, popAll(track, 3*time.Second), 1)
	for n := 1; n < 80; n++ {
		late := 4 * time.Second
		if n == 1 {
			late += ms // so that the 2 s are over at the second packet of a frame
		}
		push(part(n, uint16(2*n), false, start+"a"), late)
		push(part(n, uint16(2*n+1), true, more+"b"), 4*time.Second+ms)
	}
	units := popAll(track, time.Hour)
	require.Len(t, units, 79)
	require.Zero(t, track.Stats().DroppedUnits)
	require.Less(t, units[0].Time, 100*ms)
	require.Greater(t, units[78].Time, 6500*ms)
	require.Equal(t, int64(1), track.Stats().Restarts)
}

// A picture that comes so much after the sound that it would always be too late goes by its own arrivals.
func TestVideoFarBehind(t *testing.T) {
	t.Parallel()
	clock := ingest.NewClock()
	audio, video := voiceStream(t, clock), cameraStream(t, clock)
	audio.transit, video.transit = 20*ms, 900*ms
	audio.reports, audio.firstSR, video.reports, video.firstSR = time.Second, time.Second, time.Second, time.Second
	s := &sender{streams: []*stream{audio, video}}
	s.run(t, 30*time.Second, 300*ms, func(st *stream, au ingest.AccessUnit, captured time.Duration) {
		if captured > 6*time.Second {
			require.InDelta(t, st.transit, au.Time-captured, float64(ms))
		}
	})
	require.Equal(t, int64(1), video.track.Stats().Restarts)
}
