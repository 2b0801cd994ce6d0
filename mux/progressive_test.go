package mux_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/abema/go-mp4"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

// TestProgressive compares what is in the rewritten file with what is in the fragmented one, sample for sample.
func TestProgressive(t *testing.T) {
	t.Parallel()
	for _, offset := range []uint32{0, 1, 1023} {
		file, _ := small(t, offset)
		var buf bytes.Buffer
		require.NoError(t, mux.Progressive(&buf, bytes.NewReader(file)))
		got := buf.Bytes()
		require.Less(t, len(got), len(file), "a bound on the one holds for the other")

		want := map[uint32][]trackRun{}
		for _, r := range readRuns(t, file) {
			want[r.track] = append(want[r.track], r)
		}
		info, err := mp4.Probe(bytes.NewReader(got))
		require.NoError(t, err)
		require.Empty(t, info.Segments)
		require.Len(t, info.Tracks, 2)
		for _, track := range info.Tracks {
			runs := want[track.TrackID]
			require.Len(t, track.Chunks, len(runs))
			var durations []uint32
			for i, c := range track.Chunks {
				require.Len(t, runs[i].data, int(c.SamplesPerChunk))
				at := c.DataOffset
				for j, data := range runs[i].data {
					s := track.Samples[len(durations)+j]
					require.EqualValues(t, len(data), s.Size)
					require.Equal(t, data, got[at:at+uint64(s.Size)])
					require.Equal(t, runs[i].durations[j], s.TimeDelta)
					at += uint64(s.Size)
				}
				durations = append(durations, runs[i].durations...)
			}
			total := uint64(0)
			for _, d := range durations {
				total += uint64(d)
			}
			require.Equal(t, total, track.Duration)
		}
		syncs := boxOf[*mp4.Stss](t, got, "moov", "trak", "mdia", "minf", "stbl", "stss")
		require.Equal(t, []uint32{1, 7}, syncs.SampleNumber, "the first pictures of the first and the third fragment")
		elst := boxOf[*mp4.Elst](t, got, "moov", "trak", "edts", "elst")
		require.EqualValues(t, 1024, elst.GetMediaTime(0))
		require.EqualValues(t, 15*1024+offset, elst.GetSegmentDuration(0), "what is left after the pre-roll")
		mvhd := boxOf[*mp4.Mvhd](t, got, "moov", "mvhd")
		require.EqualValues(t, max(8*2000, 15*1024+offset), mvhd.GetDuration())
		_, err = mp4.ExtractBox(bytes.NewReader(got), nil, mp4.BoxPath{mp4.BoxTypeMoov(), mp4.BoxTypeMvex()})
		require.NoError(t, err)
		require.NotContains(t, string(got), "mvex")
	}
}

// TestProgressiveRefuses: a source that is not whole, and writers and readers that fail.
func TestProgressiveRefuses(t *testing.T) {
	t.Parallel()
	file, _ := small(t, 5)
	for n := range len(file) {
		var buf bytes.Buffer
		require.ErrorIs(t, mux.Progressive(&buf, bytes.NewReader(file[:n])), mux.ErrSource, "cut at %d", n)
		require.Zero(t, buf.Len())
	}
	var whole bytes.Buffer
	require.NoError(t, mux.Progressive(&whole, bytes.NewReader(file)))
	fault := errors.New("full")
	for n := range whole.Len() {
		require.ErrorIs(t, mux.Progressive(&failing{limit: n, err: fault}, bytes.NewReader(file)), fault)
	}
	require.ErrorIs(t, mux.Progressive(io.Discard, bytes.NewReader(whole.Bytes())), mux.ErrSource, "it is progressive already")
}
