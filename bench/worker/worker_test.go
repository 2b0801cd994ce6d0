package worker_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/bench/worker"
)

const calls = "../../testdata/calls"

// run does a job as a worker process would.
func run(t *testing.T, name string, arguments, result any) {
	t.Helper()
	args, err := worker.Job{Name: name, Arguments: arguments}.Args()
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, worker.Run(t.Context(), args, &b))
	require.NoError(t, json.Unmarshal(b.Bytes(), result))
}

func TestRecord(t *testing.T) {
	t.Parallel()
	var r worker.RecordResult
	run(t, "record", worker.RecordArgs{Call: filepath.Join(calls, "telephony"), Out: t.TempDir(), Seconds: 1, Quality: true, Piece: 4}, &r)
	require.InDelta(t, 1, r.Seconds, 0.1)
	require.Positive(t, r.Bytes)
	require.Greater(t, r.PSNRY, 25.)
	require.Greater(t, r.SSIM, 0.7)
	require.NotEqual(t, r.PSNRY, r.PiecePSNRY)
}

func TestLong(t *testing.T) {
	t.Parallel()
	var r worker.LongResult
	run(t, "long", worker.LongArgs{Telephony: filepath.Join(calls, "telephony"), Out: t.TempDir(), Minutes: 1, Samples: 3}, &r)
	require.Len(t, r.Samples, 4)
	require.InDelta(t, 1, r.Samples[3].Minute, 0)
	require.Positive(t, r.Samples[0].Resident)
	require.Greater(t, r.Bytes, int64(300_000), "a minute of sound alone is 360 kB")
}

func TestIngest(t *testing.T) {
	t.Parallel()
	var r worker.PartResult
	run(t, "ingest", worker.IngestArgs{Call: filepath.Join(calls, "telephony"), Times: 2}, &r)
	require.Positive(t, r.Units)
	require.InDelta(t, 16, r.Seconds, 1, "twice 8 s")
}

func TestCrowd(t *testing.T) {
	t.Parallel()
	var r worker.CrowdResult
	run(t, "crowd", worker.CrowdArgs{Call: filepath.Join(calls, "telephony"), Out: t.TempDir(), Seconds: 1.6, Cores: 2, PerCore: 1, Late: 1e6}, &r)
	require.Equal(t, 2, r.Recordings)
	require.True(t, r.Kept)
	require.Positive(t, r.Lateness, "work takes time")
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"record"}, {"nothing", "{}"}, {"record", "{"}, {"record", "{}"}} {
		require.Error(t, worker.Run(t.Context(), args, &bytes.Buffer{}), "%v", args)
	}
}
