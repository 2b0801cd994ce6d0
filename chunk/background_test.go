package chunk_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/chunk"
)

// TestSlowDisk: with Background a disk that takes seconds for each call holds up nobody but Close.
func TestSlowDisk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		path := t.TempDir()
		osDir, err := chunk.DirFS(path)
		require.NoError(t, err)
		delay := time.Duration(0)
		d := &faultyDir{Dir: osDir, slow: func(string) time.Duration { return delay }}
		w, err := chunk.NewWriter(chunk.Config{Dir: d, Background: true, MaxPending: 100})
		require.NoError(t, err)
		delay = 5 * time.Second
		began := time.Now()
		_, err = w.Begin()
		require.NoError(t, err)
		for range 3 {
			_, err = w.Write(make([]byte, 40))
			require.NoError(t, err)
			require.NoError(t, w.Commit(false))
		}
		require.Zero(t, time.Since(began))
		require.ErrorIs(t, w.Stalled(), chunk.ErrStalled)
		require.ErrorContains(t, w.Stalled(), "slow disk")
		time.Sleep(time.Minute)
		require.NoError(t, w.Stalled())
		require.NoError(t, w.Finish([]byte("{}"), final))
		require.NoError(t, w.Close([]byte("n")))
		require.Greater(t, time.Since(began), 2*time.Minute)
		require.Contains(t, contents(t, path), chunk.NotificationName)
	})
}

// once stands in for the rewriting of a chunk: its bytes as they are.
func once(dst io.Writer, src io.ReadSeeker) error {
	_, err := io.Copy(dst, src)
	return err
}

// twice stands in for the rewriting of a chunk: its bytes twice.
func twice(dst io.Writer, src io.ReadSeeker) error {
	for range 2 {
		if _, err := src.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.Copy(dst, src); err != nil {
			return err
		}
	}
	return nil
}

// TestOpenChunkGoesFirst rewrites a chunk on a disk that takes three seconds for each piece of it: every fragment of the
// next chunk is on disk at once all the same.
func TestOpenChunkGoesFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		path, osDir := folder(t)
		began := time.Now()
		var onDisk []time.Duration // when each fragment of the second chunk was
		d := &faultyDir{Dir: osDir, slow: func(what string) time.Duration {
			switch {
			case strings.Contains(what, ".rewrite.part"):
				return 3 * time.Second
			case what == "sync chunk-0001.mp4.part":
				onDisk = append(onDisk, time.Since(began)+10*time.Millisecond)
			}
			return 10 * time.Millisecond
		}}
		w, err := chunk.NewWriter(chunk.Config{Dir: d, Sync: chunk.SyncFragment, Background: true, Rewrite: twice})
		require.NoError(t, err)
		fragment := func(size int) {
			_, err := w.Write(make([]byte, size))
			require.NoError(t, err)
			require.NoError(t, w.Commit(false))
			w.Journal([]byte("fragment\n"))
		}
		_, err = w.Begin()
		require.NoError(t, err)
		fragment(5 << 20)
		require.NoError(t, w.Finish([]byte("{}"), final))
		_, err = w.Begin()
		require.NoError(t, err)
		var committed []time.Duration
		for range 120 {
			time.Sleep(500 * time.Millisecond)
			committed = append(committed, time.Since(began))
			fragment(1000)
		}
		time.Sleep(499 * time.Millisecond)
		synctest.Wait()
		require.Len(t, onDisk, len(committed))
		for i, at := range committed {
			require.Less(t, onDisk[i], at+100*time.Millisecond, "fragment %d", i)
		}
		pending, err := w.Pending()
		require.NoError(t, err)
		require.Less(t, pending, int64(100), "a chunk that waits for its name is not in memory")
		require.Empty(t, w.Finished(), "it is still being rewritten")
		require.NoError(t, w.Finish([]byte("{}"), final))
		require.NoError(t, w.Close([]byte("n")))
		require.Greater(t, time.Since(began), 66*time.Second, "which takes ten pieces, each written and forced to the disk")
		require.Len(t, w.Finished(), 2)
		require.Len(t, contents(t, path)[chunk.MediaName(0)], 10<<20)
		require.Equal(t, strings.Repeat("fragment\n", 121)+"final 0\nfinal 1\n", contents(t, path)[chunk.JournalName])
	})
}

// TestSameFilesAtAnySpeed: the files do not depend on who makes the calls, nor on what is slow.
func TestSameFilesAtAnySpeed(t *testing.T) {
	t.Parallel()
	nothing := func(string) time.Duration { return 0 }
	slow := func(part string) func(string) time.Duration {
		return func(what string) time.Duration {
			if strings.Contains(what, part) {
				return time.Second
			}
			return time.Millisecond
		}
	}
	var want map[string]string
	for _, tt := range []struct {
		name       string
		background bool
		slow       func(string) time.Duration
	}{
		{"in line", false, nothing},
		{"beside", true, nothing},
		{"slow rewriting", true, slow(".rewrite")},
		{"slow chunk", true, slow("mp4.part")},
		{"slow journal", true, slow("journal")},
		{"slow names", true, slow("rename")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path, osDir := folder(t)
				d := &faultyDir{Dir: osDir, slow: tt.slow}
				w, err := record(chunk.Config{Dir: d, Background: tt.background, Rewrite: twice, Sync: chunk.SyncFragment})
				require.NoError(t, err)
				require.Len(t, w.Finished(), 2)
				if got := contents(t, path); want == nil {
					want = got
				} else {
					require.Equal(t, want, got)
				}
			})
		})
	}
	require.Equal(t, strings.Repeat("fragment", 4), want["chunk-0000.mp4"])
	require.Equal(t, recorded["journal.jsonl"], want["journal.jsonl"])
}

