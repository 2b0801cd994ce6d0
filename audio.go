package callrec

import (
	"slices"

	"github.com/callrec/callrec/ingest"
	"github.com/callrec/callrec/mixer"
)

const (
	// concealAhead is how far ahead of the mixer packets are taken from the jitter buffer, 100 ms, so that a loss is known
	// of, and concealed, before its turn comes.
	concealAhead = timescale / 10
	// maxConceal is the longest loss that is concealed, 120 ms; what is missing beyond is silence.
	maxConceal = timescale * 120 / 1000
	// maxWander is the longest gap that is filled with silence, 80 ms: the mixer takes up to 60 for a wandering clock.
	maxWander = timescale * 80 / 1000
)

// announcement is a clip that is mixed in from the beginning of the recording.
type announcement struct {
	clip  []int16
	start int64 // position of its first sample
	given int   // samples handed to the mixer
	input *mixer.Input
}

// writeUpTo hands the mixer the clip up to a position.
func (a *announcement) writeUpTo(position int64) {
	n := int(min(max(position-a.start, 0), int64(len(a.clip))))
	if n > a.given {
		a.input.Write(a.start+int64(a.given), a.clip[a.given:n])
		a.given = n
	}
}

// step mixes the next stepSamples of sound, gives those that are recorded to the encoder, and composes the video frames
// whose sound is complete.
func (r *Recording) step() error {
	end := r.mixed + stepSamples
	ahead := end + r.readAhead()
	r.clock = timeOf(ahead) + r.cfg.PlayoutDelay
	for _, p := range r.participants {
		for _, t := range p.tracks {
			if t.audio != nil && t.in != nil {
				r.readAudio(t, ahead)
			}
			r.watch(t)
		}
	}
	if r.announce != nil {
		r.announce.writeUpTo(ahead)
	}
	r.mixer.Read(r.mix[:])
	begin := r.mixed
	r.mixed = end
	if err := r.out.mixed(begin, r.mix[:]); err != nil {
		return err
	}
	if err := r.composeDue(); err != nil {
		return err
	}
	return r.out.watch(timeOf(end), r.log)
}

// readAhead is how far past the end of a step packets are taken from the jitter buffers, in samples.
func (r *Recording) readAhead() int64 { return int64(r.mixer.Lookahead()) + concealAhead }

// readAudio decodes what is due on a track up to a position and hands it to the mixer.
func (r *Recording) readAudio(t *track, until int64) {
	for {
		au, ok := t.in.Pop(timeOf(until))
		if !ok {
			break
		}
		at := sampleAt(au.Time)
		if t.heard {
			r.bridge(t, au)
		}
		pcm, err := r.decodeAudio(t, au.Payload)
		if t.damaged = err != nil; t.damaged {
			r.log.warn(t, "decode", err)
			t.owner.counts.DecodeErrors++
			continue
		}
		r.writeAudio(t, at, pcm)
		n := int64(len(pcm))
		t.expected, t.heard = at+n, true
		t.nextStamp = au.Timestamp + n*int64(t.in.ClockRate())/timescale
		if t.expected <= r.mixed { // it came, but its time had passed
			t.owner.counts.Lost++
			t.owner.counts.Late++
		}
	}
	r.collect(t)
}

// bridge fills what is missing before an access unit, as long as the timestamps say: a loss with what conceals it, and
// silence where it would last too long, or where nothing was lost. A long gap is left open, but one that is shorter than
// what the mixer takes for wandering would be closed by it.
func (r *Recording) bridge(t *track, au ingest.AccessUnit) {
	missing := (au.Timestamp - t.nextStamp) * timescale / int64(t.in.ClockRate())
	if missing <= 0 {
		return
	}
	at := t.expected
	if au.Lost > 0 || t.damaged {
		n := min(missing, maxConceal)
		r.conceal(t, n, missing, au.Payload)
		at, missing = at+n, missing-n
	}
	if missing > 0 && missing <= maxWander {
		r.decoded = slices.Grow(r.decoded[:0], int(missing))[:missing]
		clear(r.decoded)
		r.writeAudio(t, at, r.decoded)
	}
}

// conceal fills the first n samples of a loss. The access unit that follows the loss may restore its end, which is not
// filled if the loss is too long.
func (r *Recording) conceal(t *track, n, missing int64, next []byte) {
	if n < missing {
		next = nil
	}
	pcm, err := r.concealAudio(t, int(n), next)
	if err != nil {
		r.log.warn(t, "conceal", err)
		return
	}
	t.owner.counts.Concealed += timeOf(n)
	r.writeAudio(t, t.expected, pcm)
}

// concealAudio is the decoder's Conceal, with a panic turned into an error.
func (r *Recording) concealAudio(t *track, n int, next []byte) (pcm []int16, err error) {
	defer guard(&err, t.audio.Reset)
	pcm = t.audio.Conceal(r.decoded[:0], n, next)
	r.decoded = pcm
	return pcm, nil
}

// writeAudio hands the mixer what lies within the track's stay in the call.
func (r *Recording) writeAudio(t *track, at int64, pcm []int16) {
	if early := t.owner.from - at; early > 0 {
		n := min(early, int64(len(pcm)))
		at, pcm = at+n, pcm[n:]
	}
	if len(pcm) > 0 && at < t.removed {
		t.input.Write(at, pcm)
	}
}

// decodeAudio is the decoder's Decode, with a panic turned into an error.
func (r *Recording) decodeAudio(t *track, payload []byte) (pcm []int16, err error) {
	defer guard(&err, t.audio.Reset)
	pcm, err = t.audio.Decode(r.decoded[:0], payload)
	if err == nil {
		r.decoded = pcm
	}
	return pcm, err
}
