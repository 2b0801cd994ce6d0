package chunk_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/chunk"
)

// faultyDir is a folder in which the operation number failAt fails; it notes what is done, in order.
type faultyDir struct {
	chunk.Dir
	failAt int
	done   []string
}

var errFault = errors.New("fault")

func (d *faultyDir) step(format string, args ...any) error {
	d.done = append(d.done, fmt.Sprintf(format, args...))
	if len(d.done) == d.failAt {
		return errFault
	}
	return nil
}

func (d *faultyDir) Create(name string) (chunk.File, error) {
	if err := d.step("create %s", name); err != nil {
		return nil, err
	}
	f, err := d.Dir.Create(name)
	return &faultyFile{f, d, name}, err
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

func (d *faultyDir) Sync() error {
	if err := d.step("sync folder"); err != nil {
		return err
	}
	return d.Dir.Sync()
}

type faultyFile struct {
	chunk.File
	d    *faultyDir
	name string
}

func (f *faultyFile) Write(p []byte) (int, error) {
	if err := f.d.step("write %s", f.name); err != nil {
		return 0, err
	}
	return f.File.Write(p)
}

func (f *faultyFile) Sync() error {
	if err := f.d.step("sync %s", f.name); err != nil {
		return err
	}
	return f.File.Sync()
}

// record writes two chunks, the first of two fragments.
func record(cfg chunk.Config) error {
	w, err := chunk.NewWriter(cfg)
	if err != nil {
		return err
	}
	for index, fragments := range []int{2, 1} {
		if _, err := w.Begin(); err != nil {
			return errors.Join(err, w.Close(nil))
		}
		for range fragments {
			_, err := w.Write([]byte("fragment"))
			if err = errors.Join(err, w.Commit(), w.Journal(fmt.Appendf(nil, "{\"chunk\":%d}\n", index))); err != nil {
				return errors.Join(err, w.Close(nil))
			}
		}
		if err := w.Finish([]byte("{}\n")); err != nil {
			return errors.Join(err, w.Close(nil))
		}
	}
	return w.Close([]byte("notification\n"))
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

func TestWriter(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "b")
	dir, err := chunk.DirFS(path)
	require.NoError(t, err)
	require.NoError(t, record(chunk.Config{Dir: dir}))
	require.Equal(t, map[string]string{
		"chunk-0000.mp4": "fragmentfragment", "chunk-0000.json": "{}\n",
		"chunk-0001.mp4": "fragment", "chunk-0001.json": "{}\n",
		"journal.jsonl":     "{\"chunk\":0}\n{\"chunk\":0}\n{\"chunk\":1}\n",
		"notification.json": "notification\n",
	}, contents(t, path))
}

func TestOrderOnDisk(t *testing.T) {
	t.Parallel()
	osDir, err := chunk.DirFS(t.TempDir())
	require.NoError(t, err)
	d := &faultyDir{Dir: osDir}
	w, err := chunk.NewWriter(chunk.Config{Dir: d, Sync: chunk.SyncFragment})
	require.NoError(t, err)
	_, err = w.Begin()
	require.NoError(t, err)
	_, err = w.Write([]byte("x"))
	require.NoError(t, err)
	require.NoError(t, w.Commit())
	require.NoError(t, w.Finish([]byte("{}")))
	require.NoError(t, w.Close([]byte("n")))
	require.Equal(t, []string{
		"create journal.jsonl",
		"create chunk-0000.mp4.part", "write chunk-0000.mp4.part", "sync chunk-0000.mp4.part", // the fragment
		"sync chunk-0000.mp4.part", "sync chunk-0000.mp4.part", // Finish
		"create chunk-0000.json.part", "write chunk-0000.json.part", "sync chunk-0000.json.part", "rename chunk-0000.json",
		"rename chunk-0000.mp4", "sync folder",
		"sync journal.jsonl",
		"create notification.json.part", "write notification.json.part", "sync notification.json.part", "rename notification.json",
		"sync folder",
	}, d.done)
}

// TestFaults fails every operation in turn: the error comes out, and no file has its final name without being whole.
func TestFaults(t *testing.T) {
	t.Parallel()
	whole := map[string]string{
		"chunk-0000.mp4": "fragmentfragment", "chunk-0000.json": "{}\n",
		"chunk-0001.mp4": "fragment", "chunk-0001.json": "{}\n", "notification.json": "notification\n",
	}
	for n := 1; ; n++ {
		path := t.TempDir()
		osDir, err := chunk.DirFS(path)
		require.NoError(t, err)
		d := &faultyDir{Dir: osDir, failAt: n}
		err = record(chunk.Config{Dir: d, Sync: chunk.SyncFragment})
		if len(d.done) < n {
			require.NoError(t, err)
			require.Greater(t, n, 20, "there is no end to the operations")
			break
		}
		require.ErrorIs(t, err, errFault, "operation %d, %s", n, d.done[n-1])
		for name, content := range contents(t, path) {
			if want, ok := whole[name]; ok {
				require.Equal(t, want, content, "operation %d, %s: file %s", n, d.done[n-1], name)
			}
		}
	}
}

func TestMaxSize(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	dir, err := chunk.DirFS(path)
	require.NoError(t, err)
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
	require.NoError(t, w.Finish([]byte("{}")))
	require.Equal(t, "12345678ab", contents(t, path)["chunk-0000.mp4"])
	index, err := w.Begin()
	require.NoError(t, err)
	require.Equal(t, 1, index)
	require.Zero(t, w.Size(), "the bound is each chunk's")
	require.NoError(t, w.Close(nil))
}

func TestExistingRecording(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	dir, err := chunk.DirFS(path)
	require.NoError(t, err)
	for _, name := range []string{"chunk-0007.mp4.part", "chunk-12345.json", "chunk-x.mp4", "notes.txt"} {
		require.NoError(t, os.WriteFile(filepath.Join(path, name), []byte("x"), 0o600))
	}
	_, err = chunk.NewWriter(chunk.Config{Dir: dir})
	require.ErrorIs(t, err, chunk.ErrExists)
	w, err := chunk.NewWriter(chunk.Config{Dir: dir, Replace: true})
	require.NoError(t, err)
	require.NoError(t, w.Close(nil))
	require.Equal(t, map[string]string{"chunk-x.mp4": "x", "notes.txt": "x", "journal.jsonl": ""}, contents(t, path),
		"only a recording's own files are removed")
}

func TestCallsOutOfOrder(t *testing.T) {
	t.Parallel()
	dir, err := chunk.DirFS(t.TempDir())
	require.NoError(t, err)
	w, err := chunk.NewWriter(chunk.Config{Dir: dir, Sync: chunk.SyncNever})
	require.NoError(t, err)
	_, err = w.Write([]byte("x"))
	require.ErrorIs(t, err, chunk.ErrState)
	require.ErrorIs(t, w.Commit(), chunk.ErrState)
	require.ErrorIs(t, w.Finish(nil), chunk.ErrState)
	_, err = w.Begin()
	require.NoError(t, err)
	_, err = w.Begin()
	require.ErrorIs(t, err, chunk.ErrState)
	require.NoError(t, w.Close(nil))
	require.NoError(t, w.Close([]byte("late")), "Close is idempotent")
	_, err = w.Begin()
	require.ErrorIs(t, err, chunk.ErrState)
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
	fmt.Println(index, w.Size(), w.Finish([]byte("{}\n")), w.Close([]byte("{}\n")))
	names, _ := dir.List()
	fmt.Println(names)
	// Output:
	// 0 5 <nil> <nil>
	// [chunk-0000.json chunk-0000.mp4 journal.jsonl notification.json]
}
