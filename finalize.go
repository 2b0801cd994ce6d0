package callrec

import (
	"fmt"
	"io"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/mux"
)

// Finalize says what form a chunk's file has when it is final. While it is written it is fragmented in any case, so that
// a crash costs no more than the last fragment.
type Finalize uint8

const (
	// FinalizeIndexed rewrites it when it is complete: its fragments are joined to longer ones that begin with a keyframe,
	// and an index of them stands in front (sidx), so that every player finds a time in a long file at once. The chunk is
	// read and written once more, and gets its name when the new file is whole. It is the zero value.
	FinalizeIndexed Finalize = iota
	// FinalizeProgressive rewrites it to moov first and no fragments, for players that do not know them.
	FinalizeProgressive
	// FinalizeFragmented leaves the file as it was written. Players that do not know the index at its end (mfra) read the
	// headers of all fragments up to the time that they look for, or the whole file.
	FinalizeFragmented
)

// String returns "indexed", "progressive" or "fragmented".
func (f Finalize) String() string {
	switch f {
	case FinalizeFragmented:
		return "fragmented"
	case FinalizeProgressive:
		return "progressive"
	case FinalizeIndexed:
		return "indexed"
	}
	return fmt.Sprintf("Finalize(%d)", uint8(f))
}

// MarshalText implements encoding.TextMarshaler.
func (f Finalize) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *Finalize) UnmarshalText(text []byte) error {
	for _, known := range []Finalize{FinalizeIndexed, FinalizeProgressive, FinalizeFragmented} {
		if string(text) == known.String() {
			*f = known
			return nil
		}
	}
	return fmt.Errorf("%w: Finalize %q is none of indexed, progressive and fragmented", ErrConfig, text)
}

// rewrite makes the file that gets the chunk's name out of the one that was written; nil if it is the same.
func (f Finalize) rewrite() func(dst io.Writer, src io.ReadSeeker) error {
	switch f {
	case FinalizeProgressive:
		return mux.Progressive
	case FinalizeIndexed:
		return mux.Indexed
	}
	return nil
}

// growth is by how many bytes a file grows at most, with one more fragment of so many samples.
func (f Finalize) growth(m *mux.Writer, pictures, sounds int) int64 {
	if f == FinalizeIndexed {
		return m.IndexedGrowth(pictures, sounds)
	}
	return 0
}

// rename gives a whole chunk its name, or gives it to what the chunk is rewritten as.
func (f Finalize) rename(d chunk.Dir, part, name string) error {
	rewrite := f.rewrite()
	if rewrite == nil {
		return d.Rename(part, name)
	}
	if _, _, err := chunk.Rewrite(d, part, name, true, rewrite); err != nil {
		return err
	}
	if err := d.Sync(); err != nil {
		return err
	}
	return d.Remove(part)
}
