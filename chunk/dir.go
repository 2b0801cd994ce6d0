package chunk

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Dir is the folder of one recording, with the few operations that a Writer does in it. Names have no path separators.
// DirFS makes one on the file system; tests put faults in between.
type Dir interface {
	// Create makes a file or empties the one that is there, for writing.
	Create(name string) (File, error)
	// Rename gives a file its new name, replacing a file of that name.
	Rename(from, to string) error
	// Remove deletes a file.
	Remove(name string) error
	// List returns the names of the files, sorted.
	List() ([]string, error)
	// Sync makes creations, renames and removals durable.
	Sync() error
}

// File is an open file of a Dir.
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

type osDir string

func (d osDir) Create(name string) (File, error) {
	return os.Create(filepath.Join(string(d), name))
}

func (d osDir) Rename(from, to string) error {
	return os.Rename(filepath.Join(string(d), from), filepath.Join(string(d), to))
}

func (d osDir) Remove(name string) error { return os.Remove(filepath.Join(string(d), name)) }

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
	defer f.Close()
	return f.Sync()
}
