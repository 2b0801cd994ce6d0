package callrec_test

import (
	"crypto/sha256"
	"fmt"
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

// stopped records a call of content that a seed gives, into a folder with faults, up to the end or to what ends it.
func stopped(t *testing.T, seed uint64, change func(*callrec.Config)) (*callrec.Recording, *callrec.Result, string, error) {
	t.Helper()
	n := &numbered{rng: rand.New(rand.NewPCG(seed, 3))}
	rec, path := recording(t, func(c *callrec.Config) {
		c.Codecs = n.codecs()
		c.MaxChunkSize = 700 << 10
		c.Dir = unlocked{c.Dir}
		if change != nil {
			change(c)
		}
	})
	_ = rec.Join(0, callrec.Participant{ID: "A"})
	for at := time.Duration(0); at < 9*time.Second; at += 500 * time.Millisecond {
		if rec.Advance(at) != nil {
			break
		}
	}
	result, err := rec.Stop(9*time.Second, metadata.SessionCallEnded)
	return rec, result, path, err
}

// TestOutageAtEveryCall has each call in the folder fail, for two seconds of call time or once: the recording goes on in
// memory, and its files are those of a recording without faults.
func TestOutageAtEveryCall(t *testing.T) {
	t.Parallel()
	_, result, path, err := stopped(t, 1, nil)
	require.NoError(t, err)
	want := files(t, path)
	require.Greater(t, len(result.Chunks), 1)
	const atStart = 2
	for n := atStart + 1; ; n++ {
		var dir *faulty
		rec, got, path, err := stopped(t, 1, func(c *callrec.Config) {
			dir = &faulty{Dir: c.Dir, fails: func(call int, _ string) bool { return call >= n && call < n+2 }}
			c.Dir = dir
		})
		for tries := 0; err != nil; tries++ { // the last calls are only tried again if Stop is
			require.ErrorIs(t, err, chunk.ErrStalled)
			require.ErrorIs(t, err, errDisk)
			require.Less(t, tries, 3)
			got, err = rec.Stop(0, "")
		}
		require.Equal(t, want, files(t, path), "call %d", n)
		require.Equal(t, result.Chunks, got.Chunks)
		require.Equal(t, metadata.SessionCallEnded, got.EndReason)
		_, err = rec.Stop(0, "")
		require.ErrorIs(t, err, callrec.ErrStopped)
		if dir.calls < n {
			require.Greater(t, n, 50)
			break
		}
		if n > 40 {
			n += 3 // the second chunk is like the first
		}
	}
}

// TestProgressive: the finished files are of the other form, whatever call fails on the way, and say the same.
func TestProgressive(t *testing.T) {
	t.Parallel()
	progressive := func(c *callrec.Config) { c.Finalize = callrec.FinalizeProgressive }
	_, fragmented, fragmentedPath, err := stopped(t, 1, nil)
	require.NoError(t, err)
	_, result, path, err := stopped(t, 1, progressive)
	require.NoError(t, err)
	want, before := files(t, path), files(t, fragmentedPath)
	require.Len(t, want, len(before))
	for i, c := range result.Chunks {
		require.Equal(t, before[c.MetadataFile], want[c.MetadataFile])
		require.NotContains(t, want[c.File][:4096], "mvex")
		require.Less(t, c.Bytes, fragmented.Chunks[i].Bytes)
		require.EqualValues(t, len(want[c.File]), c.Bytes)
		require.Equal(t, fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(want[c.File])), c.File), want[chunk.SumName(i)])
	}
	for n := 3; ; n += 5 {
		var dir *faulty
		rec, _, path, err := stopped(t, 1, func(c *callrec.Config) {
			progressive(c)
			dir = &faulty{Dir: c.Dir, fails: func(call int, _ string) bool { return call >= n && call < n+2 }}
			c.Dir = dir
		})
		for err != nil {
			require.ErrorIs(t, err, chunk.ErrStalled)
			_, err = rec.Stop(0, "")
		}
		require.Equal(t, want, files(t, path), "call %d", n)
		if dir.calls < n {
			break
		}
	}

	// what is there already is not looked into again, and what is missing is made anew
	require.NoError(t, os.Remove(filepath.Join(path, chunk.NotificationName)))
	require.NoError(t, os.Remove(filepath.Join(path, chunk.SumName(0))))
	_, err = callrec.Recover(unlockedDir(t, path), callrec.RecoverOptions{})
	require.NoError(t, err)
	require.Equal(t, want[chunk.NotificationName], files(t, path)[chunk.NotificationName])
	require.Equal(t, want[chunk.SumName(0)], files(t, path)[chunk.SumName(0)])
}

