package callsim

import "time"

// Input is one thing that a recorder of the call is told.
type Input struct {
	At   time.Duration
	Kind InputKind
	ID   string // of the participant
	// Track describes the track of AddTrack; for RemoveTrack only its SSRC counts.
	Track Track
	Data  []byte // RTP and RTCP: the packet, borrowed until the next call of Next
}

// InputKind says what an Input is.
type InputKind uint8

// What a recorder is told.
const (
	Join InputKind = iota
	Leave
	AddTrack
	RemoveTrack
	RTP
	RTCP
)

// Track is a track as its session description has it.
type Track struct {
	SSRC        uint32
	PayloadType uint8
	Video       bool
	Codec       string
	ClockRate   int
}

// MaxConceal is the longest gap in the sound that Counts.Concealable takes in.
const MaxConceal = 120 * time.Millisecond

// Counts is what became of the packets of a sender.
type Counts struct {
	Sent      int // RTP packets
	Lost      int // on the way
	Delivered int // duplicates included
	Twice     int // duplicates
	Pictures  int // sent
	// Missing counts the lost packets of which a receiver can know: those that are not the first or the last of a track.
	Missing int
	// Concealable is how much sound has to be made up for lost packets, when no more than MaxConceal is for one gap.
	Concealable time.Duration
	// Whole counts pictures all of whose packets arrived.
	Whole int
	// Keyframes counts those that were asked for.
	Keyframes int
	Reports   int // sent
	// WrongReports counts those of them that were wrong.
	WrongReports int
}
