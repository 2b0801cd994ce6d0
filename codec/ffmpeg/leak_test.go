//go:build ffmpeg

package ffmpeg_test

import (
	"context"
	"flag"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/codec/ffmpeg"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/internal/replay"
)

var recordings = flag.Int("recordings", 60, "how many recordings TestRecordingsLeakNothing makes")

// TestRecordingsLeakNothing makes many short recordings with native codecs throughout: all that the library allocated is
// freed, and the process does not grow. It is not parallel, since it counts what the whole process has allocated.
func TestRecordingsLeakNothing(t *testing.T) {
	before := ffmpeg.Live()
	record := func() {
		call, err := capture.OpenCall("../../testdata/calls/three-party")
		require.NoError(t, err)
		defer call.Close()
		dir, err := chunk.DirFS(t.TempDir())
		require.NoError(t, err)
		set, err := builtin.Select(builtin.Choice{
			builtin.AACEncoder: builtin.FFmpeg, builtin.H264Encoder: builtin.FFmpeg, builtin.VP8: builtin.FFmpeg, builtin.Opus: builtin.FFmpeg,
		})
		require.NoError(t, err)
		rec, err := callrec.New(callrec.Config{Dir: dir, ID: "r", Start: time.Unix(0, 0), Sync: chunk.SyncNever, Codecs: set})
		require.NoError(t, err)
		_, err = replay.Run(context.Background(), call, rec, replay.Options{End: 400 * time.Millisecond})
		require.NoError(t, err)
	}
	for range *recordings / 2 { // by then the heaps have found their size
		record()
	}
	early := residentKB(t)
	for range *recordings / 2 {
		record()
	}
	require.Equal(t, before, ffmpeg.Live(), "what is left of the library's objects")
	grown := residentKB(t) - early
	t.Logf("%d recordings: the process grew by %d KB in the second half, to %d KB", *recordings, grown, early+grown)
	if *recordings >= 60 { // fewer do not outweigh how the heaps breathe
		require.Less(t, grown, 64<<10)
	}
}

// TestUnclosed: what nobody closes is freed when it can't be reached any more.
func TestUnclosed(t *testing.T) {
	before := ffmpeg.Live()
	for range 10 {
		_, err := ffmpeg.NewVideoDecoder(codec.VideoFormat{Name: "VP8"})
		require.NoError(t, err)
	}
	require.Greater(t, ffmpeg.Live(), before)
	for range 1000 {
		runtime.GC()
		if ffmpeg.Live() == before {
			return
		}
		runtime.Gosched()
	}
	require.Equal(t, before, ffmpeg.Live())
}

// TestFailedOpeningLeaksNothing: constructors that fail free what they had.
func TestFailedOpeningLeaksNothing(t *testing.T) {
	before := ffmpeg.Live()
	_, err := ffmpeg.NewVideoEncoder(codec.VideoEncoding{Width: 1 << 20, Height: 1 << 20, FrameRate: 8})
	require.ErrorIs(t, err, ffmpeg.ErrLibrary)
	require.Equal(t, before, ffmpeg.Live())
}

// residentKB is the memory that the process has now, where the system tells.
func residentKB(t testing.TB) int {
	t.Helper()
	runtime.GC()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(value)[0])
			require.NoError(t, err)
			return kb
		}
	}
	return 0
}
