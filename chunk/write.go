package chunk

import (
	"errors"
	"fmt"
)

// WriteFile writes a small file so that it has its name only when it is whole and on disk.
func WriteFile(d Dir, name string, content []byte) error {
	f, err := d.Create(name + PartSuffix)
	if err != nil {
		return fmt.Errorf("chunk: create %s: %w", name, err)
	}
	if err := WriteAndClose(f, content); err != nil {
		return fmt.Errorf("chunk: write %s: %w", name, err)
	}
	if err := d.Rename(name+PartSuffix, name); err != nil {
		return fmt.Errorf("chunk: name %s: %w", name, err)
	}
	if err := d.Sync(); err != nil {
		return fmt.Errorf("chunk: sync folder: %w", err)
	}
	return nil
}

// WriteAndClose writes content to a file, makes it durable and closes the file, whatever goes wrong.
func WriteAndClose(f File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
