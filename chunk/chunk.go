// Package chunk puts a recording's byte stream into files, one after another, so that a crash at any instant leaves
// everything before it readable, and so that a disk that fails for a while costs nothing.
//
// The folder of a recording holds chunk-0000.mp4 with its document chunk-0000.json and its checksum chunk-0000.sha256,
// chunk-0001.mp4, …, the journal journal.jsonl that says what happened, and at last notification.json. A file that is
// being written has the suffix .part; it gets its name when it is complete and on disk: data before rename before
// journal.
//
// There are two lines of work. What is being recorded goes to the folder at once: the open chunk's bytes and the lines of
// the journal. What there is to do with a finished chunk, which may be much on a slow disk, is done beside it, one chunk
// after another.
//
// The package does not know what is in the bytes. It keeps the size bound, and its user says where one chunk ends and
// the next begins.
package chunk

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
)

// Sync says when written bytes are forced to the disk, beyond what the operating system does by itself. Whatever is
// chosen, bytes are handed to the operating system fragment by fragment, so that the end of the process loses none.
type Sync uint8

const (
	// SyncChunk forces a chunk to the disk when it is finished, before it gets its name. It is the zero value.
	SyncChunk Sync = iota
	// SyncFragment forces every fragment to the disk when it is committed: a power cut costs one fragment at most.
	SyncFragment
	// SyncNever leaves it to the operating system.
	SyncNever
)

// DefaultMaxPending is what may wait in memory: more than four minutes of a recording of 1 Mbit/s.
const DefaultMaxPending = 32 << 20

// Config says where and how chunks are written.
type Config struct {
	// Dir is the folder of the recording, for it alone.
	Dir Dir
	// MaxSize bounds each media file, in bytes; 0 means no bound.
	MaxSize int64
	// Sync says when bytes are forced to the disk.
	Sync Sync
	// Replace removes the recording that the folder holds already, instead of refusing with ErrExists. Only files with
	// the names of a recording are removed.
	Replace bool
	// Continue goes on with the recording that the folder holds: with the chunk of index Next, and after the first
	// JournalSize bytes of the journal.
	Continue    bool
	Next        int
	JournalSize int64
	// MaxPending bounds the bytes that wait in memory while the folder takes none, or takes them too slowly; 0 means
	// DefaultMaxPending.
	MaxPending int64
	// Background has goroutines make the calls in the folder, so that a slow disk does not hold up whoever writes: one for
	// the open chunk and the journal, another one for finished chunks, so that these do not hold up that. Close waits for
	// both.
	Background bool
	// Rewrite, if not nil, makes the file that gets the chunk's name out of the one that was written. It may be called
	// again if it fails.
	Rewrite func(dst io.Writer, src io.ReadSeeker) error
}

// Finished is a chunk that has its final name.
type Finished struct {
	Index int
	Bytes int64
	Sum   [sha256.Size]byte // of the file
}

// Writer writes the chunks of one recording. It is an io.Writer into the open chunk. Its calls do not fail for what
// happens in the folder: that is tried again with each further call, and Pending and Stalled tell of it. It is not safe
// for concurrent use.
type Writer struct {
	cfg     Config
	live    queue // writes the open chunk and the journal
	finish  queue // completes chunks that are written, and at last the recording
	lock    io.Closer
	next    int // index of the chunk that Begin opens, or of the open one
	open    bool
	entered bool // the folder is on disk with the name of the open chunk
	closing bool
	buf     []byte          // of the open chunk, not committed yet
	size    int64           // of the open chunk, with buf
	hash    hash.Hash       // of the open chunk
	finals  []func() []byte // the journal's last lines, one for each chunk

	mu       sync.Mutex
	finished []Finished // guarded by mu
}

// NewWriter prepares the folder and opens the journal. It returns an error that wraps ErrExists if the folder holds a
// recording and neither cfg.Replace nor cfg.Continue is set, and ErrBusy if another recording or its recovery has the
// folder.
func NewWriter(cfg Config) (*Writer, error) {
	if cfg.MaxPending == 0 {
		cfg.MaxPending = DefaultMaxPending
	}
	lock, err := cfg.Dir.Lock()
	if err != nil {
		return nil, fmt.Errorf("chunk: lock folder: %w", err)
	}
	j, err := prepare(cfg)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	w := &Writer{cfg: cfg, lock: lock, next: cfg.Next, hash: sha256.New()}
	w.live.next = &w.finish
	for _, q := range []*queue{&w.live, &w.finish} {
		q.dir = cfg.Dir
		q.files[journalSlot] = j
		if cfg.Background {
			q.start()
		}
	}
	return w, nil
}

