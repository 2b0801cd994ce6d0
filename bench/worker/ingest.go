package worker

import (
	"context"
	"math"
	"time"

	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/ingest"
	"github.com/callrec/callrec/internal/capture"
)

// IngestArgs say which call's packets to take in, and how often.
type IngestArgs struct {
	Call  string
	Times int
}

// PartResult is what a part of the work took, inside of the process.
type PartResult struct {
	CPU     float64 // seconds
	Seconds float64 // of the call or the media
	Units   int64   // packets, pictures or samples that went through
	Bytes   int64   // that came out, or in if none come out
	PSNRY   float64 // where pictures are encoded
}

// Ingest takes in all packets of a call, and pulls the access units that they hold as time goes on.
func Ingest(ctx context.Context, a IngestArgs) (PartResult, error) {
	var r PartResult
	events, err := readEvents(a.Call, 0)
	if err != nil {
		return r, err
	}
	begin := measure.ThreadCPU()
	for range max(a.Times, 1) {
		if err := ingestAll(ctx, events, &r); err != nil {
			return r, err
		}
	}
	r.CPU = (measure.ThreadCPU() - begin).Seconds()
	return r, nil
}

func ingestAll(ctx context.Context, events []capture.Event, r *PartResult) error {
	tracks := map[uint32]*ingest.Track{}
	var list []*ingest.Track
	due := time.Duration(0)
	for _, e := range events {
		switch e.Kind {
		case capture.Join:
			clock := ingest.NewClock()
			for _, t := range e.Participant.Tracks {
				cfg := ingest.TrackConfig{Codec: t.Codec, ClockRate: t.ClockRate, PayloadType: t.PayloadType, SSRC: t.SSRC, Clock: clock}
				if t.Kind == "video" {
					cfg.Kind = ingest.Video
				}
				in, err := ingest.NewTrack(cfg)
				if err != nil {
					return err
				}
				tracks[t.SSRC], list = in, append(list, in)
			}
		case capture.RTP:
			ssrc, _ := ingest.SSRC(e.Data)
			if in := tracks[ssrc]; in != nil {
				if err := in.Push(e.At, e.Data); err != nil {
					return err
				}
				r.Units++
				r.Bytes += int64(len(e.Data))
			}
		}
		for ; due+time.Second <= e.At; due += 20 * time.Millisecond {
			for _, in := range list {
				drain(in, due)
			}
		}
	}
	for _, in := range list {
		drain(in, math.MaxInt64)
	}
	r.Seconds += events[len(events)-1].At.Seconds()
	return ctx.Err()
}

func drain(in *ingest.Track, until time.Duration) {
	for {
		if _, ok := in.Pop(until); !ok {
			return
		}
	}
}
