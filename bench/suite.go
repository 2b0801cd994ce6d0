package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/callrec/callrec/bench/inputs"
	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/bench/peers"
	"github.com/callrec/callrec/bench/report"
	"github.com/callrec/callrec/bench/worker"
)

// processTimeout ends what hangs. The longest job, a call of four hours, takes minutes on a machine with nothing else to do.
const processTimeout = 2 * time.Hour

// resultsFile is beside the report.
const resultsFile = "results.json"

// suite is one run of the benchmarks.
type suite struct {
	options
	root    string // of the repository
	self    string // this program
	scratch string // folder for recordings, removed at the end
	maker   inputs.Maker
	runner  measure.Runner
	peer    []peers.Peer // installed
	ffmpeg  bool         // installed, so that inputs can be made
	native  bool         // this build has native codecs
	results report.Results
	stderr  io.Writer
}

func bench(ctx context.Context, o options, args []string, stdout, stderr io.Writer) (err error) {
	s := &suite{options: o, stderr: stderr, native: native()}
	if s.root, err = findRoot(); err != nil {
		return err
	}
	if s.self, err = os.Executable(); err != nil {
		return err
	}
	if s.cache == "" {
		if s.cache, err = inputs.DefaultCache(); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(s.out, 0o755); err != nil {
		return err
	}
	if s.scratch, err = os.MkdirTemp("", "callrec-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.scratch)) }()
	s.maker = inputs.Maker{Cache: s.cache, Captures: filepath.Join(s.root, "testdata", "calls"), Progress: s.say}
	s.runner = measure.Runner{Helper: s.self, Timeout: processTimeout}
	s.results = report.Results{
		Commands: []string{s.command(args)},
		Date:     time.Now().UTC().Format(time.DateOnly), Machine: machine(), Runs: s.runs,
	}
	if s.keep {
		if err := s.results.Keep(filepath.Join(s.out, resultsFile)); err != nil {
			return err
		}
	}
	s.findPeers(ctx)
	if s.profile != "" {
		return s.recordProfile(ctx)
	}
	for _, phase := range []func(context.Context) error{s.wholeJobs, s.parts, s.scale} {
		if err := phase(ctx); err != nil {
			return err
		}
	}
	return s.write(ctx, stdout)
}

// command is how the suite was called.
func (s *suite) command(args []string) string {
	run := "go run ./bench "
	if s.native {
		run = "go run -tags ffmpeg ./bench "
	}
	line := strings.Join(args, " ")
	return strings.TrimSpace(run + strings.ReplaceAll(line, s.cache, "CACHE"))
}

// findRoot looks for the repository above the working folder.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, statErr := os.Stat(filepath.Join(dir, "testdata", "calls", "three-party")); statErr == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("start it in a folder of the repository: its captures are needed")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// findPeers notes which programs are there, and says how to install the others.
func (s *suite) findPeers(ctx context.Context) {
	s.results.Versions = []string{goVersion()}
	for _, p := range peers.All() {
		v, err := p.Version(ctx)
		if p.Name() == "ffmpeg" {
			s.ffmpeg = err == nil
		}
		if !slices.Contains(s.peers, p.Name()) && err == nil {
			continue
		}
		if err != nil {
			s.say(err.Error())
			s.results.Missing = append(s.results.Missing, err.Error())
			continue
		}
		s.results.Versions = append(s.results.Versions, v)
		s.peer = append(s.peer, p)
	}
	if !s.ffmpeg {
		s.say("without ffmpeg no inputs can be made: only the committed call is recorded")
	}
}

func (s *suite) say(what string) { fmt.Fprintf(s.stderr, "bench: %s\n", what) }

// work runs a job in a process of its own, on one processor, and decodes its result.
func (s *suite) work(ctx context.Context, name string, arguments, result any) (measure.Usage, error) {
	c, err := s.job(name, arguments)
	if err != nil {
		return measure.Usage{}, err
	}
	usage, out, err := s.runner.Run(ctx, c)
	if err == nil {
		err = json.Unmarshal(out, result)
	}
	return usage, err
}

// job is the command of a worker process.
func (s *suite) job(name string, arguments any) (measure.Command, error) {
	args, err := worker.Job{Name: name, Arguments: arguments}.Args()
	return measure.Command{Name: s.self, Args: append([]string{workerCommand}, args...), Env: []string{"GOMAXPROCS=1"}}, err
}

// write writes the report and draws its plots.
func (s *suite) write(ctx context.Context, stdout io.Writer) error {
	data := filepath.Join(s.out, resultsFile)
	if err := s.results.Save(data); err != nil {
		return err
	}
	if err := s.plot(ctx, data); err != nil {
		s.say(fmt.Sprintf("no plots: %v", err))
	}
	path := filepath.Join(s.out, "benchmarks.md")
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = s.results.Markdown(io.MultiWriter(f, stdout), s.out, figures)
	return errors.Join(err, f.Close())
}
