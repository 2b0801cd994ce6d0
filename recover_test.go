package callrec_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/metadata"
)

// unlocked is a folder whose recorder is gone without a trace, as a killed process is, though it is of this one. Nothing
// waits for the disk.
type unlocked struct{ chunk.Dir }

func (unlocked) Lock() (io.Closer, error) { return io.NopCloser(nil), nil }
func (unlocked) Sync() error              { return nil }

func (d unlocked) Create(name string) (chunk.File, error) {
	f, err := d.Dir.Create(name)
	return unsynced{f}, err
}

func (d unlocked) Append(name string, size int64) (chunk.File, error) {
	f, err := d.Dir.Append(name, size)
	return unsynced{f}, err
}

type unsynced struct{ chunk.File }

func (unsynced) Sync() error { return nil }

func unlockedDir(t *testing.T, path string) chunk.Dir {
	t.Helper()
	dir, err := chunk.DirFS(path)
	require.NoError(t, err)
	return unlocked{dir}
}

// abandoned records for a while, of random content, and forgets the recorder.
func abandoned(t *testing.T, seed uint64, drive func(rec *callrec.Recording)) (path string, dir chunk.Dir) {
	t.Helper()
	return abandonedAs(t, &numbered{rng: rand.New(rand.NewPCG(seed, 9))}, callrec.FinalizeFragmented, drive)
}

func abandonedAs(t *testing.T, n *numbered, form callrec.Finalize, drive func(rec *callrec.Recording)) (path string, dir chunk.Dir) {
	t.Helper()
	rec, path := recording(t, func(c *callrec.Config) {
		c.Codecs = n.codecs()
		c.MaxChunkSize = 1500 << 10
		c.Dir = unlocked{c.Dir}
		c.Finalize = form
	})
	drive(rec)
	return path, unlockedDir(t, path)
}

// aCall has somebody come and go, and pauses.
func aCall(t *testing.T, until time.Duration) func(rec *callrec.Recording) {
	return func(rec *callrec.Recording) {
		events := []struct {
			at time.Duration
			do func(at time.Duration) error
		}{
			{0, func(at time.Duration) error { return rec.Join(at, callrec.Participant{ID: "A", DisplayName: "Amara"}) }},
			{2 * time.Second, func(at time.Duration) error { return rec.Join(at, callrec.Participant{ID: "B"}) }},
			{5*time.Second + 77, rec.Pause},
			{6*time.Second + 123, rec.Resume},
			{9 * time.Second, func(at time.Duration) error { return rec.Leave(at, "B") }},
			{14 * time.Second, rec.Pause},
			{24 * time.Second, rec.Resume},
		}
		for _, e := range events {
			if e.at <= until {
				require.NoError(t, e.do(e.at))
			}
		}
		require.NoError(t, rec.Advance(until))
	}
}

// files reads a folder.
func files(t *testing.T, path string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(path)
	require.NoError(t, err)
	m := make(map[string]string)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(path, e.Name()))
		require.NoError(t, err)
		m[e.Name()] = string(b)
	}
	return m
}

func fill(t *testing.T, path string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(path, name), []byte(content), 0o600))
	}
}

