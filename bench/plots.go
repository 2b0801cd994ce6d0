package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// figures is the folder of the plots beside the report.
const figures = "benchmarks"

// plot draws the plots with the program in bench/plot, which is a module of its own so that nobody who uses this one gets
// its dependencies.
func (s *suite) plot(ctx context.Context, data string) error {
	data, err := filepath.Abs(data)
	if err != nil {
		return err
	}
	dir := filepath.Join(filepath.Dir(data), figures)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "run", ".", data, dir)
	cmd.Dir = filepath.Join(s.root, "bench", "plot")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}
