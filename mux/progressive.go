package mux

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Progressive writes a file that Writer wrote and closed, read from src, to dst in the classical form: all there is to
// know of the samples stands in moov at the front, the samples follow as they were. It suits players that know no
// fragments, and seeking costs one read in any player. The result is smaller than the source. It returns an error that
// wraps ErrSource if Probe finds anything wrong with the source; dst is then left as it was.
func Progressive(dst io.Writer, src io.ReadSeeker) error {
	size, err := src.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("mux: progressive: %w", err)
	}
	var c collector
	p := prober{r: src, size: size, samplesLeft: size, nalsLeft: size / 5, report: &Report{Size: size}, each: c.add}
	p.walk()
	p.finish()
	if err := errors.Join(p.err, c.check(&p)); err != nil {
		return fmt.Errorf("mux: progressive: %w", err)
	}
	b, err := c.init(&p)
	if err != nil {
		return fmt.Errorf("mux: progressive: %w", err)
	}
	if _, err := dst.Write(b); err != nil {
		return fmt.Errorf("mux: progressive: %w", err)
	}
	for _, part := range c.parts {
		if _, err := src.Seek(part.start, io.SeekStart); err != nil {
			return fmt.Errorf("mux: progressive: %w", err)
		}
		if _, err := io.CopyN(dst, src, part.end-part.start); err != nil {
			return fmt.Errorf("mux: progressive: copy samples: %w", err)
		}
	}
	return nil
}

// collector gathers the samples of a fragmented file.
type collector struct {
	tracks []sampleTable // as prober.tracks
	parts  []extent      // what is copied, in order
	media  int64         // bytes of it
}

// sampleTable is what stbl holds of one track.
type sampleTable struct {
	sizes   []uint32
	times   []timeRun
	syncs   []uint32 // numbers of the sync samples, from 1
	chunks  []chunkRun
	ticks   int64 // duration
	allSync bool
}

// timeRun is an entry of stts: so many samples of one duration.
type timeRun struct{ count, duration uint32 }

// chunkRun is what a fragment holds of the track, which becomes one chunk in the sense of ISO/IEC 14496-12 8.7.4.
type chunkRun struct {
	offset int64 // from the first sample of the file
	count  uint32
}

// add takes the next sample of a track, which is at an offset in the source.
func (c *collector) add(track int, s *sample, offset int64) {
	for len(c.tracks) <= track {
		c.tracks = append(c.tracks, sampleTable{allSync: true})
	}
	t := &c.tracks[track]
	t.sizes = append(t.sizes, s.size)
	if n := len(t.times); n > 0 && t.times[n-1].duration == s.duration {
		t.times[n-1].count++
	} else {
		t.times = append(t.times, timeRun{1, s.duration})
	}
	t.ticks += int64(s.duration)
	if s.flags&isNonSync == 0 {
		t.syncs = append(t.syncs, uint32(len(t.sizes)))
	} else {
		t.allSync = false
	}
	last := len(c.parts) - 1
	if last < 0 || c.parts[last].track != uint32(track) || c.parts[last].end != offset {
		t.chunks = append(t.chunks, chunkRun{offset: c.media})
		c.parts = append(c.parts, extent{track: uint32(track), start: offset, end: offset})
		last++
	}
	t.chunks[len(t.chunks)-1].count++
	c.parts[last].end += int64(s.size)
	c.media += int64(s.size)
}

// check refuses what can't be rewritten without loss.
func (c *collector) check(p *prober) error {
	if len(p.report.Problems) > 0 {
		return fmt.Errorf("%w: %s", ErrSource, p.report.Problems[0])
	}
	for _, t := range p.tracks {
		if t.delay != 0 {
			return fmt.Errorf("%w: track %d has an empty edit", ErrSource, t.report.ID)
		}
	}
	for i := range c.tracks {
		if c.tracks[i].ticks > math.MaxUint32 {
			return fmt.Errorf("%w: %d ticks are too long", ErrSource, c.tracks[i].ticks)
		}
	}
	for len(c.tracks) < len(p.tracks) {
		c.tracks = append(c.tracks, sampleTable{allSync: true})
	}
	return nil
}

// init builds everything up to the first sample. Where the samples begin depends on its size, but its size does not
// depend on where they begin.
func (c *collector) init(p *prober) ([]byte, error) {
	b := c.appendInit(nil, p, 0)
	return c.appendInit(b[:0], p, int64(len(b))), p.err
}

func (c *collector) appendInit(b []byte, p *prober, media int64) []byte {
	b = appendBox(b, "ftyp", func(b []byte) []byte {
		b = append(b, "isom\x00\x00\x02\x00"...)
		for _, brand := range []string{"isom", "iso2", "avc1", "mp41", "mp42"} {
			b = append(b, brand...)
		}
		return b
	})
	r := rewriter{c: c, p: p, media: media, wide: media+c.media > math.MaxUint32}
	b = appendBox(b, "moov", func(b []byte) []byte { return r.appendMovie(b, p.moov) })
	if boxHeader+c.media <= math.MaxUint32 {
		return appendHeader(b, boxHeader+int(c.media), "mdat")
	}
	b = appendHeader(b, 1, "mdat")
	return binary.BigEndian.AppendUint64(b, uint64(16+c.media))
}

// appendBox appends a box with the content that f appends.
func appendBox(b []byte, kind string, f func([]byte) []byte) []byte {
	start := len(b)
	b = f(appendHeader(b, 0, kind))
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start))
	return b
}
