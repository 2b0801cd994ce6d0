package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/pprof"

	"github.com/callrec/callrec/bench/worker"
)

// recordProfile records the first wanted case once in this process, with a CPU profile.
func (s *suite) recordProfile(ctx context.Context) (err error) {
	for _, c := range s.wholeCases() {
		if !s.wants(c.name) {
			continue
		}
		call, err := s.maker.Make(ctx, c.spec)
		if err != nil {
			return err
		}
		f, err := os.Create(s.profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return errors.Join(err, f.Close())
		}
		_, err = worker.Record(ctx, worker.RecordArgs{Call: call.Dir, Out: filepath.Join(s.scratch, "ours")})
		pprof.StopCPUProfile()
		return errors.Join(err, f.Close())
	}
	return errors.New("no case of that name")
}
