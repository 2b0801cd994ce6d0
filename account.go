package callrec

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/metadata"
)

// account is what the documents of a recording are made of: the recorder keeps one as the call goes on, recovery makes
// one from the journal.
type account struct {
	about    journalRecording
	timeline *timeline
	stays    []*stay // who was in the call since the open chunk began
}

// stay is the time from a participant's joining to their leaving, as positions.
type stay struct {
	id          string
	from, until int64
}

// chunkMedia is what there is to know of a chunk's media.
type chunkMedia struct {
	start, end             int64 // positions
	videoBytes, audioBytes int64
}

// start is the wall clock at call time 0.
func (a *account) start() time.Time { return time.Time(a.about.Start) }

// chunk names the parts of a chunk.
func (a *account) chunk(index int, d time.Duration, bytes int64, reason metadata.EndReason) Chunk {
	return Chunk{
		Index:        index,
		DocumentID:   documentID(a.about.ID, index),
		File:         chunk.MediaName(index),
		MetadataFile: chunk.MetadataName(index),
		Bytes:        bytes,
		Duration:     d,
		EndReason:    reason,
	}
}

// document describes a chunk. last says that nothing follows it, so that a pause that begins with its end belongs to it.
func (a *account) document(c Chunk, m chunkMedia, last bool) ([]byte, error) {
	d := &metadata.Document{
		ResourceID:      a.about.ResourceID,
		CallID:          a.about.CallID,
		ChunkDocumentID: c.DocumentID,
		ChunkIndex:      c.Index,
		ChunkStartTime:  a.start().Add(timeOf(m.start)),
		ChunkDuration:   c.Duration,
		RecordingInfo: metadata.RecordingInfo{
			ContentType: metadata.ContentAudioVideo,
			ChannelType: metadata.ChannelMixed,
			Format:      metadata.FormatMP4,
			Audio:       metadata.Audio{SampleRate: SampleRate, BitRate: bitrate(m.audioBytes, c.Duration), Channels: 1},
			Video: &metadata.Video{
				LongerSideLength: max(Width, Height), ShorterSideLength: min(Width, Height),
				Framerate: FrameRate, BitRate: bitrate(m.videoBytes, c.Duration),
			},
		},
	}
	from, to := a.timeline.media(m.start), a.timeline.media(m.end)
	for _, p := range a.timeline.cuts {
		if at := a.timeline.media(p.from); !p.hidden && p.to != never && at >= from && (at < to || last) {
			d.PauseResumeIntervals = append(d.PauseResumeIntervals,
				metadata.Interval{StartTime: a.start().Add(p.began), Duration: p.resumed - p.began})
		}
	}
	seen := make(map[string]bool)
	for _, s := range a.stays {
		if s.from < m.end && s.until > m.start && !seen[s.id] {
			seen[s.id] = true
			d.Participants = append(d.Participants, metadata.Participant{ParticipantID: s.id})
		}
	}
	b, err := d.Encode(a.about.Generation)
	if err != nil {
		return nil, fmt.Errorf("callrec: %w", err)
	}
	return b, nil
}

// forgetBefore drops the stays that ended before a position.
func (a *account) forgetBefore(position int64) {
	kept := a.stays[:0]
	for _, s := range a.stays {
		if s.until > position {
			kept = append(kept, s)
		}
	}
	clear(a.stays[len(kept):])
	a.stays = kept
}

func bitrate(bytes int64, d time.Duration) int {
	if d <= 0 {
		return 0
	}
	return int(bytes * 8 * 1000 / max(d.Milliseconds(), 1))
}

// notification is the event that says that all files are ready: those of the result, of which the first begins at
// began. at is the time of the event.
func (a *account) notification(result *Result, began, at time.Time) ([]byte, error) {
	n := &metadata.Notification{
		ID:                guid(a.about.ID, "notification"),
		Topic:             a.about.Topic,
		CallID:            a.about.CallID,
		EventTime:         at,
		RecordingStart:    began,
		RecordingDuration: result.Duration,
		SessionEndReason:  result.EndReason,
	}
	for _, c := range result.Chunks {
		n.Chunks = append(n.Chunks, metadata.NotificationChunk{DocumentID: c.DocumentID, Index: c.Index, EndReason: c.EndReason})
	}
	b, err := n.Encode()
	if err != nil {
		return nil, fmt.Errorf("callrec: %w", err)
	}
	return b, nil
}

// documentID names a chunk in the way of the service: the same recording gives the same name.
func documentID(recording string, index int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", recording, index))
	return "0-local-d1-" + hex.EncodeToString(sum[:16])
}

// guid makes a GUID out of a recording's ID (RFC 9562 5.8: version 8, of our own making).
func guid(recording, purpose string) string {
	b := sha256.Sum256([]byte(recording + "/" + purpose))
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
