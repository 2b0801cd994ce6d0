package callrec

import (
	"fmt"
	"time"
)

// Load says how much of its work a recording does. Sound is never left out, whatever the load.
type Load uint8

const (
	// LoadAll is all of it.
	LoadAll Load = iota
	// LoadRepeat composes and encodes a new canvas once a second and repeats it in between. What no canvas shows and
	// no later picture refers to is not decoded.
	LoadRepeat
	// LoadKeyframes decodes keyframes only, too. A tile holds its last picture until one comes. When it ends, keyframes
	// are asked for.
	LoadKeyframes
)

// repeatFor is how long a canvas is repeated under load, in samples: a second.
const repeatFor = timescale

// Overload is a part of a call in which a recording did less than all of its work.
type Overload struct {
	From, To time.Duration // call time
	Load     Load
}

// SetLoad says how much of its work the recording does from call time at on, for a host that does not keep up. It is an
// input like any other: a recording knows no clock and cannot tell by itself. The result lists the intervals.
func (r *Recording) SetLoad(at time.Duration, load Load) error {
	at, err := r.input(at)
	if err != nil || load == r.load {
		return err
	}
	if load > LoadKeyframes {
		return fmt.Errorf("%w: load %d", ErrConfig, load)
	}
	r.endLoad(at)
	if r.load = load; load != LoadAll {
		r.overloads = append(r.overloads, Overload{From: at, Load: load})
	}
	if load == LoadKeyframes {
		return nil
	}
	for _, p := range r.participants {
		for _, t := range p.tracks {
			if t.starved && t.needKey && !t.in.KeyframeWaits() {
				r.requestKeyframe(t, at)
			}
		}
	}
	return nil
}

// endLoad notes that an overload, if there is one, lasted up to a call time.
func (r *Recording) endLoad(at time.Duration) {
	if r.load != LoadAll {
		r.overloads[len(r.overloads)-1].To = at
	}
}

// repeats says whether the video frame at a position repeats the canvas before it. Nothing is repeated across a cut.
func (r *Recording) repeats(position, oldest int64) bool {
	return r.load != LoadAll && r.canvas != nil && oldest == r.lastCut && position-r.composedAt < repeatFor
}
