package ingest

import (
	"fmt"
	"math"
	"math/bits"
	"strings"
	"time"

	"github.com/pion/rtp"
)

// Kind says what a track carries.
type Kind uint8

const (
	// Audio is a track on which each packet is an access unit.
	Audio Kind = iota
	// Video is a track on which an access unit is a frame of one or more packets.
	Video
)

const (
	// DefaultAudioPackets is the default of MaxPackets for audio: 10 s of Opus in frames of 20 ms.
	DefaultAudioPackets = 512
	// DefaultVideoPackets is the default of MaxPackets for video: a second at 19 Mbit/s.
	DefaultVideoPackets = 2048
	// DefaultMaxBytes is the default of MaxBytes, 8 MiB.
	DefaultMaxBytes = 8 << 20
	// MaxFrameBytes is the size of the largest video frame, 4 MiB. A larger one is dropped.
	MaxFrameBytes = 4 << 20

	minPackets   = 16
	maxPackets   = 1 << 15 // half of the 16-bit sequence numbers, so that a slot is never ambiguous
	maxClockRate = 1_000_000
	maxPacket    = 65535 // bytes, the largest UDP datagram
)

// TrackConfig describes a track as its session description does (RFC 8866 rtpmap).
type TrackConfig struct {
	Kind Kind
	// Codec is the RTP encoding name in any case: "opus", "PCMU", "PCMA", "G722" or "L16" for audio, "VP8", "VP9", "H264",
	// "H265" or "AV1" for video.
	Codec       string
	ClockRate   int   // RTP clock in Hz, up to 1 000 000; 0 means the codec's own
	PayloadType uint8 // 0 to 127
	SSRC        uint32
	// HeaderExtensions are identifiers and URIs of RTP header extensions (RFC 8285), of which OrientationURI and
	// ColorSpaceURI are followed on video. Borrowed until return.
	HeaderExtensions map[uint8]string
	// Clock is shared by all tracks of one sender; nil gives the track one of its own.
	Clock *Clock
	// MaxPackets is how many packets the jitter buffer holds, rounded up to a power of two, from 16 to 32768. 0 means
	// DefaultAudioPackets or DefaultVideoPackets.
	MaxPackets int
	// MaxBytes is how many bytes of payload the jitter buffer holds. 0 means DefaultMaxBytes.
	MaxBytes int
}

// Track is the receiving end of one track: a jitter buffer and a depacketizer. It belongs to one goroutine at a time,
// together with its Clock and the Clock's other tracks.
type Track struct {
	cfg     TrackConfig
	format  format // nil for audio
	rate    int64
	mapping mapping
	ring    ring

	packet rtp.Packet // scratch

	numbers   numbers
	stamps    stamps
	probation probation
	wish      wish
	run       run

	next     int64 // sequence number of the first packet that is neither taken nor given up
	search   int64 // no packet with content waits before this one
	begun    bool  // next has been passed on: what comes before it is late
	position int64 // call time up to which Pop has been asked

	looks lookIDs
	look  Look // of the frame taken last

	unit     []byte // the access unit that is lent out
	gap      int    // packets lost since the last access unit
	dropping bool   // a frame was dropped since the last access unit
	dropped  int64  // its timestamp

	stats Stats
}

// clockRate returns the clock rate of the codecs that are known here: Opus RFC 7587 4.1, G.711, G.722 and L16 RFC 3551
// 4.5 (G.722 counts in 8 kHz by an old mistake), VP8 RFC 7741 4.1, VP9 RFC 9628 4.1, H.264 RFC 6184 5.1, H.265 RFC 7798
// 4.1, AV1 its RTP payload specification 4.1.
func clockRate(kind Kind, name string) (rate int, known bool) {
	switch name = strings.ToLower(name); {
	case kind == Audio && name == "opus":
		return 48000, true
	case kind == Audio && (name == "pcmu" || name == "pcma" || name == "g722"):
		return 8000, true
	case kind == Audio && name == "l16":
		return 44100, true // of its static payload types
	case kind == Video && (name == "vp8" || name == "vp9" || name == "h264" || name == "h265" || name == "av1"):
		return 90000, true
	}
	return 0, false
}

