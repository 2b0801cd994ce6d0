package metadata_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/metadata"
)

var start = time.Date(2026, 11, 21, 20, 20, 6, 123456789, time.FixedZone("", 3600))

func document() *metadata.Document {
	return &metadata.Document{
		ResourceID:      "0d9f3a0e-0000-4000-8000-000000000001",
		CallID:          "0d9f3a0e-0000-4000-8000-000000000002",
		ChunkDocumentID: "0-local-d1-00112233445566778899aabbccddeeff",
		ChunkIndex:      1,
		ChunkStartTime:  start,
		ChunkDuration:   17032 * time.Millisecond,
		PauseResumeIntervals: []metadata.Interval{
			{StartTime: start.Add(5 * time.Second), Duration: 3 * time.Second},
		},
		RecordingInfo: metadata.RecordingInfo{
			ContentType: metadata.ContentAudioVideo, ChannelType: metadata.ChannelMixed, Format: metadata.FormatMP4,
			Audio: metadata.Audio{SampleRate: 16000, BitRate: 48000, Channels: 1},
			Video: &metadata.Video{LongerSideLength: 1920, ShorterSideLength: 1080, Framerate: 8, BitRate: 1000000},
		},
		Participants: []metadata.Participant{{ParticipantID: "8:acs:<A>&co"}},
	}
}

// The documented examples, field for field.
const (
	encoded2021 = `{"resourceId":"0d9f3a0e-0000-4000-8000-000000000001","callId":"0d9f3a0e-0000-4000-8000-000000000002",` +
		`"chunkDocumentId":"0-local-d1-00112233445566778899aabbccddeeff","chunkIndex":1,` +
		`"chunkStartTime":"2026-11-21T19:20:06.1234567Z","chunkDuration":17032,` +
		`"pauseResumeIntervals":[{"startTime":"2026-11-21T19:20:11.1234567Z","duration":3000}],` +
		`"recordingInfo":{"contentType":"mixed","channelType":"audioVideo","format":"mp4",` +
		`"audioConfiguration":{"sampleRate":"16000","bitRate":48000,"channels":1},` +
		`"videoConfiguration":{"longerSideLength":1920,"shorterSideLength":1080,"framerate":8,"bitRate":1000000}},` +
		`"participants":[{"participantId":"8:acs:<A>&co"}]}` + "\n"
	encodedCurrent = `{"resourceId":"0d9f3a0e-0000-4000-8000-000000000001","callId":"0d9f3a0e-0000-4000-8000-000000000002",` +
		`"chunkDocumentId":"0-local-d1-00112233445566778899aabbccddeeff","chunkIndex":1,` +
		`"chunkStartTime":"2026-11-21T19:20:06.1234567Z","chunkDuration":17032,` +
		`"pauseResumeIntervals":[{"startTime":"2026-11-21T19:20:11.1234567Z","duration":3000}],` +
		`"recordingInfo":{"contentType":"audioVideo","channelType":"mixed","format":"mp4",` +
		`"audioConfiguration":{"sampleRate":16000,"bitRate":48000,"channels":1},` +
		`"videoConfiguration":{"longerSideLength":1920,"shorterSideLength":1080,"framerate":8,"bitRate":1000000}},` +
		`"participants":[{"participantId":"8:acs:<A>&co"}]}` + "\n"
)

func TestDocumentEncode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		generation metadata.Generation
		want       string
	}{
		{"2021", metadata.Generation2021, encoded2021},
		{"current", metadata.GenerationCurrent, encodedCurrent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, err := document().Encode(tt.generation)
			require.NoError(t, err)
			require.Equal(t, tt.want, string(b))

			back, err := metadata.Decode(b)
			require.NoError(t, err)
			want := document()
			want.ChunkStartTime = start.UTC().Truncate(100)
			want.PauseResumeIntervals[0].StartTime = want.ChunkStartTime.Add(5 * time.Second)
			require.Equal(t, want, back, "both forms mean the same")
		})
	}
}

func TestEmptyListsAreNotNull(t *testing.T) {
	t.Parallel()
	d := document()
	d.PauseResumeIntervals, d.Participants = nil, nil
	b, err := d.Encode(metadata.Generation2021)
	require.NoError(t, err)
	require.Contains(t, string(b), `"pauseResumeIntervals":[]`)
	require.Contains(t, string(b), `"participants":[]`)

	n, err := (&metadata.Notification{}).Encode()
	require.NoError(t, err)
	require.Contains(t, string(n), `"recordingChunks":[]`)
}

func TestValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(*metadata.Document)
	}{
		{"no document id", func(d *metadata.Document) { d.ChunkDocumentID = "" }},
		{"negative index", func(d *metadata.Document) { d.ChunkIndex = -1 }},
		{"no start", func(d *metadata.Document) { d.ChunkStartTime = time.Time{} }},
		{"negative duration", func(d *metadata.Document) { d.ChunkDuration = -1 }},
		{"no format", func(d *metadata.Document) { d.RecordingInfo.Format = "" }},
		{"no sample rate", func(d *metadata.Document) { d.RecordingInfo.Audio.SampleRate = 0 }},
		{"negative pause", func(d *metadata.Document) { d.PauseResumeIntervals[0].Duration = -1 }},
		{"pause without start", func(d *metadata.Document) { d.PauseResumeIntervals[0].StartTime = time.Time{} }},
		{"participant without id", func(d *metadata.Document) { d.Participants[0].ParticipantID = "" }},
	}
	require.NoError(t, document().Validate())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := document()
			tt.spoil(d)
			require.ErrorIs(t, d.Validate(), metadata.ErrInvalid)
			_, err := d.Encode(metadata.Generation2021)
			require.ErrorIs(t, err, metadata.ErrInvalid)
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{``, `null`, `{}`, `[]`, `{"chunkStartTime":"yesterday"}`, `{"recordingInfo":{"audioConfiguration":{"sampleRate":"many"}}}`} {
		_, err := metadata.Decode([]byte(s))
		require.Error(t, err, s)
	}
	for _, s := range []string{``, `{}`, `{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent"}`} {
		_, err := metadata.DecodeNotification([]byte(s))
		require.Error(t, err, s)
	}
}

func notice() *metadata.Notification {
	return &metadata.Notification{
		ID: "7283825e-f8f1-4c61-a9ea-752c56890500", Topic: "/subscriptions/s", CallID: "c-1",
		EventTime: start,
		Chunks: []metadata.NotificationChunk{
			{DocumentID: "0-local-d1-aa", Index: 0, EndReason: metadata.ChunkMaximumSizeExceeded},
			{DocumentID: "0-local-d1-bb", Index: 1, EndReason: metadata.ChunkSessionEnded},
		},
		RecordingStart: start, RecordingDuration: 20125 * time.Millisecond, SessionEndReason: metadata.SessionCallEnded,
	}
}

func TestNotificationEncode(t *testing.T) {
	t.Parallel()
	b, err := notice().Encode()
	require.NoError(t, err)
	require.JSONEq(t, `{
		"id": "7283825e-f8f1-4c61-a9ea-752c56890500",
		"topic": "/subscriptions/s",
		"subject": "/recording/call/c-1",
		"data": {
			"recordingStorageInfo": {"recordingChunks": [
				{"documentId": "0-local-d1-aa", "index": 0, "endReason": "ChunkMaximumSizeExceeded"},
				{"documentId": "0-local-d1-bb", "index": 1, "endReason": "SessionEnded"}
			]},
			"recordingStartTime": "2026-11-21T19:20:06.1234567Z",
			"recordingDurationMs": 20125,
			"sessionEndReason": "CallEnded"
		},
		"eventType": "Microsoft.Communication.RecordingFileStatusUpdated",
		"dataVersion": "1.0", "metadataVersion": "1",
		"eventTime": "2026-11-21T19:20:06.1234567Z"
	}`, string(b))
	back, err := metadata.DecodeNotification(b)
	require.NoError(t, err)
	want := notice()
	want.EventTime = start.UTC().Truncate(100)
	want.RecordingStart = want.EventTime
	require.Equal(t, want, back)
}

// FuzzDecode: whatever is read, what is accepted can be written and read again.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(encoded2021))
	f.Add([]byte(encodedCurrent))
	n, err := notice().Encode()
	require.NoError(f, err)
	f.Add(n)
	f.Fuzz(func(t *testing.T, b []byte) {
		if n, err := metadata.DecodeNotification(b); err == nil {
			_, err := n.Encode()
			require.NoError(t, err)
		}
		d, err := metadata.Decode(b)
		if err != nil {
			return
		}
		out, err := d.Encode(metadata.GenerationCurrent)
		require.NoError(t, err)
		require.True(t, json.Valid(out))
	})
}

func ExampleDocument_Encode() {
	d := metadata.Document{
		ChunkDocumentID: "0-local-d1-00",
		ChunkStartTime:  time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		ChunkDuration:   2 * time.Second,
		RecordingInfo: metadata.RecordingInfo{
			ContentType: metadata.ContentAudio, ChannelType: metadata.ChannelMixed, Format: metadata.FormatMP4,
			Audio: metadata.Audio{SampleRate: 16000, BitRate: 48000, Channels: 1},
		},
	}
	b, err := d.Encode(metadata.GenerationCurrent)
	fmt.Print(string(b), err)
	// Output:
	// {"resourceId":"","callId":"","chunkDocumentId":"0-local-d1-00","chunkIndex":0,"chunkStartTime":"2026-01-02T03:04:05.0000000Z","chunkDuration":2000,"pauseResumeIntervals":[],"recordingInfo":{"contentType":"audio","channelType":"mixed","format":"mp4","audioConfiguration":{"sampleRate":16000,"bitRate":48000,"channels":1}},"participants":[]}
	// <nil>
}
