package callrec

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/callrec/callrec/metadata"
)

// The events of a journal. Each process that records begins with eventRecording, so a recording that went on after a
// restart has several.
const (
	eventRecording = "recording"
	eventJoin      = "join"
	eventLeave     = "leave"
	eventPause     = "pause"
	eventResume    = "resume"
	eventChunk     = "chunk"    // a chunk begins; at is the call time of its first frame
	eventFragment  = "fragment" // at is the call time of the frame that follows
	eventEnding    = "ending"   // a chunk is complete but for its name; at is the call time of its end
	eventFinal     = "final"    // it has its name
	eventEnd       = "end"
)

// journalEntry is one line of a recording's journal, from which the documents can be made again should the recorder
// die. Unused fields are left out. At is call time in nanoseconds.
type journalEntry struct {
	Event       string             `json:"event"`
	At          time.Duration      `json:"at,omitzero"`
	Participant string             `json:"participantId,omitempty"`
	Name        string             `json:"displayName,omitempty"`
	Chunk       int                `json:"chunk,omitempty"`
	Bytes       int64              `json:"bytes,omitempty"`
	Ticks       int64              `json:"ticks,omitempty"` // of media in the chunk
	Reason      metadata.EndReason `json:"reason,omitempty"`
	SHA256      string             `json:"sha256,omitempty"` // of the final file, in hex
	Recording   *journalRecording  `json:"recording,omitempty"`
}

// journalRecording is what the first line says of the recording. At of that line is Config.RecordFrom.
type journalRecording struct {
	ID         string              `json:"recordingId"`
	ResourceID string              `json:"resourceId"`
	CallID     string              `json:"callId"`
	Topic      string              `json:"topic"`
	Start      metadata.Timestamp  `json:"startTime"`
	Generation metadata.Generation `json:"generation"`
	Finalize   Finalize            `json:"finalize"`
}

// journalTime is the grain of a Timestamp: the recorder counts from the same instant as recovery.
const journalTime = 100 * time.Nanosecond

func aboutRecording(c *Config) journalRecording {
	return journalRecording{
		ID: c.ID, ResourceID: c.ResourceID, CallID: c.CallID, Topic: c.Topic,
		Start: metadata.Timestamp(c.Start.Truncate(journalTime)), Generation: c.Metadata, Finalize: c.Finalize,
	}
}

// maxJournalLine bounds a line that is read, in bytes. What a caller names longer than this can't be recovered.
const maxJournalLine = 64 << 10

// line is the entry as it stands in the journal.
func (e *journalEntry) line() ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("callrec: journal: %w", err)
	}
	return append(b, '\n'), nil
}