// NewTrack makes a track and adds it to its Clock. It returns an error that wraps ErrUnsupported for a codec that it has
// no depacketizer for, and one that wraps ErrConfig for a value out of range.
func NewTrack(cfg TrackConfig) (*Track, error) {
	rate, known := clockRate(cfg.Kind, cfg.Codec)
	if !known {
		return nil, fmt.Errorf("%w: %q", ErrUnsupported, cfg.Codec)
	}
	if cfg.ClockRate == 0 {
		cfg.ClockRate = rate
	}
	if cfg.MaxPackets == 0 {
		cfg.MaxPackets = DefaultAudioPackets
		if cfg.Kind == Video {
			cfg.MaxPackets = DefaultVideoPackets
		}
	}
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = DefaultMaxBytes
	}
	switch {
	case cfg.ClockRate < 1 || cfg.ClockRate > maxClockRate:
		return nil, fmt.Errorf("%w: clock rate %d, want 1 to %d", ErrConfig, cfg.ClockRate, maxClockRate)
	case cfg.PayloadType > 127:
		return nil, fmt.Errorf("%w: payload type %d, want 0 to 127", ErrConfig, cfg.PayloadType)
	case cfg.MaxPackets < minPackets || cfg.MaxPackets > maxPackets:
		return nil, fmt.Errorf("%w: MaxPackets %d, want %d to %d", ErrConfig, cfg.MaxPackets, minPackets, maxPackets)
	case cfg.MaxBytes < 0:
		return nil, fmt.Errorf("%w: MaxBytes %d", ErrConfig, cfg.MaxBytes)
	}
	if cfg.Clock == nil {
		cfg.Clock = NewClock()
	}
	t := &Track{
		cfg:      cfg,
		format:   newFormat(cfg),
		rate:     int64(cfg.ClockRate),
		mapping:  mapping{clock: cfg.Clock, leads: cfg.Kind == Audio},
		ring:     newRing(1 << bits.Len(uint(cfg.MaxPackets-1))),
		position: math.MinInt64,
		wish:     wish{blind: !showsKeyframes(cfg)},
		looks:    newLookIDs(cfg.HeaderExtensions),
	}
	cfg.Clock.add(&t.mapping)
	return t, nil
}

// Close takes the track off its Clock, for a sender whose other tracks go on. What is in the jitter buffer can still be
// pulled. Closing again does nothing.
func (t *Track) Close() { t.mapping.clock.remove(&t.mapping) }

// LimitHeight says that a picture of this many luma samples in height is large enough. Of a VP9 stream with spatial layers
// that announces their sizes, the layers above the smallest one that has them are left out from the next frame on; they come
// back where they can be decoded without what was left out, which is at a keyframe at the latest: waiting says that they
// are wanted and not there yet. 0, as in the beginning, means all layers.
func (t *Track) LimitHeight(height int) (waiting bool) {
	f, ok := t.format.(*vp9Format)
	return ok && f.limit(height)
}

// ClockRate is the rate of the timestamps in Hz.
func (t *Track) ClockRate() int { return t.cfg.ClockRate }

// Stats returns the counts so far.
func (t *Track) Stats() Stats { return t.stats }

// nanos turns an unwrapped timestamp into media time, rounding down.
func (t *Track) nanos(stamp int64) int64 {
	seconds, ticks := stamp/t.rate, stamp%t.rate
	if ticks < 0 {
		seconds, ticks = seconds-1, ticks+t.rate
	}
	return seconds*int64(time.Second) + ticks*int64(time.Second)/t.rate
}

// ticks is the inverse of nanos, up to one tick.
func (t *Track) ticks(media int64) int64 {
	seconds, rest := media/int64(time.Second), media%int64(time.Second)
	return seconds*t.rate + rest*t.rate/int64(time.Second)
}
