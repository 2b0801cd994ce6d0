package mux_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/abema/go-mp4"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

// joined are the samples of one track, over all fragments.
type joined struct {
	durations, flags []uint32
	data             [][]byte
}

func joinRuns(runs []trackRun) map[uint32]*joined {
	tracks := map[uint32]*joined{}
	for _, r := range runs {
		if tracks[r.track] == nil {
			tracks[r.track] = &joined{}
		}
		j := tracks[r.track]
		j.durations, j.flags, j.data = append(j.durations, r.durations...), append(j.flags, r.flags...), append(j.data, r.data...)
	}
	return tracks
}

// requireIndexed rewrites a file, which may grow by so many bytes, and holds the result against it: the same samples at the same times, fragments that
// start with a sync sample if there is one, and an index that says where they are.
func requireIndexed(t *testing.T, file []byte, growth int64) *mux.Report {
	t.Helper()
	var buf bytes.Buffer
	require.NoError(t, mux.Indexed(&buf, bytes.NewReader(file)))
	got := buf.Bytes()
	before, err := mux.Probe(bytes.NewReader(file))
	require.NoError(t, err)
	after, err := mux.Probe(bytes.NewReader(got))
	require.NoError(t, err)
	require.Empty(t, after.Problems)
	require.True(t, after.Indexed)
	require.Equal(t, before.Tracks, after.Tracks)
	require.Equal(t, joinRuns(readRuns(t, file)), joinRuns(readRuns(t, got)))
	require.LessOrEqual(t, int64(len(got)), int64(len(file))+growth, "the bound on what it grows by")

	sidx := boxOf[*mp4.Sidx](t, got, "sidx")
	main := after.Tracks[0]
	require.Equal(t, main.ID, sidx.ReferenceID)
	require.EqualValues(t, 16000, sidx.Timescale)
	require.EqualValues(t, main.Start, sidx.EarliestPresentationTimeV1)
	require.Zero(t, sidx.FirstOffsetV1)
	require.Len(t, sidx.References, len(after.Fragments))
	at := int64(bytes.Index(got, []byte("sidx"))-4) + 40 + 12*int64(len(sidx.References))
	for i, ref := range sidx.References {
		f := after.Fragments[i]
		require.Equal(t, at, f.Offset, "the subsegments follow the index")
		require.EqualValues(t, f.Size, ref.ReferencedSize)
		require.EqualValues(t, i+1, f.Sequence)
		require.Equal(t, f.Sync, ref.StartsWithSAP)
		require.True(t, f.Sync || i == 0)
		require.LessOrEqual(t, len(f.Runs), len(after.Tracks), "one run for each track")
		duration := int64(0)
		for _, r := range f.Runs {
			if r.Track == main.ID {
				duration = r.Duration
			}
		}
		require.EqualValues(t, duration, ref.SubsegmentDuration)
		at += f.Size
	}
	return after
}

func TestIndexed(t *testing.T) {
	t.Parallel()
	for _, offset := range []uint32{0, 1, 100, 1023} {
		file, _ := small(t, offset)
		r := requireIndexed(t, file, 40+2*12)
		require.Len(t, r.Fragments, 2, "the second fragment starts within a group of pictures")
		video, audio := r.Fragments[1].Runs[0], r.Fragments[1].Runs[1]
		require.LessOrEqual(t, audio.Time+1024, video.Time, "there is the sound of the first picture, and one access unit before it")
		require.Greater(t, audio.Time+2*1024, video.Time, "and no more than that")
	}
}

// TestIndexedRandom is TestIndexed for files of random fragments, with and without the one track or the other.
func TestIndexedRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 9))
			cfg := randomConfig(rng, 1)
			var buf bytes.Buffer
			w, err := mux.NewWriter(&buf, cfg)
			require.NoError(t, err)
			for i := range 1 + rng.IntN(9) {
				f := mux.Fragment{Video: pictures(rng, 1+rng.IntN(5)), Audio: sounds(rng, 1+rng.IntN(9))}
				if i > 0 && rng.IntN(2) == 0 {
					f.Video = append(pictures(rng, 2)[1:], f.Video[1:]...)
				}
				if cfg.Video == nil {
					f.Video = nil
				}
				if cfg.Audio == nil {
					f.Audio = nil
				}
				require.NoError(t, w.WriteFragment(f))
			}
			if cfg.Video != nil && cfg.Audio != nil {
				require.NoError(t, w.WriteFragment(mux.Fragment{Audio: sounds(rng, 1)})) // as the sound of a recording may end
			}
			growth := w.IndexedGrowth(0, 0)
			require.NoError(t, w.Close())
			requireIndexed(t, buf.Bytes(), growth)
		})
	}
}

// TestIndexedLong: the index of a recording of four hours, with fragments of five pictures and a keyframe every four
// seconds, stays small.
func TestIndexedLong(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	w, err := mux.NewWriter(&buf, config())
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(1, 1))
	keyed, sound := pictures(rng, 2), sounds(rng, 2)
	within := slices.Concat(pictures(rng, 2)[1:], pictures(rng, 2)[1:])
	for n := range 4 * 3600 * 4 { // of a quarter of a second: two pictures
		f := mux.Fragment{Video: within, Audio: sound}
		if n%16 == 0 {
			f.Video = keyed
		}
		require.NoError(t, w.WriteFragment(f))
	}
	require.NoError(t, w.Close())
	var out bytes.Buffer
	require.NoError(t, mux.Indexed(&out, bytes.NewReader(buf.Bytes())))
	r, err := mux.Probe(bytes.NewReader(out.Bytes()))
	require.NoError(t, err)
	require.Empty(t, r.Problems)
	require.Len(t, r.Fragments, 4*3600/12)
	require.Less(t, out.Len(), buf.Len())
	sidx := bytes.Index(out.Bytes(), []byte("sidx")) - 4
	require.EqualValues(t, 40+12*len(r.Fragments), r.Fragments[0].Offset-int64(sidx))
	require.Less(t, r.Fragments[0].Offset-int64(sidx), int64(16<<10))
	mfra := r.Size - r.Fragments[len(r.Fragments)-1].Offset - r.Fragments[len(r.Fragments)-1].Size
	require.Less(t, mfra, int64(16<<10))
}

