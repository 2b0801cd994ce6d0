package callrec_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/mux"
)

// clockedDir notes at which call time how much of each media file had been forced to the disk.
type clockedDir struct {
	chunk.Dir
	now   time.Duration
	files []*clockedFile
}

type clockedFile struct {
	chunk.File
	dir     *clockedDir
	written int64
	synced  []syncedAt
}

type syncedAt struct {
	at    time.Duration
	bytes int64
}

func (d *clockedDir) Create(name string) (chunk.File, error) {
	f, err := d.Dir.Create(name)
	if err != nil || !strings.HasSuffix(name, ".mp4"+chunk.PartSuffix) {
		return f, err
	}
	c := &clockedFile{File: f, dir: d}
	d.files = append(d.files, c)
	return c, nil
}

func (f *clockedFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	f.written += int64(n)
	return n, err
}

func (f *clockedFile) Sync() error {
	f.synced = append(f.synced, syncedAt{f.dir.now, f.written})
	return f.File.Sync()
}

// TestOnDiskInTime: what happened is in a fragment that is whole and forced to the disk within 1.87 s, by the
// call's clock, with the playout delay and the fragments at their defaults.
func TestOnDiskInTime(t *testing.T) {
	t.Parallel()
	const tick = 20 * time.Millisecond // of the live driver
	worst := time.Duration(0)
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 11))
		d := &clockedDir{}
		n := &numbered{rng: rng, shift: 2}
		rec, path := recording(t, func(c *callrec.Config) {
			d.Dir = c.Dir
			c.Dir = d
			c.Codecs = n.codecs()
			c.Sync, c.Finalize = chunk.SyncFragment, callrec.FinalizeFragmented
			if seed%2 == 1 {
				c.MaxChunkSize = smallChunk + rng.Int64N(1<<18)
			}
		})
		phase := time.Duration(rng.Int64N(int64(tick)))
		for ; d.now < 20*time.Second; d.now += tick {
			require.NoError(t, rec.Advance(max(d.now-phase, 0)))
		}
		end := d.now
		_, err := rec.Stop(end, metadata.SessionCallEnded)
		require.NoError(t, err)

		frames := int64(0)
		for i, file := range d.files {
			r := probe(t, filepath.Join(path, fmt.Sprintf("chunk-%04d.mp4", i)))
			require.Empty(t, r.Problems)
			for _, f := range r.Fragments {
				happened := time.Duration(frames) * 125 * time.Millisecond
				for _, run := range f.Runs {
					if run.Track == r.Tracks[0].ID {
						frames += int64(run.Samples)
					}
				}
				at := time.Duration(-1)
				for _, s := range file.synced {
					if s.bytes >= f.Offset+f.Size {
						at = s.at
						break
					}
				}
				require.GreaterOrEqual(t, at, time.Duration(0))
				if f.Runs[0].Track == r.Tracks[0].ID && r.Tracks[0].Kind == mux.KindVideo {
					worst = max(worst, at-happened)
				}
			}
		}
	}
	t.Logf("at most %v", worst)
	require.LessOrEqual(t, worst, 1870*time.Millisecond, "with what is left of two seconds for encoding and the disk")
	require.Greater(t, worst, 1700*time.Millisecond, "what is measured is the way through all stages")
}
