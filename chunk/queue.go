package chunk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
)

// queue makes the calls in the folder in the order in which they were pushed, and never another one before one that
// failed has been made good: whatever happens, the folder is in a state that it is in at some instant of a recording
// without faults. What waits is in memory.
type queue struct {
	dir     Dir
	next    *queue     // to which opPass gives operations, nil if there are none
	mu      sync.Mutex // guards everything but files
	waiting []operation
	head    int   // of waiting
	pending int64 // bytes that wait
	err     error // of the last call, nil if it went well
	fails   int   // how often the first call that waits has failed
	rest    int   // how often retry passes it over
	free    [][]byte
	running bool
	files   [slots]File // of whoever runs the queue

	wake chan chan struct{} // to the goroutine that runs the queue, nil if there is none
}

// maxFree is the number of spare buffers that are kept: those of a fragment, of a journal line, and one.
const maxFree = 3

// start has a goroutine run the queue.
func (q *queue) start() {
	wake := make(chan chan struct{}, 1)
	q.wake = wake
	go func() {
		for done := range wake {
			q.run()
			if done != nil {
				close(done)
			}
		}
	}()
}

// stop ends the goroutine.
func (q *queue) stop() {
	if q.wake != nil {
		close(q.wake)
		q.wake = nil
	}
}

// push adds operations at the end.
func (q *queue) push(ops ...operation) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.head == len(q.waiting) {
		q.waiting, q.head = q.waiting[:0], 0
	}
	for i := range ops {
		q.pending += ops[i].bytes()
	}
	q.waiting = append(q.waiting, ops...)
}

// write adds data to be written, which is taken over.
func (q *queue) write(s slot, data []byte) {
	q.push(operation{kind: opWrite, slot: s, data: data, reuse: true})
}

// kick makes the calls that wait, or has them made.
func (q *queue) kick() {
	if q.wake == nil {
		q.run()
		return
	}
	select {
	case q.wake <- nil:
	default: // it has been told already
	}
}

// maxRest bounds how often retry passes over a call that fails.
const maxRest = 1<<6 - 1

// retry is kick, but a call that has failed again and again is made ever more rarely.
func (q *queue) retry() {
	q.mu.Lock()
	rests := q.rest > 0
	if rests {
		q.rest--
	}
	q.mu.Unlock()
	if !rests {
		q.kick()
	}
}

// drain makes the calls that wait and returns why it could not make all.
func (q *queue) drain() error {
	if q.wake == nil {
		q.run()
	} else {
		done := make(chan struct{})
		q.wake <- done
		<-done
	}
	_, err := q.state()
	return err
}

// state tells how many bytes wait, and why if the last call failed.
func (q *queue) state() (pending int64, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pending, q.err
}

// run makes calls until none waits or one fails.
func (q *queue) run() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running {
		return
	}
	q.running = true
	for q.head < len(q.waiting) {
		o := q.waiting[q.head]
		q.mu.Unlock()
		before := o.done
		err := q.do(&o)
		q.mu.Lock()
		q.pending -= int64(o.done - before)
		q.err = err
		if err != nil {
			q.waiting[q.head] = o
			q.rest = min(1<<min(q.fails, 10)-1, maxRest)
			q.fails++
			break
		}
		q.fails = 0
		if o.reuse {
			q.recycle(o.data)
		}
		q.waiting[q.head] = operation{}
		q.head++
	}
	q.running = false
}

// do makes one call.
func (q *queue) do(o *operation) error {
	err := q.try(o)
	if err != nil {
		return fmt.Errorf("chunk: %s: %w", o.String(), err)
	}
	return nil
}

func (q *queue) try(o *operation) (err error) {
	switch o.kind {
	case opCreate:
		q.files[o.slot], err = q.dir.Create(o.name)
	case opWrite:
		return q.tryWrite(o)
	case opSync:
		err = q.files[o.slot].Sync()
	case opClose:
		err = q.files[o.slot].Close()
		if errors.Is(err, os.ErrClosed) { // the first attempt closed it, whatever it reported
			err = nil
		}
	case opRename:
		err = q.dir.Rename(o.name, o.to)
	case opRemove:
		err = q.dir.Remove(o.name)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	case opSyncDir:
		err = q.dir.Sync()
	case opCall:
		err = o.call(q.dir)
	case opPass:
		q.pass(o.ops)
	case opTake:
		q.files[o.slot] = o.file
	}
	return err
}

// pass gives operations to the next queue.
func (q *queue) pass(ops []operation) {
	for i := range ops {
		if ops[i].kind == opTake {
			ops[i].file = q.files[ops[i].slot]
		}
		q.mu.Lock()
		q.pending -= ops[i].bytes()
		q.mu.Unlock()
	}
	q.next.push(ops...)
	q.next.kick()
}

func (q *queue) tryWrite(o *operation) error {
	if o.fill != nil {
		o.data, o.fill = o.fill(), nil
		q.mu.Lock()
		q.pending += int64(len(o.data))
		q.mu.Unlock()
	}
	n, err := q.files[o.slot].Write(o.data[o.done:])
	o.done += min(max(n, 0), len(o.data)-o.done)
	if err == nil && o.done < len(o.data) {
		err = io.ErrShortWrite
	}
	return err
}

// buffer gives an empty buffer, which write takes back.
func (q *queue) buffer() []byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := len(q.free)
	if n == 0 {
		return nil
	}
	b := q.free[n-1]
	q.free = q.free[:n-1]
	return b[:0]
}

// recycle keeps a buffer to be used again. The lock is held.
func (q *queue) recycle(b []byte) {
	if cap(b) > 0 && len(q.free) < maxFree {
		q.free = append(q.free, b)
	}
}
