package metadata

import (
	"encoding/json"
	"fmt"
	"time"
)

// EndReason says why a chunk or a whole recording ended, in the documented spelling. The lists are open: the service
// documents more reasons than a recorder of its own can have.
type EndReason string

// Reasons for the end of a chunk.
const (
	ChunkSessionEnded        EndReason = "SessionEnded"             // the recording ended with it
	ChunkMaximumSizeExceeded EndReason = "ChunkMaximumSizeExceeded" // one frame more would not have fit
	ChunkMaximumTimeExceeded EndReason = "ChunkMaximumTimeExceeded" // it reached the longest duration
	ChunkUploadFailure       EndReason = "ChunkUploadFailure"       // it could not be written further
	ChunkIsBeingRecorded     EndReason = "ChunkIsBeingRecorded"     // it has not ended
)

// Reasons for the end of a recording.
const (
	SessionStillOngoing        EndReason = "SessionStillOngoing"
	SessionCallEnded           EndReason = "CallEnded"     // the call ended or the last participant left
	SessionInitiatorLeft       EndReason = "InitiatorLeft" // it was stopped by whoever started it
	SessionMaximumTimeReached  EndReason = "MaximumSessionTimeReached"
	SessionMediaTimeout        EndReason = "MediaTimeout"
	SessionChunkCreationFailed EndReason = "ChunkCreationFailed"                    // the encoder failed
	SessionHostShutdown        EndReason = "AppHostedMediaFailureOutcomeGracefully" // the recorder shut down, the files are good
	SessionHostFailure         EndReason = "AppHostedMediaFailureOutcomeWithError"
)

// NotificationType is the event type of a Notification.
const NotificationType = "Microsoft.Communication.RecordingFileStatusUpdated"

// Notification is the event that says that all files of a recording are ready, in the Event Grid schema.
type Notification struct {
	ID                string // GUID of the event
	Topic             string // path of the resource
	CallID            string // becomes part of the subject
	EventTime         time.Time
	Chunks            []NotificationChunk
	RecordingStart    time.Time     // wall clock at the first chunk's start
	RecordingDuration time.Duration // of the media in all chunks; written as whole milliseconds
	SessionEndReason  EndReason
}

// NotificationChunk is one file of the recording.
type NotificationChunk struct {
	DocumentID string    `json:"documentId"`
	Index      int       `json:"index"`
	EndReason  EndReason `json:"endReason"`
}

const subjectPrefix = "/recording/call/"

type (
	notification struct {
		ID              string           `json:"id"`
		Topic           string           `json:"topic"`
		Subject         string           `json:"subject"`
		Data            notificationData `json:"data"`
		EventType       string           `json:"eventType"`
		DataVersion     string           `json:"dataVersion"`
		MetadataVersion string           `json:"metadataVersion"`
		EventTime       Timestamp        `json:"eventTime"`
	}
	notificationData struct {
		StorageInfo         storageInfo `json:"recordingStorageInfo"`
		RecordingStartTime  Timestamp   `json:"recordingStartTime"`
		RecordingDurationMS int64       `json:"recordingDurationMs"`
		SessionEndReason    EndReason   `json:"sessionEndReason"`
	}
	storageInfo struct {
		Chunks []NotificationChunk `json:"recordingChunks"`
	}
)

// Encode writes the event as one line of compact JSON.
func (n *Notification) Encode() ([]byte, error) {
	return encode(notification{
		ID:      n.ID,
		Topic:   n.Topic,
		Subject: subjectPrefix + n.CallID,
		Data: notificationData{
			StorageInfo:         storageInfo{append([]NotificationChunk{}, n.Chunks...)},
			RecordingStartTime:  Timestamp(n.RecordingStart),
			RecordingDurationMS: wholeMilliseconds(n.RecordingDuration),
			SessionEndReason:    n.SessionEndReason,
		},
		EventType:       NotificationType,
		DataVersion:     "1.0",
		MetadataVersion: "1",
		EventTime:       Timestamp(n.EventTime),
	})
}

// DecodeNotification reads an event that Encode wrote. It returns an error that wraps ErrInvalid if it is of another
// type.
func DecodeNotification(b []byte) (*Notification, error) {
	var w notification
	if err := json.Unmarshal(b, &w); err != nil {
		return nil, fmt.Errorf("metadata: decode notification: %w", err)
	}
	if w.EventType != NotificationType {
		return nil, fmt.Errorf("%w: eventType %q", ErrInvalid, w.EventType)
	}
	n := &Notification{
		ID:                w.ID,
		Topic:             w.Topic,
		EventTime:         time.Time(w.EventTime),
		Chunks:            w.Data.StorageInfo.Chunks,
		RecordingStart:    time.Time(w.Data.RecordingStartTime),
		RecordingDuration: milliseconds(w.Data.RecordingDurationMS),
		SessionEndReason:  w.Data.SessionEndReason,
	}
	if len(w.Subject) >= len(subjectPrefix) && w.Subject[:len(subjectPrefix)] == subjectPrefix {
		n.CallID = w.Subject[len(subjectPrefix):]
	}
	return n, nil
}
