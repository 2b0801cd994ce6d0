package worker

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/metadata"
)

// CrowdArgs say how many recordings of a call are made at once.
type CrowdArgs struct {
	Call    string
	Out     string
	Seconds float64
	Cores   int
	PerCore int
	// Late is by how many seconds a fragment may reach the files later than its packets allow.
	Late float64
}

// CrowdResult says whether the recordings kept up.
type CrowdResult struct {
	Recordings int
	Load       float64 // processor time of a core for each second of the call, of the busiest core
	Lateness   float64 // largest, in seconds
	Kept       bool    // no fragment was late
}

// crowdStep is the grain in which a core turns to its calls, as a live driver does a few times a second.
const crowdStep = 100 * time.Millisecond

// Crowd makes several recordings of a call at once, and sees whether the processors keep up with the call. Each core is a
// goroutine on a thread of its own that turns to its recordings one after another. Its clock is the processor time that
// the thread has used, so other programs on the machine do not matter: it waits for the call when it is ahead, and is late
// when it is behind.
func Crowd(ctx context.Context, a CrowdArgs) (CrowdResult, error) {
	r := CrowdResult{Recordings: a.Cores * a.PerCore, Kept: true}
	events, err := readEvents(a.Call, time.Duration(a.Seconds*float64(time.Second)))
	if err != nil {
		return r, err
	}
	runtime.GOMAXPROCS(a.Cores + 1)
	cores := make([]*core, a.Cores)
	var wait sync.WaitGroup
	for i := range cores {
		cores[i] = &core{number: i, args: a, events: events}
		wait.Go(func() { cores[i].err = cores[i].run(ctx) })
	}
	wait.Wait()
	for _, c := range cores {
		err = errors.Join(err, c.err)
		r.Load = max(r.Load, c.load)
		r.Lateness = max(r.Lateness, c.lateness.Seconds())
	}
	r.Kept = r.Lateness <= a.Late
	return r, err
}

// core is one processor with its share of the recordings.
type core struct {
	number   int
	args     CrowdArgs
	events   []capture.Event
	err      error
	load     float64
	lateness time.Duration
}

func (c *core) run(ctx context.Context) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	recs := make([]*callrec.Recording, c.args.PerCore)
	for i := range recs {
		dir, err := chunk.DirFS(filepath.Join(c.args.Out, fmt.Sprintf("%d-%d", c.number, i)))
		if err != nil {
			return err
		}
		recs[i], err = callrec.New(callrec.Config{
			Dir: dir, ID: "crowd", Start: time.Unix(0, 0), Replace: true, Sync: chunk.SyncNever,
		})
		if err != nil {
			return err
		}
	}
	end, err := c.drive(ctx, recs)
	for _, rec := range recs {
		_, stopErr := rec.Stop(end, metadata.SessionCallEnded)
		err = errors.Join(err, stopErr)
	}
	return err
}

// drive plays the call to the recordings until its end, or until they are hopelessly late.
func (c *core) drive(ctx context.Context, recs []*callrec.Recording) (time.Duration, error) {
	hopeless := time.Duration((c.args.Late + 1) * float64(time.Second))
	begin := measure.ThreadCPU()
	used, now := time.Duration(0), time.Duration(0) // processor time, and the core's clock in call time
	next := 0
	at := time.Duration(0)
	for next < len(c.events) && ctx.Err() == nil {
		at += crowdStep
		from := next
		for next < len(c.events) && c.events[next].At <= at {
			next++
		}
		now = max(now, at)
		for _, rec := range recs {
			for _, e := range c.events[from:next] {
				if err := play(rec, e); err != nil {
					return at, err
				}
			}
			if err := rec.Advance(at); err != nil {
				return at, err
			}
			cost := measure.ThreadCPU() - begin - used
			used, now = used+cost, now+cost
			c.lateness = max(c.lateness, now-at)
		}
		if c.lateness > hopeless {
			break
		}
	}
	c.load = used.Seconds() / max(at.Seconds(), crowdStep.Seconds())
	return at, ctx.Err()
}
