package callsim

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

const (
	packetTime   = 20e6 // ns of sound in a packet
	dtxPackets   = 20   // packets of sound for each that is sent in DTX: one every 400 ms
	soundDelay   = int64(2 * time.Millisecond)
	pictureDelay = int64(25 * time.Millisecond)
	cameraJitter = 4e6                          // ns
	keyframeTrip = int64(60 * time.Millisecond) // from a request to the keyframe
)

// stream is the state of one track of a sender.
type stream struct {
	sender *sender
	cfg    *Stream
	video  bool
	rng    *rand.Rand
	clock  clock
	rate   float64 // ticks per second

	codec string
	pt    uint8
	ssrc  uint32
	seq   uint16
	base  int64 // timestamp at local time 0
	epoch int   // counts the tracks that it was

	script int // next turn
	until  struct{ freeze, dtx, mute, off int64 }
	frozen uint32 // the timestamp that stands still

	started bool // something was sent in this epoch
	unit    int64
	second  int // number of the next mark of sound
	mark    [2]int64
	size    int
	last    int // number of the last picture sent
	needKey bool
	keyAt   int64 // a keyframe was asked for and comes from here on; 0 if not
	lastKey int64

	unseen int // packets lost since the last that arrived, in order of sending
	seen   bool
}

// flight counts the packets of a picture that are still under way.
type flight struct{ packets, arrived int }

func (s *stream) begin() {
	s.epoch++
	s.ssrc = s.rng.Uint32()
	s.reset()
	if s.epoch == 1 {
		if s.cfg.SSRC != 0 {
			s.ssrc = s.cfg.SSRC
		}
		if s.cfg.Fixed {
			s.seq, s.base = s.cfg.Sequence, int64(s.cfg.Timestamp)
		}
	}
}

// reset is what an encoder that starts anew does.
func (s *stream) reset() {
	s.seq, s.base = uint16(s.rng.Uint32()), int64(s.rng.Uint32())
	s.needKey = true
	s.seen, s.unseen = false, 0
}

func (s *stream) track() Track {
	return Track{SSRC: s.ssrc, PayloadType: s.pt, Video: s.video, Codec: s.codec, ClockRate: int(s.rate)}
}

// timestamp is that of a local time in nanoseconds.
func (s *stream) timestamp(local float64, at int64) uint32 {
	now := uint32(s.base + int64(math.Floor(local*s.rate/1e9)))
	if at < s.until.freeze {
		return s.frozen
	}
	if s.until.freeze != 0 { // it goes on from where it stood
		s.until.freeze = 0
		s.base += int64(int32(s.frozen + 1 - now))
		now = s.frozen + 1
	}
	s.frozen = now
	return now
}

// turns carries out what the script has for the time up to at. It tells of a change that the recorder is told of.
func (s *stream) turns(at int64, change func(before uint32)) {
	for s.script < len(s.cfg.Script) && int64(s.cfg.Script[s.script].At) <= at {
		t := s.cfg.Script[s.script]
		s.script++
		end := at + int64(t.For)
		switch t.Kind {
		case Restart:
			s.reset()
		case Renew, Switch:
			before := s.ssrc
			if t.Codec != "" {
				s.codec = t.Codec
			}
			if t.PayloadType != 0 {
				s.pt = t.PayloadType
			}
			s.needKey = true
			if t.Kind == Renew {
				s.begin()
			}
			change(before)
		case Jump:
			s.base += t.Ticks
		case Freeze:
			s.until.freeze = end
		case DTX:
			s.until.dtx = end
		case Mute:
			s.until.mute = end
		case Off:
			s.until.off = end
			s.needKey = true
		case Resize:
			s.size = t.Size
			s.needKey = true
		}
	}
}

// header appends an RTP header (RFC 3550 5.1).
func (s *stream) header(dst []byte, stamp uint32, marker bool) []byte {
	pt := s.pt
	if marker {
		pt |= 0x80
	}
	dst = append(dst, 0x80, pt)
	dst = binary.BigEndian.AppendUint16(dst, s.seq)
	s.seq++
	dst = binary.BigEndian.AppendUint32(dst, stamp)
	return binary.BigEndian.AppendUint32(dst, s.ssrc)
}

// sound appends the payload of the packet of sound that begins at a local sample.
func (s *stream) sound(dst []byte, from int64) []byte {
	dst = append(dst, soundHeader)
	for s.mark[1]+pulseLength <= from {
		s.mark[0] = int64(math.Round(s.clock.local(markTime(s.sender.index, s.second))/sampleTime)) - pulseLength/2
		s.mark[1] = s.mark[0] + int64(pulseGap(s.second))
		s.second++
	}
	for _, at := range s.mark {
		if at < from+packetSamples && at+pulseLength > from {
			dst = appendPulse(dst, int(at-from))
		}
	}
	return dst
}

// picture makes the next picture, captured at a true time.
func (s *stream) picture(number int, at int64) picture {
	asked := s.keyAt != 0 && at >= s.keyAt
	periodic := s.cfg.KeyframeEvery > 0 && at-s.lastKey >= int64(s.cfg.KeyframeEvery)
	p := picture{key: s.needKey || asked || periodic, sender: s.sender.index, size: s.size, number: number, refers: s.last}
	if p.key {
		s.needKey, s.keyAt, s.lastKey = false, 0, at
	}
	s.last = number
	return p
}

// split appends to dst the payloads of a picture's packets (RFC 7741 4.2, RFC 6184 5.6).
func (s *stream) split(dst [][]byte, p picture) [][]byte {
	h264 := strings.EqualFold(s.codec, "h264")
	for i := range 1 + s.rng.IntN(s.cfg.Packets) {
		var b []byte
		switch {
		case h264 && p.key:
			b = append(b, 0x65, 0x80) // a slice, of which the first macroblock is number 0
		case h264:
			b = append(b, 0x41, 0x80)
		case i == 0:
			b = append(b, 0x10) // the first of a partition
		default:
			b = append(b, 0)
		}
		if i == 0 {
			b = appendPicture(b, p)
		} else {
			b = append(b, 0xaa, 0xaa, 0xaa, 0xaa)
		}
		dst = append(dst, b)
	}
	return dst
}
