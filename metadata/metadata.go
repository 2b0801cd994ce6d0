// Package metadata reads and writes the JSON documents that go with a recording, in the form that the call-recording API
// of Azure Communication Services documents: one metadata document for each chunk, and the "recording file status
// updated" event that says that all files of a recording are ready.
//
// It knows nothing of how a recording is made or how documents travel. Two generations of the documents exist, with the
// same fields but other spellings of a few values; see Generation.
package metadata

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Generation chooses between the two published forms of the metadata document.
type Generation uint8

const (
	// Generation2021 is the form of the first preview: contentType is "mixed", channelType is "audioVideo" and the
	// sample rate is a JSON string. It is the zero value.
	Generation2021 Generation = iota
	// GenerationCurrent is today's form: contentType is "audioVideo", channelType is "mixed", the sample rate is a
	// number.
	GenerationCurrent
)

// Values of ContentType, ChannelType and Format.
const (
	ContentAudioVideo = "audioVideo"
	ContentAudio      = "audio"
	ChannelMixed      = "mixed"
	ChannelUnmixed    = "unmixed"
	FormatMP4         = "mp4"
)

// Document describes one chunk of a recording. All values are as meant, whatever the generation they are written in.
type Document struct {
	ResourceID           string        // GUID of the communication resource, the same for all recordings of a service
	CallID               string        // GUID of the call
	ChunkDocumentID      string        // the chunk's id, which the notification repeats as documentId
	ChunkIndex           int           // from 0
	ChunkStartTime       time.Time     // wall clock at the chunk's first frame
	ChunkDuration        time.Duration // of the media, what a player shows; written as whole milliseconds
	PauseResumeIntervals []Interval    // the pauses that began in this chunk
	RecordingInfo        RecordingInfo
	Participants         []Participant // who was in the call during the chunk
}

// Interval is a stretch of the call that was left out of the recording.
type Interval struct {
	StartTime time.Time     // wall clock at the pause
	Duration  time.Duration // until the resume; written as whole milliseconds
}

// RecordingInfo describes the media of a chunk.
type RecordingInfo struct {
	ContentType string // ContentAudioVideo or ContentAudio
	ChannelType string // ChannelMixed or ChannelUnmixed
	Format      string // FormatMP4
	Audio       Audio
	Video       *Video // nil where there is no video
}

// Audio describes the audio track.
type Audio struct {
	SampleRate int // Hz
	BitRate    int // bit/s
	Channels   int
}

// Video describes the video track.
type Video struct {
	LongerSideLength  int // luma samples
	ShorterSideLength int // luma samples
	Framerate         int // frames per second
	BitRate           int // bit/s
}

// Participant is one who was in the call.
type Participant struct {
	ParticipantID string // raw communication identifier, such as "8:acs:…"
}

// ErrInvalid is wrapped by the errors of Validate and Decode for a document that lacks what it must have.
var ErrInvalid = errors.New("metadata: invalid document")

// Validate reports the first thing that makes the document unfit to be published, or nil.
func (d *Document) Validate() error {
	switch {
	case d.ChunkDocumentID == "":
		return fmt.Errorf("%w: no chunkDocumentId", ErrInvalid)
	case d.ChunkIndex < 0:
		return fmt.Errorf("%w: chunkIndex %d", ErrInvalid, d.ChunkIndex)
	case d.ChunkStartTime.IsZero():
		return fmt.Errorf("%w: no chunkStartTime", ErrInvalid)
	case d.ChunkDuration < 0:
		return fmt.Errorf("%w: chunkDuration %v", ErrInvalid, d.ChunkDuration)
	case d.RecordingInfo.Format == "":
		return fmt.Errorf("%w: no recordingInfo.format", ErrInvalid)
	case d.RecordingInfo.Audio.SampleRate <= 0:
		return fmt.Errorf("%w: sampleRate %d", ErrInvalid, d.RecordingInfo.Audio.SampleRate)
	}
	for i, p := range d.PauseResumeIntervals {
		if p.Duration < 0 || p.StartTime.IsZero() {
			return fmt.Errorf("%w: pauseResumeIntervals[%d]: %v for %v", ErrInvalid, i, p.StartTime, p.Duration)
		}
	}
	for i, p := range d.Participants {
		if p.ParticipantID == "" {
			return fmt.Errorf("%w: participants[%d] has no id", ErrInvalid, i)
		}
	}
	return nil
}

