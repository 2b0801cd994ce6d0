package meter

import (
	"time"

	"github.com/callrec/callrec/chunk"
)

// Dir is the folder with what is written into its files measured.
func (m *Meter) Dir(d chunk.Dir) chunk.Dir { return &dir{d, m} }

type dir struct {
	chunk.Dir
	m *Meter
}

func (d *dir) Create(name string) (chunk.File, error) { return d.measured(d.Dir.Create(name)) }

func (d *dir) Append(name string, size int64) (chunk.File, error) {
	return d.measured(d.Dir.Append(name, size))
}

func (d *dir) measured(f chunk.File, err error) (chunk.File, error) {
	if err != nil {
		return nil, err
	}
	return &file{f, d.m}, nil
}

type file struct {
	chunk.File
	m *Meter
}

func (f *file) Write(p []byte) (int, error) {
	defer f.m.since(Write, time.Now())
	n, err := f.File.Write(p)
	f.m.bytes.Add(int64(n))
	return n, err
}

// Sync is part of writing: it is where the disk is waited for.
func (f *file) Sync() error {
	defer f.m.since(Write, time.Now())
	return f.File.Sync()
}