// requireRecovered holds a recovered folder against what is promised, and recovers it again.
func requireRecovered(t *testing.T, path string, dir chunk.Dir, r *callrec.Recovered) {
	t.Helper()
	now := files(t, path)
	total := time.Duration(0)
	for i, c := range r.Chunks {
		if i > 0 {
			require.Equal(t, r.Chunks[i-1].Index+1, c.Index)
		}
		report := probe(t, filepath.Join(path, c.File))
		require.Empty(t, report.Problems, c.File)
		require.Equal(t, report.Size, c.Bytes)
		d, err := metadata.Decode([]byte(now[c.MetadataFile]))
		require.NoError(t, err)
		require.InDelta(t, time.Duration(report.Tracks[0].Samples)*125*time.Millisecond, d.ChunkDuration, 62.5e6)
		require.Equal(t, c.Duration.Round(time.Millisecond), d.ChunkDuration)
		require.Equal(t, fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(now[c.File])), c.File), now[chunk.SumName(c.Index)])
		total += c.Duration
	}
	for name := range now {
		require.False(t, strings.HasSuffix(name, chunk.PartSuffix), name)
	}
	n, err := metadata.DecodeNotification([]byte(now[chunk.NotificationName]))
	require.NoError(t, err)
	require.Equal(t, total.Round(time.Millisecond), n.RecordingDuration)
	require.Equal(t, r.EndReason, n.SessionEndReason)
	require.Len(t, n.Chunks, len(r.Chunks))
	for i, c := range r.Chunks {
		require.Equal(t, metadata.NotificationChunk{DocumentID: c.DocumentID, Index: c.Index, EndReason: c.EndReason}, n.Chunks[i])
	}

	again, err := callrec.Recover(dir, callrec.RecoverOptions{})
	require.NoError(t, err)
	require.False(t, again.Changed)
	require.Equal(t, r.Chunks, again.Chunks)
	require.Equal(t, r.Duration, again.Duration)
	require.Equal(t, r.EndReason, again.EndReason)
	require.Equal(t, now, files(t, path), "nothing changes the second time")
}

// TestRecoverAtEveryByte cuts the last fragment of an abandoned recording at every byte: a fragment of a few kilobytes
// at each, one as large as life at about 200 places.
func TestRecoverAtEveryByte(t *testing.T) {
	t.Parallel()
	for _, shift := range []int{9, 0} {
		t.Run(fmt.Sprint(shift), func(t *testing.T) {
			t.Parallel()
			recoverCut(t, &numbered{rng: rand.New(rand.NewPCG(1, 9)), shift: shift})
		})
	}
}

func recoverCut(t *testing.T, n *numbered) {
	t.Helper()
	path, _ := abandonedAs(t, n, callrec.FinalizeFragmented, aCall(t, 13*time.Second+200*time.Millisecond))
	all := files(t, path)
	part := ""
	for name := range all {
		if strings.HasSuffix(name, chunk.PartSuffix) {
			require.Empty(t, part)
			part = name
		}
	}
	report := probe(t, filepath.Join(path, part))
	require.GreaterOrEqual(t, len(report.Fragments), 2)
	before := report.Fragments[len(report.Fragments)-1]
	step := 1
	if n.shift == 0 {
		step = int(before.Size) / 97 // each head byte, and then samples of the payload
	}
	for cut := before.Offset; cut <= report.Size; {
		into := t.TempDir()
		fill(t, into, map[string]string{chunk.JournalName: all[chunk.JournalName], part: all[part][:cut]})
		osDir := unlockedDir(t, into)
		r, err := callrec.Recover(osDir, callrec.RecoverOptions{})
		require.NoError(t, err, "cut at %d", cut)
		require.True(t, r.Changed)
		require.Equal(t, "r-1", r.RecordingID)
		require.Equal(t, metadata.SessionHostFailure, r.EndReason)
		require.Equal(t, metadata.ChunkSessionEnded, r.Chunks[len(r.Chunks)-1].EndReason)
		whole := len(report.Fragments)
		if cut < report.Size {
			whole--
		}
		require.Len(t, probe(t, filepath.Join(into, strings.TrimSuffix(part, chunk.PartSuffix))).Fragments, whole)
		requireRecovered(t, into, osDir, r)
		if cut-before.Offset < 300 || report.Size-cut < 16 {
			cut += 1 + 6*min(1, int64(step)-1)
		} else {
			cut += int64(step)
		}
	}
}

