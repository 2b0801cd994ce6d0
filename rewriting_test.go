package callrec_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/mux"
)

// watched is a folder that calls before with what is about to be done in it: "write chunk-0000.mp4.part". It keeps what was
// written to the media files, and when they were forced to the disk.
type watched struct {
	chunk.Dir
	before func(what string)

	mu    sync.Mutex
	media map[string]*watchedFile // by name, without those of the rewriting
}

type watchedFile struct {
	chunk.File
	dir     *watched
	name    string
	media   bool // the journal is forced to the disk by one goroutine and written by another
	content bytes.Buffer
	synced  []syncedAt // wall clock, since began
	began   time.Time
}

func (d *watched) Create(name string) (chunk.File, error) {
	d.before("create " + name)
	f, err := d.Dir.Create(name)
	if err != nil {
		return nil, err
	}
	file := &watchedFile{File: f, dir: d, name: name, began: time.Now()}
	if file.media = strings.HasSuffix(name, ".mp4"+chunk.PartSuffix); file.media {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.media == nil {
			d.media = map[string]*watchedFile{}
		}
		d.media[name] = file
	}
	return file, nil
}

func (d *watched) Rename(from, to string) error {
	d.before("rename " + to)
	return d.Dir.Rename(from, to)
}

func (d *watched) Remove(name string) error {
	d.before("remove " + name)
	return d.Dir.Remove(name)
}

func (f *watchedFile) Write(p []byte) (int, error) {
	f.dir.before("write " + f.name)
	if f.media {
		f.content.Write(p)
	}
	return f.File.Write(p)
}

func (f *watchedFile) Sync() error {
	f.dir.before("sync " + f.name)
	if f.media {
		f.synced = append(f.synced, syncedAt{time.Since(f.began), int64(f.content.Len())})
	}
	return f.File.Sync()
}

// TestOnDiskWhileRewriting is TestOnDiskInTime on a disk that takes longer to rewrite a chunk than the next one lasts: two
// seconds for each call that has to do with it. What happened is on disk in two seconds all the same, and at last
// everything has its name.
func TestOnDiskWhileRewriting(t *testing.T) {
	t.Parallel()
	const call = 5 * time.Millisecond // that any other call takes
	synctest.Test(t, func(t *testing.T) {
		var d *watched
		n := &numbered{rng: rand.New(rand.NewPCG(1, 11)), shift: 2}
		began := time.Now()
		live, path := liveRecording(t, nil, func(c *callrec.LiveConfig) {
			d = &watched{Dir: c.Dir, before: func(what string) {
				if strings.Contains(what, ".rewrite") {
					time.Sleep(2 * time.Second)
					return
				}
				time.Sleep(call)
			}}
			c.Dir, c.Codecs, c.Sync, c.MaxChunkDuration = d, n.codecs(), chunk.SyncFragment, 4*time.Second
		})
		const length = 40 * time.Second
		time.Sleep(length)
		synctest.Wait()
		d.mu.Lock()
		parts := maps.Clone(d.media)
		d.mu.Unlock()
		require.Len(t, parts, 10)
		require.Less(t, len(chunkNames(files(t, path))), 7, "the rewriting lags behind")
		_, err := live.Stop(t.Context(), metadata.SessionCallEnded)
		require.NoError(t, err)
		require.Greater(t, time.Since(began), length+10*time.Second, "which stopping waits for")

		worst, frames := time.Duration(0), int64(0)
		for i := range len(parts) {
			part := parts[chunk.MediaName(i)+chunk.PartSuffix]
			r, err := mux.Probe(bytes.NewReader(part.content.Bytes()))
			require.NoError(t, err)
			for _, f := range r.Fragments {
				happened := time.Duration(frames) * 125 * time.Millisecond
				if f.Runs[0].Track != r.Tracks[0].ID {
					continue // sound alone
				}
				frames += int64(f.Runs[0].Samples)
				at := length * 10
				for _, s := range part.synced {
					if s.bytes >= f.Offset+f.Size {
						at = s.at
						break
					}
				}
				worst = max(worst, part.began.Add(at).Sub(began)-happened)
			}
			require.Empty(t, probe(t, filepath.Join(path, chunk.MediaName(i))).Problems)
		}
		require.EqualValues(t, 320, frames)
		t.Logf("at most %v", worst)
		require.LessOrEqual(t, worst, 1870*time.Millisecond+8*call)
	})
}

