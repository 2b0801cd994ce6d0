package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/callrec/callrec/bench/inputs"
	"github.com/callrec/callrec/bench/report"
	"github.com/callrec/callrec/bench/worker"
)

const (
	maxPerCore  = 64  // recordings
	lateSeconds = 1.0 // that a fragment may be behind
	memoryLooks = 60  // at the memory of the long call
)

// scale sees how the cost grows with the number of calls at once, and memory with the length of a call. How it grows with
// participants and resolution is in the whole calls.
func (s *suite) scale(ctx context.Context) error {
	if s.wants("scale/crowd") {
		if err := s.crowds(ctx); err != nil {
			return fmt.Errorf("scale/crowd: %w", err)
		}
	}
	if !s.wants("scale/length") {
		return nil
	}
	s.say(fmt.Sprintf("scale/length: %d minutes of call", s.long))
	var r worker.LongResult
	_, err := s.work(ctx, "long", worker.LongArgs{
		Telephony: filepath.Join(s.maker.Captures, "telephony"), Out: filepath.Join(s.scratch, "long"),
		Minutes: s.long, Samples: memoryLooks,
	}, &r)
	if err != nil {
		return fmt.Errorf("scale/length: %w", err)
	}
	s.results.Long, s.results.LongTime = &r, float64(s.long)
	return nil
}

// crowds tries more and more recordings at once until they are late.
func (s *suite) crowds(ctx context.Context) error {
	sizes := []int{4, 9}
	if s.few {
		sizes = sizes[:1]
	}
	for _, n := range sizes {
		spec := inputs.Spec{Participants: s.people(n), Width: 640, Height: 360, Codec: inputs.VP8, Length: s.duration, Seed: seed}
		dir, name := filepath.Join(s.maker.Captures, "three-party"), "the three-party call of the repository"
		if s.ffmpeg {
			call, err := s.maker.Make(ctx, spec)
			if err != nil {
				return err
			}
			dir, name = call.Dir, title(spec)
		}
		s.say("scale/crowd: " + name)
		c, err := s.crowd(ctx, dir)
		if err != nil {
			return err
		}
		c.Title = name
		s.results.SetCrowd(c)
		if !s.ffmpeg {
			break
		}
	}
	return nil
}

// crowd begins with one recording for each core. How much of a core that takes says roughly how many are too many; from
// there it goes up or down by one until it knows the most that keep up.
func (s *suite) crowd(ctx context.Context, call string) (report.Crowd, error) {
	c := report.Crowd{Cores: runtime.NumCPU()}
	kept, late := 0, maxPerCore+1 // the most that keep up, and the fewest that do not
	for n := 1; kept+1 < late; {
		var r worker.CrowdResult
		_, err := s.work(ctx, "crowd", worker.CrowdArgs{
			Call: call, Out: filepath.Join(s.scratch, "crowd"), Seconds: min(s.crowdLength, s.duration).Seconds(),
			Cores: c.Cores, PerCore: n, Late: lateSeconds,
		}, &r)
		if err != nil {
			return c, err
		}
		c.Tries = append(c.Tries, r)
		switch {
		case s.smoke:
			return c, nil
		case !r.Kept:
			late = n
			n--
		case n == 1 && r.Load > 0:
			kept, n = n, min(max(2, int(0.9/r.Load)), maxPerCore)
		default:
			kept, n = n, n+1
		}
	}
	slices.SortFunc(c.Tries, func(a, b worker.CrowdResult) int { return a.Recordings - b.Recordings })
	return c, nil
}
