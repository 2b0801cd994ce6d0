package callsim

import "time"

// Config describes a call.
type Config struct {
	Seed     uint64
	Duration time.Duration
	Senders  []Sender // at most MaxSenders
}

// MaxSenders is how many senders' marks can be told apart.
const MaxSenders = 6

// Sender is one participant's client.
type Sender struct {
	ID    string
	Stays []Interval // when it is in the call; none means all the time

	// Clock is the skew of the system clock, which stamps pictures and sender reports; Sound that of the sound card.
	Clock, Sound Skew
	// Offset is by how much the system clock is wrong.
	Offset time.Duration

	Audio, Video *Stream // nil if there is none
	Path         Path
	Reports      Reports
}

// Stream is one track of a sender.
type Stream struct {
	Codec       string // RTP encoding name; "" means opus or VP8
	PayloadType uint8  // 0 means 111 or 96
	SSRC        uint32 // 0 means one from the seed

	// Sequence and Timestamp are those of the first packet if Fixed.
	Fixed     bool
	Sequence  uint16
	Timestamp uint32

	FrameRate int // pictures a second; 0 means 10
	Packets   int // the most packets that a picture takes; 0 means 3
	// KeyframeEvery is the distance of keyframes that nobody asked for; 0 means none but the first.
	KeyframeEvery time.Duration
	// Clip, if there is one, is sent over and over instead of marks.
	Clip *Clip

	Script []Turn // in order of time
}

// Clip is media of a real sender. A clip of video begins with a keyframe.
type Clip struct {
	Units  []Unit // in order of time
	Length time.Duration
}

// Unit is an access unit in its packets' payloads, at a time of the clip.
type Unit struct {
	At       time.Duration
	Payloads [][]byte
}

// Turn is something that happens to a stream at a true time.
type Turn struct {
	At   time.Duration
	Kind TurnKind
	// For is how long it lasts, where it does.
	For time.Duration
	// Ticks, Codec, PayloadType and Size belong to the kinds that say so.
	Ticks       int64
	Codec       string
	PayloadType uint8
	Size        int
}

// TurnKind says what happens.
type TurnKind uint8

const (
	// Restart makes the encoder start anew: other sequence numbers and timestamps on the same SSRC, unsignalled.
	Restart TurnKind = iota
	// Renew removes the track and adds one with another SSRC, and Codec and PayloadType if they are given.
	Renew
	// Switch removes the track and adds it with Codec and PayloadType; SSRC and numbers go on.
	Switch
	// Jump adds Ticks to the timestamps.
	Jump
	// Freeze makes the timestamps stand still while packets go on.
	Freeze
	// DTX is silence with a packet every 400 ms.
	DTX
	// Mute is silence in packets as ever.
	Mute
	// Off is no packets at all: a muted microphone, a camera that is switched off.
	Off
	// Resize gives the pictures another size: Size counts up Sizes, of which one is rotated.
	Resize
)

// Reports says how a sender sends its sender reports.
type Reports struct {
	Every time.Duration // 0 means 5 s, negative means never
	First time.Duration // from the beginning of the stream; 0 means Every
	// Jitter is the largest error of a report's instant: the NTP time is taken that much before the RTP timestamp.
	Jitter time.Duration
	// Wrong is the share of reports with an NTP time that is off by up to an hour.
	Wrong float64
	// Missing is the share of reports that are not sent.
	Missing float64
}
