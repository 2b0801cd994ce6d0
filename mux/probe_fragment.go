package mux

import "encoding/binary"

// fragment is a moof whose mdat is still to come.
type fragment struct {
	FragmentReport
	extents []extent
	samples []span // video samples to be checked for NAL units
}

// extent is where the samples of one trun are in the file, in bytes.
type extent struct {
	track      uint32
	start, end int64
}

// span is where one sample is in the file.
type span struct {
	start      int64
	size       uint32
	lengthSize uint8
}

func (p *prober) openFragment(b box) {
	p.dropFragment()
	p.before = append(p.before[:0], p.tracks...)
	p.pending = &fragment{FragmentReport: FragmentReport{Offset: b.offset}}
	data := p.payload(b, maxMoof)
	if data == nil {
		p.pending.Damaged = true
		return
	}
	if !p.hasInit {
		p.report.problem("offset %d: fragment before moov", b.offset)
	}
	f := p.pending
	base := b.offset // where the data of a traf without any base starts: after that of the traf before it
	hasSequence := false
	if !eachBox(data, func(kind string, payload []byte) {
		switch kind {
		case "mfhd":
			if len(payload) >= 8 {
				hasSequence = true
				f.Sequence = binary.BigEndian.Uint32(payload[4:])
			}
		case "traf":
			base = p.trackFragment(f, base, payload)
		}
	}) {
		p.damage("not made of whole boxes")
	}
	if !hasSequence {
		p.damage("no mfhd")
	}
	if n := len(p.report.Fragments); n > 0 && f.Sequence <= p.sequence {
		p.report.problem("offset %d: fragment %d follows fragment %d", b.offset, f.Sequence, p.sequence)
	}
	p.sequence = f.Sequence
	p.checkStart(f)
}

// dropFragment forgets the pending fragment, and what its moof told of samples that are not there, if its mdat did not
// come.
func (p *prober) dropFragment() {
	if p.pending == nil {
		return
	}
	p.report.problem("offset %d: fragment without its mdat", p.pending.Offset)
	p.pending = nil
	copy(p.tracks, p.before)
}

// damage reports a problem of the pending fragment that keeps it from being used.
func (p *prober) damage(problem string) {
	p.pending.Damaged = true
	p.report.problem("offset %d: moof: %s", p.pending.Offset, problem)
}

// checkStart reports a main track that does not start with a sync sample. Later fragments may start anywhere in a
// group of pictures.
func (p *prober) checkStart(f *fragment) {
	main := p.report.mainTrack()
	if main == nil || p.started {
		return
	}
	for _, run := range f.Runs {
		if run.Track == main.ID && run.Samples > 0 {
			p.started = true
			if !f.Sync {
				p.report.problem("offset %d: track %d does not start with a sync sample", f.Offset, main.ID)
			}
			return
		}
	}
}

// trafReader is the state of reading one traf (ISO/IEC 14496-12 8.8.6).
type trafReader struct {
	p                     *prober
	f                     *fragment
	t                     *track
	index                 int // of t
	run                   RunReport
	duration, size, flags uint32 // defaults
	base, data            int64  // where data offsets count from; where the next sample's data is
	main, sync, failed    bool
}

// trackFragment reads a traf and returns where its data ends.
func (p *prober) trackFragment(f *fragment, base int64, data []byte) int64 {
	r := trafReader{p: p, f: f, base: base, data: base}
	r.run.Time = -1
	if !eachBox(data, r.box) {
		r.fail("traf is not made of whole boxes")
	}
	if r.t == nil {
		r.fail("traf without tfhd")
	}
	if r.failed {
		return r.data
	}
	if r.run.Time < 0 {
		r.run.Time = r.t.next
	}
	r.run.Duration = min(r.t.next-r.run.Time, maxProbeTime)
	f.Runs = append(f.Runs, r.run)
	r.t.report.Samples += r.run.Samples
	r.t.report.Bytes += r.run.Bytes
	if r.main && r.sync {
		f.Sync = true
	}
	return r.data
}

