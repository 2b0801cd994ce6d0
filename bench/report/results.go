// Package report holds the results of the benchmark suite and writes them as Markdown.
package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/callrec/callrec/bench/worker"
)

// Results are what a run of the suite found. They are kept as JSON, from which the plots are drawn.
type Results struct {
	Commands []string // that the suite was called with, the last one last
	Date     string   // day of the last run
	Machine  []string // a line for each property
	Versions []string // of the programs
	Missing  []string // programs that were left out, and how to install them
	Runs     int      // of each contender, by turns
	Cases    []Case   // whole jobs
	Parts    []Part
	Crowd    []Crowd
	Long     *worker.LongResult
	LongTime float64 // minutes of call
}

// Case is a call that was recorded whole.
type Case struct {
	Name          string
	Native        bool // recorded by a build with native codecs
	Title         string
	Participants  int
	Width, Height int
	Codec         string
	Seconds       float64 // of call
	Contenders    []Contender
}

// Contender is a program with its settings, and what it took. Figures are medians.
type Contender struct {
	Name            string
	CPU             []float64 // seconds of each run
	CPUSeconds      float64   // user and system
	CPUPerSecond    float64   // of call: cores that a call takes
	Ratio           float64   // our processor time divided by this contender's; 0 for ours
	PeakRSS         int64     // bytes
	AllocsPerSecond float64   // of call, in steady state; ours only
	Bytes           int64     // of the recording
	PSNRY           float64   // dB, canvas and what a player shows of it
	SSIM            float64   // the same
	Realtime        float64   // seconds of call for each second on the clock
	RateFactor      float64   // of libx264
	Command         string
}

// Part is one part of the work.
type Part struct {
	Name, Title string
	Unit        string  // what was counted
	Units       float64 // in each run
	Seconds     float64 // of call or media in each run
	CPUSeconds  float64 // median
	Peer        string  // "" if nothing else does the same
	PeerSeconds float64
	Ratio       float64
	Note        string
}

// Crowd is a number of recordings that were made at once.
type Crowd struct {
	Title string
	Cores int
	Tries []worker.CrowdResult
}

// Save writes the results as JSON.
func (r *Results) Save(path string) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(data, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// Keep takes over the cases, parts and scale of a file that Save wrote, if there is one, and the commands they are from.
func (r *Results) Keep(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var old Results
	if err == nil {
		err = json.Unmarshal(data, &old)
	}
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	for _, c := range r.Commands {
		old.Commands = append(slices.DeleteFunc(old.Commands, func(k string) bool { return k == c }), c)
	}
	r.Commands = old.Commands
	r.Cases, r.Parts, r.Crowd, r.Long, r.LongTime = old.Cases, old.Parts, old.Crowd, old.Long, old.LongTime
	return nil
}

// SetCase adds a case, in place of one of its name if there is one.
func (r *Results) SetCase(c Case) {
	r.Cases = set(r.Cases, c, func(k Case) string { return k.Name })
}

// SetPart adds a part, in place of one of its name and peer if there is one.
func (r *Results) SetPart(p Part) {
	r.Parts = set(r.Parts, p, func(k Part) string { return k.Name + k.Peer })
}

// SetCrowd adds a crowd, in place of one of its title if there is one.
func (r *Results) SetCrowd(c Crowd) {
	r.Crowd = set(r.Crowd, c, func(k Crowd) string { return k.Title })
}

func set[T any](list []T, value T, name func(T) string) []T {
	for i := range list {
		if name(list[i]) == name(value) {
			list[i] = value
			return list
		}
	}
	return append(list, value)
}
