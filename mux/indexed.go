package mux

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Sizes within sidx of version 1 (ISO/IEC 14496-12 8.16.3).
const (
	sidxHeader = 40
	sidxEntry  = 12
)

// maxReferences is what reference_count can hold.
const maxReferences = 1<<16 - 1

// indexedGroups is how many fragments Indexed aims at in a long file, so that its index stays below 16 KB: in four hours
// with a keyframe every four seconds there is one fragment every twelve.
const indexedGroups = 1300

// IndexedGrowth returns by how many bytes Indexed can make the file larger if one more fragment is written, with so many
// samples: there is an entry in the index for each that starts with a sync sample, and a little more to say of samples in
// long fragments where these are joined.
func (w *Writer) IndexedGrowth(nVideo, nAudio int) int64 {
	return sidxHeader + sidxEntry*int64(len(w.index)+1) + w.joining + joinGrowth(nVideo+nAudio)
}

// joinGrowth is by how much the file can grow when a fragment with so many samples is joined to others. A sample may need
// its flags, if it is a picture of a group with several sync samples, or its duration, if it is sound joined to the
// pre-roll. Of two fragments that are joined the headers of at least one track of one go, which counts half for each.
func joinGrowth(samples int) int64 {
	const saved = 3*boxHeader + mfhdSize + tfhdSize + 16 + trunHeader // moof, mfhd, mdat, traf, tfhd, tfdt, trun
	return max(4*int64(samples)-saved/2, 0)
}

// Indexed writes a file that Writer wrote and closed, read from src, to dst in the form that players seek in best: the
// fragments, which are short because each is what a crash may cost, are joined to such that begin with a sync sample,
// and an index of all of them (sidx) stands in front. So a player reads the front of the file and then the fragment that
// it wants. Samples, their order in the file and their times stay as they were. What is joined are the fragments from one
// sync sample to the next, and of long files more of them; each begins with the sound that its first picture needs.
//
// It returns an error that wraps ErrSource if Probe finds anything wrong with the source; dst is then left as it was.
func Indexed(dst io.Writer, src io.ReadSeeker) error {
	size, err := src.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("mux: index: %w", err)
	}
	var g gatherer
	p := prober{r: src, size: size, samplesLeft: size, nalsLeft: size / 5, report: &Report{Size: size}, each: g.add}
	p.walk()
	p.finish()
	if err := errors.Join(p.err, g.check(&p)); err != nil {
		return fmt.Errorf("mux: index: %w", err)
	}
	groups := g.groups(&p)
	if len(groups) > maxReferences {
		return fmt.Errorf("mux: index: %w: %d fragments", ErrSource, len(groups))
	}
	front := p.report.Fragments[0].Offset
	sidx := appendSegmentIndex(nil, p.report.mainTrack(), groups)
	tail, err := trailer(p.report.mainTrack().ID, groupIndex(groups, front+int64(len(sidx))))
	if err != nil {
		return fmt.Errorf("mux: index: %w", err)
	}
	c := copier{dst: dst, src: src, buf: make([]byte, 1<<18)}
	c.copy(extent{end: front})
	c.write(sidx)
	for i := range groups {
		c.write(groups[i].moof)
		for _, run := range groups[i].runs {
			c.copy(run.extent)
		}
	}
	c.flush()
	c.write(tail)
	if c.err != nil {
		return fmt.Errorf("mux: index: %w", c.err)
	}
	return nil
}

// appendSegmentIndex appends a sidx whose subsegments are the groups, right behind it.
func appendSegmentIndex(b []byte, main *TrackReport, groups []group) []byte {
	b = appendHeader(b, sidxHeader+sidxEntry*len(groups), "sidx")
	b = appendWords(b, 1<<24, main.ID, main.Timescale)
	b = binary.BigEndian.AppendUint64(b, uint64(max(main.Start, 0))) // earliest_presentation_time
	b = binary.BigEndian.AppendUint64(b, 0)                          // first_offset
	b = appendWords(b, uint32(len(groups)))                          // 16 bits reserved, reference_count
	for i := range groups {
		access := uint32(0)
		if groups[i].sync {
			access = 1<<31 | 1<<28 // starts_with_SAP, SAP_type 1
		}
		b = appendWords(b, uint32(groups[i].size()), uint32(groups[i].duration), access) // reference_type 0: media
	}
	return b
}

// groupIndex lists the groups that playback can start from, the first of which is at an offset.
func groupIndex(groups []group, offset int64) []indexEntry {
	var entries []indexEntry
	for i := range groups {
		if groups[i].sync && len(entries) < maxIndexEntries {
			entries = append(entries, indexEntry{time: groups[i].time, offset: offset, traf: groups[i].traf})
		}
		offset += groups[i].size()
	}
	return entries
}

// copier writes a file of new bytes and of such from a source. After an error it does nothing.
type copier struct {
	dst     io.Writer
	src     io.ReadSeeker
	buf     []byte
	waiting extent // to be copied
	err     error
}

func (c *copier) write(b []byte) {
	c.flush()
	if c.err == nil {
		_, c.err = c.dst.Write(b)
	}
}

// copy copies a part of the source, together with others that follow it.
func (c *copier) copy(e extent) {
	if e.start != c.waiting.end {
		c.flush()
		c.waiting.start = e.start
	}
	c.waiting.end = e.end
}

func (c *copier) flush() {
	e := c.waiting
	c.waiting.start = e.end
	if e.start == e.end || c.err != nil {
		return
	}
	if _, c.err = c.src.Seek(e.start, io.SeekStart); c.err != nil {
		return
	}
	for e.start < e.end && c.err == nil {
		b := c.buf[:min(int64(len(c.buf)), e.end-e.start)]
		if _, c.err = io.ReadFull(c.src, b); c.err == nil {
			_, c.err = c.dst.Write(b)
		}
		e.start += int64(len(b))
	}
}
