// Command plot draws the plots of a benchmark report from its results.json.
//
//	go run . RESULTS.json DIR
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: plot RESULTS.json DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintf(os.Stderr, "plot: %v\n", err)
		os.Exit(1)
	}
}

// errNothing says that the results have nothing for a plot.
var errNothing = errors.New("nothing to draw")

func run(file, dir string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var r results
	if err := json.Unmarshal(data, &r); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	plots := []struct {
		name string
		draw func(results) (*plot.Plot, error)
	}{
		{"participants.png", participants},
		{"resolution.png", resolution},
		{"crowd.png", crowd},
		{"length.png", length},
	}
	for _, p := range plots {
		drawn, err := p.draw(r)
		if errors.Is(err, errNothing) {
			continue
		}
		if err == nil {
			err = drawn.Save(6*vg.Inch, 3.4*vg.Inch, filepath.Join(dir, p.name))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}
