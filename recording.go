package callrec

import (
	"errors"
	"fmt"
	"image"
	"slices"
	"time"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/ingest"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/mixer"
	"github.com/callrec/callrec/tiler"
)

// Recording is one recording of one call. Its methods are the inputs: each takes the call time at which something
// happened and first moves the recording on to that time. Times never go back: an earlier one counts as the latest that
// was given. A Recording is not safe for concurrent use.
type Recording struct {
	cfg      Config
	timeline timeline
	now      time.Duration // latest time given
	clock    time.Duration // call time at which the step that is being taken became due: now, but on the steps' grid
	mixed    int64         // position up to which sound has been mixed
	stopped  bool
	result   *Result // once it has been stopped
	complete bool    // all of the result is in the folder
	failure  error   // what ended the recording before its time

	participants []*participant // in order of joining; dropped when the video has passed their leaving
	stats        []*ParticipantStats
	log          *reporter

	mixer      *mixer.Mixer
	announce   *announcement
	mix        [stepSamples]int16
	decoded    []int16 // scratch of the audio decoders
	tiler      *tiler.Tiler
	show       show
	nextFrame  int64  // number of the next video frame: its media time is nextFrame*frameTicks
	frames     int64  // how many video frames there are, never while the recording goes on
	lastCut    int64  // resumedAt of the last video frame
	pictures   uint64 // decoded so far, which numbers them
	load       Load
	overloads  []Overload   // the last one is going on if there is a load
	canvas     *image.YCbCr // of the last frame, nil before the first
	composedAt int64        // position at which it was composed
	out        *output
}

// stepSamples is the grain in which sound is mixed, 20 ms. Steps lie on a fixed grid of call time, so that it does not
// matter when the recording is told to advance.
const stepSamples = timescale / 50