// TestFolderGoneAtEveryCall has every call fail from one on: the recording ends with the right reason, what was good
// stays good, and once the folder is back, recovery completes what it has.
func TestFolderGoneAtEveryCall(t *testing.T) {
	t.Parallel()
	for n := 3; ; n += 4 {
		var dir *faulty
		_, result, path, err := stopped(t, 2, func(c *callrec.Config) {
			dir = &faulty{Dir: c.Dir, fails: func(call int, _ string) bool { return call >= n }}
			c.Dir, c.MaxPending = dir, 300<<10
		})
		if dir.calls < n {
			require.NoError(t, err)
			break
		}
		require.ErrorIs(t, err, errDisk)
		require.ErrorIs(t, err, chunk.ErrStalled)
		for _, c := range result.Chunks {
			require.Empty(t, probe(t, filepath.Join(path, c.File)).Problems)
		}
		require.NotContains(t, files(t, path), chunk.NotificationName)
		r, err := callrec.Recover(unlockedDir(t, path), callrec.RecoverOptions{})
		if err != nil {
			require.ErrorIs(t, err, callrec.ErrNoJournal)
			require.Empty(t, r.Chunks, "call %d", n)
			continue
		}
		require.GreaterOrEqual(t, len(r.Chunks), len(result.Chunks))
		requireRecovered(t, path, unlockedDir(t, path), r)
	}
}

// TestOutageOnlyHurtsItself: the recording beside one whose folder is gone is as it would be alone.
func TestOutageOnlyHurtsItself(t *testing.T) {
	t.Parallel()
	_, _, path, err := stopped(t, 3, nil)
	require.NoError(t, err)
	want := files(t, path)

	parent := t.TempDir()
	start := func(name string, wrap func(chunk.Dir) chunk.Dir) *callrec.Recording {
		dir, err := chunk.DirFS(filepath.Join(parent, name))
		require.NoError(t, err)
		n := &numbered{rng: rand.New(rand.NewPCG(3, 3))}
		rec, err := callrec.New(callrec.Config{
			Dir: wrap(unlocked{dir}), ID: "r-1", Start: callStart, ResourceID: "res", CallID: "call", Sync: chunk.SyncNever,
			Codecs: n.codecs(), MaxChunkSize: 700 << 10, MaxPending: 300 << 10,
		})
		require.NoError(t, err)
		return rec
	}
	good := start("good", func(d chunk.Dir) chunk.Dir { return d })
	bad := start("bad", func(d chunk.Dir) chunk.Dir {
		return &faulty{Dir: d, fails: func(call int, _ string) bool { return call > 15 }}
	})
	require.NoError(t, good.Join(0, callrec.Participant{ID: "A"}))
	require.NoError(t, bad.Join(0, callrec.Participant{ID: "A"}))
	var failed error
	for at := time.Duration(0); at < 9*time.Second; at += 500 * time.Millisecond {
		require.NoError(t, good.Advance(at))
		failed = bad.Advance(at)
	}
	require.ErrorIs(t, failed, chunk.ErrStalled)
	_, err = bad.Stop(9*time.Second, metadata.SessionCallEnded)
	require.ErrorIs(t, err, chunk.ErrStalled)
	_, err = good.Stop(9*time.Second, metadata.SessionCallEnded)
	require.NoError(t, err)
	require.Equal(t, want, files(t, filepath.Join(parent, "good")))
}