func (r *trafReader) fail(problem string) {
	if !r.failed {
		r.p.damage(problem)
	}
	r.failed = true
}

func (r *trafReader) box(kind string, payload []byte) {
	if r.failed {
		return
	}
	switch kind {
	case "tfhd":
		r.header(payload)
	case "tfdt", "trun":
		if r.t == nil {
			r.fail(kind + " without tfhd")
			return
		}
		if kind == "tfdt" {
			r.decodeTime(payload)
			return
		}
		if r.run.Time < 0 {
			r.run.Time = r.t.next
		}
		r.samples(payload)
	}
}

// fields reads the big-endian words of a box one after the other.
type fields struct {
	data  []byte
	short bool
}

func (f *fields) u32() uint32 {
	if len(f.data) < 4 {
		f.short = true
		return 0
	}
	v := binary.BigEndian.Uint32(f.data)
	f.data = f.data[4:]
	return v
}

func (f *fields) u64() uint64 {
	high := f.u32()
	return uint64(high)<<32 | uint64(f.u32())
}

// header reads tfhd (ISO/IEC 14496-12 8.8.7).
func (r *trafReader) header(payload []byte) {
	f := fields{data: payload}
	flags, id := f.u32(), f.u32()
	for i := range r.p.tracks {
		if r.p.tracks[i].report.ID == id {
			r.t, r.index = &r.p.tracks[i], i
		}
	}
	if r.t == nil || f.short {
		r.fail("traf of no known track")
		return
	}
	main := r.p.report.mainTrack()
	r.main = main != nil && main.ID == id
	r.run.Track = id
	r.duration, r.size, r.flags = r.t.duration, r.t.size, r.t.flags
	if flags&tfhdDefaultBaseIsMoof != 0 {
		r.base = r.f.Offset
	}
	if flags&tfhdBaseDataOffset != 0 {
		r.base = int64(min(f.u64(), maxProbeTime))
	}
	r.data = r.base
	if flags&tfhdDescriptionIndex != 0 {
		f.u32()
	}
	if flags&tfhdDefaultDuration != 0 {
		r.duration = f.u32()
	}
	if flags&tfhdDefaultSize != 0 {
		r.size = f.u32()
	}
	if flags&tfhdDefaultFlags != 0 {
		r.flags = f.u32()
	}
	if f.short {
		r.fail("tfhd is too short")
	}
}

// decodeTime reads tfdt (ISO/IEC 14496-12 8.8.12) and compares it with where the samples before it end.
func (r *trafReader) decodeTime(payload []byte) {
	f := fields{data: payload}
	var time uint64
	if version := f.u32() >> 24; version == 0 {
		time = uint64(f.u32())
	} else {
		time = f.u64()
	}
	if f.short || time > maxProbeTime {
		r.fail("tfdt is broken")
		return
	}
	r.run.Time = int64(time)
	switch gap := r.run.Time - r.t.next; {
	case gap > 0 && r.t.report.Samples > 0:
		r.p.report.problem("offset %d: track %d has a gap of %d ticks before %d", r.f.Offset, r.run.Track, gap, time)
	case gap < 0:
		r.p.report.problem("offset %d: track %d goes back by %d ticks to %d", r.f.Offset, r.run.Track, -gap, time)
	}
	r.t.next = r.run.Time
}

// samples reads trun (ISO/IEC 14496-12 8.8.8).
func (r *trafReader) samples(payload []byte) {
	f := fields{data: payload}
	versionFlags, count := f.u32(), f.u32()
	flags := versionFlags & 0xffffff
	if flags&trunDataOffset != 0 {
		r.data = r.base + int64(int32(f.u32()))
	}
	first := r.flags
	if flags&trunFirstSampleFlags != 0 {
		first = f.u32()
	}
	if f.short || int64(count) > r.p.samplesLeft || count > maxFragmentSamples-uint32(min(r.run.Samples, maxFragmentSamples)) {
		r.fail("trun is broken")
		return
	}
	r.p.samplesLeft -= int64(count)
	start := r.data
	for i := range count {
		s := sample{duration: r.duration, size: r.size, flags: r.flags}
		if i == 0 {
			s.flags = first
		}
		s.read(&f, flags, versionFlags>>24)
		if f.short {
			r.fail("trun is too short")
			break
		}
		r.add(&s)
	}
	if r.data > start {
		r.f.extents = append(r.f.extents, extent{track: r.run.Track, start: start, end: r.data})
	}
}

