package callrec

import (
	"time"

	"github.com/callrec/callrec/metadata"
)

// journalEntry is one line of a recording's journal, from which the documents can be made again should the recorder
// die. Unused fields are left out. At is call time in nanoseconds.
type journalEntry struct {
	Event       string             `json:"event"` // "recording", "join", "leave", "pause", "resume", "chunk", "fragment", "final", "end"
	At          time.Duration      `json:"at,omitzero"`
	Participant string             `json:"participantId,omitempty"`
	Name        string             `json:"displayName,omitempty"`
	Chunk       int                `json:"chunk,omitempty"`
	File        string             `json:"file,omitempty"`
	Bytes       int64              `json:"bytes,omitempty"`
	DurationMS  int64              `json:"durationMs,omitempty"`
	Reason      metadata.EndReason `json:"reason,omitempty"`
	Recording   *journalRecording  `json:"recording,omitempty"`
}

// journalRecording is what the first line says of the recording.
type journalRecording struct {
	ID         string              `json:"recordingId"`
	ResourceID string              `json:"resourceId"`
	CallID     string              `json:"callId"`
	Topic      string              `json:"topic"`
	Start      metadata.Timestamp  `json:"startTime"`
	Generation metadata.Generation `json:"generation"`
}

func journalStart(c *Config) journalEntry {
	return journalEntry{Event: "recording", At: c.RecordFrom, Recording: &journalRecording{
		ID: c.ID, ResourceID: c.ResourceID, CallID: c.CallID, Topic: c.Topic,
		Start: metadata.Timestamp(c.Start), Generation: c.Metadata,
	}}
}
