package main

import (
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/callrec/callrec/mux"
)

type probeCommand struct {
	Fragments bool   `short:"f" help:"List every fragment."`
	File      string `arg:"" help:"MP4 file to look into."`
}

// Run prints what is in the file. Problems in it are a failure.
func (c *probeCommand) Run(s *streams) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := mux.Probe(f)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s\t%d bytes, %.3f s, %d fragments, brand %s %v\n",
		c.File, r.Size, r.Duration.Seconds(), len(r.Fragments), r.MajorBrand, r.Brands)
	for _, track := range r.Tracks {
		printTrack(t, track)
	}
	if c.Fragments {
		for i, fragment := range r.Fragments {
			fmt.Fprintf(t, "fragment %d\t%d bytes at %d\n", i, fragment.Size, fragment.Offset)
		}
	}
	for _, p := range r.Problems {
		fmt.Fprintf(t, "problem\t%s\n", p)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if n := len(r.Problems); n > 0 {
		return fmt.Errorf("%s: %d problems; %d of %d bytes are whole: %s", c.File, n, r.WholeBytes, r.Size, r.Problems[0])
	}
	return nil
}

func printTrack(t *tabwriter.Writer, track mux.TrackReport) {
	scale := float64(max(track.Timescale, 1))
	fmt.Fprintf(t, "track %d\t%s, %s, ", track.ID, track.Kind, track.Codec)
	switch track.Kind {
	case mux.KindVideo:
		fmt.Fprintf(t, "%dx%d", track.Width, track.Height)
	case mux.KindAudio:
		fmt.Fprintf(t, "%d Hz, %d channels", track.SampleRate, track.Channels)
	}
	fmt.Fprintf(t, "; %d samples (%d sync), %d bytes, %.4f s from %.4f s\n",
		track.Samples, track.SyncSamples, track.Bytes, float64(track.Duration)/scale, float64(track.Start)/scale)
}
