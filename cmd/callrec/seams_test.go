//go:build oracle

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSeamsAreExactAnywhere splits a call with pauses at random bounds, into any form, and compares the chunks, one after
// another, with the unsplit recording: the same frames in number, the same samples, and documents that say the same.
func TestSeamsAreExactAnywhere(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	flags := []string{"--duration", "5s"}
	for range 1 + rng.IntN(2) {
		from := time.Duration(rng.IntN(4500)) * time.Millisecond
		to := from + time.Duration(rng.IntN(1500))*time.Millisecond
		flags = append(flags, "--pause", fmt.Sprintf("%v-%v", from, to))
	}
	whole := replayed(t, "three-party", append(flags, "--max-chunk-size", "0")...)
	require.Len(t, whole.Chunks, 1)
	want := sound(t, whole)
	for _, form := range []string{"fragmented", "progressive", "indexed"} {
		bound := 70_000 + rng.Int64N(200_000)
		split := append([]string{"--max-chunk-size", fmt.Sprint(bound), "--finalize", form}, flags...)
		if rng.IntN(2) == 0 {
			split = append(split, "--max-chunk-duration", fmt.Sprintf("%dms", 1000+rng.IntN(3000)))
		}
		r := replayed(t, "three-party", split...)
		frames, total := 0.0, int64(0)
		for _, c := range r.Chunks {
			require.LessOrEqual(t, c.Bytes, bound, "%v", split)
			frames += seconds(t, probeWithFFprobe(t, filepath.Join(r.Directory, c.File)).Streams[0].NbReadFrames)
			total += c.DurationMS
		}
		require.Equal(t, seconds(t, probeWithFFprobe(t, filepath.Join(whole.Directory, whole.Chunks[0].File)).Streams[0].NbReadFrames), frames)
		require.Equal(t, whole.DurationMS, r.DurationMS)
		require.InDelta(t, r.DurationMS, total, float64(len(r.Chunks)))
		require.True(t, bytes.Equal(want, sound(t, r)), "%v: not a sample is lost, repeated or changed", split)
	}
}

// sound decodes the sound of all chunks with their edit lists applied.
func sound(t *testing.T, r report) []byte {
	t.Helper()
	var all []byte
	for _, c := range r.Chunks {
		out, _ := output(t, "ffmpeg", "-v", "error", "-copyts", "-i", filepath.Join(r.Directory, c.File),
			"-map", "0:a", "-af", "atrim=start=0", "-f", "s16le", "-")
		all = append(all, out...)
	}
	return all
}
