package mixer

import "math/bits"

// Stats counts what became of an input's samples.
type Stats struct {
	Written   int64 // samples given to Write
	Late      int64 // dropped: due before what Read had already taken
	Overflow  int64 // dropped: due at the mixer's Horizon or later
	Overlap   int64 // dropped: due where there already were samples
	Cut       int64 // dropped: due at the cut or later
	Reanchors int64 // blocks after the first that did not continue the one before
	// Skew is how much longer the input is being played than it is, in parts per million, at present.
	Skew int
	// Error is how much later the last block was due than it was played, in samples, smoothed; 0 if it did not
	// continue.
	Error int
}

// Input is one participant's place in the mix.
//
// Samples go two steps: from the source side, where blocks are joined and the drift of the sender's clock is taken out
// (drift.go), into a ring of samples at their timeline positions, where they wait for Read.
type Input struct {
	m     *Mixer
	gain  int64 // in 1/2^gainBits
	stats Stats
	drift drift

	levels   levels
	leveling leveling
	tap      func(position int64, pcm []int16) // nil for none

	ring []int16 // indexed by timeline position modulo its length; zero where nothing is due
	end  int64   // timeline position after the last sample
	tail int64   // timeline position after the last sample or fade-out
	cut  int64   // no sample at or after this
	open bool    // the samples up to end have no fade-out: what comes next at end continues them
	last int16   // the sample before end

	fadedIn int  // samples of the fade-in that are done
	written bool // a block has been anchored
}

func newInput(m *Mixer, gain int64, tap func(int64, []int16)) *Input {
	size := 1 << bits.Len64(uint64(m.maxAhead+fadeLength-1))
	return &Input{m: m, gain: gain, tap: tap, ring: make([]int16, size), cut: 1<<63 - 1, end: m.frontier, tail: m.frontier}
}

// Write gives the input a block of PCM, borrowed until return, whose first sample is due at timeline position at. A
// block of any length may be written; what reaches the mixer's Horizon is dropped, so long clips are written in parts
// as Read goes on.
//
// A block that is due within the tolerance of where the previous one ended continues it: its samples follow without a
// seam, and the difference is worked off slowly by playing the input at a minutely different speed (at most 0.3 %,
// changing by at most 500 ppm a second). As long as the difference stays within 1 ms the samples pass unchanged.
//
// Any other block starts at exactly the position it is due: what was before it fades out, silence is in between, and it
// fades in over 4 ms, as does the first. Where it overlaps what was written already its samples are dropped, up to a
// short cross-fade at the end of that. Samples due before what Read has taken are dropped. A block all of which is
// dropped for its position, and that does not continue the one before, leaves no trace but in the statistics.
func (in *Input) Write(at int64, pcm []int16) {
	if len(pcm) == 0 {
		return
	}
	n := int64(len(pcm))
	in.stats.Written += n
	if at >= in.cut {
		in.stats.Cut += n
		return
	}
	if !in.drift.on || !in.steer(at, n) {
		switch {
		case at >= in.m.Horizon():
			in.stats.Overflow += n
			return
		case at <= in.m.frontier-n:
			in.stats.Late += n
			return
		}
		in.anchor(at)
	}
	overflow := in.stats.Overflow
	in.feed(pcm)
	if in.stats.Overflow != overflow {
		// What is held back would find room later and stand there alone.
		in.stats.Overflow += in.drift.stop()
	}
}

// CutAt ends the input at timeline position at: what was or will be written from there on is dropped, and what comes
// before fades out over the last 4 ms. If Read has already taken those, the fade-out begins with the next sample that
// it has not. The input cannot be used again after it, only be cut earlier, and the mixer forgets it when Read has
// passed the cut; to go on, add another.
func (in *Input) CutAt(at int64) {
	at = max(at, in.m.frontier)
	if at >= in.cut {
		return
	}
	in.cut = at
	if in.tail > at || (in.open && in.end == at) {
		in.fadeOut(max(in.m.frontier, at-fadeLength))
	}
}

// Stats returns the statistics up to now.
func (in *Input) Stats() Stats {
	s := in.stats
	s.Skew = in.drift.skew()
	s.Error = int(in.drift.err >> errBits)
	return s
}

// anchor starts anew at timeline position at, after what is still held back of the previous block.
func (in *Input) anchor(at int64) {
	in.flush()
	if in.written {
		in.stats.Reanchors++
	}
	in.written = true
	if in.open && at != in.end {
		from := max(in.m.frontier, in.end-fadeLength)
		if at < in.end {
			from = max(from, at)
		}
		in.fadeOut(from)
	}
	in.drift.start(at)
}

