// Package chunk puts a recording's byte stream into files, one after another, so that a crash at any instant leaves
// everything before it readable.
//
// The folder of a recording holds chunk-0000.mp4 with its document chunk-0000.json, chunk-0001.mp4, …, the journal
// journal.jsonl that says what happened, and at last notification.json. A file that is being written has the suffix
// .part; it gets its name when it is complete and on disk: data before rename before journal.
//
// The package does not know what is in the bytes. It keeps the size bound, and its user says where one chunk ends and
// the next begins.
package chunk

import (
	"bufio"
	"errors"
	"fmt"
	"io"
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
}

// Writer writes the chunks of one recording. It is an io.Writer into the open chunk. It is not safe for concurrent use.
type Writer struct {
	cfg     Config
	next    int // index of the chunk that Begin opens, or of the open one
	file    File
	buf     *bufio.Writer
	size    int64 // of the open chunk, with what is buffered
	journal File
	lock    io.Closer
	closed  bool
}

// bufferSize gathers the many small writes of a fragment into a few large ones.
const bufferSize = 256 << 10

// NewWriter prepares the folder and starts the journal. It returns an error that wraps ErrExists if the folder holds a
// recording and cfg.Replace is not set, and ErrBusy if another recording or its recovery has the folder.
func NewWriter(cfg Config) (*Writer, error) {
	lock, err := cfg.Dir.Lock()
	if err != nil {
		return nil, fmt.Errorf("chunk: lock folder: %w", err)
	}
	if err := prepare(cfg); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	j, err := cfg.Dir.Create(JournalName)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("chunk: create journal: %w", err), lock.Close())
	}
	return &Writer{cfg: cfg, journal: j, lock: lock, buf: bufio.NewWriterSize(nil, bufferSize)}, nil
}

func prepare(cfg Config) error {
	names, err := cfg.Dir.List()
	if err != nil {
		return fmt.Errorf("chunk: list folder: %w", err)
	}
	for _, name := range names {
		if !Ours(name) {
			continue
		}
		if !cfg.Replace {
			return fmt.Errorf("%w: found %s", ErrExists, name)
		}
		if err := cfg.Dir.Remove(name); err != nil {
			return fmt.Errorf("chunk: remove earlier recording: %w", err)
		}
	}
	return nil
}

// Begin opens the next chunk's file, under its name with PartSuffix, and returns the chunk's index.
func (w *Writer) Begin() (index int, err error) {
	if w.closed || w.file != nil {
		return 0, fmt.Errorf("%w: Begin", ErrState)
	}
	f, err := w.cfg.Dir.Create(MediaName(w.next) + PartSuffix)
	if err != nil {
		return 0, fmt.Errorf("chunk: create chunk %d: %w", w.next, err)
	}
	w.file, w.size = f, 0
	w.buf.Reset(f)
	return w.next, nil
}

// Write adds p, borrowed until return, to the open chunk. It returns an error that wraps ErrFull, and writes nothing,
// if that would take the chunk over its bound.
func (w *Writer) Write(p []byte) (int, error) {
	if w.file == nil {
		return 0, fmt.Errorf("%w: Write without an open chunk", ErrState)
	}
	if !w.Fits(int64(len(p))) {
		return 0, fmt.Errorf("%w: chunk %d has %d of %d bytes, %d more do not fit",
			ErrFull, w.next, w.size, w.cfg.MaxSize, len(p))
	}
	n, err := w.buf.Write(p)
	w.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("chunk: write chunk %d: %w", w.next, err)
	}
	return n, nil
}

// Fits says whether n more bytes keep the open chunk within its bound.
func (w *Writer) Fits(n int64) bool { return w.cfg.MaxSize == 0 || w.size+n <= w.cfg.MaxSize }

// Size is the number of bytes in the open chunk.
func (w *Writer) Size() int64 { return w.size }

// Commit hands everything written so far to the operating system and, with SyncFragment, to the disk. Call it after
// each fragment.
func (w *Writer) Commit() error {
	if w.file == nil {
		return fmt.Errorf("%w: Commit without an open chunk", ErrState)
	}
	if err := w.buf.Flush(); err != nil {
		return fmt.Errorf("chunk: write chunk %d: %w", w.next, err)
	}
	if w.cfg.Sync == SyncFragment {
		if err := w.file.Sync(); err != nil {
			return fmt.Errorf("chunk: sync chunk %d: %w", w.next, err)
		}
	}
	return nil
}

// Finish completes the open chunk: its bytes go to the disk, its metadata document is written beside it, and then it
// gets its final name.
func (w *Writer) Finish(document []byte) error {
	if err := w.Commit(); err != nil {
		return err
	}
	if err := w.seal(w.file); err != nil {
		return fmt.Errorf("chunk: finish chunk %d: %w", w.next, err)
	}
	w.file = nil
	if err := w.writeFile(MetadataName(w.next), document); err != nil {
		return err
	}
	if err := w.cfg.Dir.Rename(MediaName(w.next)+PartSuffix, MediaName(w.next)); err != nil {
		return fmt.Errorf("chunk: name chunk %d: %w", w.next, err)
	}
	if err := w.syncDir(); err != nil {
		return err
	}
	w.next++
	return nil
}

// Journal adds one line, with its newline, to the journal. Borrowed until return. Lines are durable when Finish or Close
// next return.
func (w *Writer) Journal(line []byte) error {
	if _, err := w.journal.Write(line); err != nil {
		return fmt.Errorf("chunk: write journal: %w", err)
	}
	return nil
}

// Close ends the recording. If notification is not nil, which says that all chunks are final, it is written. A chunk
// still open stays under its .part name. Close is idempotent.
func (w *Writer) Close(notification []byte) error {
	if w.closed {
		return nil
	}
	w.closed = true
	var first error
	keep := func(err error) {
		if first == nil {
			first = err
		}
	}
	if w.file != nil {
		keep(w.buf.Flush())
		keep(w.seal(w.file))
		w.file = nil
	}
	keep(w.seal(w.journal))
	if notification != nil && first == nil {
		keep(w.writeFile(NotificationName, notification))
	}
	keep(w.syncDir())
	keep(w.lock.Close())
	return first
}

// writeFile writes a small file so that it has its name only when it is whole.
func (w *Writer) writeFile(name string, content []byte) error {
	f, err := w.cfg.Dir.Create(name + PartSuffix)
	if err != nil {
		return fmt.Errorf("chunk: create %s: %w", name, err)
	}
	if _, err := f.Write(content); err != nil {
		_ = f.Close() // the write error says more
		return fmt.Errorf("chunk: write %s: %w", name, err)
	}
	if err := w.seal(f); err != nil {
		return fmt.Errorf("chunk: write %s: %w", name, err)
	}
	if err := w.cfg.Dir.Rename(name+PartSuffix, name); err != nil {
		return fmt.Errorf("chunk: name %s: %w", name, err)
	}
	return nil
}

func (w *Writer) seal(f File) error {
	if w.cfg.Sync != SyncNever {
		if err := f.Sync(); err != nil {
			_ = f.Close() // the sync error says more
			return err
		}
	}
	return f.Close()
}

func (w *Writer) syncDir() error {
	if w.cfg.Sync == SyncNever {
		return nil
	}
	if err := w.cfg.Dir.Sync(); err != nil {
		return fmt.Errorf("chunk: sync folder: %w", err)
	}
	return nil
}
