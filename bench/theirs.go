package main

import (
	"context"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"

	"github.com/callrec/callrec/bench/inputs"
	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/bench/peers"
	"github.com/callrec/callrec/bench/report"
	"github.com/callrec/callrec/bench/worker"
	"github.com/callrec/callrec/tiler"
)

const (
	searchTolerance = 0.1 // dB, on the piece that is searched
	matchTolerance  = 0.3 // dB, on the whole call
	matchAttempts   = 3   // recordings to correct the rate factor with
	firstRateFactor = 30
	usualSlope      = -0.6 // dB of PSNR for each step of the rate factor
)

// theirs is a peer's recording, whose rate factor is not known yet.
func (s *suite) theirs(p peers.Peer, k contender, call *inputs.Call) *entry {
	e := &entry{Contender: report.Contender{Name: k.name()}}
	e.job = peers.Job{
		Call: call, Canvas: canvas(), Tiles: tiles(call.Spec), Encoding: k.encoding,
		Out: filepath.Join(s.scratch, p.Name()+".mp4"),
	}
	e.record = func(ctx context.Context) (measure.Usage, error) {
		e.job.RateFactor = e.RateFactor
		c := p.Record(e.job)
		e.Command = s.anywhere(c.String())
		usage, _, err := s.runner.Run(ctx, c)
		if err != nil {
			return usage, err
		}
		info, err := os.Stat(e.job.Out)
		if err == nil {
			e.Bytes = info.Size()
		}
		return usage, err
	}
	return e
}

// tiles are the places of the participants' pictures, those that the recording has.
func tiles(spec inputs.Spec) []image.Rectangle {
	subjects := make([]tiler.Subject, spec.Participants)
	for i := range subjects {
		subjects[i] = tiler.Subject{Width: spec.Width, Height: spec.Height}
	}
	return tiler.Grid{}.Arrange(nil, canvas(), subjects)
}

// match sets the rate factors of a peer's entries so that their quality is ours, and their quality as it came out. Entries
// of one preset, which differ in threads alone, share it.
func (s *suite) match(ctx context.Context, p peers.Peer, entries []*entry, ours worker.RecordResult) error {
	if len(entries) == 0 {
		return nil
	}
	piece := entries[0].job
	piece.Seconds, piece.Out = s.piece, filepath.Join(s.scratch, "piece.y4m")
	defer func() { _ = os.Remove(piece.Out) }()
	if _, _, err := s.runner.Run(ctx, p.Compose(piece)); err != nil {
		return err
	}
	found := map[string]*entry{}
	for _, e := range entries {
		first, ok := found[e.job.Preset]
		if !ok {
			if err := s.matchOne(ctx, p, e, piece.Out, ours); err != nil {
				return err
			}
			found[e.job.Preset], first = e, e
		}
		e.RateFactor, e.PSNRY, e.SSIM = first.RateFactor, first.PSNRY, first.SSIM
	}
	return nil
}

// matchOne looks for the rate factor on a piece of the canvas, and corrects it on the whole recording.
func (s *suite) matchOne(ctx context.Context, p peers.Peer, e *entry, piece string, ours worker.RecordResult) (err error) {
	encoding := e.job.Encoding
	encoding.RateFactor = firstRateFactor
	scratch := filepath.Join(s.scratch, "piece.mp4")
	defer func() { _ = os.Remove(scratch) }()
	e.RateFactor, _, err = peers.Match(ctx, piece, scratch, encoding, ours.PiecePSNRY, searchTolerance)
	if err != nil {
		return err
	}
	source := e.job
	source.Out = "-"
	compose := p.Compose(source)
	for range matchAttempts {
		if _, err := e.record(ctx); err != nil {
			return err
		}
		q, err := peers.Compare(ctx, peers.Source{Command: &compose}, e.job.Out, 0, true)
		if err != nil {
			return err
		}
		e.PSNRY, e.SSIM = q.PSNR(), q.SSIM()
		s.say(fmt.Sprintf("  %s: crf %.2f gives %.2f dB (callrec %.2f dB)", e.Name, e.RateFactor, e.PSNRY, ours.PSNRY))
		if math.Abs(e.PSNRY-ours.PSNRY) <= matchTolerance {
			break
		}
		e.RateFactor = min(max(e.RateFactor+(ours.PSNRY-e.PSNRY)/usualSlope, 1), 51)
	}
	return nil
}
