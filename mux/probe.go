package mux

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Bounds on what Probe reads into memory, far above what any recording needs.
const (
	maxInitBox   = 1 << 20  // ftyp, moov
	maxMoof      = 32 << 20 // twice the largest that Writer makes
	maxIndexBox  = 2 << 20  // mfra, sidx; Writer makes at most 1.3 MB
	maxTracks    = 16
	maxProbeTime = 1 << 60 // ticks; sums of two stay inside int64
)

// Probe reads a fragmented MP4 file and reports what is in it. Whatever is wrong with the bytes is in the report; the
// error is r's. Memory is bounded by constants plus the
// number of fragments, time by the size of the file.
func Probe(r io.ReadSeeker) (*Report, error) {
	size, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("mux: probe: %w", err)
	}
	// Every sample has a byte, every NAL unit five: more of them than that in all is a trick.
	p := prober{r: r, size: size, samplesLeft: size, nalsLeft: size / 5, report: &Report{Size: size}}
	p.walk()
	if p.err != nil {
		return nil, fmt.Errorf("mux: probe: %w", p.err)
	}
	p.finish()
	return p.report, nil
}

// prober is the state of one Probe.
type prober struct {
	r      io.ReadSeeker
	size   int64
	err    error // first error of r
	report *Report
	tracks []track // as report.Tracks

	hasType, hasInit, hasIndex bool
	pending                    *fragment // moof whose mdat is still to come
	before                     []track   // tracks as they were before it
	sequence                   uint32    // of the last fragment
	started                    bool      // a fragment has had samples of the main track
	samplesLeft, nalsLeft      int64
	segments                   []byte // content of the first sidx in front of the fragments
	segmentsEnd                int64  // where that box ends

	each func(track int, s *sample, offset int64) // if not nil, is told of every sample
	moov []byte                                   // with each: the content of that box

	buf    []byte // scratch for one box
	header [16]byte
	nal    [8]byte
}

// box is the place of a box in the file.
type box struct {
	kind        string
	offset      int64
	header, end int64 // size of the header; where the box ends
}

// walk goes through the boxes of the file and stops at the first that is not whole.
func (p *prober) walk() {
	for offset := int64(0); offset < p.size && p.err == nil; {
		b, problem := p.readHeader(offset)
		if p.err != nil {
			return
		}
		if problem != "" {
			p.report.problem("offset %d: %s", offset, problem)
			break
		}
		damaged := p.topLevel(b)
		if p.hasInit && p.pending == nil && !damaged {
			p.report.WholeBytes, p.report.Indexed = b.end, b.kind == "mfra"
		}
		offset = b.end
	}
	p.dropFragment()
}

// readHeader reads the header of a box of the file (ISO/IEC 14496-12 4.2.2).
func (p *prober) readHeader(offset int64) (b box, problem string) {
	left := p.size - offset
	if left < boxHeader {
		return b, fmt.Sprintf("torn: %d bytes are no box", left)
	}
	head := p.header[:min(left, int64(len(p.header)))]
	if !p.readAt(head, offset) {
		return b, ""
	}
	size, n, ok := boxSize(head)
	kind := string(head[4:8])
	switch {
	case !printable(kind):
		return b, fmt.Sprintf("torn: box type %q", kind)
	case !ok:
		return b, fmt.Sprintf("torn: size of box %q is broken or left open", kind)
	case size > uint64(left):
		return b, fmt.Sprintf("torn: box %q has %d of %d bytes", kind, left, size)
	}
	return box{kind: kind, offset: offset, header: int64(n), end: offset + int64(size)}, ""
}

// boxSize reads the size of a box and of its header. It refuses boxes that last to the end of the file (size 0): there
// is no telling whether they are whole.
func boxSize(b []byte) (size uint64, header int, ok bool) {
	size, header = uint64(binary.BigEndian.Uint32(b)), boxHeader
	if size == 1 && len(b) >= 16 {
		size, header = binary.BigEndian.Uint64(b[8:]), 16
	}
	return size, header, size >= uint64(header)
}

func printable(kind string) bool {
	for i := range len(kind) {
		if kind[i] < 0x20 || kind[i] > 0x7e {
			return false
		}
	}
	return true
}

// topLevel handles one whole box of the file and reports whether it is the end of a damaged fragment.
func (p *prober) topLevel(b box) (damaged bool) {
	switch b.kind {
	case "ftyp":
		if data := p.payload(b, maxInitBox); data != nil {
			p.hasType = true
			p.fileType(data)
		}
	case "moov":
		if p.hasInit {
			p.report.problem("offset %d: another moov", b.offset)
		} else if data := p.payload(b, maxInitBox); data != nil {
			p.hasInit = true
			p.movie(data)
			if p.each != nil {
				p.moov = append([]byte(nil), data...)
			}
		}
	case "sidx":
		if data := p.payload(b, maxIndexBox); data != nil && p.segments == nil && len(p.report.Fragments) == 0 {
			p.segments, p.segmentsEnd = append([]byte(nil), data...), b.end
		}
	case "moof":
		p.openFragment(b)
	case "mdat":
		return p.closeFragment(b)
	case "mfra":
		if p.hasIndex {
			p.report.problem("offset %d: another mfra", b.offset)
		} else if data := p.payload(b, maxIndexBox); data != nil {
			p.hasIndex = true
			p.index(b, data)
		}
	}
	return false
}

// finish adds what only the whole file tells.
func (p *prober) finish() {
	r := p.report
	if !p.hasType {
		r.problem("no ftyp")
	}
	if !p.hasInit {
		r.problem("no moov")
	} else if !p.hasIndex {
		r.problem("no index (mfra)")
	}
	p.segmentIndex()
	for i := range p.tracks {
		t := &p.tracks[i]
		if t.presented {
			t.report.Start, t.report.Duration = t.start, t.end-t.start
			r.Duration = max(r.Duration, duration(t.end, t.report.Timescale))
		}
		r.Tracks[i] = t.report
	}
}

// payload reads the content of a box into scratch memory that the next call takes back. It returns nil, having
// reported why, for one of more than limit bytes.
func (p *prober) payload(b box, limit int64) []byte {
	n := b.end - b.offset - b.header
	if n > limit {
		p.report.problem("offset %d: %s of %d bytes, at most %d are read", b.offset, b.kind, n, limit)
		return nil
	}
	if int64(cap(p.buf)) < n || p.buf == nil {
		p.buf = make([]byte, n)
	}
	p.buf = p.buf[:n]
	if !p.readAt(p.buf, b.offset+b.header) {
		return nil
	}
	return p.buf
}

func (p *prober) readAt(dst []byte, offset int64) bool {
	if p.err != nil {
		return false
	}
	if _, err := p.r.Seek(offset, io.SeekStart); err != nil {
		p.err = err
		return false
	}
	if _, err := io.ReadFull(p.r, dst); err != nil {
		p.err = fmt.Errorf("read %d bytes at %d: %w", len(dst), offset, err)
		return false
	}
	return true
}

// eachBox calls f for the boxes that data is made of and reports whether it is made of whole boxes.
func eachBox(data []byte, f func(kind string, payload []byte)) bool {
	for len(data) > 0 {
		if len(data) < boxHeader {
			return false
		}
		size, header, ok := boxSize(data)
		if !ok || size > uint64(len(data)) {
			return false
		}
		f(string(data[4:8]), data[header:size])
		data = data[size:]
	}
	return true
}
