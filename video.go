package callrec

import (
	"errors"
	"slices"
	"time"

	"github.com/callrec/callrec/codec"
)

// keyframeInterval is the shortest time between two requests for a keyframe on one track.
const keyframeInterval = time.Second

// composeDue composes the video frames whose sound has been encoded. Sound goes first because a chunk may only take a
// frame if it can hold the frame's sound as well. Where a cut follows, the sound is completed only after it; then the
// frame is composed at once, as the pictures go on, and the output keeps it until its sound is there.
func (r *Recording) composeDue() error {
	for {
		position, known := r.timeline.position(r.nextFrame * frameTicks)
		if !known || position > r.mixed || r.nextFrame == r.frames {
			r.passOver(r.mixed)
			return nil
		}
		if !r.out.soundCovers(r.nextFrame+1) && r.timeline.nextCut(position) > r.mixed {
			return nil
		}
		if err := r.compose(position); err != nil {
			return err
		}
	}
}

// passOver keeps the video tracks going up to a position in a part of the call that is not recorded.
func (r *Recording) passOver(position int64) {
	r.show.apply(position)
	r.listen(position)
	for _, p := range r.participants {
		for _, t := range p.tracks {
			if t.video != nil && t.in != nil {
				r.decodeUntil(t, position, never)
				r.collect(t)
			}
		}
	}
	r.forgetLeft(position)
}

// compose makes the next video frame, which shows the call as it stands at a position.
func (r *Recording) compose(position int64) error {
	oldest := r.timeline.resumedAt(position)
	if r.repeats(position, oldest) {
		if err := r.out.frame(r.nextFrame, position, r.canvas, nil, false); err != nil {
			return err
		}
		r.nextFrame++
		return nil
	}
	r.show.apply(position)
	r.listen(position)
	for _, p := range r.participants {
		if p.in(position) {
			r.look(p, position, oldest)
		}
	}
	tiles := r.choose(position)
	r.forgetLeft(position)
	if r.cfg.TimeStamp {
		r.tiler.SetStamp(r.show.clock.at(r.cfg.Start, position))
	}
	canvas, damage := r.tiler.Compose(tiles)
	r.limitLayers(tiles)
	afterCut := oldest != r.lastCut
	r.lastCut, r.canvas, r.composedAt = oldest, canvas, position
	if err := r.out.frame(r.nextFrame, position, canvas, damage, afterCut); err != nil {
		return err
	}
	r.nextFrame++
	return nil
}

// maxFreeze is how long a picture stays on show while frames come that can't be decoded, 10 s.
const maxFreeze = 10 * timescale

// shown says whether the track has a picture to show at a position: one that is not older than the last cut's end, and
// not for too long the last one, nor after the sender has said goodbye. When frames go on coming but wait for a keyframe
// the picture stays longer.
func (t *track) shown(position, oldest, timeout int64) bool {
	return t.picture.Image != nil && t.pictureAt >= oldest && (position < t.byeAt || t.aliveAt > t.byeAt) &&
		position-t.aliveAt <= timeout && (t.starved || position-t.pictureAt <= max(timeout, maxFreeze))
}

// readVideo decodes what is due on a track at a position. Right after a cut, where the picture that is due would be of
// the time that is left out, the first one after the cut is taken, up to a frame early.
func (r *Recording) readVideo(t *track, position, oldest int64) {
	r.decodeUntil(t, position, never)
	if t.pictureAt < oldest {
		limit := min(position+frameTicks, r.mixed, r.timeline.nextCut(position), r.timeline.end)
		r.decodeUntil(t, limit-1, oldest)
	}
	r.collect(t)
}

// dropper is implemented by video decoders that can tell, before decoding it, that a frame can be left out: no other
// frame refers to it. The answer holds for the frame that comes next.
type dropper interface {
	Droppable(au []byte) bool
}