// TestContinue: a recorder that died is followed by another one, twice, under the same ID.
func TestContinue(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	chunks := 0
	for run := range 3 {
		n := &numbered{rng: rand.New(rand.NewPCG(uint64(run), 4))}
		cfg := callrec.Config{
			Dir: unlockedDir(t, path), ID: "r-1", Start: callStart.Add(time.Duration(run) * time.Minute), Continue: true,
			ResourceID: "res", CallID: "call", Sync: chunk.SyncNever, Codecs: n.codecs(), MaxChunkSize: 1 << 20,
		}
		rec, err := callrec.New(cfg)
		require.NoError(t, err)
		require.NoError(t, rec.Join(0, callrec.Participant{ID: string(rune('A' + run))}))
		require.NoError(t, rec.Advance(9*time.Second))
		if run < 2 { // it dies
			names := files(t, path)
			require.Contains(t, names[chunk.JournalName], `"event":"recording"`)
			continue
		}
		result, err := rec.Stop(10*time.Second, metadata.SessionCallEnded)
		require.NoError(t, err)
		requireRecovered(t, path, unlockedDir(t, path), &callrec.Recovered{Result: *result})
		require.Equal(t, metadata.ChunkSessionEnded, result.Chunks[len(result.Chunks)-1].EndReason)
		seen := map[string]bool{}
		now := files(t, path)
		failures := 0
		for i, c := range result.Chunks {
			require.Equal(t, i, c.Index)
			d, err := metadata.Decode([]byte(now[c.MetadataFile]))
			require.NoError(t, err)
			require.Len(t, d.Participants, 1, "each run has its own")
			who := d.Participants[0].ParticipantID
			seen[who] = true
			require.WithinDuration(t, callStart.Add(time.Duration(who[0]-'A')*time.Minute), d.ChunkStartTime, 10*time.Second)
			if c.EndReason == metadata.ChunkUploadFailure {
				failures++
			}
		}
		require.Len(t, seen, 3)
		require.Equal(t, 2, failures, "the chunks in which a recorder died")
		note, err := metadata.DecodeNotification([]byte(now[chunk.NotificationName]))
		require.NoError(t, err)
		require.WithinDuration(t, callStart, note.RecordingStart, time.Microsecond)
		chunks = len(result.Chunks)
	}
	require.GreaterOrEqual(t, chunks, 3)

	before := files(t, path)
	for _, tt := range []struct {
		id   string
		want error
	}{{"r-1", callrec.ErrEnded}, {"r-2", callrec.ErrConfig}} {
		_, err := callrec.New(callrec.Config{Dir: unlockedDir(t, path), ID: tt.id, Start: callStart, Continue: true})
		require.ErrorIs(t, err, tt.want)
	}
	require.Equal(t, before, files(t, path))

	t.Run("and dies again", func(t *testing.T) {
		t.Parallel()
		path, dir := abandoned(t, 8, aCall(t, 8*time.Second))
		n := &numbered{rng: rand.New(rand.NewPCG(8, 4))}
		rec, err := callrec.New(callrec.Config{
			Dir: dir, ID: "r-1", Start: callStart.Add(time.Minute), Continue: true, CallID: "call",
			Sync: chunk.SyncNever, Codecs: n.codecs(), RecordFrom: time.Second,
		})
		require.NoError(t, err)
		require.NoError(t, rec.Join(0, callrec.Participant{ID: "C"}))
		require.NoError(t, rec.Advance(9*time.Second))
		r, err := callrec.Recover(dir, callrec.RecoverOptions{})
		require.NoError(t, err)
		requireRecovered(t, path, dir, r)
		last := r.Chunks[len(r.Chunks)-1]
		d, err := metadata.Decode([]byte(files(t, path)[last.MetadataFile]))
		require.NoError(t, err)
		require.WithinDuration(t, callStart.Add(time.Minute+time.Second), d.ChunkStartTime, time.Microsecond)
		require.Equal(t, "C", d.Participants[0].ParticipantID)
		require.False(t, strings.Contains(files(t, path)[chunk.JournalName], "\x00"))
	})
}