// TestRecoverSaysTheSame: what recovery writes of a recording is what the recorder would have written.
func TestRecoverSaysTheSame(t *testing.T) {
	t.Parallel()
	drive := aCall(t, 27*time.Second)
	path, dir := abandoned(t, 2, func(rec *callrec.Recording) {
		drive(rec)
		_, err := rec.Stop(27*time.Second, metadata.SessionCallEnded)
		require.NoError(t, err)
	})
	want := files(t, path)
	require.Greater(t, len(want), 6, "several chunks")

	for name := range want { // a crash before anything but the media was there
		if name != chunk.JournalName && !strings.HasSuffix(name, ".mp4") {
			require.NoError(t, os.Remove(filepath.Join(path, name)))
		}
	}
	r, err := callrec.Recover(dir, callrec.RecoverOptions{})
	require.NoError(t, err)
	require.Equal(t, metadata.SessionCallEnded, r.EndReason)
	requireRecovered(t, path, dir, r)
	got := files(t, path)
	for name, content := range want {
		require.Equal(t, content, got[name], name)
	}

	t.Run("without the end of the journal", func(t *testing.T) {
		var lines []string
		for line := range strings.Lines(want[chunk.JournalName]) {
			if !strings.Contains(line, `"final"`) && !strings.Contains(line, `"ending"`) && !strings.Contains(line, `"end"`) {
				lines = append(lines, line)
			}
		}
		into := t.TempDir()
		for name, content := range want {
			if strings.HasSuffix(name, ".mp4") {
				fill(t, into, map[string]string{name + chunk.PartSuffix: content})
			}
		}
		fill(t, into, map[string]string{chunk.JournalName: strings.Join(lines, "") + `{"event":"leave","parti`})
		osDir := unlockedDir(t, into)
		r, err := callrec.Recover(osDir, callrec.RecoverOptions{EndReason: metadata.SessionHostShutdown})
		require.NoError(t, err)
		require.Equal(t, metadata.SessionHostShutdown, r.EndReason)
		requireRecovered(t, into, osDir, r)
		got := files(t, into)
		for i, c := range r.Chunks {
			require.Equal(t, want[c.File], got[c.File])
			if i < len(r.Chunks)-1 {
				require.Equal(t, want[c.MetadataFile], got[c.MetadataFile])
				require.Equal(t, metadata.ChunkUploadFailure, c.EndReason)
			}
		}
	})
}

// TestRecoverLeavesOthersAlone: files that are none of a recording, folders that are none, and recordings that go on.
func TestRecoverLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	foreign := map[string]string{"notes.part": "x", "chunk-1.mp4": "y", "video.mp4.part": "z", "chunk-0000.txt": "w"}
	path, dir := abandoned(t, 3, aCall(t, 8*time.Second))
	fill(t, path, foreign)
	fill(t, path, map[string]string{"chunk-0000.json.part": "{", "notification.json.part": ""})
	r, err := callrec.Recover(dir, callrec.RecoverOptions{})
	require.NoError(t, err)
	got := files(t, path)
	for name, content := range foreign {
		require.Equal(t, content, got[name])
		require.NoError(t, os.Remove(filepath.Join(path, name)))
	}
	requireRecovered(t, path, dir, r)

	none, err := chunk.DirFS(t.TempDir())
	require.NoError(t, err)
	_, err = callrec.Recover(none, callrec.RecoverOptions{})
	require.ErrorIs(t, err, callrec.ErrNoRecording)

	rec, busyPath := recording(t, nil)
	require.NoError(t, rec.Advance(5*time.Second))
	busy, err := chunk.DirFS(busyPath)
	require.NoError(t, err)
	before := files(t, busyPath)
	_, err = callrec.Recover(busy, callrec.RecoverOptions{})
	require.ErrorIs(t, err, chunk.ErrBusy)
	_, err = callrec.New(callrec.Config{Dir: busy, ID: "other", Start: callStart, Replace: true})
	require.ErrorIs(t, err, chunk.ErrBusy)
	require.Equal(t, before, files(t, busyPath))
	_, err = rec.Stop(5*time.Second, metadata.SessionCallEnded)
	require.NoError(t, err)
	r, err = callrec.Recover(busy, callrec.RecoverOptions{})
	require.NoError(t, err)
	require.Len(t, r.Chunks, 1)
}

