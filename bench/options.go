package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"time"
)

// options are what the suite is called with.
type options struct {
	only        []string
	peers       []string
	out         string
	cache       string
	duration    time.Duration // of the recorded calls
	runs        int
	piece       int // seconds of the call that are searched for the rate factor
	long        int // minutes of the long call
	crowdLength time.Duration
	few         bool // the cases that matter most
	smoke       bool // as small as can be
	keep        bool // the results in out that this run does not make
	profile     string
}

// parse reads the flags. Problems have been printed when it returns an error.
func parse(args []string, stderr io.Writer) (options, error) {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	quick := f.Bool("quick", false, "few cases of short calls: two or three minutes of processor time")
	smoke := f.Bool("smoke", false, "shortest calls, to see that everything works; the figures mean nothing")
	only := f.String("only", "", "run what has one of these `names`, separated by commas, in its own: whole, part, scale, vp8, …")
	peers := f.String("peers", "ffmpeg,gstreamer", "`programs` to compare with, separated by commas")
	out := f.String("out", "bench-out", "`folder` for the report")
	cache := f.String("cache", "", "`folder` for the inputs; by default in the user's cache folder")
	duration := f.Duration("duration", 0, "`length` of the recorded calls, in whole seconds (60s)")
	runs := f.Int("runs", 0, "`runs` of everything, of which the median counts (3)")
	long := f.Int("long", 0, "`minutes` of the long call (240)")
	keep := f.Bool("keep", false, "keep the results in -out that this run does not make anew")
	profile := f.String("cpuprofile", "", "record the first case once and write its CPU profile to this `file`")
	if err := f.Parse(args); err != nil {
		return options{}, err
	}
	o := options{
		only: list(*only), peers: list(*peers), out: *out, cache: *cache, profile: *profile, smoke: *smoke, keep: *keep,
		duration: time.Minute, runs: 3, piece: 8, long: 240, crowdLength: 12 * time.Second,
	}
	switch {
	case *smoke:
		o.duration, o.runs, o.piece, o.long, o.crowdLength, o.few = 2*time.Second, 1, 2, 1, 2*time.Second, true
	case *quick:
		o.duration, o.piece, o.long, o.crowdLength, o.few = 5*time.Second, 4, 10, 5*time.Second, true
	}
	if *duration > 0 {
		o.duration = *duration
	}
	if *runs > 0 {
		o.runs = *runs
	}
	if *long > 0 {
		o.long = *long
	}
	var err error
	if f.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", f.Arg(0))
	} else if o.duration < time.Second || o.duration%time.Second != 0 {
		err = fmt.Errorf("-duration %v: want whole seconds", o.duration)
	}
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
	}
	return o, err
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// wants says whether something is to be run.
func (o options) wants(name string) bool {
	if len(o.only) == 0 {
		return true
	}
	for _, n := range o.only {
		if strings.Contains(name, n) {
			return true
		}
	}
	return false
}

// people is the number of participants to take for n.
func (o options) people(n int) int {
	if o.smoke {
		return min(n, 2)
	}
	return n
}
