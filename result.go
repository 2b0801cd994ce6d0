package callrec

import (
	"errors"
	"fmt"
	"time"

	"github.com/callrec/callrec/metadata"
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
	Overloads    []Overload         // in order, in which the recorder did not keep up
	Warnings     []string           // what went wrong with the inputs, a sentence for each cause
}

// beginChunk opens a chunk that begins with a frame. The sound begins with the first access unit that lies wholly in
// it; the one before is its pre-roll.
func (o *output) beginChunk(f heldFrame) error {
	index, err := o.chunks.Begin()
	if err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	o.synced, o.noted = f.number*frameTicks, f.number*frameTicks
	preRoll := o.sound.last(f.number * frameTicks)
	c := &openChunk{index: index, firstFrame: f.number, position: f.position, nextSound: preRoll}
	offset := o.sound.start(preRoll+1) - f.number*frameTicks
	if c.mux, err = o.cfg.newMux(o.chunks, o.video, o.audio, offset); err != nil {
		return err
	}
	o.open = c
	return o.journal(journalEntry{Event: eventChunk, At: timeOf(f.position), Chunk: index})
}

// finishChunk completes the open chunk, which ends before frame number end, at a position. The sound of the last chunk
// ends with the recording.
func (o *output) finishChunk(end, position int64, reason metadata.EndReason) error {
	mediaEnd := end * frameTicks
	if reason == metadata.ChunkSessionEnded {
		mediaEnd = o.timeline.media(position)
	}
	if len(o.frames) > 0 || reason == metadata.ChunkSessionEnded {
		if err := o.flushWith(end, o.sound.last(mediaEnd)); err != nil {
			return err
		}
	}
	c := o.open
	if err := c.mux.Close(); err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	done := o.chunk(c.index, timeOf(mediaEnd-c.firstFrame*frameTicks), o.chunks.Size(), reason)
	media := chunkMedia{start: c.position, end: position, videoBytes: c.videoBytes, audioBytes: c.audioBytes}
	document, err := o.document(done, media, reason == metadata.ChunkSessionEnded)
	if err != nil {
		return err
	}
	o.forgetBefore(position)
	if err := o.journal(journalEntry{
		Event: eventEnding, At: timeOf(position), Chunk: c.index, Ticks: int64(done.Duration) / nsPerSample, Reason: reason,
	}); err != nil {
		return err
	}
	if err := o.chunks.Finish(document, journalFinal); err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	o.open = nil
	o.done = append(o.done, done)
	return nil
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
	defer r.releaseAll()
	err := r.finishLast(failure)
	if err == nil {
		err = r.out.journal(journalEntry{Event: eventEnd, At: r.now, Reason: reason})
	}
	r.result = &Result{EndReason: reason, Overloads: r.overloads, Warnings: r.log.warnings}
	for _, s := range r.stats {
		r.result.Participants = append(r.result.Participants, *s)
	}
	var notification []byte
	if err == nil {
		all := *r.result
		all.setChunks(r.out.done)
		notification, err = r.out.notification(&all, r.out.began, r.out.start().Add(r.now))
	}
	result, closing := r.close(notification)
	return result, errors.Join(failure, err, closing)
}

// finishLast completes the open chunk. One without a frame is removed.
func (r *Recording) finishLast(failure error) error {
	open := r.out.open
	switch {
	case open == nil:
		return nil
	case open.firstFrame == r.nextFrame:
		r.out.open = nil
		return r.out.chunks.Discard()
	case failure != nil:
		return r.out.finishChunk(r.nextFrame, r.timeline.end, metadata.ChunkUploadFailure)
	}
	return r.out.finishChunk(r.nextFrame, r.timeline.end, metadata.ChunkSessionEnded)
}

// close has the folder take what waits, at last the notification, and tells in the result what it took.
func (r *Recording) close(notification []byte) (*Result, error) {
	err := r.out.chunks.Close(notification)
	r.complete = err == nil
	r.result.setChunks(r.out.final())
	if err != nil {
		return r.result, fmt.Errorf("callrec: %w", err)
	}
	return r.result, nil
}

func (r *Result) setChunks(chunks []Chunk) {
	r.Chunks, r.Duration = chunks, 0
	for _, c := range chunks {
		r.Duration += c.Duration
	}
}
