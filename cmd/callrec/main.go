// Command callrec records captured calls and looks into recordings.
//
//	callrec replay -o out testdata/calls/three-party
//	callrec recover out
//	callrec probe out/…/chunk-0000.mp4
//	callrec codecs
//
// It ends with status 0 if all went well, 1 if the work failed, with one line that says what and where, and 2 if it
// was called wrongly.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
)

// The exit statuses.
const (
	exitGood = iota
	exitFailed
	exitUsage
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// streams are where a command writes to.
type streams struct {
	out, err io.Writer
}

type commands struct {
	Replay  replayCommand  `cmd:"" help:"Record a captured call, as fast as the machine allows."`
	Serve   serveCommand   `cmd:"" help:"Serve the HTTP API of call recording."`
	Recover recoverCommand `cmd:"" help:"Complete recordings whose recorder was killed: files, documents, notification."`
	Probe   probeCommand   `cmd:"" help:"Tell what is in an MP4 file: tracks, durations, fragments, problems."`
	Codecs  codecsCommand  `cmd:"" help:"Tell which codecs there are, and which implementation serves each."`
}

// errExit is what kong's own exits (help) turn into.
type errExit int

func (e errExit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// run does the work of main.
func run(args []string, stdout, stderr io.Writer) (status int) {
	defer func() { // kong leaves through here after printing its help
		if cause := recover(); cause != nil {
			exit, ok := cause.(errExit)
			if !ok {
				panic(cause)
			}
			status = int(exit)
		}
	}()
	var cli commands
	parser, err := kong.New(&cli,
		kong.Name("callrec"),
		kong.Description("A call recorder: RTP in, MP4 chunks and metadata out."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(errExit(code)) }),
	)
	if err != nil {
		panic(err) // the command structure above is wrong
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "callrec: %v (callrec --help says more)\n", err)
		return exitUsage
	}
	err = ctx.Run(&streams{out: stdout, err: stderr})
	var usage *usageError
	switch {
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "callrec: %v\n", err)
		return exitUsage
	case err != nil:
		fmt.Fprintf(stderr, "callrec: %v\n", err)
		return exitFailed
	}
	return exitGood
}

// usageError is an error in how the command was called.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }
