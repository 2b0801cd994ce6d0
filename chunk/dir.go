package chunk

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Dir is the folder of one recording, with the few operations that writing and recovering do in it. Names have no path
// separators. DirFS makes one on the file system; tests put faults in between. With Config.Background two goroutines use
// it at once. Of the journal one calls Sync while the other one may write; any other file is used by one at a time.
type Dir interface {
	// Create makes a file or empties the one that is there, for writing.
	Create(name string) (File, error)
	// Append opens a file for writing at its end. A file that is longer than size is cut there first; one that is not
	// there is made. A negative size leaves the length alone.
	Append(name string, size int64) (File, error)
	// Open opens a file for reading. It returns an error that wraps fs.ErrNotExist if it is not there.
	Open(name string) (io.ReadSeekCloser, error)
	// Rename gives a file its new name, replacing a file of that name.
	Rename(from, to string) error
	// Remove deletes a file.
	Remove(name string) error
	// List returns the names of the files, sorted.
	List() ([]string, error)
	// Sync makes creations, renames and removals durable.
	Sync() error
	// Lock keeps the folder for one user until Close, or until the process ends, however it ends. It returns an error
	// that wraps ErrBusy if another has it. A Dir that can't be shared may return one that does nothing.
	Lock() (io.Closer, error)
}

// File is an open file of a Dir. After an error of Write, the bytes that it counts are written and the rest may be
// written again.
type File interface {
	io.Writer
	// Sync makes what was written durable.
	Sync() error
	Close() error
}

// DirFS returns the folder at path, made with its parents if it is not there.
func DirFS(path string) (Dir, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, fmt.Errorf("chunk: %w", err)
	}
	return osDir(path), nil
}

// Recordings returns the folders that hold a recording, sorted: path itself, or else those right below it. Other files
// and folders do not matter.
func Recordings(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("chunk: %w", err)
	}
	var folders []string
	for _, e := range entries {
		if !e.IsDir() {
			if Ours(e.Name()) {
				return []string{path}, nil
			}
			continue
		}
		below := filepath.Join(path, e.Name())
		names, err := osDir(below).List()
		if err == nil && slices.ContainsFunc(names, Ours) { // what can't be read is none of ours
			folders = append(folders, below)
		}
	}
	return folders, nil
}

type osDir string

func (d osDir) path(name string) string { return filepath.Join(string(d), name) }

func (d osDir) Create(name string) (File, error) {
	f, err := os.Create(d.path(name))
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (d osDir) Append(name string, size int64) (File, error) {
	f, err := os.OpenFile(d.path(name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && size >= 0 && info.Size() > size {
		err = f.Truncate(size)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return osFile{f}, nil
}

func (d osDir) Open(name string) (io.ReadSeekCloser, error) {
	f, err := os.Open(d.path(name))
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (d osDir) Rename(from, to string) error { return os.Rename(d.path(from), d.path(to)) }

func (d osDir) Remove(name string) error { return os.Remove(d.path(name)) }

func (d osDir) List() ([]string, error) {
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

func (d osDir) Sync() error {
	f, err := os.Open(string(d))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (d osDir) Lock() (io.Closer, error) {
	f, err := os.Open(string(d))
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %s", err, string(d)), f.Close())
	}
	return f, nil
}

// osFile syncs no more of a file than is needed to read it back.
type osFile struct{ *os.File }

func (f osFile) Sync() error { return syncData(f.File) }
