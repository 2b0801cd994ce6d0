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