// TestRewritingFails: a chunk that can't be rewritten costs what is being recorded neither time nor room. It is tried again,
// ever more rarely, and at the end.
func TestRewritingFails(t *testing.T) {
	t.Parallel()
	path, osDir := folder(t)
	errRewrite := errors.New("no room")
	tries, broken := 0, true
	w, err := chunk.NewWriter(chunk.Config{Dir: osDir, MaxPending: 100, Rewrite: func(dst io.Writer, src io.ReadSeeker) error {
		tries++
		if err := twice(dst, src); err != nil || !broken {
			return err
		}
		if tries%2 == 0 {
			panic("index out of range")
		}
		return errRewrite
	}})
	require.NoError(t, err)
	want := map[string]string{}
	causes := map[error]bool{}
	for index := range 3 {
		_, err = w.Begin()
		require.NoError(t, err)
		for range 50 {
			fmt.Fprintf(w, "%d", index)
			require.NoError(t, w.Commit(false))
			w.Retry()
			require.NoError(t, w.Stalled())
			_, cause := w.Pending()
			causes[cause] = true
		}
		content := bytes.Repeat([]byte{'0' + byte(index)}, 50)
		require.Equal(t, string(content), contents(t, path)[chunk.MediaName(index)+chunk.PartSuffix])
		require.NoError(t, w.Finish([]byte("{}"), final))
		require.NotContains(t, contents(t, path), chunk.MediaName(0)+".rewrite.part")
		want[chunk.MediaName(index)] = string(content) + string(content)
	}
	require.Less(t, tries, 15, "of 150")
	all := errors.Join(slices.Collect(maps.Keys(causes))...)
	require.ErrorIs(t, all, errRewrite)
	require.ErrorContains(t, all, "panic: index out of range")
	require.ErrorIs(t, w.Close(nil), chunk.ErrStalled)
	require.Empty(t, w.Finished())
	broken = false
	require.NoError(t, w.Close(nil))
	got := contents(t, path)
	for name, content := range want {
		require.Equal(t, content, got[name])
		require.NotContains(t, got, name+chunk.PartSuffix)
	}
	require.Equal(t, "final 0\nfinal 1\nfinal 2\n", got[chunk.JournalName])
}

// smallDisk has room for so many bytes. A write that does not fit is made in part, as on any disk.
type smallDisk struct {
	chunk.Dir
	room int
	size map[string]int
}

type smallDiskFile struct {
	chunk.File
	d    *smallDisk
	name string
}

func (d *smallDisk) Create(name string) (chunk.File, error) {
	d.room += d.size[name]
	d.size[name] = 0
	f, err := d.Dir.Create(name)
	return &smallDiskFile{f, d, name}, err
}

func (f *smallDiskFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p[:min(len(p), f.d.room)])
	f.d.room -= n
	f.d.size[f.name] += n
	if err == nil && n < len(p) {
		err = errFault
	}
	return n, err
}

func (d *smallDisk) Rename(from, to string) error {
	d.room += d.size[to]
	d.size[to], d.size[from] = d.size[from], 0
	return d.Dir.Rename(from, to)
}

func (d *smallDisk) Remove(name string) error {
	d.room += d.size[name]
	d.size[name] = 0
	return d.Dir.Remove(name)
}

// TestNoRoomToRewrite: a disk on which a chunk can't be rewritten takes what is being recorded to its last byte.
func TestNoRoomToRewrite(t *testing.T) {
	t.Parallel()
	path, osDir := folder(t)
	d := &smallDisk{osDir, 1500, map[string]int{}}
	w, err := chunk.NewWriter(chunk.Config{Dir: d, MaxPending: 100, Rewrite: once})
	require.NoError(t, err)
	_, err = w.Begin()
	require.NoError(t, err)
	_, err = w.Write(bytes.Repeat([]byte{'0'}, 1000))
	require.NoError(t, err)
	require.NoError(t, w.Finish([]byte("{}"), final))
	_, cause := w.Pending()
	require.ErrorIs(t, cause, errFault)
	_, err = w.Begin()
	require.NoError(t, err)
	fragment := bytes.Repeat([]byte{'1'}, 60)
	written := 0
	for ; w.Stalled() == nil; written += len(fragment) {
		_, err = w.Write(fragment)
		require.NoError(t, err)
		require.NoError(t, w.Commit(false))
		w.Retry()
		if pending, _ := w.Pending(); pending > 0 {
			require.Zero(t, d.room)
		}
	}
	require.Zero(t, d.room)
	require.Greater(t, written, 500)
	require.ErrorIs(t, w.Stalled(), errFault)
	require.NoError(t, w.Finish([]byte("{}"), final))
	require.ErrorIs(t, w.Close(nil), chunk.ErrStalled)
	d.room += 4000
	require.NoError(t, w.Close(nil))
	got := contents(t, path)
	require.Equal(t, strings.Repeat("0", 1000), got["chunk-0000.mp4"])
	require.Equal(t, strings.Repeat("1", written), got["chunk-0001.mp4"])
	require.Len(t, got, 7)
}
