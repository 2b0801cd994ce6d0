package callrec

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/callrec/callrec/metadata"
)

// history is what a journal says.
type history struct {
	runs  []*run
	whole int64 // bytes of the journal that are whole lines
	torn  bool  // bytes follow that are no whole line
	bad   int   // lines that can't be read
}

// run is what one process recorded.
type run struct {
	account
	from   time.Duration // call time at which it began
	last   time.Duration // latest call time that it noted
	chunks []*notedChunk // in the order in which they began
	ended  bool
	reason metadata.EndReason // why it ended
}

// notedChunk is what the journal says of a chunk.
type notedChunk struct {
	index    int
	begun    bool  // the journal says where it begins
	position int64 // of its first frame
	ending   bool  // what follows is known
	end      int64 // position
	ticks    int64 // of media
	reason   metadata.EndReason
	final    bool
	bytes    int64 // of a final one
}

// Bounds on what is believed of a journal: a century of call time, and names of chunks in seven digits.
const (
	maxCallTime   = 100 * 365 * 24 * time.Hour
	maxChunkIndex = 9_999_999
)

// readJournal reads a journal. Lines that can't be read are counted and passed over, one that is cut off at the end is
// as good as not written. The error is r's.
func readJournal(r io.Reader) (*history, error) {
	h := &history{}
	b := bufio.NewReaderSize(r, maxJournalLine)
	for long := false; ; {
		line, err := b.ReadSlice('\n')
		h.whole += int64(len(line))
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			long = true
			continue
		case errors.Is(err, io.EOF):
			h.whole -= int64(len(line))
			h.torn = long || len(line) > 0
			return h, nil
		case err != nil:
			return nil, fmt.Errorf("callrec: read journal: %w", err)
		}
		var e journalEntry
		if long || json.Unmarshal(line, &e) != nil || !h.take(&e) {
			h.bad++
		}
		long = false
	}
}

// take adds what an entry says and reports whether it makes sense.
func (h *history) take(e *journalEntry) bool {
	if e.At < 0 || e.At > maxCallTime || e.Chunk < 0 || e.Chunk > maxChunkIndex {
		return false
	}
	switch e.Event {
	case eventJoin, eventLeave:
		if e.Participant == "" {
			return false
		}
	case eventRecording:
		if e.Recording == nil || e.Recording.ID == "" || time.Time(e.Recording.Start).IsZero() {
			return false
		}
		tl := newTimeline(e.At)
		h.runs = append(h.runs, &run{account: account{about: *e.Recording, timeline: &tl}, from: e.At, last: e.At})
		return true
	}
	if len(h.runs) == 0 {
		return false
	}
	r := h.runs[len(h.runs)-1]
	r.last = max(r.last, e.At)
	switch e.Event {
	case eventEnding, eventFinal:
		_, c := h.noted(e.Chunk)
		return c != nil && c.take(e)
	}
	r.take(e)
	return true
}

// take adds what is said of the end of a chunk.
func (c *notedChunk) take(e *journalEntry) bool {
	if e.Event == eventFinal {
		c.final, c.bytes = true, e.Bytes
		return e.Bytes >= 0
	}
	c.ending, c.reason, c.end, c.ticks = true, e.Reason, sampleAt(e.At), e.Ticks
	if e.Ticks < 0 || e.Ticks > sampleAt(maxCallTime) {
		c.ending, c.ticks = false, 0
	}
	return c.ending
}

func (r *run) take(e *journalEntry) {
	switch e.Event {
	case eventJoin:
		r.stays = append(r.stays, &stay{id: e.Participant, from: sampleAt(e.At), until: never})
	case eventLeave:
		for _, s := range r.stays {
			if s.id == e.Participant && s.until == never {
				s.until = sampleAt(e.At)
			}
		}
	case eventPause:
		if !r.timeline.paused() {
			r.timeline.pause(e.At)
		}
	case eventResume:
		if r.timeline.paused() {
			r.timeline.resume(e.At)
		}
	case eventChunk:
		r.chunks = append(r.chunks, &notedChunk{index: e.Chunk, begun: true, position: sampleAt(e.At)})
	case eventEnd:
		r.ended, r.reason = true, e.Reason
	}
}

// chunk returns what is known of a chunk of the run, or nil.
func (r *run) chunk(index int) *notedChunk {
	for _, c := range r.chunks {
		if c.index == index {
			return c
		}
	}
	return nil
}

// began is the wall clock at which the recording began.
func (h *history) began() time.Time { return h.runs[0].start().Add(h.runs[0].from) }

// noted returns the run that recorded a chunk, and what it noted of it; nil if no run did.
func (h *history) noted(index int) (*run, *notedChunk) {
	for _, r := range slices.Backward(h.runs) {
		if c := r.chunk(index); c != nil {
			return r, c
		}
	}
	return nil, nil
}

// find is noted, but a chunk that no run knows is taken to follow the last one.
func (h *history) find(index int) (*run, *notedChunk) {
	r, c := h.noted(index)
	if c != nil || len(h.runs) == 0 {
		return r, c
	}
	r = h.runs[len(h.runs)-1]
	c = &notedChunk{index: index, position: sampleAt(r.from)}
	if n := len(r.chunks); n > 0 {
		c.position = r.endOf(r.chunks[n-1])
	}
	r.chunks = append(r.chunks, c)
	return r, c
}

// endOf is the position at which a chunk ends: that of the frame that follows.
func (r *run) endOf(c *notedChunk) int64 {
	if c.ending && c.end > c.position {
		return c.end
	}
	media := r.timeline.media(c.position)
	if c.ticks > 0 {
		if p, known := r.timeline.position(media + c.ticks - 1); known {
			return p + 1
		}
	}
	return c.position + c.ticks
}

// close ends what was still going on when the recorder died.
func (r *run) close() {
	if r.timeline.paused() {
		r.timeline.resume(r.last)
	}
}
