package callrec_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/metadata"
)

var errDisk = errors.New("no space left")

// fullDir is a folder that takes a number of bytes and then no more.
type fullDir struct {
	chunk.Dir
	room int
}

type fullFile struct {
	chunk.File
	d *fullDir
}

func (d *fullDir) Create(name string) (chunk.File, error) {
	f, err := d.Dir.Create(name)
	return &fullFile{f, d}, err
}

func (f *fullFile) Write(p []byte) (int, error) {
	if f.d.room < len(p) {
		return 0, errDisk
	}
	f.d.room -= len(p)
	return f.File.Write(p)
}

// TestDiskFull: what was complete stays, the error comes out of every further input, and the recording can be stopped.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	n := &numbered{rng: rand.New(rand.NewPCG(1, 1))}
	var path string
	rec, _ := recording(t, func(c *callrec.Config) {
		path = t.TempDir()
		dir, err := chunk.DirFS(path)
		require.NoError(t, err)
		c.Dir = &fullDir{dir, 1 << 20}
		c.MaxPending = 256 << 10
		c.Codecs = n.codecs()
		c.MaxChunkDuration = time.Second
	})
	var err error
	at := time.Duration(0)
	for ; err == nil && at < time.Minute; at += 100 * time.Millisecond {
		err = rec.Advance(at)
	}
	require.ErrorIs(t, err, errDisk)
	require.ErrorIs(t, err, chunk.ErrStalled)
	require.ErrorIs(t, rec.Pause(at), errDisk)
	result, err := rec.Stop(at, metadata.SessionCallEnded)
	require.ErrorIs(t, err, errDisk)
	require.Equal(t, metadata.SessionChunkCreationFailed, result.EndReason)
	require.NotEmpty(t, result.Chunks)
	for _, c := range result.Chunks {
		require.Empty(t, probe(t, filepath.Join(path, c.File)).Problems)
	}
	require.NoFileExists(t, filepath.Join(path, "notification.json"), "the files are not all final")
}

// TestFrameThatNeverFits: a frame that no chunk can hold ends the recording with a clear error.
func TestFrameThatNeverFits(t *testing.T) {
	t.Parallel()
	n := &numbered{rng: rand.New(rand.NewPCG(1, 1))} // does not keep to MaxSize: its keyframes have 80 KiB and more
	rec, path := recording(t, func(c *callrec.Config) {
		c.Codecs = n.codecs()
		c.MaxChunkSize = smallChunk
	})
	err := rec.Advance(10 * time.Second)
	require.ErrorIs(t, err, callrec.ErrChunkTooSmall)
	require.ErrorContains(t, err, "the bound is 65536")
	_, err = rec.Stop(10*time.Second, metadata.SessionCallEnded)
	require.ErrorIs(t, err, callrec.ErrChunkTooSmall)
	b, err := os.ReadFile(filepath.Join(path, "notification.json"))
	require.NoError(t, err)
	note, err := metadata.DecodeNotification(b)
	require.NoError(t, err)
	require.Equal(t, metadata.SessionChunkCreationFailed, note.SessionEndReason)
	require.Empty(t, note.Chunks, "a chunk without a frame is none")
	require.NoFileExists(t, filepath.Join(path, "chunk-0000.mp4.part"))
}
