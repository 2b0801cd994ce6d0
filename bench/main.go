// Command bench measures what a recorded call costs, against programs that people would use instead.
//
//	go run ./bench [-quick] [-only NAMES] [-out DIR] [-peers ffmpeg,gstreamer] [-duration D] [-runs N]
//
// It makes its inputs, runs everything in processes of their own, by turns, and writes DIR/benchmarks.md, DIR/results.json
// and plots. It has to be started in a folder of the repository.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/bench/worker"
)

// Exit statuses.
const (
	exitOK    = 0
	exitWork  = 1
	exitUsage = 2
)

// workerCommand is the first argument of the processes that do the work.
const workerCommand = "worker"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var err error
	switch {
	case len(args) > 2 && args[0] == measure.ExecCommand:
		err = measure.Exec(ctx, args[1:])
	case len(args) > 1 && args[0] == workerCommand:
		err = worker.Run(ctx, args[1:], stdout)
	default:
		o, usage := parse(args, stderr)
		if errors.Is(usage, flag.ErrHelp) {
			return exitOK
		}
		if usage != nil {
			return exitUsage
		}
		err = bench(ctx, o, args, stdout, stderr)
	}
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return exitWork
	}
	return exitOK
}
