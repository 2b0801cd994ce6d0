// Package worker holds what the benchmark suite does in processes of their own, so that processor time and memory are
// those of the work alone: recording calls, and parts of it.
package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// Job is what a worker process is asked to do: the name of one of the package's functions and its arguments.
type Job struct {
	Name      string
	Arguments any
}

// Args are the command-line arguments that Run takes.
func (j Job) Args() ([]string, error) {
	data, err := json.Marshal(j.Arguments)
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	return []string{j.Name, string(data)}, nil
}

// Run does a job and writes its result to w as JSON.
func Run(ctx context.Context, args []string, w io.Writer) error {
	if len(args) != 2 {
		return fmt.Errorf("worker: want a job and its arguments, got %d words", len(args))
	}
	do, ok := jobs()[args[0]]
	if !ok {
		return fmt.Errorf("worker: no job named %q", args[0])
	}
	result, err := do(ctx, []byte(args[1]))
	if err != nil {
		return fmt.Errorf("worker: %s: %w", args[0], err)
	}
	return json.NewEncoder(w).Encode(result)
}

type job func(ctx context.Context, arguments []byte) (any, error)

func jobs() map[string]job {
	return map[string]job{
		"record": of(Record),
		"long":   of(Long),
		"crowd":  of(Crowd),
		"ingest": of(Ingest),
		"decode": of(Decode),
		"mix":    of(Mix),
		"tile":   of(Tile),
		"encode": of(Encode),
		"aac":    of(EncodeSound),
		"mux":    of(Mux),
	}
}

func of[A, R any](do func(context.Context, A) (R, error)) job {
	return func(ctx context.Context, arguments []byte) (any, error) {
		var a A
		if err := json.Unmarshal(arguments, &a); err != nil {
			return nil, err
		}
		return do(ctx, a)
	}
}
