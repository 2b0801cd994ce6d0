package callrec

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/metadata"
)

// RecoverOptions say how a recording is completed whose recorder died. The zero value is good.
type RecoverOptions struct {
	// EndReason is why the session ended, if the journal does not know; "" means metadata.SessionHostFailure.
	EndReason metadata.EndReason
}

// Recovered is what Recover found and did.
type Recovered struct {
	// Result describes the recording as it is now. Its participants are not counted.
	Result
	// RecordingID names the recording; empty if the journal does not say.
	RecordingID string
	// Changed says that there was something to do. It is false for a recording that was complete.
	Changed bool
}

// Recover completes the recording in a folder whose recorder ended before its time, at any instant: the chunk that was
// being written is cut after its last whole fragment, indexed and gets its name, and what is missing of documents,
// checksums and the notification is written, from the journal and the files. On a complete recording it does nothing,
// so it can be run at any time; if it is cut short itself, it can be run again. It touches no file but the recording's
// own.
//
// The error wraps chunk.ErrBusy if the recording is still going on, ErrNoRecording if there is none in the folder, and
// ErrNoJournal if the media is whole now but can't be described; with that one the result is valid too.
func Recover(dir chunk.Dir, opt RecoverOptions) (*Recovered, error) {
	lock, err := dir.Lock()
	if err != nil {
		return nil, fmt.Errorf("callrec: recover: %w", err)
	}
	defer lock.Close()
	if opt.EndReason == "" {
		opt.EndReason = metadata.SessionHostFailure
	}
	r := recovery{dir: dir, reason: opt.EndReason, result: &Recovered{}}
	err = r.run()
	if err == nil || errors.Is(err, ErrNoJournal) {
		return r.result, err
	}
	return nil, err
}

// recoverToContinue completes what a dead recorder left of a recording, but for its end: the next chunk will follow.
func recoverToContinue(dir chunk.Dir, id string) (*recovery, error) {
	lock, err := dir.Lock()
	if err != nil {
		return nil, fmt.Errorf("callrec: continue: %w", err)
	}
	defer lock.Close()
	r := &recovery{dir: dir, goesOn: true, id: id, result: &Recovered{}}
	return r, r.run()
}

// recovery is the state of one Recover.
type recovery struct {
	dir     chunk.Dir
	reason  metadata.EndReason
	goesOn  bool   // the recording is not at its end: a recorder will go on with it
	id      string // the recording's, if it goes on
	next    int    // index of the chunk that follows
	result  *Recovered
	history *history
	names   []string       // in the folder
	entries []journalEntry // to be added to the journal
}

func (r *recovery) run() error {
	var err error
	if r.names, err = r.dir.List(); err != nil {
		return fmt.Errorf("callrec: recover: %w", err)
	}
	if !slices.ContainsFunc(r.names, chunk.Ours) {
		return ErrNoRecording
	}
	if err := r.readJournal(); err != nil {
		return err
	}
	if err := r.checkContinue(); err != nil {
		return err
	}
	if err := r.removeParts(); err != nil {
		return err
	}
	indexes := r.indexes()
	for i, index := range indexes {
		if err := r.chunk(index, i == len(indexes)-1); err != nil {
			return fmt.Errorf("callrec: recover chunk %d: %w", index, err)
		}
	}
	for _, c := range r.result.Chunks {
		r.result.Duration += c.Duration
		r.next = c.Index + 1
	}
	if len(r.history.runs) == 0 {
		return fmt.Errorf("%w: %d chunks can be played but not described", ErrNoJournal, len(r.result.Chunks))
	}
	return r.finish()
}

func (r *recovery) has(name string) bool {
	_, found := slices.BinarySearch(r.names, name)
	return found
}

func (r *recovery) readJournal() error {
	r.history = &history{}
	f, err := r.dir.Open(chunk.JournalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("callrec: recover: %w", err)
	}
	h, err := readJournal(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	r.history = h
	if h.bad > 0 {
		r.result.Warnings = append(r.result.Warnings, fmt.Sprintf("%s: %d lines can't be read", chunk.JournalName, h.bad))
	}
	for _, run := range h.runs {
		run.close()
		r.result.RecordingID = run.about.ID
	}
	return nil
}

// indexes lists the chunks of which there is media.
func (r *recovery) indexes() []int {
	var list []int
	for _, name := range r.names {
		if index, _, ok := chunk.MediaIndex(name); ok {
			list = append(list, index)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// checkContinue refuses to go on with a recording that has ended, or with another one.
func (r *recovery) checkContinue() error {
	if !r.goesOn || len(r.history.runs) == 0 {
		return nil
	}
	last := r.history.runs[len(r.history.runs)-1]
	if last.about.ID != r.id {
		return fmt.Errorf("%w: Continue: the folder holds recording %s, not %s", ErrConfig, last.about.ID, r.id)
	}
	if last.ended || r.has(chunk.NotificationName) {
		return fmt.Errorf("%w: %s", ErrEnded, r.id)
	}
	return nil
}

// removeParts removes what is left of small files that were being written, if a journal says that they are ours.
func (r *recovery) removeParts() error {
	if len(r.history.runs) == 0 {
		return nil
	}
	for _, name := range r.names {
		if _, _, media := chunk.MediaIndex(name); chunk.Ours(name) && strings.HasSuffix(name, chunk.PartSuffix) && !media {
			if err := r.remove(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// finish completes the journal and then the notification.
func (r *recovery) finish() error {
	last := r.history.runs[len(r.history.runs)-1]
	r.result.EndReason = r.reason
	if last.ended {
		r.result.EndReason = last.reason
	} else if !r.goesOn {
		r.entries = append(r.entries, journalEntry{Event: eventEnd, At: last.last, Reason: r.reason})
	}
	if err := r.appendJournal(); err != nil {
		return err
	}
	if r.goesOn || r.has(chunk.NotificationName) {
		return nil
	}
	b, err := last.notification(&r.result.Result, r.history.began(), last.start().Add(last.last))
	if err != nil {
		return err
	}
	return r.write(chunk.NotificationName, b)
}

// appendJournal notes what was done, after the whole lines that are there.
func (r *recovery) appendJournal() error {
	if len(r.entries) == 0 {
		return nil
	}
	var lines []byte
	for i := range r.entries {
		line, err := r.entries[i].line()
		if err != nil {
			return err
		}
		lines = append(lines, line...)
	}
	r.result.Changed = true
	f, err := r.dir.Append(chunk.JournalName, r.history.whole)
	if err != nil {
		return fmt.Errorf("callrec: recover: %w", err)
	}
	if err := chunk.WriteAndClose(f, lines); err != nil {
		return fmt.Errorf("callrec: recover: journal: %w", err)
	}
	r.history.whole += int64(len(lines))
	return nil
}

// write makes a small file, which has its name only when it is whole.
func (r *recovery) write(name string, content []byte) error {
	r.result.Changed = true
	if err := chunk.WriteFile(r.dir, name, content); err != nil {
		return fmt.Errorf("callrec: recover: %w", err)
	}
	return nil
}

func (r *recovery) remove(name string) error {
	r.result.Changed = true
	if err := r.dir.Remove(name); err != nil {
		return fmt.Errorf("callrec: recover: %w", err)
	}
	return nil
}
