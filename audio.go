package callrec

import (
	"time"

	"github.com/callrec/callrec/mixer"
)

const (
	// concealAhead is how far ahead of the mixer packets are taken from the jitter buffer, 100 ms, so that a loss is known
	// of, and concealed, before its turn comes.
	concealAhead = timescale / 10
	// maxConceal is the longest loss that is concealed, 120 ms; what is missing beyond is silence.
	maxConceal = timescale * 120 / 1000
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
		lost := au.Lost > 0 || t.damaged
		if missing := at - t.expected; t.heard && lost && missing > 0 {
			r.conceal(t, int(min(missing, maxConceal)), au.Payload)
		}
		pcm, err := r.decodeAudio(t, au.Payload)
		if t.damaged = err != nil; t.damaged {
			r.log.warn(t, "decode", err)
			t.owner.counts.DecodeErrors++
			continue
		}
		r.writeAudio(t, at, pcm)
		t.expected, t.heard = at+int64(len(pcm)), true
	}
	r.collect(t)
}

// conceal fills n samples of a loss, whose length is known from the access unit that follows it.
func (r *Recording) conceal(t *track, n int, next []byte) {
	pcm := t.audio.Conceal(r.decoded[:0], n, next)
	r.decoded = pcm
	t.owner.counts.Concealed += time.Duration(int64(n) * nsPerSample)
	r.writeAudio(t, t.expected, pcm)
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
