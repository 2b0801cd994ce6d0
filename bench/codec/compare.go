package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"text/tabwriter"
)

const compareUsage = "usage: codec compare [-n RUNS] FILE..."

// compareCommand decodes files with the project's decoders and with ffmpeg's, one thread each, by turns, and prints the
// processor seconds of the whole processes and their ratio.
func compareCommand(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	flags.SetOutput(stderr)
	runs := flags.Int("n", 5, "`runs` of each, of which the median is printed")
	if flags.Parse(args) != nil {
		return exitUsage
	}
	if flags.NArg() == 0 || *runs < 1 {
		fmt.Fprintln(stderr, compareUsage)
		return exitUsage
	}
	if err := compare(flags.Args(), *runs, stdout); err != nil {
		fmt.Fprintf(stderr, "codec compare: %v\n", err)
		return exitWork
	}
	return exitOK
}

func compare(files []string, runs int, stdout io.Writer) error {
	peer, err := exec.LookPath("ffmpeg")
	if err != nil {
		return fmt.Errorf("%w (Debian: apt-get install ffmpeg)", err)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "file\tcallrec\tffmpeg\tratio\t\n")
	for _, file := range files {
		var ours, theirs, ratios []float64
		for range runs {
			a, err := processSeconds(self, "decode", file)
			if err != nil {
				return err
			}
			b, err := processSeconds(peer, "-v", "error", "-threads", "1", "-i", file, "-f", "null", "-")
			if err != nil {
				return err
			}
			ours, theirs, ratios = append(ours, a), append(theirs, b), append(ratios, a/b)
		}
		fmt.Fprintf(t, "%s\t%.2f s\t%.2f s\t%.2f\t\n", file, median(ours), median(theirs), median(ratios))
	}
	return t.Flush()
}

// processSeconds is the processor time that a command takes, user and system.
func processSeconds(name string, args ...string) (float64, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s %v: %w: %s", name, args, err, out)
	}
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), nil
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
