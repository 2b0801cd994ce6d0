package chunk_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/chunk"
)

// faultyDir is a folder in which those calls fail that fails says, by their number from 1; it notes what is done, in
// order.
type faultyDir struct {
	chunk.Dir
	fails func(call int) bool
	slow  func(what string) time.Duration

	mu   sync.Mutex // guards done, which is read when the writer is at rest
	done []string
}

var errFault = errors.New("fault")

func failAt(n int) func(int) bool   { return func(call int) bool { return call == n } }
func failFrom(n int) func(int) bool { return func(call int) bool { return call >= n } }

func (d *faultyDir) step(format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	if d.slow != nil {
		time.Sleep(d.slow(what))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = append(d.done, what)
	if d.fails != nil && d.fails(len(d.done)) {
		return errFault
	}
	return nil
}

func (d *faultyDir) Lock() (io.Closer, error) {
	if err := d.step("lock"); err != nil {
		return nil, err
	}
	return d.Dir.Lock()
}

func (d *faultyDir) List() ([]string, error) {
	if err := d.step("list"); err != nil {
		return nil, err
	}
	return d.Dir.List()
}

func (d *faultyDir) Create(name string) (chunk.File, error) {
	if err := d.step("create %s", name); err != nil {
		return nil, err
	}
	f, err := d.Dir.Create(name)
	return &faultyFile{f, d, name}, err
}

func (d *faultyDir) Open(name string) (io.ReadSeekCloser, error) {
	if err := d.step("open %s", name); err != nil {
		return nil, err
	}
	return d.Dir.Open(name)
}

func (d *faultyDir) Rename(from, to string) error {
	if err := d.step("rename %s", to); err != nil {
		return err
	}
	return d.Dir.Rename(from, to)
}

func (d *faultyDir) Remove(name string) error {
	if err := d.step("remove %s", name); err != nil {
		return err
	}
	return d.Dir.Remove(name)
}

func (d *faultyDir) Sync() error { return d.step("sync folder") }

// faultyFile fails with its folder. A write that fails has written half.
type faultyFile struct {
	chunk.File
	d    *faultyDir
	name string
}

func (f *faultyFile) Write(p []byte) (int, error) {
	if err := f.d.step("write %s", f.name); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f *faultyFile) Sync() error { return f.d.step("sync %s", f.name) }

func (f *faultyFile) Close() error {
	return errors.Join(f.d.step("close %s", f.name), f.File.Close())
}

func final(f chunk.Finished) []byte { return fmt.Appendf(nil, "final %d\n", f.Index) }

// record writes two chunks, the first of two fragments.
func record(cfg chunk.Config) (*chunk.Writer, error) {
	w, err := chunk.NewWriter(cfg)
	if err != nil {
		return nil, err
	}
	for index, fragments := range []int{2, 1} {
		_, err := w.Begin()
		for range fragments {
			_, err2 := w.Write([]byte("fragment"))
			w.Journal(fmt.Appendf(nil, "fragment of %d\n", index))
			err = errors.Join(err, err2, w.Commit(false))
		}
		if err = errors.Join(err, w.Finish([]byte("{}\n"), final)); err != nil {
			return w, err
		}
	}
	return w, w.Close([]byte("notification\n"))
}

// recorded is what record makes.
var recorded = map[string]string{
	"chunk-0000.mp4": "fragmentfragment", "chunk-0000.json": "{}\n", "chunk-0000.sha256": sum("fragmentfragment", 0),
	"chunk-0001.mp4": "fragment", "chunk-0001.json": "{}\n", "chunk-0001.sha256": sum("fragment", 1),
	"journal.jsonl":     "fragment of 0\nfragment of 0\nfragment of 1\nfinal 0\nfinal 1\n",
	"notification.json": "notification\n",
}

func sum(content string, index int) string {
	return fmt.Sprintf("%x  chunk-%04d.mp4\n", sha256.Sum256([]byte(content)), index)
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	m := make(map[string]string)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		m[e.Name()] = string(b)
	}
	return m
}

func folder(t *testing.T) (string, chunk.Dir) {
	t.Helper()
	path := t.TempDir()
	dir, err := chunk.DirFS(path)
	require.NoError(t, err)
	return path, dir
}

func TestWriter(t *testing.T) {
	t.Parallel()
	for _, background := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "a", "b")
		dir, err := chunk.DirFS(path)
		require.NoError(t, err)
		w, err := record(chunk.Config{Dir: dir, Background: background})
		require.NoError(t, err)
		require.Equal(t, recorded, contents(t, path))
		require.Equal(t, []chunk.Finished{
			{Index: 0, Bytes: 16, Sum: sha256.Sum256([]byte("fragmentfragment"))},
			{Index: 1, Bytes: 8, Sum: sha256.Sum256([]byte("fragment"))},
		}, w.Finished())
	}
}