// TestIndexedGrowth joins fragments that all begin with a sync sample, as in a long file, so that samples need flags that
// they did not need before: the larger the fragments are, the less their headers make up for it.
func TestIndexedGrowth(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 8, 24, 80} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(uint64(n), 1))
			cfg := config()
			cfg.Audio.Offset = 100
			var buf, out bytes.Buffer
			w, err := mux.NewWriter(&buf, cfg)
			require.NoError(t, err)
			f := mux.Fragment{Video: pictures(rng, 2)[1:], Audio: sounds(rng, 2*n)}
			for len(f.Video) < n {
				f.Video = append(f.Video, f.Video[0])
			}
			f.Video[0].Sync = true
			for i := range f.Video[1:] {
				f.Video[1+i].Sync = false
			}
			for range 1300*2 + 70 {
				require.NoError(t, w.WriteFragment(f))
			}
			growth := w.IndexedGrowth(0, 0)
			require.NoError(t, w.Close())
			require.NoError(t, mux.Indexed(&out, bytes.NewReader(buf.Bytes())))
			require.LessOrEqual(t, int64(out.Len()), int64(buf.Len())+growth)
			if n == 80 {
				require.Greater(t, out.Len(), buf.Len(), "it can grow")
			}
		})
	}
}

// TestProbeSegmentIndex breaks the index in front of the fragments.
func TestProbeSegmentIndex(t *testing.T) {
	t.Parallel()
	file, _ := small(t, 0)
	var buf bytes.Buffer
	require.NoError(t, mux.Indexed(&buf, bytes.NewReader(file)))
	good := buf.Bytes()
	for _, tt := range []struct {
		name    string
		file    []byte
		problem string
	}{
		{"another size", patch(t, good, "sidx", 1, 35, 1), "sidx: no fragment at"},
		{"offset", patch(t, good, "sidx", 1, 27, 1), "sidx: no fragment at"},
		{"one entry less", patch(t, good, "sidx", 1, 31, 1), "sidx ends at"},
		{"more entries than bytes", patch(t, good, "sidx", 1, 30, 1), "sidx is broken"},
		{"no timescale", patch(t, good, "sidx", 1, 8, 0, 0, 0, 0), "sidx is broken"},
		{"within a group", patch(t, good, "trun", 1, 12, 1, 1, 0, 0), "playback can't start at"},
		{"cut off", good[:len(good)-400], "sidx: no fragment at"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, fmt.Sprint(probe(t, tt.file).Problems), tt.problem)
		})
	}
	require.Empty(t, probe(t, patch(t, good, "sidx", 1, 32, 0x80)).Problems, "a reference to another index")
}

func TestIndexedRefuses(t *testing.T) {
	t.Parallel()
	file, _ := small(t, 5)
	for n := 0; n < len(file); n += 3 {
		var buf bytes.Buffer
		require.ErrorIs(t, mux.Indexed(&buf, bytes.NewReader(file[:n])), mux.ErrSource, "cut at %d", n)
		require.Zero(t, buf.Len())
	}
	fault := errors.New("full")
	var whole bytes.Buffer
	require.NoError(t, mux.Indexed(&whole, bytes.NewReader(file)))
	for n := 0; n < whole.Len(); n += 7 {
		require.ErrorIs(t, mux.Indexed(&failing{limit: n, err: fault}, bytes.NewReader(file)), fault)
	}
	var empty bytes.Buffer
	w, err := mux.NewWriter(&empty, config())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.ErrorIs(t, mux.Indexed(io.Discard, bytes.NewReader(empty.Bytes())), mux.ErrSource)
}

// BenchmarkIndexed is the cost of bringing a second of a recording at the ceiling of the bit rates into its final form.
func BenchmarkIndexed(b *testing.B) {
	const seconds = 256
	var file bytes.Buffer
	w, err := mux.NewWriter(&file, config())
	require.NoError(b, err)
	picture := binary.BigEndian.AppendUint32(nil, 1_000_000/8/8-4)
	f := mux.Fragment{Video: make([]mux.Sample, 4), Audio: make([]mux.Sample, 8)}
	for i := range f.Audio {
		f.Audio[i].Data = make([]byte, 48_000/8/16)
	}
	for n := range 2 * seconds {
		for i := range f.Video {
			f.Video[i] = mux.Sample{Data: append(picture[:4:4], make([]byte, 1_000_000/8/8-4)...), Sync: i == 0 && n%8 == 0}
		}
		require.NoError(b, w.WriteFragment(f))
	}
	require.NoError(b, w.Close())
	b.SetBytes(int64(file.Len()) / seconds)
	n := 0
	for b.Loop() {
		if n++; n%seconds == 0 { // the loop counts seconds
			require.NoError(b, mux.Indexed(io.Discard, bytes.NewReader(file.Bytes())))
		}
	}
}