// New starts a recording at call time 0, with nobody in the call.
func New(cfg Config) (*Recording, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	r := &Recording{
		cfg:      cfg,
		timeline: newTimeline(cfg.RecordFrom),
		frames:   never,
		log:      newReporter(cfg.Logger.With("recording", cfg.ID)),
	}
	var err error
	if r.mixer, err = mixer.New(mixer.Config{}); err != nil {
		return nil, fmt.Errorf("callrec: %w", err)
	}
	r.tiler, err = tiler.New(tiler.Config{
		Width: Width, Height: Height, Layout: cfg.Layout,
		Font: cfg.Font, Watermark: cfg.Watermark, StampCorner: tiler.BottomRight,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if len(cfg.Announcement) > 0 {
		r.announce = &announcement{clip: cfg.Announcement, start: sampleAt(cfg.RecordFrom)}
		if r.announce.input, err = r.mixer.AddInput(mixer.InputConfig{}); err != nil {
			return nil, fmt.Errorf("callrec: %w", err)
		}
	}
	if r.out, err = newOutput(&r.cfg, &r.timeline); err != nil {
		return nil, err
	}
	return r, nil
}

// Join takes a participant into the call. It returns an error that wraps ErrDuplicate if one with this ID is in it.
func (r *Recording) Join(at time.Duration, p Participant) error {
	at, err := r.input(at)
	if err != nil {
		return err
	}
	if p.ID == "" {
		return fmt.Errorf("%w: a participant without an ID", ErrUnknownParticipant)
	}
	if r.find(p.ID) != nil {
		return fmt.Errorf("%w: participant %s", ErrDuplicate, p.ID)
	}
	s := &stay{id: p.ID, from: sampleAt(at), until: never}
	r.out.joined(s)
	r.participants = append(r.participants, &participant{
		Participant: p,
		stay:        s,
		clock:       ingest.NewClock(),
		counts:      r.statsOf(p.ID),
	})
	return r.out.journal(journalEntry{Event: eventJoin, At: at, Participant: p.ID, Name: p.DisplayName})
}

// Leave takes a participant out of the call, with all tracks.
func (r *Recording) Leave(at time.Duration, id string) error {
	at, p, err := r.inputOf(at, id)
	if err != nil {
		return err
	}
	p.until = sampleAt(at)
	for _, t := range p.tracks {
		r.endTrack(t, p.until)
	}
	return r.out.journal(journalEntry{Event: eventLeave, At: at, Participant: id})
}

// AddTrack adds a media stream to a participant. It returns an error that wraps ErrDuplicate if they have one of this
// SSRC. A codec that can't be decoded is no error: the track is reported, and the participant stays silent or is shown
// without a picture.
func (r *Recording) AddTrack(at time.Duration, id string, t Track) error {
	at, p, err := r.inputOf(at, id)
	if err != nil {
		return err
	}
	if p.track(t.SSRC) != nil {
		return fmt.Errorf("%w: SSRC %d of participant %s", ErrDuplicate, t.SSRC, id)
	}
	added := &track{Track: t, owner: p, added: at, removed: never, byeAt: never, needKey: true, sharedAt: never}
	p.tracks = append(p.tracks, added)
	if err := r.open(added); err != nil {
		added.release()
		added.audio, added.video = nil, nil
		r.log.warn(added, "codec", err)
	}
	return nil
}

// open makes what the track needs to be decoded.
func (r *Recording) open(t *track) error {
	if t.soundless() {
		return nil
	}
	var err error
	kind := ingest.Audio
	switch t.Kind {
	case Audio:
		t.audio, err = r.cfg.Codecs.NewAudioDecoder(codec.AudioFormat{
			Name: t.Codec, ClockRate: t.ClockRate, Channels: t.Channels, FMTP: t.FMTP,
		})
	case Video:
		kind = ingest.Video
		t.video, err = r.cfg.Codecs.NewVideoDecoder(codec.VideoFormat{Name: t.Codec, FMTP: t.FMTP})
		t.dropper, _ = t.video.(dropper)
	}
	if err != nil {
		return err
	}
	if t.Kind == Audio {
		if t.input, err = r.mixer.AddInput(mixer.InputConfig{Leveling: r.cfg.Leveling, Tap: r.tapOf(t)}); err != nil {
			return err
		}
	}
	t.in, err = ingest.NewTrack(ingest.TrackConfig{
		Kind: kind, Codec: t.Codec, ClockRate: t.ClockRate,
		PayloadType: t.PayloadType, SSRC: t.SSRC, Clock: t.owner.clock,
		HeaderExtensions: t.HeaderExtensions,
	})
	return err
}

// RemoveTrack ends a media stream of a participant.
func (r *Recording) RemoveTrack(at time.Duration, id string, ssrc uint32) error {
	at, p, err := r.inputOf(at, id)
	if err != nil {
		return err
	}
	t := p.track(ssrc)
	if t == nil {
		return fmt.Errorf("%w: SSRC %d of participant %s", ErrUnknownTrack, ssrc, id)
	}
	r.endTrack(t, sampleAt(at))
	if t.in != nil {
		t.in.Close()
	}
	return nil
}

func (r *Recording) endTrack(t *track, position int64) {
	t.removed = min(t.removed, position)
	if t.input != nil {
		t.input.CutAt(t.removed)
	}
}

// RTP takes a participant's packet that arrived at call time at. The packet is borrowed until return. What is wrong
// with a packet is counted and logged; the error is about the recording.
func (r *Recording) RTP(at time.Duration, id string, packet []byte) error {
	at, p, err := r.inputOf(at, id)
	if err != nil {
		return err
	}
	p.counts.Packets++
	ssrc, ok := ingest.SSRC(packet)
	if !ok {
		r.log.warnOnce(p, "not RTP", "a packet that is not RTP", "bytes", len(packet))
		return nil
	}
	t := p.track(ssrc)
	if t == nil {
		r.log.warnOnce(p, "unknown SSRC", "packets of an SSRC that no track has", "ssrc", ssrc)
		return nil
	}
	if t.in == nil {
		return nil
	}
	t.bye = false
	restarts := t.in.Stats().Restarts
	if err := t.in.Push(at, packet); err != nil && !errors.Is(err, ingest.ErrJump) {
		r.log.warn(t, "packet", err)
	}
	if now := t.in.Stats().Restarts; now != restarts {
		r.log.restarted(t, at, now)
	}
	return nil
}

// RTCP takes a participant's control packet that arrived at call time at. The packet is borrowed until return. Sender
// reports keep a participant's tracks in step. A goodbye ends the show of a track's last picture; the track goes on if
// its packets do.
func (r *Recording) RTCP(at time.Duration, id string, packet []byte) error {
	at, p, err := r.inputOf(at, id)
	if err != nil {
		return err
	}
	reports, goodbyes, err := ingest.ParseRTCP(packet)
	if err != nil { // what stood before the damage is of use all the same
		r.log.warnOnce(p, "RTCP", "a control packet that can't be read", "error", err)
	}
	for _, sr := range reports {
		t := p.track(sr.SSRC)
		if t == nil || t.in == nil {
			continue
		}
		if err := t.in.Report(at, sr); err != nil {
			r.log.warn(t, "report", err)
		}
	}
	for _, ssrc := range goodbyes {
		if t := p.track(ssrc); t != nil {
			t.bye, t.byeAt = true, sampleAt(at)
		}
	}
	return nil
}

// Pause leaves out what happens from call time at on, to the sample. It does nothing while the recording is paused.
func (r *Recording) Pause(at time.Duration) error {
	at, err := r.input(at)
	if err != nil || r.timeline.paused() {
		return err
	}
	r.timeline.pause(at)
	return r.out.journal(journalEntry{Event: eventPause, At: at})
}

// Resume goes on with the recording at call time at. It does nothing while the recording is not paused.
func (r *Recording) Resume(at time.Duration) error {
	at, err := r.input(at)
	if err != nil || !r.timeline.paused() {
		return err
	}
	r.timeline.resume(at)
	for _, p := range r.participants {
		for _, t := range p.tracks {
			r.requestKeyframe(t, at) // pictures older than this are not shown, so a still screen needs a new one
		}
	}
	return r.out.journal(journalEntry{Event: eventResume, At: at})
}

// Advance moves the recording on to call time now: everything that is PlayoutDelay old or more is composed and written.
func (r *Recording) Advance(now time.Duration) error {
	_, err := r.input(now)
	return err
}

// Stop ends the recording at call time at and completes its files. The result is valid too if there is an error: it
// tells what could be completed. If the error wraps chunk.ErrStalled, what the folder did not take is still in memory,
// and stopping again tries it again. Else stopping again returns ErrStopped.
func (r *Recording) Stop(at time.Duration, reason metadata.EndReason) (*Result, error) {
	if r.result != nil && !r.complete {
		return r.close(nil)
	}
	_, err := r.input(at)
	if errors.Is(err, ErrStopped) {
		return nil, err
	}
	r.stopped = true
	r.endLoad(r.now)
	r.timeline.stop(r.now)
	for err == nil && r.mixed < r.timeline.end {
		err = r.step()
	}
	if err == nil {
		err = r.drain()
	}
	if err != nil {
		reason = metadata.SessionChunkCreationFailed
	}
	return r.finish(reason, err)
}

// input begins every input: it moves the recording on and returns the time to use.
func (r *Recording) input(at time.Duration) (time.Duration, error) {
	if r.stopped {
		return 0, ErrStopped
	}
	if r.failure != nil {
		return 0, r.failure
	}
	r.now = max(r.now, at)
	due := sampleAt(r.now - r.cfg.PlayoutDelay)
	for r.mixed+stepSamples+r.readAhead() <= due {
		if r.failure = r.step(); r.failure != nil {
			return 0, r.failure
		}
	}
	return r.now, nil
}

func (r *Recording) inputOf(at time.Duration, id string) (time.Duration, *participant, error) {
	at, err := r.input(at)
	if err != nil {
		return 0, nil, err
	}
	p := r.find(id)
	if p == nil {
		return 0, nil, fmt.Errorf("%w: %s", ErrUnknownParticipant, id)
	}
	return at, p, nil
}

// find returns who is in the call under this ID, or nil.
func (r *Recording) find(id string) *participant {
	for _, p := range slices.Backward(r.participants) {
		if p.ID == id && p.until == never {
			return p
		}
	}
	return nil
}

func (p *participant) track(ssrc uint32) *track {
	for _, t := range p.tracks {
		if t.SSRC == ssrc && t.removed == never {
			return t
		}
	}
	return nil
}
