package main

import (
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
)

// newPlot is an empty plot whose axes begin at 0.
func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text = title
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.X.Min, p.Y.Min = 0, 0
	p.Legend.Top, p.Legend.Left = true, true
	p.Add(plotter.NewGrid())
	return p
}

// participants draws the cost of calls that differ in their number of participants.
func participants(r results) (*plot.Plot, error) {
	p := newPlot("VP8 640x360", "participants", "cores per call")
	return p, addCases(p, r, func(c wholeCase) bool {
		return c.Codec == "VP8" && c.Width == 640 && !strings.Contains(c.Name, "layers")
	}, func(c wholeCase) float64 { return float64(c.Participants) })
}

// resolution draws the cost of calls that differ in the size of their cameras' pictures.
func resolution(r results) (*plot.Plot, error) {
	p := newPlot("9 participants, VP8", "luma samples of a camera's picture, thousands", "cores per call")
	return p, addCases(p, r, func(c wholeCase) bool {
		return c.Codec == "VP8" && c.Participants == 9 && !strings.Contains(c.Name, "layers")
	}, func(c wholeCase) float64 { return float64(c.Width*c.Height) / 1000 })
}

// addCases adds a line for every contender that is in at least two of the cases.
func addCases(p *plot.Plot, r results, wanted func(wholeCase) bool, x func(wholeCase) float64) error {
	var names []string
	lines := map[string]plotter.XYs{}
	for _, c := range r.Cases {
		if !wanted(c) {
			continue
		}
		for i, k := range c.Contenders {
			if c.Native && i > 0 {
				continue // the others are in the same case of the standard build too
			}
			if c.Native {
				k.Name += ", native codecs"
			}
			if !slices.Contains(names, k.Name) {
				names = append(names, k.Name)
			}
			lines[k.Name] = append(lines[k.Name], plotter.XY{X: x(c), Y: k.CPUPerSecond})
		}
	}
	var args []any
	for _, n := range names {
		if line := lines[n]; len(line) > 1 {
			slices.SortFunc(line, func(a, b plotter.XY) int { return int(a.X - b.X) })
			args = append(args, n, line)
		}
	}
	if len(args) == 0 {
		return errNothing
	}
	return plotutil.AddLinePoints(p, args...)
}

// crowd draws how late fragments are by the number of recordings at once.
func crowd(r results) (*plot.Plot, error) {
	p := newPlot("recordings at once", "recordings per core", "largest lateness, s")
	var args []any
	for _, c := range r.Crowd {
		var line plotter.XYs
		for _, t := range c.Tries {
			line = append(line, plotter.XY{X: float64(t.Recordings) / float64(c.Cores), Y: t.Lateness})
		}
		args = append(args, c.Title, line)
	}
	if len(args) == 0 {
		return nil, errNothing
	}
	return p, plotutil.AddLinePoints(p, args...)
}

// length draws memory over a long call.
func length(r results) (*plot.Plot, error) {
	if r.Long == nil {
		return nil, errNothing
	}
	p := newPlot("memory over a call", "minutes of call", "MB")
	var resident, heap plotter.XYs
	for _, s := range r.Long.Samples {
		resident = append(resident, plotter.XY{X: s.Minute, Y: float64(s.Resident) / 1e6})
		heap = append(heap, plotter.XY{X: s.Minute, Y: float64(s.Heap) / 1e6})
	}
	return p, plotutil.AddLines(p, "resident", resident, "live values", heap)
}
