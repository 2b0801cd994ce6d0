package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/chunk"
)

// TestRecover: a folder with a recording whose recorder died, one that is complete, and other things.
func TestRecover(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	status, _, stderr := command("replay", "--quiet", "-o", out, "--duration", "300ms", threeParty)
	require.Equal(t, exitGood, status, stderr)
	folders, err := chunk.Recordings(out)
	require.NoError(t, err)
	require.Len(t, folders, 1)
	torn := filepath.Join(out, "torn")
	require.NoError(t, os.CopyFS(torn, os.DirFS(folders[0])))
	media := filepath.Join(torn, chunk.MediaName(0))
	require.NoError(t, os.Rename(media, media+chunk.PartSuffix))
	require.NoError(t, os.Remove(filepath.Join(torn, chunk.NotificationName)))
	require.NoError(t, os.Mkdir(filepath.Join(out, "empty"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(out, "notes.txt"), []byte("not a recording"), 0o600))

	status, stdout, stderr := command("recover", out)
	require.Equal(t, exitGood, status, stderr)
	require.Contains(t, stdout, torn+": recovered, 1 chunks, 0.300 s\n")
	require.FileExists(t, media)
	require.FileExists(t, filepath.Join(torn, chunk.NotificationName))

	status, stdout, stderr = command("recover", torn)
	require.Equal(t, exitGood, status, stderr)
	require.Equal(t, torn+": complete\n", stdout)

	status, _, stderr = command("recover", filepath.Join(out, "empty"))
	require.Equal(t, exitFailed, status)
	require.Contains(t, stderr, "no recording")
}
