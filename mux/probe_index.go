package mux

import (
	"github.com/abema/go-mp4"
)

// index reads mfra (ISO/IEC 14496-12 8.8.9) and compares it with the fragments.
func (p *prober) index(b box, data []byte) {
	var (
		tables   []mp4.Tfra
		size     int64
		complain = p.complain("mfra")
	)
	if !eachBox(data, func(kind string, payload []byte) {
		switch kind {
		case "tfra":
			if len(tables) == maxTracks {
				return
			}
			var tfra mp4.Tfra
			_, err := unmarshal(payload, &tfra)
			complain(kind, err)
			tables = append(tables, tfra)
		case "mfro":
			var mfro mp4.Mfro
			_, err := unmarshal(payload, &mfro)
			complain(kind, err)
			size = int64(mfro.Size)
		}
	}) {
		p.report.problem("mfra: not made of whole boxes")
	}
	if size != b.end-b.offset {
		p.report.problem("mfra: mfro says %d bytes, the box has %d", size, b.end-b.offset)
	}
	for i := range tables {
		p.checkTable(&tables[i])
	}
}

// checkTable compares a tfra with the fragments: each entry has to point to one, and for the main track every
// fragment that playback can start from has to be there.
func (p *prober) checkTable(tfra *mp4.Tfra) {
	times := make(map[int64]int64, len(p.report.Fragments)) // moof offset to media time of the track
	for _, f := range p.report.Fragments {
		for _, run := range f.Runs {
			if run.Track == tfra.TrackID {
				times[f.Offset] = run.presented()
			}
		}
	}
	listed := make(map[int64]bool, len(tfra.Entries))
	for i := range tfra.Entries {
		offset, time := int64(tfra.GetMoofOffset(i)), int64(tfra.GetTime(i))
		listed[offset] = true
		if want, ok := times[offset]; !ok {
			p.report.problem("index entry %d: no fragment of track %d at %d", i, tfra.TrackID, offset)
		} else if want != time {
			p.report.problem("index entry %d: time %d, the fragment at %d has %d", i, time, offset, want)
		}
	}
	main := p.report.mainTrack()
	if main == nil || main.ID != tfra.TrackID {
		return
	}
	for _, e := range p.report.startable() {
		if !listed[e.offset] {
			p.report.problem("index lacks the fragment at %d", e.offset)
		}
	}
}

// segmentIndex compares the sidx in front of the fragments (ISO/IEC 14496-12 8.16.3) with them. One that refers to
// other indexes is passed over.
func (p *prober) segmentIndex() {
	if p.segments == nil {
		return
	}
	f := fields{data: p.segments}
	version, _, timescale := f.u32()>>24, f.u32(), f.u32()
	var time, offset uint64
	if version == 0 {
		time, offset = uint64(f.u32()), uint64(f.u32())
	} else {
		time, offset = f.u64(), f.u64()
	}
	count := f.u32() & 0xffff
	if f.short || timescale == 0 || len(f.data) < sidxEntry*int(count) || max(time, offset) > maxProbeTime {
		p.report.problem("sidx is broken")
		return
	}
	fragments := make(map[int64]bool, len(p.report.Fragments)) // offset, and whether playback can start there
	end := int64(0)
	for _, fragment := range p.report.Fragments {
		fragments[fragment.Offset] = fragment.Sync
		end = fragment.Offset + fragment.Size
	}
	at := p.segmentsEnd + int64(offset)
	for i := range count {
		size, _, access := f.u32(), f.u32(), f.u32()
		if size>>31 != 0 {
			return
		}
		sync, ok := fragments[at]
		switch {
		case !ok:
			p.report.problem("sidx: no fragment at %d, for entry %d", at, i)
			return
		case access>>31 != 0 && !sync:
			p.report.problem("sidx: playback can't start at %d, entry %d says so", at, i)
		}
		at += int64(size)
	}
	if at < end {
		p.report.problem("sidx ends at %d, the fragments at %d", at, end)
	}
}