// sample is one entry of a trun.
type sample struct {
	duration, size, flags uint32
	offset                int64 // composition time offset
}

func (s *sample) read(f *fields, flags, version uint32) {
	if flags&trunDuration != 0 {
		s.duration = f.u32()
	}
	if flags&trunSampleSize != 0 {
		s.size = f.u32()
	}
	if flags&trunFlags != 0 {
		s.flags = f.u32()
	}
	if flags&trunCompositionOffset != 0 {
		v := f.u32()
		s.offset = int64(v)
		if version > 0 {
			s.offset = int64(int32(v))
		}
	}
}

// add accounts for one sample.
func (r *trafReader) add(s *sample) {
	t := r.t
	sync := s.flags&isNonSync == 0
	if sync {
		t.report.SyncSamples++
	}
	if r.run.Samples == 0 {
		r.sync, r.run.firstOffset = sync, s.offset
	}
	if media := t.next + s.offset; media >= t.editStart {
		start := media - t.editStart + t.delay
		end := start + int64(s.duration)
		if !t.presented {
			t.presented, t.start, t.end = true, start, end
		}
		t.start, t.end = min(t.start, start), max(t.end, end)
	}
	if t.lengthSize > 0 {
		r.f.samples = append(r.f.samples, span{start: r.data, size: s.size, lengthSize: uint8(t.lengthSize)})
	}
	if r.p.each != nil {
		r.p.each(r.index, s, r.data)
	}
	t.next = min(t.next+int64(s.duration), maxProbeTime)
	r.data = min(r.data+int64(s.size), maxProbeTime)
	r.run.Samples++
	r.run.Bytes += int64(s.size)
}

// closeFragment takes the mdat of the pending fragment and reports whether the fragment is damaged.
func (p *prober) closeFragment(b box) (damaged bool) {
	f := p.pending
	p.pending = nil
	if f == nil {
		p.report.problem("offset %d: mdat without a moof", b.offset)
		return false
	}
	f.Size = b.end - f.Offset
	inside := true
	for _, e := range f.extents {
		if e.start < b.offset+b.header || e.end > b.end {
			inside = false
			p.report.problem("offset %d: track %d has samples at %d to %d, outside mdat at %d to %d",
				f.Offset, e.track, e.start, e.end, b.offset+b.header, b.end)
		}
	}
	if !inside || !p.checkNALs(f) {
		f.Damaged = true
	}
	p.report.Fragments = append(p.report.Fragments, f.FragmentReport)
	return f.Damaged
}

// checkNALs reports whether the video samples are made of NAL units, as they are not where a file system lost what was
// written last and left zeros.
func (p *prober) checkNALs(f *fragment) bool {
	for i, s := range f.samples {
		if !p.isNALs(s) {
			if p.err == nil {
				p.report.problem("offset %d: video sample %d of the fragment is not made of NAL units", f.Offset, i)
			}
			return false
		}
	}
	return true
}

func (p *prober) isNALs(s span) bool {
	n := int64(s.lengthSize)
	pos, end := s.start, s.start+int64(s.size)
	for pos < end {
		p.nalsLeft--
		if end-pos <= n || p.nalsLeft < 0 || !p.readAt(p.nal[:n], pos) {
			return false
		}
		var size int64
		for _, b := range p.nal[:n] {
			size = size<<8 | int64(b)
		}
		if size == 0 {
			return false
		}
		pos += n + size
	}
	return pos == end
}
