package mux

import "encoding/binary"

// rewriter copies the moov of a fragmented file and fills in what fragments said: durations and sample tables.
type rewriter struct {
	c     *collector
	p     *prober
	media int64 // where the first sample is in the file
	wide  bool  // offsets need 64 bits
	track int   // number of the trak that is copied
}

// appendMovie copies the boxes of moov, all but mvex.
func (r *rewriter) appendMovie(b, moov []byte) []byte {
	longest := int64(0)
	for i := range r.c.tracks {
		longest = max(longest, r.presented(i))
	}
	eachBox(moov, func(kind string, payload []byte) {
		switch kind {
		case "mvex":
		case "mvhd":
			b = appendPatched(b, kind, payload, 16, uint32(longest)) // duration, ISO/IEC 14496-12 8.2.2
		case "trak":
			b = appendBox(b, kind, func(b []byte) []byte { return r.appendTrack(b, payload) })
			r.track++
		default:
			b = appendPatched(b, kind, payload, -1, 0)
		}
	})
	return b
}

// presented is what the edit list leaves of a track, in ticks.
func (r *rewriter) presented(track int) int64 {
	return max(r.c.tracks[track].ticks-r.p.tracks[track].editStart, 0)
}

// appendTrack copies the boxes of trak and of the containers in it.
func (r *rewriter) appendTrack(b, data []byte) []byte {
	table := &r.c.tracks[r.track]
	eachBox(data, func(kind string, payload []byte) {
		switch kind {
		case "edts", "mdia", "minf":
			b = appendBox(b, kind, func(b []byte) []byte { return r.appendTrack(b, payload) })
		case "stbl":
			b = appendBox(b, kind, func(b []byte) []byte { return r.appendSamples(b, payload, table) })
		case "tkhd":
			b = appendPatched(b, kind, payload, 20, uint32(r.presented(r.track))) // 8.3.2
		case "mdhd":
			b = appendPatched(b, kind, payload, 16, uint32(table.ticks)) // 8.4.2
		case "elst":
			b = appendPatched(b, kind, payload, 8, uint32(r.presented(r.track))) // segment_duration, 8.6.6
		default:
			b = appendPatched(b, kind, payload, -1, 0)
		}
	})
	return b
}

// appendPatched copies a box and sets the 32 bits at an offset, which is that of version 0; a negative one sets nothing.
func appendPatched(b []byte, kind string, payload []byte, offset int, value uint32) []byte {
	b = appendHeader(b, boxHeader+len(payload), kind)
	start := len(b)
	b = append(b, payload...)
	if offset >= 0 && len(payload) >= offset+4 {
		binary.BigEndian.PutUint32(b[start+offset:], value)
	}
	return b
}

// appendSamples writes the sample table (ISO/IEC 14496-12 8.5 to 8.7) in place of the empty one.
func (r *rewriter) appendSamples(b, stbl []byte, t *sampleTable) []byte {
	eachBox(stbl, func(kind string, payload []byte) {
		switch kind {
		case "stts", "stsc", "stsz", "stco", "stss":
		default:
			b = appendPatched(b, kind, payload, -1, 0)
		}
	})
	b = appendTable(b, "stts", len(t.times), func(b []byte, i int) []byte {
		return appendWords(b, t.times[i].count, t.times[i].duration)
	})
	if !t.allSync {
		b = appendTable(b, "stss", len(t.syncs), func(b []byte, i int) []byte { return appendWords(b, t.syncs[i]) })
	}
	if r.p.tracks[r.track].roll {
		b = appendRoll(b, len(t.sizes))
	}
	b = t.appendChunks(b)
	b = appendBox(b, "stsz", func(b []byte) []byte {
		b = appendWords(b, 0, 0, uint32(len(t.sizes)))
		return appendWords(b, t.sizes...)
	})
	if r.wide {
		return appendTable(b, "co64", len(t.chunks), func(b []byte, i int) []byte {
			return binary.BigEndian.AppendUint64(b, uint64(r.media+t.chunks[i].offset))
		})
	}
	return appendTable(b, "stco", len(t.chunks), func(b []byte, i int) []byte {
		return appendWords(b, uint32(r.media+t.chunks[i].offset))
	})
}

// appendChunks writes stsc: from which chunk on how many samples are in each.
func (t *sampleTable) appendChunks(b []byte) []byte {
	var changes []int
	for i := range t.chunks {
		if i == 0 || t.chunks[i].count != t.chunks[i-1].count {
			changes = append(changes, i)
		}
	}
	return appendTable(b, "stsc", len(changes), func(b []byte, i int) []byte {
		return appendWords(b, uint32(changes[i]+1), t.chunks[changes[i]].count, 1)
	})
}

// appendTable writes a full box of version 0 with a count and so many entries.
func appendTable(b []byte, kind string, n int, entry func(b []byte, i int) []byte) []byte {
	return appendBox(b, kind, func(b []byte) []byte {
		b = appendWords(b, 0, uint32(n))
		for i := range n {
			b = entry(b, i)
		}
		return b
	})
}

func appendWords(b []byte, words ...uint32) []byte {
	for _, w := range words {
		b = binary.BigEndian.AppendUint32(b, w)
	}
	return b
}