// TestRecoverWithoutJournal: the media is made whole, and that it can't be described is an error.
func TestRecoverWithoutJournal(t *testing.T) {
	t.Parallel()
	for _, journal := range []string{"", "\x00\x00\x00", `{"event":"recording","recording":{}}` + "\n"} {
		path, dir := abandoned(t, 4, aCall(t, 8*time.Second))
		require.NoError(t, os.Remove(filepath.Join(path, chunk.JournalName)))
		if journal != "" {
			fill(t, path, map[string]string{chunk.JournalName: journal})
		}
		fill(t, path, map[string]string{"chunk-0007.mp4.part": "nothing of ours"})
		for range 2 {
			r, err := callrec.Recover(dir, callrec.RecoverOptions{})
			require.ErrorIs(t, err, callrec.ErrNoJournal)
			require.NotEmpty(t, r.Chunks)
			for _, c := range r.Chunks {
				require.Empty(t, probe(t, filepath.Join(path, c.File)).Problems)
			}
		}
		require.FileExists(t, filepath.Join(path, "chunk-0007.mp4.part"), "it may be anybody's")
		require.NoFileExists(t, filepath.Join(path, chunk.NotificationName))
	}
}

// TestPauseIsOnDisk: a pause keeps nothing in memory but the frames whose sound it cuts, and one more.
func TestPauseIsOnDisk(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Duration{3 * time.Second, 4900 * time.Millisecond, 6031 * time.Millisecond} {
		path, dir := abandoned(t, 7, func(rec *callrec.Recording) {
			require.NoError(t, rec.Join(0, callrec.Participant{ID: "A"}))
			require.NoError(t, rec.Pause(at))
			require.NoError(t, rec.Advance(time.Minute))
		})
		r, err := callrec.Recover(dir, callrec.RecoverOptions{})
		require.NoError(t, err)
		require.Greater(t, r.Duration, at-500*time.Millisecond)
		requireRecovered(t, path, dir, r)
	}
}

// TestRecoverNothing: a recorder that died before it had recorded anything leaves a recording without chunks.
func TestRecoverNothing(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"", "\x00\x00\x00\x20ftypiso6"} {
		path, dir := abandoned(t, 5, aCall(t, 500*time.Millisecond))
		fill(t, path, map[string]string{"chunk-0000.mp4.part": part})
		r, err := callrec.Recover(dir, callrec.RecoverOptions{})
		require.NoError(t, err)
		require.Empty(t, r.Chunks)
		requireRecovered(t, path, dir, r)
	}
}

// TestRecoverIsInterrupted fails every operation of a recovery in turn; the next one completes it.
func TestRecoverIsInterrupted(t *testing.T) {
	t.Parallel()
	for _, form := range []callrec.Finalize{callrec.FinalizeFragmented, callrec.FinalizeProgressive, callrec.FinalizeIndexed} {
		t.Run(form.String(), func(t *testing.T) {
			t.Parallel()
			recoverInterrupted(t, form)
		})
	}
}

func recoverInterrupted(t *testing.T, form callrec.Finalize) {
	path, dir := abandonedAs(t, &numbered{rng: rand.New(rand.NewPCG(6, 9))}, form, aCall(t, 13*time.Second))
	start := files(t, path)
	whole, err := callrec.Recover(dir, callrec.RecoverOptions{})
	require.NoError(t, err)
	want := files(t, path)
	for n := 1; ; n++ {
		into := t.TempDir()
		fill(t, into, start)
		osDir := unlockedDir(t, into)
		failing := &faulty{Dir: osDir, fails: func(i int, _ string) bool { return i == n }}
		_, err = callrec.Recover(failing, callrec.RecoverOptions{})
		if failing.calls < n {
			require.NoError(t, err)
			require.Greater(t, n, 15)
			break
		}
		require.ErrorIs(t, err, errDisk, "call %d", n)
		r, err := callrec.Recover(osDir, callrec.RecoverOptions{})
		require.NoError(t, err)
		require.Equal(t, whole.Chunks, r.Chunks)
		require.Equal(t, want, files(t, into), "call %d", n)
	}
}

// faulty is a folder in which those calls fail that fails says: it is given their number, from 1, and what they are.
type faulty struct {
	chunk.Dir
	fails func(call int, what string) bool
	calls int
}

