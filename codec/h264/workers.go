package h264

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// workers does the parts of a piece of work at once: the first in the caller's goroutine, the others in one each that ends
// with it. Nothing is allocated for that.
type workers struct {
	work    func(i int)
	tasks   []func()
	panics  []string // with their stacks
	running sync.WaitGroup
}

func newWorkers(n int) *workers {
	w := &workers{tasks: make([]func(), n), panics: make([]string, n)}
	for i := range w.tasks {
		w.tasks[i] = func() {
			defer w.running.Done()
			defer func() {
				if p := recover(); p != nil {
					w.panics[i] = fmt.Sprintf("h264: part %d: %v\n%s", i, p, debug.Stack())
				}
			}()
			w.work(i)
		}
	}
	return w
}

// run calls work with 0 to n-1 and returns when all have ended. A panic in one of them goes on in the caller.
func (w *workers) run(n int, work func(i int)) {
	w.work = work
	w.running.Add(n)
	for i := 1; i < n; i++ {
		go w.tasks[i]()
	}
	w.tasks[0]()
	w.running.Wait()
	for _, p := range w.panics[:n] {
		if p != "" {
			panic(p)
		}
	}
}
