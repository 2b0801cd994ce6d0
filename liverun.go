package callrec

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// run owns the recording.
func (l *Live) run() {
	ticker := time.NewTicker(l.tick)
	defer ticker.Stop()
	defer close(l.ended)
	var batch []liveInput
	for {
		select {
		case <-l.queue.wake:
		case <-ticker.C:
		}
		l.queue.mu.Lock()
		batch = l.queue.take(batch)
		now, stop := l.time(), l.stop
		l.queue.mu.Unlock()
		l.play(batch)
		if stop != nil {
			l.hurry(stop.at)
			l.finish(stop)
			return
		}
		l.attempt(func() error { return l.rec.Advance(now) })
		l.regulate(now) // by what advancing took
		l.publish(now)
	}
}

// play gives a batch to the recording.
func (l *Live) play(batch []liveInput) {
	for i := range batch {
		in := &batch[i]
		if l.err == nil {
			l.regulate(in.at)
			l.attempt(func() error { return in.play(l.rec) })
		}
		l.queue.mu.Lock()
		l.reached = max(l.reached, in.at)
		l.queue.done(in)
		l.queue.mu.Unlock()
	}
}

func (in *liveInput) play(r *Recording) error {
	switch {
	case in.do != nil:
		return in.do(r, in.at)
	case in.rtcp:
		return r.RTCP(in.at, in.id, in.packet)
	default:
		return r.RTP(in.at, in.id, in.packet)
	}
}

// attempt does something with the recording. An error ends it, and so does a panic, which costs this recording and no
// other one in the process.
func (l *Live) attempt(do func() error) {
	if l.err != nil {
		return
	}
	if l.err = guarded(do); l.err == nil {
		return
	}
	l.rec.failure = l.err // so that stopping it only completes what there is
	l.queue.mu.Lock()
	l.failure = l.err
	l.queue.mu.Unlock()
	close(l.failed)
}

// guarded turns a panic into an error.
func guarded(do func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &liveFailure{cause, debug.Stack()}
		}
	}()
	return do()
}

// liveFailure is a panic in a recording: an error of the program, which must not cost other calls.
type liveFailure struct {
	cause any
	stack []byte
}

func (e *liveFailure) Error() string {
	return fmt.Sprintf("callrec: the recording panicked: %v\n%s", e.cause, e.stack)
}

const (
	// repeatLate and keyframesLate are how far behind its inputs the recording may be before it does less.
	repeatLate    = time.Second
	keyframesLate = 3 * time.Second
	// caughtUp is how near to its inputs it has to come before it does all of its work again, and relief for how long at
	// least it does less, so that it does not go back and forth.
	caughtUp = 200 * time.Millisecond
	relief   = 5 * time.Second
	// stopLate is how far behind it may be at the end without hurrying.
	stopLate = 300 * time.Millisecond
)

// regulate sets the load by how late an input of a call time is.
func (l *Live) regulate(at time.Duration) {
	late := l.now().Sub(l.start) - at
	switch load := l.rec.load; {
	case late > keyframesLate && load < LoadKeyframes:
		l.setLoad(at, LoadKeyframes)
	case late > repeatLate && load < LoadRepeat:
		l.setLoad(at, LoadRepeat)
	case load != LoadAll && late < caughtUp && at-l.loadAt >= relief:
		l.setLoad(at, LoadAll)
	}
}

func (l *Live) setLoad(at time.Duration, load Load) {
	l.loadAt = at
	l.attempt(func() error { return l.rec.SetLoad(at, load) })
}

// hurry lets a recording that is behind when it is stopped do no more than it must: someone waits.
func (l *Live) hurry(at time.Duration) {
	if l.now().Sub(l.start)-at > stopLate {
		l.setLoad(at, LoadKeyframes)
	}
}

// publish makes the state of the recording visible, which has been moved on to a call time.
func (l *Live) publish(now time.Duration) {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	l.reached = max(l.reached, now)
	l.rec.appendStats(&l.stats)
}

// lateness needs queue.mu.
func (l *Live) lateness() time.Duration {
	select {
	case <-l.ended:
		return 0
	default:
		return max(l.now().Sub(l.start)-l.reached, 0)
	}
}

// finish stops the recording. After a failure it completes what there is.
func (l *Live) finish(stop *liveStop) {
	failure := l.err
	var result *Result
	err := guarded(func() (err error) {
		result, err = l.rec.Stop(stop.at, stop.reason)
		return err
	})
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	if dropped := l.droppedAudio + l.droppedVideo; dropped > 0 && result != nil {
		result.Warnings = append(result.Warnings, fmt.Sprintf(
			"the recorder did not keep up: %d packets of sound and %d of video were dropped", l.droppedAudio, l.droppedVideo))
	}
	l.rec.appendStats(&l.stats)
	if failure == nil {
		l.failure = err
	}
	if l.result = result; !errors.Is(err, failure) {
		err = errors.Join(failure, err)
	}
	l.err = err
}
