package main

import (
	"errors"
	"fmt"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
)

type recoverCommand struct {
	Quiet bool   `help:"Print nothing but errors."`
	Dir   string `arg:"" help:"Folder of a recording, or with folders of recordings in it."`
}

// Run completes every recording whose recorder died. Those that are complete or still going on are left as they are.
func (c *recoverCommand) Run(s *streams) error {
	folders, err := chunk.Recordings(c.Dir)
	if err != nil {
		return err
	}
	if len(folders) == 0 {
		return fmt.Errorf("%s: %w in it or in the folders below", c.Dir, callrec.ErrNoRecording)
	}
	var failed []error
	for _, path := range folders {
		if err := c.recover(s, path); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", path, err))
		}
	}
	return errors.Join(failed...)
}

func (c *recoverCommand) recover(s *streams, path string) error {
	dir, err := chunk.DirFS(path)
	if err != nil {
		return err
	}
	r, err := callrec.Recover(dir, callrec.RecoverOptions{})
	if r != nil {
		for _, w := range r.Warnings {
			fmt.Fprintf(s.err, "warning: %s: %s\n", path, w)
		}
	}
	state := "complete"
	switch {
	case errors.Is(err, chunk.ErrBusy):
		state = "still being recorded, left alone"
	case err != nil:
		return err
	case r.Changed:
		state = fmt.Sprintf("recovered, %d chunks, %.3f s", len(r.Chunks), r.Duration.Seconds())
	}
	if !c.Quiet {
		fmt.Fprintf(s.out, "%s: %s\n", path, state)
	}
	return nil
}
