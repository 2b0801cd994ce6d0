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

func TestIndexed(t *testing.T) {
	t.Parallel()
	file, _ := small(t, 100)
	var buf bytes.Buffer
	require.NoError(t, mux.Indexed(&buf, bytes.NewReader(file)))
	got := buf.Bytes()
	require.EqualValues(t, int64(len(file))+mux.IndexSize(3), len(got))

	before, err := mux.Probe(bytes.NewReader(file))
	require.NoError(t, err)
	after, err := mux.Probe(bytes.NewReader(got))
	require.NoError(t, err)
	require.Empty(t, after.Problems)
	require.Equal(t, before.Tracks, after.Tracks)

	sidx := boxOf[*mp4.Sidx](t, got, "sidx")
	require.EqualValues(t, 1, sidx.ReferenceID)
	require.EqualValues(t, 16000, sidx.Timescale)
	require.Zero(t, sidx.EarliestPresentationTimeV1)
	at := after.Fragments[0].Offset
	for i, ref := range sidx.References {
		f := after.Fragments[i]
		require.Equal(t, at, f.Offset, "the subsegments follow the index")
		require.EqualValues(t, f.Size, ref.ReferencedSize)
		require.EqualValues(t, f.Runs[0].Duration, ref.SubsegmentDuration)
		require.Equal(t, f.Sync, ref.StartsWithSAP)
		at += f.Size
	}
	require.Len(t, sidx.References, len(after.Fragments))
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
	for n := range len(file) {
		require.ErrorIs(t, mux.Indexed(&failing{limit: n, err: fault}, bytes.NewReader(file)), fault)
	}
	var empty bytes.Buffer
	w, err := mux.NewWriter(&empty, config())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.ErrorIs(t, mux.Indexed(io.Discard, bytes.NewReader(empty.Bytes())), mux.ErrSource)
}
