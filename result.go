package callrec

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/mux"
)

// Chunk is one finished file of a recording.
type Chunk struct {
	Index        int
	DocumentID   string
	File         string // name in the recording's folder
	MetadataFile string // name in the recording's folder
	Bytes        int64
	Duration     time.Duration // of the media
	EndReason    metadata.EndReason
}

// Result is what a recording came to.
type Result struct {
	Chunks       []Chunk
	Duration     time.Duration // of the media in all chunks
	EndReason    metadata.EndReason
	Participants []ParticipantStats // in order of first joining
	Warnings     []string           // what went wrong with the inputs, a sentence for each cause
}

// beginChunk opens a chunk that begins with a frame. The sound begins with the first access unit that lies wholly in
// it; the one before is its pre-roll.
func (o *output) beginChunk(f heldFrame) error {
	index, err := o.chunks.Begin()
	if err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	preRoll := o.sound.last(f.number * frameTicks)
	sps, pps := o.video.ParameterSets()
	c := &openChunk{index: index, firstFrame: f.number, position: f.position, nextSound: preRoll}
	c.mux, err = mux.NewWriter(o.chunks, mux.Config{
		Timescale: timescale,
		Video: &mux.VideoConfig{
			Width: Width, Height: Height, SPS: sps, PPS: pps, FrameDuration: frameTicks,
			MaxBitrate: uint32(o.cfg.VideoBitrate),
		},
		Audio: &mux.AudioConfig{
			Config: o.audio.Config(), SampleRate: SampleRate, Channels: 1,
			FrameDuration: uint32(o.sound.frameSize), PreRoll: uint32(o.sound.frameSize),
			Offset:     uint32(o.sound.start(preRoll+1) - f.number*frameTicks),
			AvgBitrate: uint32(o.cfg.AudioBitrate),
		},
	})
	if err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	o.open = c
	return o.journal(journalEntry{Event: "chunk", At: timeOf(f.position), Chunk: index, File: chunk.MediaName(index)})
}

// finishChunk completes the open chunk, which ends before frame number end, at a position. The sound of the last chunk
// ends with the recording.
func (o *output) finishChunk(end, position int64, reason metadata.EndReason) error {
	mediaEnd := end * frameTicks
	if reason == metadata.ChunkSessionEnded {
		mediaEnd = o.timeline.media(position)
	}
	if err := o.flushWith(end, o.sound.last(mediaEnd)); err != nil {
		return err
	}
	c := o.open
	if err := c.mux.Close(); err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	done := Chunk{
		Index:        c.index,
		DocumentID:   documentID(o.cfg.ID, c.index),
		File:         chunk.MediaName(c.index),
		MetadataFile: chunk.MetadataName(c.index),
		Bytes:        o.chunks.Size(),
		Duration:     timeOf(mediaEnd - c.firstFrame*frameTicks),
		EndReason:    reason,
	}
	document := o.document(done, position, reason == metadata.ChunkSessionEnded)
	b, err := document.Encode(o.cfg.Metadata)
	if err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	if err := o.chunks.Finish(b); err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	o.open = nil
	o.done = append(o.done, done)
	return o.journal(journalEntry{
		Event: "final", At: timeOf(position), Chunk: c.index, File: done.File, Bytes: done.Bytes,
		DurationMS: done.Duration.Milliseconds(), Reason: reason,
	})
}

