package callrec

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// ParticipantStats counts what came from a participant, over all stays in the call.
type ParticipantStats struct {
	ParticipantID    string
	Packets          int           // RTP packets received, of any track
	Lost             int           // RTP packets that never came, or too late
	Late             int           // RTP packets that came after their place had been passed; they are among the lost
	Duplicates       int           // RTP packets that had come before
	Restarts         int           // times that the numbers or timestamps of a track went on elsewhere
	Concealed        time.Duration // sound that stands in for lost packets
	Frames           int           // pictures that came whole and in time, seen or not
	KeyframeRequests int
	DecodeErrors     int // access units that could not be decoded
}

// Stats tells how far a recording has come.
type Stats struct {
	Recorded     time.Duration // media time up to the latest input
	Written      time.Duration // media time of the composed video, which lags behind by the playout delay
	Chunks       int           // finished files
	Load         Load          // how much of its work it does
	Participants []ParticipantStats
}

// Stats returns what a recording has come to up to its latest input.
func (r *Recording) Stats() Stats {
	var s Stats
	r.appendStats(&s)
	return s
}

// appendStats is Stats into memory that is there already.
func (r *Recording) appendStats(s *Stats) {
	s.Recorded = timeOf(r.timeline.media(min(sampleAt(r.now), r.timeline.end)))
	s.Written = timeOf(r.nextFrame * frameTicks)
	s.Chunks, s.Load = len(r.out.done), r.load
	s.Participants = s.Participants[:0]
	for _, p := range r.stats {
		s.Participants = append(s.Participants, *p)
	}
}

// reporter collects warnings and logs them, once for each cause, so that a broken stream does not flood anything.
type reporter struct {
	logger   *slog.Logger
	seen     map[string]bool
	warnings []string
}

// maxWarnings bounds what a recording keeps of its warnings, whatever its inputs do.
const maxWarnings = 1000

func newReporter(logger *slog.Logger) *reporter {
	return &reporter{logger: logger, seen: make(map[string]bool)}
}

// warn reports an error of a track, once for each cause.
func (r *reporter) warn(t *track, cause string, err error) {
	key := fmt.Sprintf("%s/%d/%s", t.owner.ID, t.SSRC, cause)
	if !r.first(key) {
		return
	}
	attrs := []any{"participant", t.owner.ID, "ssrc", t.SSRC, "codec", t.Codec, "error", err}
	if p, ok := errors.AsType[*panicError](err); ok {
		attrs = append(attrs, "stack", string(p.stack))
	}
	r.logger.Warn("track", attrs...)
	kind := "audio"
	if t.Kind == Video {
		kind = "video"
	}
	r.warnings = append(r.warnings, fmt.Sprintf("participant %s: %s track %s (SSRC %d): %v", t.owner.ID, kind, t.Codec, t.SSRC, err))
}

// restarted reports that a track's sequence numbers or timestamps went on elsewhere, each time that they do.
func (r *reporter) restarted(t *track, at time.Duration, times int64) {
	at = at.Round(time.Millisecond)
	r.warn(t, fmt.Sprintf("restart %d", times), fmt.Errorf("at %v of the call its sequence numbers or timestamps went on elsewhere", at))
}

// warnOnce reports something about a participant, once for each cause.
func (r *reporter) warnOnce(p *participant, cause, message, key string, value any) {
	if !r.first(p.ID + "/" + cause) {
		return
	}
	r.logger.Warn(message, "participant", p.ID, key, value)
	r.warnings = append(r.warnings, fmt.Sprintf("participant %s: %s (%s %v)", p.ID, message, key, value))
}

// folder reports that the folder takes nothing, or takes everything again.
func (r *reporter) folder(pending int64, cause error) {
	if cause == nil {
		r.logger.Info("the folder takes everything again")
		return
	}
	r.logger.Warn("the folder does not take what is written, it is tried again", "waiting", pending, "error", cause)
	if r.first("folder") {
		r.warnings = append(r.warnings, fmt.Sprintf("the folder did not take what was written, for a while at least: %v", cause))
	}
}

func (r *reporter) first(key string) bool {
	if r.seen[key] || len(r.warnings) >= maxWarnings {
		return false
	}
	r.seen[key] = true
	return true
}

// statsOf returns the counts of a participant, the same for all stays.
func (r *Recording) statsOf(id string) *ParticipantStats {
	for _, s := range r.stats {
		if s.ParticipantID == id {
			return s
		}
	}
	s := &ParticipantStats{ParticipantID: id}
	r.stats = append(r.stats, s)
	return s
}

// collect adds to the owner's counts what the track's jitter buffer has counted since the last time.
func (r *Recording) collect(t *track) {
	if t.in == nil {
		return
	}
	now, c := t.in.Stats(), t.owner.counts
	c.Lost += int(now.Lost - t.rtp.Lost)
	c.Late += int(now.Late - t.rtp.Late)
	c.Duplicates += int(now.Duplicates - t.rtp.Duplicates)
	c.Restarts += int(now.Restarts - t.rtp.Restarts)
	t.rtp = now
}

// panicError is a decoder's panic.
type panicError struct {
	cause any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("the decoder panicked: %v", e.cause) }

// guard turns a panic of a decoder into a *panicError, and resets the decoder. Whatever bytes a participant sends, it
// costs their own track alone.
func guard(err *error, reset func()) {
	if cause := recover(); cause != nil {
		*err = &panicError{cause, debug.Stack()}
		reset()
	}
}
