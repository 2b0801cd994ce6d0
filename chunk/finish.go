package chunk

import (
	"crypto/sha256"
	"errors"
	"fmt"
)

// Finish completes the open chunk: its bytes go to the disk, its metadata document, which is handed over, is written
// beside it, it gets its final name, and then its checksum is written. final makes the line of the journal that says what
// the chunk came to, within Close, perhaps in another goroutine.
//
// These lines are the last ones of the journal, so that its other ones never wait for a finished chunk to be rewritten and
// stand where they always do, however fast the disk is.
func (w *Writer) Finish(document []byte, final func(Finished) []byte) error {
	if !w.open {
		return fmt.Errorf("%w: Finish without an open chunk", ErrState)
	}
	w.flush()
	w.open = false
	part, name := MediaName(w.next)+PartSuffix, MediaName(w.next)
	done := &Finished{Index: w.next, Bytes: w.size, Sum: [sha256.Size]byte(w.hash.Sum(nil))}
	p := plan{sync: w.cfg.Sync != SyncNever}
	p.add(operation{kind: opTake, slot: mediaSlot})
	p.seal(mediaSlot)
	p.small(MetadataName(w.next), operation{data: document})
	if w.cfg.Rewrite != nil {
		p.add(operation{kind: opCall, name: name, call: func(d Dir) error { return w.rewrite(d, part, name, done) }})
		p.syncDir()
		p.add(operation{kind: opRemove, name: part})
	} else {
		p.add(operation{kind: opRename, name: part, to: name})
		p.syncDir()
	}
	p.small(SumName(w.next), operation{fill: func() []byte { return SumLine(done.Index, done.Sum) }})
	p.syncDir()
	p.syncJournal()
	p.add(operation{kind: opCall, call: func(Dir) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.finished = append(w.finished, *done)
		return nil
	}})
	w.live.push(operation{kind: opPass, ops: p.ops})
	w.finals = append(w.finals, func() []byte { return final(*done) })
	w.next++
	w.live.kick()
	return nil
}

// Finished lists the chunks that have their final names.
func (w *Writer) Finished() []Finished {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Finished(nil), w.finished...)
}

// Close ends the recording, when all finished chunks have their names. If notification is not nil, which says that all
// chunks are final, it is written. A chunk still open stays under its .part name. If something can't be written, the error
// wraps ErrStalled, and Close may be called again to try it again; after a success it does nothing.
func (w *Writer) Close(notification []byte) error {
	if !w.closing {
		w.closing = true
		w.pushClosing(notification)
	}
	if w.lock == nil {
		return nil
	}
	err := errors.Join(w.live.drain(), w.finish.drain())
	w.live.stop()
	w.finish.stop()
	if err != nil {
		pending, _ := w.Pending()
		return stalled(pending, err)
	}
	err = w.lock.Close()
	w.lock = nil
	return err
}

func (w *Writer) pushClosing(notification []byte) {
	p := plan{sync: w.cfg.Sync != SyncNever}
	if w.open {
		w.flush()
		w.open = false
		p.seal(mediaSlot)
	}
	p.syncJournal() // it says how the recording ended, whatever there is still to do
	w.live.push(p.ops...)

	p.ops = nil
	for _, final := range w.finals {
		p.add(operation{kind: opWrite, slot: journalSlot, fill: final})
	}
	p.seal(journalSlot)
	if notification != nil {
		p.small(NotificationName, operation{data: notification})
	}
	p.syncDir()
	w.live.push(operation{kind: opPass, ops: p.ops})
}

// plan is a list of operations in the making.
type plan struct {
	ops  []operation
	sync bool // what is done is forced to the disk
}

func (p *plan) add(ops ...operation) { p.ops = append(p.ops, ops...) }

// small writes a small file so that it has its name only when it is whole. content has its data or what fills it.
func (p *plan) small(name string, content operation) {
	content.kind, content.slot = opWrite, smallSlot
	p.add(operation{kind: opCreate, slot: smallSlot, name: name + PartSuffix}, content)
	p.seal(smallSlot)
	p.add(operation{kind: opRename, name: name + PartSuffix, to: name})
}

func (p *plan) seal(s slot) {
	if p.sync {
		p.add(operation{kind: opSync, slot: s})
	}
	p.add(operation{kind: opClose, slot: s})
}

func (p *plan) syncDir() {
	if p.sync {
		p.add(operation{kind: opSyncDir})
	}
}

func (p *plan) syncJournal() {
	if p.sync {
		p.add(operation{kind: opSync, slot: journalSlot})
	}
}