// document describes the open chunk, which ends at a position.
func (o *output) document(c Chunk, end int64, last bool) *metadata.Document {
	start := o.open.position
	d := &metadata.Document{
		ResourceID:      o.cfg.ResourceID,
		CallID:          o.cfg.CallID,
		ChunkDocumentID: c.DocumentID,
		ChunkIndex:      c.Index,
		ChunkStartTime:  o.cfg.Start.Add(timeOf(start)),
		ChunkDuration:   c.Duration,
		RecordingInfo: metadata.RecordingInfo{
			ContentType: metadata.ContentAudioVideo,
			ChannelType: metadata.ChannelMixed,
			Format:      metadata.FormatMP4,
			Audio:       metadata.Audio{SampleRate: SampleRate, BitRate: bitrate(o.open.audioBytes, c.Duration), Channels: 1},
			Video: &metadata.Video{
				LongerSideLength: max(Width, Height), ShorterSideLength: min(Width, Height),
				Framerate: FrameRate, BitRate: bitrate(o.open.videoBytes, c.Duration),
			},
		},
	}
	from := o.timeline.media(start)
	for _, p := range o.timeline.cuts {
		if m := o.timeline.media(p.from); !p.hidden && p.to != never && m >= from && (m < o.timeline.media(end) || last) {
			d.PauseResumeIntervals = append(d.PauseResumeIntervals,
				metadata.Interval{StartTime: o.cfg.Start.Add(p.began), Duration: p.resumed - p.began})
		}
	}
	kept := o.stays[:0]
	for _, s := range o.stays {
		if s.from < end && s.until > start && !contains(d.Participants, s.id) {
			d.Participants = append(d.Participants, metadata.Participant{ParticipantID: s.id})
		}
		if s.until > end {
			kept = append(kept, s)
		}
	}
	clear(o.stays[len(kept):])
	o.stays = kept
	return d
}

func contains(list []metadata.Participant, id string) bool {
	for _, p := range list {
		if p.ParticipantID == id {
			return true
		}
	}
	return false
}

func bitrate(bytes int64, d time.Duration) int {
	if d <= 0 {
		return 0
	}
	return int(bytes * 8 * 1000 / max(d.Milliseconds(), 1))
}

// drain encodes what is left after the last step. The video has the nearest number of whole frames, but at least one if
// there is anything.
func (r *Recording) drain() error {
	media := r.timeline.media(r.timeline.end)
	r.frames = max((media+frameTicks/2)/frameTicks, min(media, 1))
	if err := r.out.complete(r.frames); err != nil {
		return err
	}
	return r.composeDue()
}

// finish completes the files and makes the result. failure is what ended the recording, nil for a good end.
func (r *Recording) finish(reason metadata.EndReason, failure error) (*Result, error) {
	errs := []error{failure}
	if r.out.open != nil {
		end := metadata.ChunkSessionEnded
		if failure != nil {
			end = metadata.ChunkUploadFailure
		}
		errs = append(errs, r.out.finishChunk(r.nextFrame, r.timeline.end, end))
	}
	result := &Result{Chunks: r.out.done, EndReason: reason, Warnings: r.log.warnings}
	for _, c := range result.Chunks {
		result.Duration += c.Duration
	}
	for _, s := range r.stats {
		result.Participants = append(result.Participants, *s)
	}
	errs = append(errs, r.out.journal(journalEntry{Event: "end", At: r.now, Reason: reason}))
	var notification []byte
	if errors.Join(errs...) == nil {
		b, err := r.notification(result).Encode()
		notification = b
		errs = append(errs, err)
	}
	errs = append(errs, r.out.chunks.Close(notification))
	return result, errors.Join(errs...)
}

// notification is the event that says that all files are ready.
func (r *Recording) notification(result *Result) *metadata.Notification {
	n := &metadata.Notification{
		ID:                guid(r.cfg.ID, "notification"),
		Topic:             r.cfg.Topic,
		CallID:            r.cfg.CallID,
		EventTime:         r.cfg.Start.Add(r.now),
		RecordingStart:    r.cfg.Start.Add(r.cfg.RecordFrom),
		RecordingDuration: result.Duration,
		SessionEndReason:  result.EndReason,
	}
	for _, c := range result.Chunks {
		n.Chunks = append(n.Chunks, metadata.NotificationChunk{DocumentID: c.DocumentID, Index: c.Index, EndReason: c.EndReason})
	}
	return n
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
