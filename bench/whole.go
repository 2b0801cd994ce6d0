package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/bench/inputs"
	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/bench/peers"
	"github.com/callrec/callrec/bench/report"
	"github.com/callrec/callrec/bench/worker"
)

// wholeJobs records whole calls.
func (s *suite) wholeJobs(ctx context.Context) error {
	if !s.ffmpeg {
		return s.committedCall(ctx)
	}
	for _, c := range s.wholeCases() {
		if !s.wants(c.name) || len(s.only) == 0 && (s.few && !c.few || s.smoke && c.name != smokeCase) {
			continue
		}
		call, err := s.maker.Make(ctx, c.spec)
		if err != nil {
			return err
		}
		s.say(c.name)
		result, err := s.whole(ctx, c, call)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		s.results.SetCase(result)
	}
	return nil
}

// committedCall records the three-party call of the repository, for want of inputs.
func (s *suite) committedCall(ctx context.Context) error {
	const name = "whole/three-party"
	if !s.wants(name) {
		return nil
	}
	c := wholeCase{name: name, spec: inputs.Spec{Participants: 3, Width: 640, Height: 360, Codec: inputs.VP8, Length: s.duration}}
	call := &inputs.Call{Spec: c.spec, Dir: filepath.Join(s.maker.Captures, "three-party")}
	result, err := s.whole(ctx, c, call)
	result.Title = "the three-party call of the repository"
	s.results.SetCase(result)
	return err
}

// entry is a contender in a case.
type entry struct {
	report.Contender
	record func(context.Context) (measure.Usage, error)
	peak   []float64
	wall   []float64

	job peers.Job // of a peer
}

// whole records one call with everybody who is there.
func (s *suite) whole(ctx context.Context, c wholeCase, call *inputs.Call) (report.Case, error) {
	result := report.Case{
		Name: c.name, Title: title(c.spec), Participants: c.spec.Participants,
		Width: c.spec.Width, Height: c.spec.Height, Codec: c.spec.Codec, Native: s.native,
	}
	if s.native {
		result.Name += report.NativeSuffix
		result.Title += ", native codecs"
	}
	ours, quality, err := s.ours(ctx, call)
	if err != nil {
		return result, err
	}
	result.Seconds = quality.Seconds
	entries := []*entry{ours}
	for _, p := range s.peer {
		var mine []*entry
		for _, k := range c.contenders {
			if k.peer == p.Name() {
				mine = append(mine, s.theirs(p, k, call))
			}
		}
		if err := s.match(ctx, p, mine, quality); err != nil {
			if p.Name() == "ffmpeg" || ctx.Err() != nil {
				return result, err
			}
			s.say(err.Error())
			s.results.Missing = append(s.results.Missing, fmt.Sprintf("%s in %s, which failed: %v", p.Name(), c.name, err))
			continue
		}
		entries = append(entries, mine...)
	}
	for range s.runs {
		for _, e := range entries {
			usage, err := e.record(ctx)
			if err != nil {
				return result, err
			}
			e.CPU = append(e.CPU, usage.CPU)
			e.wall = append(e.wall, usage.Wall)
			e.peak = append(e.peak, float64(usage.PeakRSS))
		}
	}
	for _, e := range entries {
		e.finish(quality.Seconds, ours)
		result.Contenders = append(result.Contenders, e.Contender)
	}
	return result, nil
}

// finish makes figures of the runs.
func (e *entry) finish(seconds float64, ours *entry) {
	e.CPUSeconds = measure.Median(e.CPU)
	e.CPUPerSecond = e.CPUSeconds / seconds
	e.PeakRSS = int64(measure.Median(e.peak))
	e.Realtime = seconds / max(measure.Median(e.wall), 0.001)
	if e != ours {
		e.Ratio = measure.Median(measure.Ratios(ours.CPU, e.CPU))
	}
}

// ours is the project's own recording. Its quality is measured first: the files are the same each time.
func (s *suite) ours(ctx context.Context, call *inputs.Call) (*entry, worker.RecordResult, error) {
	var r worker.RecordResult
	args := worker.RecordArgs{Call: call.Dir, Out: filepath.Join(s.scratch, "ours"), Quality: true, Piece: s.piece * callrec.FrameRate}
	if _, err := s.work(ctx, "record", args, &r); err != nil {
		return nil, r, err
	}
	e := &entry{Contender: report.Contender{Name: "callrec", Bytes: r.Bytes, PSNRY: r.PSNRY, SSIM: r.SSIM}}
	e.Command = s.anywhere("GOMAXPROCS=1 callrec replay -o OUT " + call.Dir)
	args.Quality = false
	e.record = func(ctx context.Context) (measure.Usage, error) {
		var r worker.RecordResult
		usage, err := s.work(ctx, "record", args, &r)
		e.AllocsPerSecond = r.AllocsPerSecond
		return usage, err
	}
	return e, r, nil
}

// anywhere is a command without the folders of this machine.
func (s *suite) anywhere(command string) string {
	return strings.NewReplacer(s.scratch, "OUT", s.cache, "CACHE", s.root, ".").Replace(command)
}
