package control

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/control/store"
)

// download answers GET and HEAD of files and of their metadata, of both generations.
func download(s *service, x *exchange) error {
	x.subject = x.route.document
	name, contentType := chunk.MediaName, "video/mp4"
	if x.route.op == opMetadata {
		name, contentType = chunk.MetadataName, "application/json; charset=utf-8"
	}
	select {
	case s.downloads <- struct{}{}:
		defer func() { <-s.downloads }()
	default:
		return fmt.Errorf("%w: %d downloads are going on", ErrBusy, cap(s.downloads))
	}
	r, c, err := s.document(x.route.document)
	if err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(s.folder(r.ID), name(c.Index)))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrDocumentNotFound // expired at this moment
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := normalizeRange(x.r.Header, info.Size()); err != nil {
		x.w.Header().Set("Content-Range", fmt.Sprintf("bytes */%d", info.Size()))
		return err
	}
	h := x.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Etag", fmt.Sprintf(`"%s-%x"`, c.DocumentID, info.Size())) // complete files never change
	h.Set("Cache-Control", "private, no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	// A client that takes its file too slowly loses the connection, or it could hold one for ever.
	allowance := answerTimeout/2 + time.Duration(info.Size()/int64(s.cfg.MinDownloadRate)+1)*time.Second
	_ = http.NewResponseController(x.w).SetWriteDeadline(time.Now().Add(allowance)) // not every connection has deadlines
	http.ServeContent(x.w, x.r, "", info.ModTime(), f)
	return nil
}

// deleteDocument answers DELETE of a file: the file and its metadata are gone at once.
func deleteDocument(s *service, x *exchange) error {
	x.subject = x.route.document
	s.edits.Lock()
	defer s.edits.Unlock()
	r, c, err := s.document(x.route.document)
	if err != nil {
		return err
	}
	for _, name := range []string{chunk.MediaName(c.Index), chunk.MetadataName(c.Index), chunk.SumName(c.Index)} {
		if err := os.Remove(filepath.Join(s.folder(r.ID), name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	kept := make([]store.Chunk, 0, len(r.Chunks))
	for _, other := range r.Chunks {
		if other.DocumentID != c.DocumentID {
			kept = append(kept, other)
		}
	}
	r.Chunks = kept
	if err := s.cfg.Store.Put(r); err != nil {
		return err
	}
	return x.answer(http.StatusOK, struct{}{})
}

// maxDocumentID bounds document IDs in bytes.
const maxDocumentID = 128

// document finds a complete file. Its error wraps ErrDocumentNotFound if there is none of this ID.
func (s *service) document(id string) (*store.Recording, store.Chunk, error) {
	if len(id) > maxDocumentID || strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyz-") != "" {
		return nil, store.Chunk{}, ErrDocumentNotFound
	}
	r, c, err := s.cfg.Store.Document(id)
	if errors.Is(err, store.ErrNotFound) && s.refreshAll() {
		r, c, err = s.cfg.Store.Document(id)
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, c, ErrDocumentNotFound
	case err != nil:
		return nil, c, err
	case s.expired(r):
		return nil, c, ErrDocumentNotFound
	}
	return r, c, nil
}

// expired says whether a recording's time is over, though its files may not be gone yet.
func (s *service) expired(r *store.Recording) bool { return r.Final && !s.cfg.Now().Before(r.Expires) }

// refreshInterval bounds how often the folders of recordings that go on are looked into for complete files.
const refreshInterval = time.Second

// refreshAll enters the complete files of all recordings that go on. It returns false if it was too soon to look.
func (s *service) refreshAll() bool {
	now := s.cfg.Now()
	s.mu.Lock()
	if now.Sub(s.refreshed) < refreshInterval {
		s.mu.Unlock()
		return false
	}
	s.refreshed = now
	open := slices.Collect(maps.Values(s.sessions))
	s.mu.Unlock()
	for _, x := range open {
		if _, err := s.refresh(x.record); err != nil {
			s.log().Error("recording could not be looked into", "recording", x.record.ID, "error", err)
		}
	}
	return true
}

// refresh enters the files of a recording that goes on and are complete.
func (s *service) refresh(r *store.Recording) (*store.Recording, error) {
	f, err := readFolder(s.folder(r.ID))
	if err != nil {
		return nil, err
	}
	now := *r
	now.Chunks, now.Duration = f.chunks, f.duration
	s.edits.Lock() // which settling takes as well: what is final stays so
	defer s.edits.Unlock()
	if current, err := s.cfg.Store.Recording(r.ID); err != nil || current.Final {
		return current, err
	}
	if len(now.Chunks) == 0 {
		return &now, nil
	}
	return &now, s.cfg.Store.Put(&now)
}