func (d *faulty) fault(what string) error {
	d.calls++
	if d.fails(d.calls, what) {
		return fmt.Errorf("%s: %w", what, errDisk)
	}
	return nil
}

func (d *faulty) Create(name string) (chunk.File, error) {
	if err := d.fault("create " + name); err != nil {
		return nil, err
	}
	f, err := d.Dir.Create(name)
	return &faultyFile{f, d, name}, err
}

func (d *faulty) Append(name string, size int64) (chunk.File, error) {
	if err := d.fault("append " + name); err != nil {
		return nil, err
	}
	f, err := d.Dir.Append(name, size)
	return &faultyFile{f, d, name}, err
}

func (d *faulty) Open(name string) (io.ReadSeekCloser, error) {
	if err := d.fault("open " + name); err != nil {
		return nil, err
	}
	return d.Dir.Open(name)
}

func (d *faulty) Rename(from, to string) error {
	return errors.Join(d.fault("rename "+to), d.do(func() error { return d.Dir.Rename(from, to) }))
}

func (d *faulty) Remove(name string) error {
	return errors.Join(d.fault("remove "+name), d.do(func() error { return d.Dir.Remove(name) }))
}

func (d *faulty) List() ([]string, error) {
	if err := d.fault("list"); err != nil {
		return nil, err
	}
	return d.Dir.List()
}

func (d *faulty) Sync() error {
	return errors.Join(d.fault("sync folder"), d.do(d.Dir.Sync))
}

// do does what is asked for unless this call is one that fails.
func (d *faulty) do(f func() error) error {
	if d.fails(d.calls, "") {
		return nil
	}
	return f()
}

// faultyFile fails with its folder. A write that fails has written half.
type faultyFile struct {
	chunk.File
	d    *faulty
	name string
}

func (f *faultyFile) Write(p []byte) (int, error) {
	if err := f.d.fault("write " + f.name); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f *faultyFile) Sync() error {
	if err := f.d.fault("sync " + f.name); err != nil {
		return err
	}
	return f.File.Sync()
}

func FuzzRecover(f *testing.F) {
	journal := `{"event":"recording","at":5,"recording":{"recordingId":"r","startTime":"2026-11-21T20:20:06.1234567Z"}}
{"event":"join","participantId":"A"}
{"event":"pause","at":5000000000}
{"event":"chunk"}
{"event":"fragment","at":2000000000,"ticks":32000}
{"event":"ending","at":2000000000,"ticks":32000,"reason":"SessionEnded"}
{"event":"final","bytes":600}
{"event":"end","at":3000000000,"reason":"CallEnded"}
`
	f.Add([]byte(journal))
	f.Add([]byte(journal[:300]))
	f.Add([]byte(strings.ReplaceAll(journal, "000000000", "999999999999")))
	media := fragmentFile(f)
	f.Fuzz(func(t *testing.T, journal []byte) {
		path := t.TempDir()
		dir := unlockedDir(t, path)
		fill(t, path, map[string]string{chunk.JournalName: string(journal), "chunk-0000.mp4.part": media})
		r, err := callrec.Recover(dir, callrec.RecoverOptions{})
		if err != nil {
			require.ErrorIs(t, err, callrec.ErrNoJournal)
			return
		}
		require.Len(t, r.Chunks, 1)
		before := files(t, path)
		again, err := callrec.Recover(dir, callrec.RecoverOptions{})
		require.NoError(t, err)
		require.False(t, again.Changed)
		require.Equal(t, before, files(t, path))
	})
}

// fragmentFile is a media file of one short fragment.
func fragmentFile(f *testing.F) string {
	f.Helper()
	var p tap
	rec, path := recording(f, func(c *callrec.Config) { c.Codecs = p.codecs() })
	_, err := rec.Stop(300*time.Millisecond, metadata.SessionCallEnded)
	require.NoError(f, err)
	b, err := os.ReadFile(filepath.Join(path, "chunk-0000.mp4"))
	require.NoError(f, err)
	return string(bytes.Clone(b))
}
