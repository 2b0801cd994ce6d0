package mux

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Sizes within sidx of version 1 (ISO/IEC 14496-12 8.16.3).
const (
	sidxHeader = 40
	sidxEntry  = 12
)

// maxReferences is what reference_count can hold: 36 hours at two seconds each.
const maxReferences = 1<<16 - 1

// IndexSize returns by how many bytes Indexed makes a file of so many fragments larger.
func IndexSize(fragments int) int64 {
	return sidxHeader + sidxEntry*int64(min(fragments, maxReferences))
}

// Indexed writes a file that Writer wrote and closed, read from src, to dst with an index of its fragments at the front
// (sidx). Players that know that one, and not the one at the end (mfra), then find a time without reading all that comes
// before it. It returns an error that wraps ErrSource if Probe finds anything wrong with the source; dst is then left as
// it was.
func Indexed(dst io.Writer, src io.ReadSeeker) error {
	r, err := Probe(src)
	if err != nil {
		return err
	}
	if len(r.Problems) > 0 {
		return fmt.Errorf("mux: index: %w: %s", ErrSource, r.Problems[0])
	}
	if len(r.Fragments) == 0 || len(r.Fragments) > maxReferences {
		return fmt.Errorf("mux: index: %w: %d fragments", ErrSource, len(r.Fragments))
	}
	first := r.Fragments[0].Offset
	end := first
	for _, f := range r.Fragments {
		if f.Offset != end {
			return fmt.Errorf("mux: index: %w: bytes between fragments at %d", ErrSource, end)
		}
		end += f.Size
	}
	sidx := appendSegmentIndex(nil, r)
	entries := r.startable()
	for i := range entries {
		entries[i].offset += int64(len(sidx))
	}
	tail, err := trailer(r.mainTrack().ID, entries)
	if err != nil {
		return fmt.Errorf("mux: index: %w", err)
	}
	return spliced(dst, src, first, end, sidx, tail)
}

// spliced copies the first end bytes of src with something put in at a place, and a tail.
func spliced(dst io.Writer, src io.ReadSeeker, at, end int64, middle, tail []byte) error {
	_, err := src.Seek(0, io.SeekStart)
	if err == nil {
		_, err = io.CopyN(dst, src, at)
	}
	if err == nil {
		_, err = dst.Write(middle)
	}
	if err == nil {
		_, err = io.CopyN(dst, src, end-at)
	}
	if err == nil {
		_, err = dst.Write(tail)
	}
	if err != nil {
		return fmt.Errorf("mux: index: %w", err)
	}
	return nil
}

// appendSegmentIndex appends a sidx whose subsegments are the fragments, right behind it.
func appendSegmentIndex(b []byte, r *Report) []byte {
	main := r.mainTrack()
	b = appendHeader(b, int(IndexSize(len(r.Fragments))), "sidx")
	b = appendWords(b, 1<<24, main.ID, main.Timescale)
	b = binary.BigEndian.AppendUint64(b, uint64(max(main.Start, 0))) // earliest_presentation_time
	b = binary.BigEndian.AppendUint64(b, 0)                          // first_offset
	b = appendWords(b, uint32(len(r.Fragments)))                     // 16 bits reserved, reference_count
	for _, f := range r.Fragments {
		duration, access := int64(0), uint32(0)
		for _, run := range f.Runs {
			if run.Track == main.ID {
				duration = run.Duration
			}
		}
		if f.Sync {
			access = 1<<31 | 1<<28 // starts_with_SAP, SAP_type 1
		}
		b = appendWords(b, uint32(f.Size), uint32(duration), access) // reference_type 0: media
	}
	return b
}
