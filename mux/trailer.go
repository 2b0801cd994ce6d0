package mux

import (
	"bytes"
	"math"

	"github.com/abema/go-mp4"
)

// Sizes within mfra (ISO/IEC 14496-12 8.8.9 to 8.8.11): tfra of version 0, with numbers of one byte in its entries; of
// version 1 each has eight bytes more.
const (
	tfraHeader = 24
	tfraEntry  = 11
	tfraWider  = 8
	mfroSize   = 16
)

// maxIndexEntries bounds what the index holds in memory, 0.7 MB in the file. Fragments beyond it are not indexed; with a
// keyframe every two seconds that is after 36 hours.
const maxIndexEntries = 1 << 16

// indexEntry is a fragment that playback can start from.
type indexEntry struct {
	time   int64 // of its first sample, media time in ticks
	offset int64 // of its moof in the file
	traf   int   // number of the track's traf, from 1
}

// wide says that the entry needs numbers of 64 bits.
func (e *indexEntry) wide() bool { return e.time > math.MaxUint32 || e.offset > math.MaxUint32 }

func trailerSize(entries int, wide bool) int64 {
	entry := int64(tfraEntry)
	if wide {
		entry += tfraWider
	}
	return boxHeader + tfraHeader + entry*int64(min(entries, maxIndexEntries)) + mfroSize
}

// trailer builds the mfra box for one track. The entries are in order.
func trailer(track uint32, entries []indexEntry) ([]byte, error) {
	wide := len(entries) > 0 && entries[len(entries)-1].wide()
	tfra := &mp4.Tfra{TrackID: track, NumberOfEntry: uint32(len(entries))}
	if wide {
		tfra.FullBox = fullBox(1, 0)
	}
	tfra.Entries = make([]mp4.TfraEntry, len(entries))
	for i, e := range entries {
		tfra.Entries[i] = mp4.TfraEntry{
			TimeV0: uint32(e.time), MoofOffsetV0: uint32(e.offset),
			TimeV1: uint64(e.time), MoofOffsetV1: uint64(e.offset),
			TrafNumber: uint32(e.traf), TrunNumber: 1, SampleNumber: 1,
		}
	}
	size := trailerSize(len(entries), wide)
	buf := bytes.NewBuffer(make([]byte, 0, size))
	err := appendBoxes(buf, node{box: &mp4.Mfra{}, children: []node{
		{box: tfra},
		{box: &mp4.Mfro{Size: uint32(size)}},
	}})
	return buf.Bytes(), err
}
