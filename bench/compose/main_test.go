package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCompose(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, film(dir, 2))
	info, err := os.Stat(cameraFile(dir, cameras-1))
	require.NoError(t, err)
	require.Equal(t, int64(2*bytes), info.Size())
	require.NoError(t, compose(dir, true, true))
	require.NoError(t, os.Truncate(cameraFile(dir, 3), bytes/2))
	require.Error(t, compose(dir, false, false))
	require.Error(t, compose(filepath.Join(dir, "missing"), false, false))
}

// TestCandidates checks that every comparison names a candidate.
func TestCandidates(t *testing.T) {
	t.Parallel()
	list, err := candidates()
	require.NoError(t, err)
	names := map[string]bool{}
	for _, c := range list {
		names[c.name] = true
	}
	for _, c := range list {
		for _, other := range c.against {
			require.True(t, names[other], other)
		}
	}
	require.Contains(t, strings.Join(ffmpeg(":flags=area")("dir").Args, " "), "[8:v]scale=618:348:flags=area[t8]")
}
