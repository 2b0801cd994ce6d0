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
	"github.com/callrec/callrec/mux"
)

// killFolder tells the process that TestKill starts where to record, killForm in which form, killSlow whether the disk takes
// long to complete a chunk.
const (
	killFolder = "CALLREC_TEST_FOLDER"
	killForm   = "CALLREC_TEST_FORM"
	killSlow   = "CALLREC_TEST_SLOW"
)

// slowToComplete is a folder in which rewriting a chunk takes as long as recording one, so that it is likely to be what a
// kill interrupts, while the next chunk is being written.
type slowToComplete struct{ chunk.Dir }

const rewritingCall = 40 * time.Millisecond

func (d slowToComplete) Create(name string) (chunk.File, error) {
	f, err := d.Dir.Create(name)
	if err == nil && strings.Contains(name, ".rewrite") {
		time.Sleep(rewritingCall)
		return slowFile{f}, nil
	}
	return f, err
}

type slowFile struct{ chunk.File }

func (f slowFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p[:len(p)/2])
	if err != nil {
		return n, err
	}
	time.Sleep(rewritingCall)
	n, err = f.File.Write(p[len(p)/2:])
	return len(p)/2 + n, err
}

func (d slowToComplete) Rename(from, to string) error {
	if strings.Contains(from, ".rewrite") {
		time.Sleep(rewritingCall)
	}
	return d.Dir.Rename(from, to)
}

func (d slowToComplete) Remove(name string) error {
	time.Sleep(rewritingCall)
	return d.Dir.Remove(name)
}

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
	duration := 3 * time.Second
	if os.Getenv(killSlow) != "" {
		dir, duration = slowToComplete{dir}, time.Second
	}
	rec, err := callrec.New(callrec.Config{
		Dir: dir, ID: "killed", Start: callStart, Continue: true, ResourceID: "res", CallID: "call",
		MaxChunkDuration: duration, Finalize: form, Sync: chunk.SyncNever, Background: true,
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
	kills := 12
	if n, err := strconv.Atoi(os.Getenv("CALLREC_KILLS")); err == nil {
		kills = n
	}
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1)) // other instants every time
	var torn, tails, chunks, rewriting, behind int
	for done := 0; done < kills; {
		path := t.TempDir()
		form, slow := callrec.Finalize(rng.IntN(3)), rng.IntN(2) == 0
		if slow {
			form = callrec.FinalizeIndexed
		}
		for range 1 + rng.IntN(3) { // a recorder that goes on with a killed one's recording may be killed too
			entries := rng.IntN(16)
			if slow {
				entries += 12 // a chunk, at least
			}
			kill(t, path, form, slow, entries, time.Duration(rng.IntN(200))*time.Millisecond)
			done++
			switch parts := checkLeft(t, path); {
			case parts > 1:
				behind++
				fallthrough
			case parts > 0:
				torn++
			}
			if left, err := filepath.Glob(filepath.Join(path, "*.rewrite.part")); err == nil && len(left) > 0 {
				rewriting++
			}
		}
		frames := framesOf(t, path)
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
		require.Equal(t, frames, framesOf(t, path), "what was in whole fragments is there")
		now := files(t, path)
		again, err := callrec.Recover(dir, callrec.RecoverOptions{})
		require.NoError(t, err)
		require.False(t, again.Changed)
		require.Equal(t, now, files(t, path))
	}
	t.Logf("%d kills, %d of them within a chunk, %d within rewriting one, %d with several that wait for it, %d within a write; %d chunks",
		kills, torn, rewriting, behind, tails, chunks)
}

// kill starts a recorder, waits until its journal has so many entries more, and kills it a while after that.
func kill(t *testing.T, path string, form callrec.Finalize, slow bool, entries int, after time.Duration) {
	t.Helper()
	lines := func() int {
		b, _ := os.ReadFile(filepath.Join(path, chunk.JournalName)) // none at first
		return bytes.Count(b, []byte{'\n'})
	}
	enough := lines() + entries
	var out bytes.Buffer
	cmd := exec.Command(os.Args[0], "-test.run=^TestRecorderToKill$")
	cmd.Env = append(os.Environ(), killFolder+"="+path, killForm+"="+form.String())
	if slow {
		cmd.Env = append(cmd.Env, killSlow+"=1")
	}
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

// checkLeft has ffmpeg play the chunks that have no name yet: every frame of their whole fragments. It returns how many there
// are.
func checkLeft(t *testing.T, path string) (found int) {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(path, "chunk-*.mp4"+chunk.PartSuffix))
	require.NoError(t, err)
	for _, part := range parts {
		r := probe(t, part)
		if strings.Contains(part, "rewrite") || len(r.Fragments) == 0 {
			continue
		}
		if _, err := os.Stat(strings.TrimSuffix(part, chunk.PartSuffix)); err != nil {
			found++
		}
		require.GreaterOrEqual(t, countFrames(t, part), pictures(r))
	}
	return found
}

// pictures counts those of whole fragments.
func pictures(r *mux.Report) (n int) {
	for _, f := range r.Fragments {
		for _, run := range f.Runs {
			if run.Track == r.Tracks[0].ID {
				n += run.Samples
			}
		}
	}
	return n
}

// framesOf counts the frames of all chunks: of those without a name in whole fragments.
func framesOf(t *testing.T, path string) (n int) {
	t.Helper()
	now := files(t, path)
	for name := range now {
		_, part, ok := chunk.MediaIndex(name)
		if _, named := now[strings.TrimSuffix(name, chunk.PartSuffix)]; !ok || part && named {
			continue
		}
		if part {
			n += pictures(probe(t, filepath.Join(path, name)))
		} else {
			n += count(t, filepath.Join(path, name), "packets")
		}
	}
	return n
}

func countFrames(t *testing.T, path string) int {
	t.Helper()
	return count(t, path, "frames")
}

// count has ffprobe count packets of the video, or frames, which it decodes for that.
func count(t *testing.T, path, what string) int {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "quiet", "-select_streams", "v", "-count_"+what,
		"-show_entries", "stream=nb_read_"+what, "-of", "csv=p=0", path).Output()
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