// TestOrderOnDisk holds the order against power cuts: data before rename before journal, folder before journal.
func TestOrderOnDisk(t *testing.T) {
	t.Parallel()
	small := func(name string) []string {
		return []string{"create " + name + ".part", "write " + name + ".part", "sync " + name + ".part", "close " + name + ".part", "rename " + name}
	}
	tests := []struct {
		name     string
		sync     chunk.Sync
		force    bool
		fragment []string
	}{
		{"every fragment", chunk.SyncFragment, false, []string{"sync chunk-0000.mp4.part", "sync folder", "sync journal.jsonl"}},
		{"now and then", chunk.SyncChunk, true, []string{"sync chunk-0000.mp4.part", "sync folder", "sync journal.jsonl"}},
		{"every chunk", chunk.SyncChunk, false, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, osDir := folder(t)
			d := &faultyDir{Dir: osDir}
			w, err := chunk.NewWriter(chunk.Config{Dir: d, Sync: tt.sync})
			require.NoError(t, err)
			_, err = w.Begin()
			require.NoError(t, err)
			_, err = w.Write([]byte("x"))
			require.NoError(t, err)
			require.NoError(t, w.Commit(tt.force))
			require.NoError(t, w.Finish([]byte("{}"), final))
			require.NoError(t, w.Close([]byte("n")))
			want := []string{"lock", "list", "create journal.jsonl", "create chunk-0000.mp4.part", "write chunk-0000.mp4.part"}
			want = append(want, tt.fragment...)
			want = append(want, "sync chunk-0000.mp4.part", "close chunk-0000.mp4.part")
			want = append(want, small("chunk-0000.json")...)
			want = append(want, "rename chunk-0000.mp4", "sync folder")
			want = append(want, small("chunk-0000.sha256")...)
			want = append(want, "sync folder", "sync journal.jsonl", "sync journal.jsonl")
			want = append(want, "write journal.jsonl", "sync journal.jsonl", "close journal.jsonl")
			want = append(want, small("notification.json")...)
			require.Equal(t, append(want, "sync folder"), d.done)
		})
	}
	t.Run("never", func(t *testing.T) {
		t.Parallel()
		_, osDir := folder(t)
		d := &faultyDir{Dir: osDir}
		_, err := record(chunk.Config{Dir: d, Sync: chunk.SyncNever})
		require.NoError(t, err)
		for _, what := range d.done {
			require.NotContains(t, what, "sync")
		}
	})
}

// TestPassingFaults fails every call in turn, once: it is made again, and nothing is amiss.
func TestPassingFaults(t *testing.T) {
	t.Parallel()
	eachWay(t, passingFaults)
}

// eachWay runs a test with chunks that are rewritten and not, by goroutines and not.
func eachWay(t *testing.T, test func(t *testing.T, cfg chunk.Config)) {
	t.Helper()
	for name, cfg := range map[string]chunk.Config{
		"plain": {}, "rewritten": {Rewrite: once}, "plain beside": {Background: true},
		"rewritten beside": {Background: true, Rewrite: once},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg.Sync = chunk.SyncFragment
			test(t, cfg)
		})
	}
}

// step is how many calls lie between those that fail. With goroutines their order is another one each time anyway.
func step(cfg chunk.Config) int {
	if cfg.Background {
		return 5
	}
	return 1
}

func passingFaults(t *testing.T, cfg chunk.Config) {
	t.Helper()
	const atStart = 3 // calls that NewWriter makes itself
	for n := 1; ; n += step(cfg) {
		path, osDir := folder(t)
		d := &faultyDir{Dir: osDir, fails: failAt(n)}
		cfg.Dir = d
		w, err := record(cfg)
		if len(d.done) < n {
			require.NoError(t, err)
			require.Greater(t, n, 50, "there is no end to the calls")
			return
		}
		if n <= atStart {
			require.ErrorIs(t, err, errFault)
			require.Empty(t, contents(t, path))
			continue
		}
		for err != nil { // a call of Close, or the last before it
			require.ErrorIs(t, err, errFault)
			require.ErrorIs(t, err, chunk.ErrStalled)
			err = w.Close(nil)
		}
		require.Equal(t, recorded, contents(t, path), "call %d, %s", n, d.done[n-1])
		require.NoError(t, w.Close(nil))
	}
}

// TestLastingFaults has every call fail from one on: no file has its final name without being whole, and what comes
// first in the order is there if anything later is.
func TestLastingFaults(t *testing.T) {
	t.Parallel()
	eachWay(t, lastingFaults)
}