// place puts samples at their timeline position, as far as there is room and nothing is there yet.
func (in *Input) place(pos int64, pcm []int16) {
	pos, pcm = in.clip(pos, pcm)
	if len(pcm) > 0 {
		if !in.open || pos > in.end {
			if in.open {
				in.fadeOut(max(in.m.frontier, in.end-fadeLength))
			}
			in.fadedIn = 0
		}
		in.open, in.end, in.last = true, pos+int64(len(pcm)), pcm[len(pcm)-1]
		for ; in.fadedIn < fadeLength && len(pcm) > 0; in.fadedIn++ {
			// Added, because the fade-out of what was before may lie there.
			p := in.at(pos)
			*p = saturate(int32(*p) + in.m.fade.in(in.fadedIn, pcm[0]))
			pos, pcm = pos+1, pcm[1:]
		}
		k := copy(in.ring[pos&in.mask():], pcm)
		copy(in.ring, pcm[k:])
		in.tail = max(in.tail, in.end)
	}
	if in.open && in.end >= in.cut {
		in.fadeOut(max(in.m.frontier, in.cut-fadeLength))
	}
}

// clip drops the samples that have no place and counts them.
func (in *Input) clip(pos int64, pcm []int16) (int64, []int16) {
	drop := func(n int64, counter *int64) int64 {
		n = min(max(n, 0), int64(len(pcm)))
		*counter += n
		return n
	}
	k := drop(in.m.frontier-pos, &in.stats.Late)
	pos, pcm = pos+k, pcm[k:]
	k = drop(in.end-pos, &in.stats.Overlap)
	pos, pcm = pos+k, pcm[k:]
	k = drop(pos+int64(len(pcm))-in.cut, &in.stats.Cut)
	pcm = pcm[:int64(len(pcm))-k]
	k = drop(pos+int64(len(pcm))-in.m.Horizon(), &in.stats.Overflow)
	pcm = pcm[:int64(len(pcm))-k]
	return pos, pcm
}

// fadeOut ends the samples with a fade-out that begins at timeline position from, at the frontier or later. Where it is
// longer than what is left and that has no fade-out yet, the last sample goes on.
func (in *Input) fadeOut(from int64) {
	for k := range fadeLength {
		p := in.at(from + int64(k))
		v := in.last
		if !in.open || from+int64(k) < in.end {
			v = *p
		}
		*p = int16(in.m.fade.out(k, v))
	}
	for pos := from + fadeLength; pos < in.tail; pos++ {
		*in.at(pos) = 0
	}
	in.open, in.end, in.tail = false, from, from+fadeLength
}

// settle makes the samples before target, which Read is about to take, final. Whether the input goes on has to be known
// a fade-out's length before it ends.
func (in *Input) settle(target int64) {
	need := target + fadeLength
	if in.end < need {
		in.flush()
	}
	if in.end < need {
		in.drift.on = false
		if in.open {
			in.fadeOut(max(in.m.frontier, in.end-fadeLength))
		}
	}
}

// addTo adds the input from the frontier on to sum and removes it from the ring.
func (in *Input) addTo(sum []int32) {
	n := min(int64(len(sum)), in.tail-in.m.frontier)
	if n <= 0 {
		return
	}
	sum = sum[:n]
	start := in.m.frontier & in.mask()
	first := in.ring[start:min(start+n, int64(len(in.ring)))]
	in.add(in.m.frontier, sum, first)
	in.add(in.m.frontier+int64(len(first)), sum[len(first):], in.ring[:n-int64(len(first))])
}

// add adds what the ring holds from a timeline position on.
func (in *Input) add(pos int64, sum []int32, pcm []int16) {
	if len(pcm) == 0 {
		return
	}
	in.levels.add(pos, pcm)
	if in.tap != nil {
		in.tap(pos, pcm)
	}
	sum = sum[:len(pcm)]
	if in.leveling.on {
		in.addLeveled(pos, sum, pcm)
	} else if in.gain == 1<<gainBits {
		for i, v := range pcm {
			sum[i] += int32(v)
		}
	} else {
		for i, v := range pcm {
			sum[i] += int32((int64(v)*in.gain + 1<<(gainBits-1)) >> gainBits)
		}
	}
	clear(pcm)
}

// finished reports whether nothing can come from the input any more.
func (in *Input) finished() bool {
	return in.cut <= in.m.frontier && in.tail <= in.m.frontier
}

func (in *Input) mask() int64 {
	return int64(len(in.ring) - 1)
}

func (in *Input) at(pos int64) *int16 {
	return &in.ring[pos&in.mask()]
}
