package callrec

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/callrec/callrec/chunk"
)

// retryEvery is how much call time passes before a call in the folder that failed is made again.
const retryEvery = time.Second

// openFolder readies the folder: for a new recording, or to go on with the one that it holds.
func (o *output) openFolder() error {
	cfg := o.cfg
	o.began = o.start().Add(cfg.RecordFrom)
	c := chunk.Config{
		Dir: cfg.Dir, MaxSize: cfg.MaxChunkSize, Sync: cfg.Sync, Replace: cfg.Replace,
		MaxPending: cfg.MaxPending, Background: cfg.Background, Rewrite: cfg.Finalize.rewrite(),
	}
	if cfg.Continue {
		r, err := recoverToContinue(cfg.Dir, cfg.ID)
		switch {
		case errors.Is(err, ErrNoRecording): // nothing to go on with
		case err != nil:
			return err
		default:
			c.Continue, c.Next, c.JournalSize = true, r.next, r.history.whole
			o.done, o.earlier = r.result.Chunks, r.next
			o.began = r.history.began()
		}
	}
	var err error
	if o.chunks, err = chunk.NewWriter(c); err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	return o.journal(journalEntry{Event: eventRecording, At: cfg.RecordFrom, Recording: &o.about})
}

// commit hands a fragment, which ends before frame number end, to the folder.
func (o *output) commit(end int64) error {
	tick := end * frameTicks
	force := o.cfg.SyncInterval > 0 && timeOf(tick-o.synced) >= o.cfg.SyncInterval
	if force {
		o.synced = tick
	}
	if err := o.chunks.Commit(force); err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	return nil
}

// noteEvery is how much media lies between the fragments that are noted. Recovery learns from the files where they end;
// the notes tell it how far the call had come where there is no new file, as in a pause.
const noteEvery = 2 * timescale

// journalFragment notes a fragment, if it is time again. There is one every two seconds, so it is the one entry that is
// written by hand.
func (o *output) journalFragment(end, bytes int64) {
	if end*frameTicks < o.noted+noteEvery {
		return
	}
	o.noted = end * frameTicks
	at := time.Duration(0)
	if p, known := o.timeline.position(end*frameTicks - 1); known {
		at = timeOf(p + 1)
	}
	b := o.line[:0]
	for _, field := range [...]struct {
		name  string
		value int64
	}{
		{`{"event":"` + eventFragment + `","at":`, int64(at)},
		{`,"chunk":`, int64(o.open.index)},
		{`,"bytes":`, bytes},
		{`,"ticks":`, (end - o.open.firstFrame) * frameTicks},
	} {
		b = append(b, field.name...)
		b = strconv.AppendInt(b, field.value, 10)
	}
	b = append(b, "}\n"...)
	o.line = b
	o.chunks.Journal(o.line)
}

// journalFinal is the line that says that a chunk has its name.
func journalFinal(f chunk.Finished) []byte {
	e := journalEntry{Event: eventFinal, Chunk: f.Index, Bytes: f.Bytes, SHA256: fmt.Sprintf("%x", f.Sum)}
	line, err := e.line()
	if err != nil {
		return nil // of numbers and hex digits there is always a JSON form
	}
	return line
}

// watch looks after a folder that takes nothing: what fails is tried again, and what waits for too long ends the
// recording.
func (o *output) watch(now time.Duration, log *reporter) error {
	pending, cause := o.chunks.Pending()
	if cause != nil && now >= o.retry {
		o.retry = now + retryEvery
		o.chunks.Retry()
		pending, cause = o.chunks.Pending()
	}
	if failing := cause != nil; failing != o.failing {
		o.failing = failing
		log.folder(pending, cause)
	}
	if err := o.chunks.Stalled(); err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	return nil
}

// final lists the chunks that have their final names.
func (o *output) final() []Chunk {
	finished := make(map[int]chunk.Finished)
	for _, f := range o.chunks.Finished() {
		finished[f.Index] = f
	}
	var list []Chunk
	for _, c := range o.done {
		if f, ok := finished[c.Index]; ok {
			c.Bytes = f.Bytes
		} else if c.Index >= o.earlier {
			continue
		}
		list = append(list, c)
	}
	return list
}