// prepare makes the folder ready and opens the journal.
func prepare(cfg Config) (File, error) {
	if cfg.Continue {
		j, err := cfg.Dir.Append(JournalName, cfg.JournalSize)
		if err != nil {
			return nil, fmt.Errorf("chunk: open journal: %w", err)
		}
		return j, nil
	}
	names, err := cfg.Dir.List()
	if err != nil {
		return nil, fmt.Errorf("chunk: list folder: %w", err)
	}
	for _, name := range names {
		if !Ours(name) {
			continue
		}
		if !cfg.Replace {
			return nil, fmt.Errorf("%w: found %s", ErrExists, name)
		}
		if err := cfg.Dir.Remove(name); err != nil {
			return nil, fmt.Errorf("chunk: remove earlier recording: %w", err)
		}
	}
	j, err := cfg.Dir.Create(JournalName)
	if err != nil {
		return nil, fmt.Errorf("chunk: create journal: %w", err)
	}
	return j, nil
}

// Begin opens the next chunk's file, under its name with PartSuffix, and returns the chunk's index.
func (w *Writer) Begin() (index int, err error) {
	if w.closing || w.open {
		return 0, fmt.Errorf("%w: Begin", ErrState)
	}
	w.live.push(operation{kind: opCreate, slot: mediaSlot, name: MediaName(w.next) + PartSuffix})
	w.open, w.entered, w.size = true, false, 0
	w.hash.Reset()
	return w.next, nil
}

// Write adds p, borrowed until return, to the open chunk. It returns an error that wraps ErrFull, and takes nothing,
// if that would take the chunk over its bound.
func (w *Writer) Write(p []byte) (int, error) {
	if !w.open {
		return 0, fmt.Errorf("%w: Write without an open chunk", ErrState)
	}
	if !w.Fits(int64(len(p))) {
		return 0, fmt.Errorf("%w: chunk %d has %d of %d bytes, %d more do not fit",
			ErrFull, w.next, w.size, w.cfg.MaxSize, len(p))
	}
	if w.buf == nil {
		w.buf = w.live.buffer()
	}
	w.buf = append(w.buf, p...)
	w.size += int64(len(p))
	return len(p), nil
}

// Fits says whether n more bytes keep the open chunk within its bound.
func (w *Writer) Fits(n int64) bool { return w.cfg.MaxSize == 0 || w.size+n <= w.cfg.MaxSize }

// Size is the number of bytes in the open chunk.
func (w *Writer) Size() int64 { return w.size }

// Commit hands everything written so far to the operating system and, with SyncFragment or if force is set, to the
// disk with the journal, unless the policy is SyncNever. Call it after each fragment.
func (w *Writer) Commit(force bool) error {
	if !w.open {
		return fmt.Errorf("%w: Commit without an open chunk", ErrState)
	}
	w.flush()
	if w.cfg.Sync == SyncFragment || force && w.cfg.Sync != SyncNever {
		w.live.push(operation{kind: opSync, slot: mediaSlot})
		if !w.entered {
			w.live.push(operation{kind: opSyncDir})
			w.entered = true
		}
		w.live.push(operation{kind: opSync, slot: journalSlot})
	}
	w.live.kick()
	return nil
}

func (w *Writer) flush() {
	if len(w.buf) == 0 {
		return
	}
	if w.cfg.Rewrite == nil { // else the file that it makes is hashed
		w.hash.Write(w.buf)
	}
	w.live.write(mediaSlot, w.buf)
	w.buf = nil
}

// Discard removes the open chunk.
func (w *Writer) Discard() error {
	if !w.open {
		return fmt.Errorf("%w: Discard without an open chunk", ErrState)
	}
	w.buf, w.open = nil, false
	w.live.push(operation{kind: opClose, slot: mediaSlot}, operation{kind: opRemove, name: MediaName(w.next) + PartSuffix})
	w.live.kick()
	return nil
}

// Journal adds one line, with its newline, to the journal. Borrowed until return. Lines are durable when the next
// fragment or chunk is.
func (w *Writer) Journal(line []byte) {
	w.live.write(journalSlot, append(w.live.buffer(), line...))
	w.live.kick()
}

// Retry makes the calls that failed again. What fails of a finished chunk over and over again is left alone for a while, up
// to 63 times that Retry is called: it may be much work.
func (w *Writer) Retry() {
	w.live.kick()
	w.finish.retry()
}

// Pending tells how many bytes wait in memory to be written, and why if the last call in the folder failed. A chunk that
// waits to be rewritten is in the folder already.
func (w *Writer) Pending() (bytes int64, err error) {
	bytes, err = w.live.state()
	finishing, finishErr := w.finish.state()
	if err == nil {
		err = finishErr
	}
	return bytes + finishing, err
}

// Stalled returns an error that wraps ErrStalled, and the cause, if more than Config.MaxPending bytes wait.
func (w *Writer) Stalled() error {
	pending, err := w.Pending()
	if pending <= w.cfg.MaxPending {
		return nil
	}
	return stalled(pending, err)
}

func stalled(pending int64, cause error) error {
	if cause == nil {
		return fmt.Errorf("%w: %d bytes wait for a slow disk", ErrStalled, pending)
	}
	return fmt.Errorf("%w: %d bytes wait: %w", ErrStalled, pending, cause)
}
