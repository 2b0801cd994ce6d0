// Package meter counts what the stages of recordings cost, from outside: it wraps the codecs and the folder that a
// recording uses, so that the recording itself knows no clock.
package meter

import (
	"sync/atomic"
	"time"
)

// Stage is a part of the work of recording.
type Stage uint8

// The stages that are measured. What is left of a recording's time goes into mixing, composing and multiplexing.
const (
	DecodeAudio Stage = iota
	DecodeVideo
	EncodeAudio
	EncodeVideo
	Write
	stages
)

// String is the stage's name as a label.
func (s Stage) String() string {
	return [...]string{"decode-audio", "decode-video", "encode-audio", "encode-video", "write"}[s]
}

// Meter adds up what any number of recordings cost. It is safe for concurrent use; the zero value is ready.
type Meter struct {
	spent [stages]atomic.Int64 // ns
	bytes atomic.Int64
}

// Spent is the time that a stage has taken, on the clock on the wall, in all recordings together.
func (m *Meter) Spent(s Stage) time.Duration { return time.Duration(m.spent[s].Load()) }

// Stages are all stages.
func Stages() []Stage { return []Stage{DecodeAudio, DecodeVideo, EncodeAudio, EncodeVideo, Write} }

// Bytes is how much was written to files.
func (m *Meter) Bytes() int64 { return m.bytes.Load() }

// since adds the time from a beginning until now.
func (m *Meter) since(s Stage, begin time.Time) { m.spent[s].Add(int64(time.Since(begin))) }
