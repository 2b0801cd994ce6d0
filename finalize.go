package callrec

import (
	"fmt"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/mux"
)

// Finalize says what form a chunk's file has when it is final. While it is written it is fragmented in any case, so that
// a crash costs no more than the last fragment.
type Finalize uint8

const (
	// FinalizeFragmented leaves the file as it was written. It is the zero value.
	FinalizeFragmented Finalize = iota
	// FinalizeProgressive rewrites it when it is complete: moov first, no fragments, for players that do not know them.
	// The chunk is read and written once more, and gets its name when the new file is whole.
	FinalizeProgressive
)

// String returns "fragmented" or "progressive".
func (f Finalize) String() string {
	switch f {
	case FinalizeFragmented:
		return "fragmented"
	case FinalizeProgressive:
		return "progressive"
	}
	return fmt.Sprintf("Finalize(%d)", uint8(f))
}

// MarshalText implements encoding.TextMarshaler.
func (f Finalize) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *Finalize) UnmarshalText(text []byte) error {
	for _, known := range []Finalize{FinalizeFragmented, FinalizeProgressive} {
		if string(text) == known.String() {
			*f = known
			return nil
		}
	}
	return fmt.Errorf("%w: Finalize %q is neither fragmented nor progressive", ErrConfig, text)
}

// rename gives a whole chunk its name, or gives it to what the chunk is rewritten as.
func (f Finalize) rename(d chunk.Dir, part, name string) error {
	if f != FinalizeProgressive {
		return d.Rename(part, name)
	}
	if _, _, err := chunk.Rewrite(d, part, name, true, mux.Progressive); err != nil {
		return err
	}
	if err := d.Sync(); err != nil {
		return err
	}
	return d.Remove(part)
}
