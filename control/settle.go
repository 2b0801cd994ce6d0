package control

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/control/events"
	"github.com/callrec/callrec/control/store"
	"github.com/callrec/callrec/metadata"
)

// settle enters the complete files of a recording that has ended into the store, together with the event that tells of
// them. reason counts if the files themselves don't say why.
func (s *service) settle(begun *store.Recording, reason metadata.EndReason) {
	r := *begun
	files, err := readFolder(s.folder(r.ID))
	if err == nil && !files.complete && s.cfg.Recover != nil {
		if err = s.cfg.Recover(s.folder(r.ID)); err == nil {
			files, err = readFolder(s.folder(r.ID))
		}
	}
	if err != nil { // what there is in documents is served all the same
		s.cfg.Logger.Error("recording could not be completed", "recording", r.ID, "error", err)
	}
	if files.reason == "" {
		files.reason = reason
	}
	r.State, r.Final, r.EndReason, r.Duration, r.Chunks = "", true, string(files.reason), files.duration, files.chunks
	r.Expires = s.cfg.Now().UTC().Add(s.cfg.Retention)
	s.edits.Lock()
	defer s.edits.Unlock()
	if err := s.cfg.Store.Put(&r, s.filesReady(&r)...); err != nil {
		s.cfg.Logger.Error("recording could not be entered", "recording", r.ID, "error", err)
		return
	}
	s.cfg.Events.Wake()
	s.cfg.Logger.Info("recording final", "recording", r.ID, "call", r.CallID, "chunks", len(r.Chunks),
		"durationMs", r.Duration.Milliseconds(), "endReason", r.EndReason, "expires", r.Expires)
}

// filesReady makes the events that tell the webhooks that a recording's files are complete.
func (s *service) filesReady(r *store.Recording) []store.Event {
	var list []store.Event
	d, f := s.described(r), s.files(r)
	m := d.FilesReady(s.cfg.Now(), f)
	if r.Generation == string(Generation2021) {
		m = d.FilesReady2021(s.cfg.Now(), f)
	}
	m.ID = events.NewGUID() // the same for all
	for _, w := range s.cfg.Events.Webhooks() {
		e, err := m.For(w.URL, w.Schema)
		if err != nil {
			s.cfg.Logger.Error("event lost", "recording", r.ID, "error", err)
			continue
		}
		list = append(list, e)
	}
	return list
}

// files describes a recording's files, with their locations.
func (s *service) files(r *store.Recording) events.Files {
	f := events.Files{Duration: r.Duration, EndReason: metadata.EndReason(r.EndReason)}
	base := s.cfg.ContentBaseURL
	if base == "" {
		base = r.BaseURL
	}
	for _, c := range r.Chunks {
		object := base + objectsPath + c.DocumentID
		f.Chunks = append(f.Chunks, events.FileChunk{
			DocumentID: c.DocumentID, Index: c.Index, EndReason: metadata.EndReason(c.EndReason),
			ContentLocation: object + contentPath, MetadataLocation: object + metadataPath, DeleteLocation: object,
		})
	}
	return f
}

// folderContent is what the documents in the folder of a recording say.
type folderContent struct {
	complete bool // there is a notification, which is written when all is final
	chunks   []store.Chunk
	duration time.Duration
	reason   metadata.EndReason // empty if not known
	start    time.Time
	callID   string
	modified time.Time // of the newest file
}

// readFolder reads what the documents in the folder of a recording say: the notification if there is one, else the
// documents of the chunks that are complete. No folder is no error.
func readFolder(dir string) (folderContent, error) {
	var f folderContent
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	var errs []error
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && info.ModTime().After(f.modified) {
			f.modified = info.ModTime()
		}
		if name := entry.Name(); strings.HasPrefix(name, "chunk-") && strings.HasSuffix(name, ".json") {
			errs = append(errs, f.readDocument(dir, name))
		}
	}
	slices.SortFunc(f.chunks, func(a, b store.Chunk) int { return a.Index - b.Index })
	return f, errors.Join(append(errs, f.readNotification(dir))...)
}

// readDocument takes in the document of a chunk whose media file is complete.
func (f *folderContent) readDocument(dir, name string) error {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	d, err := metadata.Decode(b)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, chunk.MediaName(d.ChunkIndex))); err != nil {
		return nil //nolint:nilerr // the media file is not complete yet, or was deleted
	}
	f.chunks = append(f.chunks, store.Chunk{
		DocumentID: d.ChunkDocumentID, Index: d.ChunkIndex, EndReason: string(metadata.ChunkIsBeingRecorded),
	})
	f.duration += d.ChunkDuration
	f.callID = d.CallID
	if f.start.IsZero() || d.ChunkStartTime.Before(f.start) {
		f.start = d.ChunkStartTime
	}
	return nil
}

// readNotification takes in what only the notification says: why the chunks and the recording have ended, and the
// duration with the chunks that were deleted.
func (f *folderContent) readNotification(dir string) error {
	b, err := os.ReadFile(filepath.Join(dir, chunk.NotificationName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	n, err := metadata.DecodeNotification(b)
	if err != nil {
		return err
	}
	f.complete, f.duration, f.reason, f.start = true, n.RecordingDuration, n.SessionEndReason, n.RecordingStart
	for i := range f.chunks {
		for _, c := range n.Chunks {
			if c.DocumentID == f.chunks[i].DocumentID {
				f.chunks[i].EndReason = string(c.EndReason)
			}
		}
	}
	return nil
}