// The wire form: exactly the documented names, in the documented order.
type (
	document struct {
		ResourceID           string        `json:"resourceId"`
		CallID               string        `json:"callId"`
		ChunkDocumentID      string        `json:"chunkDocumentId"`
		ChunkIndex           int           `json:"chunkIndex"`
		ChunkStartTime       Timestamp     `json:"chunkStartTime"`
		ChunkDuration        int64         `json:"chunkDuration"`
		PauseResumeIntervals []interval    `json:"pauseResumeIntervals"`
		RecordingInfo        recordingInfo `json:"recordingInfo"`
		Participants         []participant `json:"participants"`
	}
	interval struct {
		StartTime Timestamp `json:"startTime"`
		Duration  int64     `json:"duration"`
	}
	recordingInfo struct {
		ContentType string `json:"contentType"`
		ChannelType string `json:"channelType"`
		Format      string `json:"format"`
		Audio       audio  `json:"audioConfiguration"`
		Video       *video `json:"videoConfiguration,omitempty"`
	}
	audio struct {
		SampleRate sampleRate `json:"sampleRate"`
		BitRate    int        `json:"bitRate"`
		Channels   int        `json:"channels"`
	}
	video struct {
		LongerSideLength  int `json:"longerSideLength"`
		ShorterSideLength int `json:"shorterSideLength"`
		Framerate         int `json:"framerate"`
		BitRate           int `json:"bitRate"`
	}
	participant struct {
		ParticipantID string `json:"participantId"`
	}
)

// sampleRate is a JSON string in the 2021 form and a number in the current one; both are read.
type sampleRate struct {
	hz     int
	quoted bool
}

func (s sampleRate) MarshalJSON() ([]byte, error) {
	digits := strconv.AppendInt(nil, int64(s.hz), 10)
	if !s.quoted {
		return digits, nil
	}
	return append(append([]byte{'"'}, digits...), '"'), nil
}

func (s *sampleRate) UnmarshalJSON(b []byte) error {
	s.quoted = len(b) >= 2 && b[0] == '"'
	if s.quoted {
		b = b[1 : len(b)-1]
	}
	hz, err := strconv.Atoi(string(b))
	if err != nil {
		return fmt.Errorf("metadata: sampleRate: %w", err)
	}
	s.hz = hz
	return nil
}

// Encode writes the document as one line of compact JSON in the form of the generation, after validating it. Empty lists are
// written as [], never null.
func (d *Document) Encode(g Generation) ([]byte, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	w := document{
		ResourceID:           d.ResourceID,
		CallID:               d.CallID,
		ChunkDocumentID:      d.ChunkDocumentID,
		ChunkIndex:           d.ChunkIndex,
		ChunkStartTime:       Timestamp(d.ChunkStartTime),
		ChunkDuration:        wholeMilliseconds(d.ChunkDuration),
		PauseResumeIntervals: make([]interval, 0, len(d.PauseResumeIntervals)),
		RecordingInfo: recordingInfo{
			ContentType: d.RecordingInfo.ContentType,
			ChannelType: d.RecordingInfo.ChannelType,
			Format:      d.RecordingInfo.Format,
			Audio: audio{
				SampleRate: sampleRate{d.RecordingInfo.Audio.SampleRate, g == Generation2021},
				BitRate:    d.RecordingInfo.Audio.BitRate,
				Channels:   d.RecordingInfo.Audio.Channels,
			},
			Video: (*video)(d.RecordingInfo.Video),
		},
		Participants: make([]participant, 0, len(d.Participants)),
	}
	if g == Generation2021 { // the two were published the wrong way round
		w.RecordingInfo.ContentType, w.RecordingInfo.ChannelType = w.RecordingInfo.ChannelType, w.RecordingInfo.ContentType
	}
	for _, p := range d.PauseResumeIntervals {
		w.PauseResumeIntervals = append(w.PauseResumeIntervals, interval{Timestamp(p.StartTime), wholeMilliseconds(p.Duration)})
	}
	for _, p := range d.Participants {
		w.Participants = append(w.Participants, participant(p))
	}
	return encode(w)
}

// Decode reads a document of either generation. It returns an error that wraps ErrInvalid if something that must be
// there is missing.
func Decode(b []byte) (*Document, error) {
	var w document
	if err := json.Unmarshal(b, &w); err != nil {
		return nil, fmt.Errorf("metadata: decode document: %w", err)
	}
	d := &Document{
		ResourceID:      w.ResourceID,
		CallID:          w.CallID,
		ChunkDocumentID: w.ChunkDocumentID,
		ChunkIndex:      w.ChunkIndex,
		ChunkStartTime:  time.Time(w.ChunkStartTime),
		ChunkDuration:   milliseconds(w.ChunkDuration),
		RecordingInfo: RecordingInfo{
			ContentType: w.RecordingInfo.ContentType,
			ChannelType: w.RecordingInfo.ChannelType,
			Format:      w.RecordingInfo.Format,
			Audio:       Audio{w.RecordingInfo.Audio.SampleRate.hz, w.RecordingInfo.Audio.BitRate, w.RecordingInfo.Audio.Channels},
			Video:       (*Video)(w.RecordingInfo.Video),
		},
	}
	if c := w.RecordingInfo.ContentType; c == ChannelMixed || c == ChannelUnmixed {
		d.RecordingInfo.ContentType, d.RecordingInfo.ChannelType = w.RecordingInfo.ChannelType, c
	}
	for _, p := range w.PauseResumeIntervals {
		d.PauseResumeIntervals = append(d.PauseResumeIntervals, Interval{time.Time(p.StartTime), milliseconds(p.Duration)})
	}
	for _, p := range w.Participants {
		d.Participants = append(d.Participants, Participant(p))
	}
	if err := d.Validate(); err != nil {
		return nil, err
	}
	return d, nil
}
