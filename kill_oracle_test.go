//go:build oracle

package callrec_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/metadata"
)

// killFolder tells the process that TestKill starts where to record, killForm in which form.
const (
	killFolder = "CALLREC_TEST_FOLDER"
	killForm   = "CALLREC_TEST_FORM"
)

// TestRecorderToKill is the process that TestKill kills: it records, with the encoders of every recording, until it is
// dead, a little faster than real time, and takes up what a process before it left.
func TestRecorderToKill(t *testing.T) {
	path := os.Getenv(killFolder)
	if path == "" {
		t.Skip("started by TestKill")
	}
	var form callrec.Finalize
	require.NoError(t, form.UnmarshalText([]byte(os.Getenv(killForm))))
	dir, err := chunk.DirFS(path)
	require.NoError(t, err)
	rec, err := callrec.New(callrec.Config{
		Dir: dir, ID: "killed", Start: callStart, Continue: true, ResourceID: "res", CallID: "call",
		MaxChunkDuration: 3 * time.Second, Finalize: form, Sync: chunk.SyncNever,
	})
	require.NoError(t, err)
	require.NoError(t, rec.Join(0, callrec.Participant{ID: "host"}))
	for step := range 4000 {
		at := time.Duration(step) * 125 * time.Millisecond
		switch step % 16 {
		case 1:
			err = rec.Join(at, callrec.Participant{ID: fmt.Sprint("P", step/16), DisplayName: "someone"})
		case 9:
			err = rec.Leave(at, fmt.Sprint("P", step/16))
		case 12:
			err = rec.Pause(at)
		case 14:
			err = rec.Resume(at)
		default:
			err = rec.Advance(at)
		}
		require.NoError(t, err)
		time.Sleep(time.Millisecond)
	}
}

// TestKill kills recorders at random instants. What is left plays up to the last whole fragment, recovery makes it
// final, and doing it again changes nothing. CALLREC_KILLS says how often.
func TestKill(t *testing.T) {
	kills := 16
	if n, err := strconv.Atoi(os.Getenv("CALLREC_KILLS")); err == nil {
		kills = n
	}
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1)) // other instants every time
	var torn, tails, chunks int
	for done := 0; done < kills; {
		path := t.TempDir()
		form := callrec.Finalize(rng.IntN(3))
		for range 1 + rng.IntN(3) { // a recorder that goes on with a killed one's recording may be killed too
			kill(t, path, form, rng.IntN(16), time.Duration(rng.IntN(200))*time.Millisecond)
			done++
			if checkLeft(t, path) {
				torn++
			}
		}
		before := files(t, path)
		dir, err := chunk.DirFS(path)
		require.NoError(t, err)
		r, err := callrec.Recover(dir, callrec.RecoverOptions{})
		if err != nil { // dead before its journal had a line
			require.True(t, len(before) == 0 || before[chunk.JournalName] == "", "%v: %v", err, before)
			continue
		}
		require.Equal(t, metadata.SessionHostFailure, r.EndReason)
		chunks += len(r.Chunks)
		tails += len(r.Warnings)
		checkFinal(t, path, r)
		now := files(t, path)
		again, err := callrec.Recover(dir, callrec.RecoverOptions{})
		require.NoError(t, err)
		require.False(t, again.Changed)
		require.Equal(t, now, files(t, path))
	}
	t.Logf("%d kills, %d of them within a chunk, %d of them within a write; %d chunks", kills, torn, tails, chunks)
}

// kill starts a recorder, waits until its journal has so many entries more, and kills it a while after that.
func kill(t *testing.T, path string, form callrec.Finalize, entries int, after time.Duration) {
	t.Helper()
	lines := func() int {
		b, _ := os.ReadFile(filepath.Join(path, chunk.JournalName)) // none at first
		return bytes.Count(b, []byte{'\n'})
	}
	enough := lines() + entries
	var out bytes.Buffer
	cmd := exec.Command(os.Args[0], "-test.run=^TestRecorderToKill$")
	cmd.Env = append(os.Environ(), killFolder+"="+path, killForm+"="+form.String())
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(t, cmd.Start())
	for range 60_000 {
		if lines() >= enough {
			break
		}
		time.Sleep(time.Millisecond)
	}
	time.Sleep(after)
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait(), "it ended by itself: %s", out.String())
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, ok && status.Signaled(), "it ended by itself: %s", out.String())
}

// checkLeft has ffmpeg play the chunk that was being written, if there is one: every frame of its whole fragments.
func checkLeft(t *testing.T, path string) bool {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(path, "chunk-*.mp4"+chunk.PartSuffix))
	require.NoError(t, err)
	found := false
	for _, part := range parts {
		r := probe(t, part)
		if strings.Contains(part, "rewrite") || len(r.Fragments) == 0 {
			continue
		}
		found = true
		frames := 0
		for _, f := range r.Fragments {
			frames += f.Runs[0].Samples
		}
		require.GreaterOrEqual(t, countFrames(t, part), frames)
	}
	return found
}

func countFrames(t *testing.T, path string) int {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "quiet", "-select_streams", "v", "-count_frames",
		"-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", path).Output()
	require.NoError(t, err)
	n, err := strconv.Atoi(strings.Trim(string(out), "\n,"))
	require.NoError(t, err)
	return n
}

// checkFinal holds the files of a recovered recording against its documents; ffmpeg plays the last one without a word.
func checkFinal(t *testing.T, path string, r *callrec.Recovered) {
	t.Helper()
	now := files(t, path)
	require.Contains(t, now, chunk.NotificationName)
	total := time.Duration(0)
	for i, c := range r.Chunks {
		require.Equal(t, i, c.Index)
		require.EqualValues(t, len(now[c.File]), c.Bytes)
		d, err := metadata.Decode([]byte(now[c.MetadataFile]))
		require.NoError(t, err)
		require.Equal(t, c.Duration.Round(time.Millisecond), d.ChunkDuration)
		require.NotEmpty(t, d.Participants)
		total += c.Duration
	}
	require.Equal(t, total, r.Duration)
	for name := range now {
		require.False(t, strings.HasSuffix(name, chunk.PartSuffix), name)
	}
	if len(r.Chunks) == 0 {
		return
	}
	last := r.Chunks[len(r.Chunks)-1]
	media := filepath.Join(path, last.File)
	require.InDelta(t, last.Duration, time.Duration(countFrames(t, media))*125*time.Millisecond, 62.5e6)
	out, err := exec.Command("ffmpeg", "-v", "warning", "-i", media, "-f", "null", "-").CombinedOutput()
	require.NoError(t, err)
	require.Empty(t, string(out))
	sums := exec.Command("sh", "-c", "cat *.sha256 | sha256sum -c --strict --quiet")
	sums.Dir = path
	out, err = sums.CombinedOutput()
	require.NoError(t, err, string(out))
}