func lastingFaults(t *testing.T, cfg chunk.Config) {
	t.Helper()
	for n := 4; ; n += step(cfg) {
		path, osDir := folder(t)
		d := &faultyDir{Dir: osDir, fails: failFrom(n)}
		cfg.Dir = d
		w, err := record(cfg)
		if len(d.done) < n {
			require.NoError(t, err)
			return
		}
		require.ErrorIs(t, err, errFault)
		require.ErrorIs(t, err, chunk.ErrStalled)
		got := contents(t, path)
		for name, content := range got {
			if want := recorded[name]; name != "journal.jsonl" && want != "" {
				require.Equal(t, want, content, "call %d, %s", n, name)
			}
		}
		require.NotContains(t, got, "notification.json.part.part")
		for _, f := range w.Finished() {
			require.Contains(t, got, chunk.MediaName(f.Index))
			require.Contains(t, got, chunk.SumName(f.Index))
		}
		d.fails = nil // the disk is there again
		require.NoError(t, w.Close(nil))
		require.Equal(t, recorded, contents(t, path), "call %d", n)
	}
}

// TestStalled: what waits is bounded, and counted.
func TestStalled(t *testing.T) {
	t.Parallel()
	path, osDir := folder(t)
	d := &faultyDir{Dir: osDir}
	w, err := chunk.NewWriter(chunk.Config{Dir: d, MaxPending: 100})
	require.NoError(t, err)
	_, err = w.Begin()
	require.NoError(t, err)
	d.fails = func(int) bool { return true }
	fragment := func() {
		_, err := w.Write(make([]byte, 60))
		require.NoError(t, err)
		require.NoError(t, w.Commit(false))
	}
	fragment()
	require.NoError(t, w.Stalled())
	pending, cause := w.Pending()
	require.EqualValues(t, 60, pending)
	require.ErrorIs(t, cause, errFault)
	fragment()
	require.ErrorIs(t, w.Stalled(), chunk.ErrStalled)
	require.ErrorIs(t, w.Stalled(), errFault)
	d.fails = nil
	w.Retry()
	require.NoError(t, w.Stalled())
	pending, cause = w.Pending()
	require.Zero(t, pending)
	require.NoError(t, cause)
	require.Len(t, contents(t, path)["chunk-0000.mp4.part"], 120)
	require.NoError(t, w.Discard())
	require.NoError(t, w.Close(nil))
	require.NotContains(t, contents(t, path), "chunk-0000.mp4.part")
}

func TestMaxSize(t *testing.T) {
	t.Parallel()
	path, dir := folder(t)
	w, err := chunk.NewWriter(chunk.Config{Dir: dir, MaxSize: 10})
	require.NoError(t, err)
	_, err = w.Begin()
	require.NoError(t, err)
	_, err = w.Write([]byte("12345678"))
	require.NoError(t, err)
	require.True(t, w.Fits(2))
	require.False(t, w.Fits(3))
	_, err = w.Write([]byte("abc"))
	require.ErrorIs(t, err, chunk.ErrFull)
	require.EqualValues(t, 8, w.Size(), "nothing of what does not fit is written")
	_, err = w.Write([]byte("ab"))
	require.NoError(t, err)
	require.NoError(t, w.Finish([]byte("{}"), final))
	require.Equal(t, "12345678ab", contents(t, path)["chunk-0000.mp4"])
	index, err := w.Begin()
	require.NoError(t, err)
	require.Equal(t, 1, index)
	require.Zero(t, w.Size(), "the bound is each chunk's")
	require.NoError(t, w.Close(nil))
}

func TestExistingRecording(t *testing.T) {
	t.Parallel()
	path, dir := folder(t)
	for _, name := range []string{"chunk-0007.mp4.part", "chunk-12345.json", "chunk-x.mp4", "notes.txt", "chunk-0001.sha256"} {
		require.NoError(t, os.WriteFile(filepath.Join(path, name), []byte("x"), 0o600))
	}
	_, err := chunk.NewWriter(chunk.Config{Dir: dir})
	require.ErrorIs(t, err, chunk.ErrExists)
	w, err := chunk.NewWriter(chunk.Config{Dir: dir, Replace: true})
	require.NoError(t, err)
	_, err = chunk.NewWriter(chunk.Config{Dir: dir, Replace: true})
	require.ErrorIs(t, err, chunk.ErrBusy, "two recordings never share a folder")
	require.NoError(t, w.Close(nil))
	require.Equal(t, map[string]string{"chunk-x.mp4": "x", "notes.txt": "x", "journal.jsonl": ""}, contents(t, path),
		"only a recording's own files are removed")
}

