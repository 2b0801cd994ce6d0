package mux

import (
	"bytes"

	"github.com/abema/go-mp4"
)

// Sizes within mfra (ISO/IEC 14496-12 8.8.9 to 8.8.11): tfra of version 1 with numbers of one byte in its entries.
const (
	tfraHeader = 24
	tfraEntry  = 19
	mfroSize   = 16
)

// maxIndexEntries bounds what the index holds in memory, 1.2 MB in the file. Fragments beyond it are not indexed; at two
// seconds each that is after 36 hours.
const maxIndexEntries = 1 << 16

// indexEntry is a fragment that playback can start from.
type indexEntry struct {
	time   int64 // of its first sample, media time in ticks
	offset int64 // of its moof in the file
	traf   int   // number of the track's traf, from 1
}

func trailerSize(entries int) int64 {
	return boxHeader + tfraHeader + tfraEntry*int64(min(entries, maxIndexEntries)) + mfroSize
}

// trailer builds the mfra box for one track.
func trailer(track uint32, entries []indexEntry) ([]byte, error) {
	tfra := &mp4.Tfra{FullBox: fullBox(1, 0), TrackID: track, NumberOfEntry: uint32(len(entries))}
	tfra.Entries = make([]mp4.TfraEntry, len(entries))
	for i, e := range entries {
		tfra.Entries[i] = mp4.TfraEntry{
			TimeV1: uint64(e.time), MoofOffsetV1: uint64(e.offset),
			TrafNumber: uint32(e.traf), TrunNumber: 1, SampleNumber: 1,
		}
	}
	buf := bytes.NewBuffer(make([]byte, 0, trailerSize(len(entries))))
	err := appendBoxes(buf, node{box: &mp4.Mfra{}, children: []node{
		{box: tfra},
		{box: &mp4.Mfro{Size: uint32(trailerSize(len(entries)))}},
	}})
	return buf.Bytes(), err
}
