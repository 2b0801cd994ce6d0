package events

import (
	"time"

	"github.com/callrec/callrec/metadata"
)

// Files is what is known of a recording when its files are ready.
type Files struct {
	Chunks    []FileChunk
	Duration  time.Duration // of the media in all chunks
	EndReason metadata.EndReason
}

// FileChunk is one file. The locations are absolute URLs.
type FileChunk struct {
	DocumentID       string             `json:"documentId"`
	Index            int                `json:"index"`
	EndReason        metadata.EndReason `json:"endReason"`
	ContentLocation  string             `json:"contentLocation,omitempty"`
	MetadataLocation string             `json:"metadataLocation,omitempty"`
	DeleteLocation   string             `json:"deleteLocation,omitempty"`
}

type (
	filesData struct {
		StorageInfo         storageInfo        `json:"recordingStorageInfo"`
		RecordingStartTime  metadata.Timestamp `json:"recordingStartTime"`
		RecordingDurationMS int64              `json:"recordingDurationMs"`
		SessionEndReason    metadata.EndReason `json:"sessionEndReason"`
		ContentType         string             `json:"recordingContentType,omitempty"`
		ChannelType         string             `json:"recordingChannelType,omitempty"`
		FormatType          string             `json:"recordingFormatType,omitempty"`
	}
	storageInfo struct {
		Chunks []FileChunk `json:"recordingChunks"`
	}
)

func (r Recording) filesData(f Files) filesData {
	return filesData{
		StorageInfo:        storageInfo{append([]FileChunk{}, f.Chunks...)},
		RecordingStartTime: metadata.Timestamp(r.Start), RecordingDurationMS: f.Duration.Round(time.Millisecond).Milliseconds(),
		SessionEndReason: f.EndReason,
	}
}

// FilesReady tells that all files of a recording are ready, with their locations.
func (r Recording) FilesReady(at time.Time, f Files) Message {
	data := r.filesData(f)
	data.ContentType, data.ChannelType, data.FormatType = "AudioVideo", "Mixed", "Mp4"
	return Message{
		Type: TypeFileStatus, Topic: r.Topic, Time: at, Data: data,
		Subject: "/recording/call/" + r.CallID + "/serverCallId/" + r.ServerCallID + "/recordingId/" + r.ID,
	}
}

// FilesReady2021 is FilesReady in the form of 2021, which names documents alone.
func (r Recording) FilesReady2021(at time.Time, f Files) Message {
	data := r.filesData(f)
	for i, c := range data.StorageInfo.Chunks {
		data.StorageInfo.Chunks[i] = FileChunk{DocumentID: c.DocumentID, Index: c.Index, EndReason: c.EndReason}
	}
	return Message{
		Type: TypeFileStatus, Topic: r.Topic, Time: at, Data: data, Subject: "/recording/call/" + r.CallID,
	}
}