// chunkNames are the media files that have their names.
func chunkNames(files map[string]string) (names []string) {
	for name := range files {
		if _, part, ok := chunk.MediaIndex(name); ok && !part {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// TestRecoverWithinRewriting has a recorder die at each call with which a finished chunk is completed, while the next
// chunks are being written: recovery makes of it what the recorder would have made.
func TestRecoverWithinRewriting(t *testing.T) {
	t.Parallel()
	for _, form := range []callrec.Finalize{callrec.FinalizeIndexed, callrec.FinalizeFragmented} {
		t.Run(form.String(), func(t *testing.T) {
			t.Parallel()
			want, calls := completing(t, form, 0)
			require.Greater(t, calls, 30)
			for n := 1; n <= calls; n++ {
				if n > calls/2 {
					n += 4 // the second chunk is like the first
				}
				got, _ := completing(t, form, n)
				for name, content := range want {
					if _, _, media := chunk.MediaIndex(name); media || strings.HasSuffix(name, ".sha256") || strings.HasSuffix(name, ".json") {
						require.Equal(t, content, got[name], "call %d: %s", n, name)
					}
				}
				require.Len(t, got, len(want), "call %d", n)
			}
		})
	}
}

// completing records two chunks and a part of a third. At call number n of those that complete the first two the disk
// takes no more of them, and the recorder dies at the end; 0 means that there is no such call, so that only the third is
// not complete. It returns the folder after recovery, and how many such calls there were.
func completing(t *testing.T, form callrec.Finalize, n int) (got map[string]string, calls int) {
	synctest.Test(t, func(t *testing.T) {
		hung := make(chan struct{})
		number := &numbered{rng: rand.New(rand.NewPCG(3, 9)), shift: 3}
		rec, path := recording(t, func(c *callrec.Config) {
			c.Codecs, c.Finalize, c.MaxChunkDuration, c.Background = number.codecs(), form, time.Second, true
			c.Sync = chunk.SyncChunk
			c.Dir = &watched{Dir: unlocked{c.Dir}, before: func(what string) {
				live := strings.HasSuffix(what, ".mp4.part") && !strings.HasPrefix(what, "sync") && !strings.HasPrefix(what, "remove")
				if live || strings.HasSuffix(what, chunk.JournalName) {
					return
				}
				if calls++; calls == n {
					<-hung
				}
			}}
		})
		require.NoError(t, rec.Join(0, callrec.Participant{ID: "A"}))
		for at := time.Duration(0); at < 4*time.Second; at += 100 * time.Millisecond {
			require.NoError(t, rec.Advance(at))
			if at == 2100*time.Millisecond {
				require.NoError(t, rec.Join(at, callrec.Participant{ID: "B"}))
			}
			synctest.Wait()
		}
		left := files(t, path)
		into := t.TempDir()
		fill(t, into, left)
		dir := unlockedDir(t, into)
		r, err := callrec.Recover(dir, callrec.RecoverOptions{})
		require.NoError(t, err)
		require.Len(t, r.Chunks, 3, "call %d", n)
		require.Greater(t, r.Duration, 2200*time.Millisecond)
		requireRecovered(t, into, dir, r)
		got = files(t, into)
		require.Contains(t, got[chunk.MetadataName(2)], `"B"`, fmt.Sprint(n))
		close(hung)
		_, err = rec.Stop(4*time.Second, metadata.SessionCallEnded)
		require.NoError(t, err)
	})
	return got, calls
}

// unread is a folder in which the media of chunks that have their names can't be read.
type unread struct{ chunk.Dir }

func (d unread) Open(name string) (io.ReadSeekCloser, error) {
	f, err := d.Dir.Open(name)
	if _, part, media := chunk.MediaIndex(name); err == nil && media && !part {
		return unreadFile{f}, nil
	}
	return f, err
}

type unreadFile struct{ io.ReadSeekCloser }

func (unreadFile) Read([]byte) (int, error) { return 0, errDisk }

// TestRecoverReadsNoFinishedChunk: of a chunk that has its checksum recovery takes the word for it, unless that is torn.
func TestRecoverReadsNoFinishedChunk(t *testing.T) {
	t.Parallel()
	path, dir := abandoned(t, 2, aCall(t, 27*time.Second))
	left := files(t, path)
	require.Greater(t, len(chunkNames(left)), 1)
	last := chunkNames(left)[len(chunkNames(left))-1]
	next, _, _ := chunk.MediaIndex(last)
	next++
	for _, torn := range []bool{false, true} {
		into := t.TempDir()
		fill(t, into, left)
		require.NoError(t, os.Remove(filepath.Join(into, chunk.MediaName(next)+chunk.PartSuffix))) // it has no checksum
		if torn {
			require.NoError(t, os.Truncate(filepath.Join(into, chunk.SumName(0)), 60))
		}
		_, err := callrec.Recover(unread{unlockedDir(t, into)}, callrec.RecoverOptions{})
		if torn {
			require.ErrorIs(t, err, errDisk)
			_, err = callrec.Recover(unlockedDir(t, into), callrec.RecoverOptions{})
			require.NoError(t, err)
			require.Equal(t, left[chunk.SumName(0)], files(t, into)[chunk.SumName(0)])
			continue
		}
		require.NoError(t, err)
		journal := files(t, into)[chunk.JournalName]
		for i, name := range chunkNames(left) {
			sum := sha256.Sum256([]byte(left[name]))
			require.Contains(t, journal, fmt.Sprintf(`"bytes":%d,"sha256":"%x"`, len(left[name]), sum), "%d", i)
		}
	}
	r, err := callrec.Recover(dir, callrec.RecoverOptions{})
	require.NoError(t, err)
	requireRecovered(t, path, dir, r)
}