func TestContinue(t *testing.T) {
	t.Parallel()
	path, dir := folder(t)
	require.NoError(t, os.WriteFile(filepath.Join(path, chunk.JournalName), []byte("whole\ntorn"), 0o600))
	w, err := chunk.NewWriter(chunk.Config{Dir: dir, Continue: true, Next: 3, JournalSize: 6})
	require.NoError(t, err)
	index, err := w.Begin()
	require.NoError(t, err)
	require.Equal(t, 3, index)
	w.Journal([]byte("next\n"))
	require.NoError(t, w.Discard())
	require.NoError(t, w.Close(nil))
	require.Equal(t, map[string]string{"journal.jsonl": "whole\nnext\n"}, contents(t, path))
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"journal.jsonl": true, "notification.json": true, "notification.json.part": true,
		"chunk-0000.mp4": true, "chunk-0000.mp4.part": true, "chunk-0000.mp4.rewrite.part": true, "chunk-12345.sha256": true,
		"chunk-000.mp4": false, "chunk-00001.mp4": false, "chunk--001.mp4": false, "chunk-0000.mp3": false,
		"chunk-0000.json.rewrite.part": false, "chunk-0000.mp4.part.part": false, ".part": false, "": false,
	} {
		require.Equal(t, want, chunk.Ours(name), name)
	}
	index, part, ok := chunk.MediaIndex("chunk-0042.mp4.part")
	require.True(t, ok && part)
	require.Equal(t, 42, index)
	_, _, ok = chunk.MediaIndex("chunk-0042.json")
	require.False(t, ok)
}

func TestSumLine(t *testing.T) {
	t.Parallel()
	want := sha256.Sum256([]byte("x"))
	line := chunk.SumLine(3, want)
	got, ok := chunk.ParseSumLine(3, line)
	require.True(t, ok)
	require.Equal(t, want, got)
	_, ok = chunk.ParseSumLine(4, line)
	require.False(t, ok, "of another chunk")
	for n := range line {
		_, ok = chunk.ParseSumLine(3, line[:n])
		require.False(t, ok, "torn at %d", n)
	}
	_, ok = chunk.ParseSumLine(3, append([]byte("0"), line...))
	require.False(t, ok)
}

func TestRecordings(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	for _, name := range []string{"a", "b", "other"} {
		require.NoError(t, os.Mkdir(filepath.Join(path, name), 0o700))
	}
	require.NoError(t, os.WriteFile(filepath.Join(path, "a", "journal.jsonl"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(path, "b", "chunk-0000.mp4.part"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(path, "other", "film.mp4"), nil, 0o600))
	folders, err := chunk.Recordings(path)
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(path, "a"), filepath.Join(path, "b")}, folders)
	folders, err = chunk.Recordings(folders[0])
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(path, "a")}, folders)
	_, err = chunk.Recordings(filepath.Join(path, "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestCallsOutOfOrder(t *testing.T) {
	t.Parallel()
	_, dir := folder(t)
	w, err := chunk.NewWriter(chunk.Config{Dir: dir, Sync: chunk.SyncNever})
	require.NoError(t, err)
	_, err = w.Write([]byte("x"))
	require.ErrorIs(t, err, chunk.ErrState)
	require.ErrorIs(t, w.Commit(false), chunk.ErrState)
	require.ErrorIs(t, w.Finish(nil, final), chunk.ErrState)
	require.ErrorIs(t, w.Discard(), chunk.ErrState)
	_, err = w.Begin()
	require.NoError(t, err)
	_, err = w.Begin()
	require.ErrorIs(t, err, chunk.ErrState)
	require.NoError(t, w.Close(nil))
	require.NoError(t, w.Close([]byte("late")), "Close is idempotent")
	_, err = w.Begin()
	require.ErrorIs(t, err, chunk.ErrState)
}

// TestNoAllocations: fragments cost no memory once the buffers have their size.
func TestNoAllocations(t *testing.T) {
	_, dir := folder(t)
	w, err := chunk.NewWriter(chunk.Config{Dir: dir, Sync: chunk.SyncNever})
	require.NoError(t, err)
	_, err = w.Begin()
	require.NoError(t, err)
	part, line := make([]byte, 10_000), []byte("fragment\n")
	require.Zero(t, testing.AllocsPerRun(50, func() {
		for range 5 {
			_, _ = w.Write(part)
		}
		_ = w.Commit(false)
		w.Journal(line)
	}))
	require.NoError(t, w.Close(nil))
}

func Example() {
	path, err := os.MkdirTemp("", "recording")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(path)
	dir, err := chunk.DirFS(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := chunk.NewWriter(chunk.Config{Dir: dir, MaxSize: 1 << 20})
	if err != nil {
		fmt.Println(err)
		return
	}
	index, _ := w.Begin()
	fmt.Fprint(w, "media")
	line := func(f chunk.Finished) []byte { return fmt.Appendf(nil, "%d bytes\n", f.Bytes) }
	fmt.Println(index, w.Size(), w.Finish([]byte("{}\n"), line), w.Close([]byte("{}\n")))
	names, _ := dir.List()
	fmt.Println(names)
	// Output:
	// 0 5 <nil> <nil>
	// [chunk-0000.json chunk-0000.mp4 chunk-0000.sha256 journal.jsonl notification.json]
}
