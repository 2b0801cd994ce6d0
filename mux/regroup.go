package mux

import (
	"fmt"
	"slices"
)

// gatherer takes note of all samples of a fragmented file.
type gatherer struct {
	samples  []sample
	runs     []gathered
	composed bool // there are composition time offsets
}

// gathered are samples of one track that follow each other in the file.
type gathered struct {
	extent
	track        int // as prober.tracks
	first, count int // in gatherer.samples
}

// add takes the next sample of a track, which is at an offset in the source.
func (g *gatherer) add(track int, s *sample, offset int64) {
	last := len(g.runs) - 1
	if last < 0 || g.runs[last].track != track || g.runs[last].end != offset {
		g.runs = append(g.runs, gathered{track: track, first: len(g.samples), extent: extent{start: offset, end: offset}})
		last++
	}
	g.runs[last].count++
	g.runs[last].end += int64(s.size)
	g.samples = append(g.samples, *s)
	g.composed = g.composed || s.offset != 0
}

// check refuses what can't be rewritten without loss.
func (g *gatherer) check(p *prober) error {
	r := p.report
	switch {
	case len(r.Problems) > 0:
		return fmt.Errorf("%w: %s", ErrSource, r.Problems[0])
	case len(r.Fragments) == 0:
		return fmt.Errorf("%w: no fragment", ErrSource)
	case g.composed:
		return fmt.Errorf("%w: composition time offsets", ErrSource)
	}
	return nil
}

// group is a fragment of the new file, made of those of the source that follow each other.
type group struct {
	runs     []gathered // in the order of the source, and then of the file
	payload  int64
	moof     []byte // and the header of mdat
	sync     bool   // playback can start here
	time     int64  // of the main track, in ticks
	duration int64
	traf     int // number of the main track's traf, from 1
}

func (g *group) size() int64 { return int64(len(g.moof)) + g.payload }

// groups joins the fragments, from one sync sample to the next at least.
func (g *gatherer) groups(p *prober) []group {
	var (
		list    []group
		runs    = g.runs
		ends    = firstTimes(p) // of the tracks' samples so far
		main    = p.report.mainTrack()
		longest = main.Duration / indexedGroups
	)
	for i := range p.report.Fragments {
		f := &p.report.Fragments[i]
		n := 0
		for n < len(runs) && runs[n].start < f.Offset+f.Size {
			n++
		}
		last := len(list) - 1
		if last < 0 || f.Sync && list[last].duration >= longest || list[last].payload+f.Size > MaxFragmentPayload {
			list = append(list, group{sync: f.Sync})
			if last++; last > 0 && f.Sync {
				g.moveSound(p, &list[last-1], &list[last], f, ends)
			}
		}
		list[last].take(f, runs[:n], main.ID)
		for _, run := range runs[:n] {
			ends[run.track] += ticks(g.of(&run))
		}
		runs = runs[n:]
	}
	times := firstTimes(p)
	for i := range list {
		list[i].moof = g.appendMoof(nil, p, &list[i], uint32(i+1), times)
	}
	return list
}

// moveSound moves the last samples of a group to the next one, which starts with a fragment, if they are of another track
// than the main one and needed to play from the time on at which that starts: those that go on at that time, even for
// players that do not apply the edit list, and the one before, with which they decode. Chromium, where it finds the
// picture that it looks for but not that sound, reads the file from the front to look for it. ends are the times at which
// the tracks' samples end.
func (g *gatherer) moveSound(p *prober, from, to *group, f *FragmentReport, ends []int64) {
	last := len(from.runs) - 1
	run := &from.runs[last]
	main := p.report.mainTrack()
	t := &p.tracks[run.track]
	if last == 0 || t.report.ID == main.ID || t.report.Timescale != main.Timescale || len(f.Runs) < len(p.tracks) {
		return
	}
	start := int64(0) // what ends after this is moved
	for _, r := range f.Runs {
		if r.Track == main.ID {
			start = r.Time
		}
	}
	moved := gathered{track: run.track, first: run.first + run.count, extent: extent{start: run.end, end: run.end}}
	if t.roll {
		start -= int64(t.duration)
	}
	for end := ends[run.track]; run.count > 1 && end > start; {
		s := &g.samples[moved.first-1]
		end -= int64(s.duration)
		run.count--
		run.end -= int64(s.size)
		moved.first--
		moved.count++
		moved.start -= int64(s.size)
	}
	if moved.count > 0 {
		bytes := moved.end - moved.start
		from.payload, to.payload = from.payload-bytes, to.payload+bytes
		to.runs = append(to.runs, moved)
	}
}

// ticks is how long samples last.
func ticks(samples []sample) (sum int64) {
	for i := range samples {
		sum += int64(samples[i].duration)
	}
	return sum
}

// firstTimes returns the tfdt of each track's first samples.
func firstTimes(p *prober) []int64 {
	times, found := make([]int64, len(p.tracks)), make([]bool, len(p.tracks))
	for i := range p.report.Fragments {
		for _, run := range p.report.Fragments[i].Runs {
			for j := range p.tracks {
				if p.tracks[j].report.ID == run.Track && !found[j] {
					times[j], found[j] = run.Time, true
				}
			}
		}
	}
	return times
}

// take adds a fragment of the source.
func (g *group) take(f *FragmentReport, runs []gathered, main uint32) {
	for _, run := range f.Runs {
		if run.Track == main {
			if g.duration == 0 {
				g.time = run.Time
			}
			g.duration += run.Duration
		}
	}
	for _, run := range runs {
		g.payload += run.end - run.start
	}
	g.runs = append(g.runs, runs...)
}

// appendMoof appends moof and the header of mdat. times are those of the tracks' next samples, which it moves on. It puts
// the runs into the order in which they are written: by track, each of which becomes one trun.
func (g *gatherer) appendMoof(b []byte, p *prober, gr *group, sequence uint32, times []int64) []byte {
	slices.SortStableFunc(gr.runs, func(a, b gathered) int { return a.track - b.track })
	shapes, samples := make([]runShape, len(p.tracks)), make([][]sample, len(p.tracks))
	bytes := make([]int, len(p.tracks))
	for _, run := range gr.runs {
		samples[run.track] = append(samples[run.track], g.of(&run)...)
		bytes[run.track] += int(run.end - run.start)
	}
	size, trafs := boxHeader+mfhdSize, 0
	for i := range p.tracks {
		t := &p.tracks[i]
		shapes[i] = runShape{
			track: t.report.ID, time: times[i], count: len(samples[i]), flags: runFlags(samples[i], t.duration, t.flags), roll: t.roll,
		}
		size += shapes[i].trafSize()
		if len(samples[i]) > 0 {
			trafs++
		}
		if t.report.ID == p.report.mainTrack().ID {
			gr.traf = trafs
		}
	}
	b = appendHeader(b, size, "moof")
	b = appendHeader(b, mfhdSize, "mfhd")
	b = appendWords(b, 0, sequence)
	data := size + boxHeader
	for i := range shapes {
		b = shapes[i].appendTraf(b, samples[i], data)
		data += bytes[i]
		times[i] += ticks(samples[i])
	}
	return appendHeader(b, boxHeader+int(gr.payload), "mdat")
}

func (g *gatherer) of(run *gathered) []sample { return g.samples[run.first : run.first+run.count] }
