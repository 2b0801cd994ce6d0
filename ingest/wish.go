package ingest

import (
	"strings"
	"time"
)

// patience is how long a video packet may be missing before it is taken to need a keyframe: a retransmission, which
// takes little more than a round trip, would have come.
const patience = int64(200 * time.Millisecond)

// wish watches a video track for the need of a keyframe, long before the loss is due.
type wish struct {
	blind   bool  // the payload format does not show keyframes
	newest  int64 // sequence number of the newest packet with which a keyframe begins
	had     bool  // newest is valid
	missing int64 // what came before this number is there, or given up
	gap     bool  // the packet of that number is missing
	since   int64 // arrival from which on that is known
	began   int64 // arrival of the first packet
}

// showsKeyframes says whether a track's payload format tells where keyframes begin.
func showsKeyframes(cfg TrackConfig) bool {
	return cfg.Kind == Video && (strings.EqualFold(cfg.Codec, "vp8") || strings.EqualFold(cfg.Codec, "h264"))
}

// arrived takes in that a packet came.
func (w *wish) arrived(t *Track, at int64, first bool) {
	if first {
		w.began, w.missing = at, t.next
	}
	w.pass(t, at)
}

// pass goes on to the first packet that is missing.
func (w *wish) pass(t *Track, at int64) {
	from := w.missing
	w.missing = max(w.missing, t.next)
	for w.missing <= t.numbers.last && t.ring.seen(w.missing) {
		w.missing++
	}
	gap := w.missing <= t.numbers.last
	if gap && (!w.gap || w.missing != from) {
		w.since = at
	}
	w.gap = gap
}

// NeedsKeyframe says at a call time whether a video track can't go on, once it gets to what has arrived, without a
// keyframe that is not there yet: no keyframe came with the first packets, or a packet has been missing for 200 ms and
// no keyframe came after it. It is always false for audio, and for codecs whose payload format does not show keyframes
// (all but VP8 and H.264).
func (t *Track) NeedsKeyframe(now time.Duration) bool {
	w := &t.wish
	switch {
	case w.blind || !t.numbers.started:
		return false
	case !w.had:
		return int64(now)-w.began >= patience
	}
	if w.missing < t.next {
		w.pass(t, int64(now))
	}
	return w.gap && w.newest < w.missing && int64(now)-w.since >= patience
}

// KeyframeWaits says whether a keyframe, or a part of one, waits in the jitter buffer.
func (t *Track) KeyframeWaits() bool { return t.wish.had && t.wish.newest >= t.next }