// decodeUntil decodes the access units up to a position, but stops when there is a picture of enough or later. A frame
// that no other refers to, such as those of the upper temporal layers, is decoded only if it is the last one that is
// due, which is the one that will be seen.
func (r *Recording) decodeUntil(t *track, position, enough int64) {
	spare := false // t.spare holds such a frame
	for t.picture.Image == nil || t.pictureAt < enough {
		au, ok := t.in.Pop(timeOf(position))
		if !ok {
			break
		}
		spare = false
		at := sampleAt(au.Time)
		t.aliveAt = at
		if au.Lost > 0 {
			t.needKey = true
		}
		if r.load == LoadKeyframes && !au.Keyframe {
			t.needKey, t.starved = true, true
			continue
		}
		if t.needKey && !au.Keyframe {
			if !t.in.KeyframeWaits() {
				r.requestKeyframe(t, r.clock)
			}
			continue
		}
		t.look = au.Look
		if t.dropper != nil && !au.Keyframe && at < enough && t.dropper.Droppable(au.Payload) {
			spare = true
			t.spare, t.spareAt = append(t.spare[:0], au.Payload...), at
			t.owner.counts.Frames++
			continue
		}
		t.owner.counts.Frames += r.decode(t, au.Payload, at)
	}
	if spare {
		r.decode(t, t.spare, t.spareAt)
	}
}

// decode decodes an access unit of a position and returns the number of pictures it gave.
func (r *Recording) decode(t *track, au []byte, at int64) int {
	pictures, err := decodeVideo(t, au, at)
	if err != nil {
		r.decodeFailed(t, err)
	} else {
		t.needKey = false
	}
	for _, p := range pictures {
		r.pictures++
		if t.serial == 0 {
			t.since = p.PTS
		}
		t.picture, t.pictureAt, t.serial = p, p.PTS, r.pictures
		t.starved = false
	}
	return len(pictures)
}

// decodeFailed counts and reports an access unit that could not be decoded, and asks for a keyframe if what follows
// can't be decoded without.
func (r *Recording) decodeFailed(t *track, err error) {
	r.log.warn(t, "decode", err)
	t.owner.counts.DecodeErrors++
	_, panicked := errors.AsType[*panicError](err)
	if panicked || errors.Is(err, codec.ErrNeedKeyframe) {
		t.needKey = true
		r.requestKeyframe(t, r.clock)
	}
}

// decodeVideo is the decoder's Decode, with a panic turned into an error.
func decodeVideo(t *track, au []byte, pts int64) (pictures []codec.Picture, err error) {
	defer guard(&err, func() {
		t.video.Reset()
		t.picture = codec.Picture{}
	})
	return t.video.Decode(au, pts)
}

// joinPatience is how long a new video track may be without a packet before a keyframe is asked for: a still screen share
// sends none before.
const joinPatience = 300 * time.Millisecond

// watch asks for a keyframe as soon as it is known that one will be needed, which is long before the loss is due.
func (r *Recording) watch(t *track) {
	if t.video == nil || t.in == nil {
		return
	}
	begins := t.in.Stats().Packets == 0 && !t.requested && r.clock-t.added >= joinPatience
	if begins || t.in.NeedsKeyframe(r.clock) {
		r.requestKeyframe(t, r.clock)
	}
}

// requestKeyframe asks for a keyframe, unless that was done a short while ago.
func (r *Recording) requestKeyframe(t *track, now time.Duration) {
	if t.Kind != Video || t.removed != never || t.bye || r.stopped || t.requested && now-t.requestedAt < keyframeInterval {
		return
	}
	t.requested, t.requestedAt = true, now
	t.owner.counts.KeyframeRequests++
	if r.cfg.OnKeyframeRequest != nil {
		r.cfg.OnKeyframeRequest(t.owner.ID, t.SSRC)
	}
}

// forgetLeft drops the participants and tracks that no video frame from a position on will show.
func (r *Recording) forgetLeft(position int64) {
	for _, p := range r.participants {
		p.tracks = slices.DeleteFunc(p.tracks, func(t *track) bool {
			if t.active(position) {
				return false
			}
			r.collect(t)
			t.release()
			return true
		})
	}
	r.participants = slices.DeleteFunc(r.participants, func(p *participant) bool { return p.until <= position })
}
