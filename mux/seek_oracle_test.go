//go:build oracle

package mux_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

// TestSeekReadsLittle seeks to the end of the third hour of a recording of four hours, in both forms, and counts what
// ffprobe reads of the file. The pictures are of the smallest kind, so that what is read is what is there to find them.
func TestSeekReadsLittle(t *testing.T) {
	const seconds = 4 * 3600
	e := encode(t, "baseline")
	path := filepath.Join(t.TempDir(), "fragmented.mp4")
	file, err := os.Create(path)
	require.NoError(t, err)
	out := bufio.NewWriterSize(file, 1<<20)
	w, err := mux.NewWriter(out, mux.Config{
		Timescale: 16000,
		Video:     &mux.VideoConfig{Width: 320, Height: 240, SPS: e.sps, PPS: [][]byte{e.pps}, FrameDuration: pictureTicks},
		Audio: &mux.AudioConfig{
			Config: e.asc, SampleRate: 16000, Channels: 1, FrameDuration: aacFrame, PreRoll: aacFrame,
		},
	})
	require.NoError(t, err)
	silence, units := make([]mux.Sample, 10), 0
	for i := range silence {
		silence[i] = e.audio[1]
	}
	skip := mux.Sample{Data: []byte{0, 0, 0, 2, 0x41, 0x9a}} // nobody decodes it
	key := mux.Sample{Data: e.video[0].Data[:2000], Sync: true}
	key.Data = append([]byte{0, 0, 7, 0xcc}, key.Data[4:]...)
	for picture := 0; picture < seconds*8; {
		pictures := []mux.Sample{skip, skip, skip, skip, skip}
		if picture%32 == 0 { // a keyframe every four seconds begins a fragment of its own
			pictures[0] = key
		}
		pictures = pictures[:min(5, 32-picture%32)]
		picture += len(pictures)
		sounds := silence[:(picture*pictureTicks+aacFrame-1)/aacFrame-units] // as long as the pictures
		units += len(sounds)
		require.NoError(t, w.WriteFragment(mux.Fragment{Video: pictures, Audio: sounds}))
	}
	require.NoError(t, w.Close())
	require.NoError(t, out.Flush())

	for _, form := range []struct {
		name    string
		rewrite func(io.Writer, io.ReadSeeker) error
		flags   []string
		most    int // bytes
	}{
		{"fragmented", nil, nil, 1 << 30},
		{"with mfra", nil, []string{"-use_mfra_for", "pts"}, 400 << 10},
		{"progressive", mux.Progressive, nil, 2 << 20}, // the sample tables of four hours have 1.4 MB
		{"with sidx", mux.Indexed, nil, 200 << 10},
	} {
		target := path
		if form.rewrite != nil {
			target = filepath.Join(t.TempDir(), "f.mp4")
			var buf bytes.Buffer
			require.NoError(t, form.rewrite(&buf, file))
			require.NoError(t, os.WriteFile(target, buf.Bytes(), 0o600))
		}
		args := append([]string{
			"-v", "verbose", "-select_streams", "v", "-read_intervals", "10800%+#1",
			"-show_entries", "packet=pts", "-of", "csv=p=0",
		}, form.flags...)
		out, diag := run(t, "ffprobe", append(args, target)...)
		found, err := strconv.Atoi(string(bytes.Trim(out, ",\n")))
		require.NoError(t, err)
		require.LessOrEqual(t, found, 10800*16000, form.name)
		require.GreaterOrEqual(t, found, (10800-12)*16000, form.name)
		m := regexp.MustCompile(`Statistics: (\d+) bytes read, (\d+) seeks`).FindSubmatch(diag)
		require.NotNil(t, m, "%s", diag)
		read, err := strconv.Atoi(string(m[1]))
		require.NoError(t, err)
		require.Less(t, read, form.most, form.name)
		t.Logf("%s: %d of %d bytes, %s seeks", form.name, read, w.Written(), m[2])
		if form.name == "with sidx" {
			seekBack(t, target, form.most)
		}
	}
	require.NoError(t, file.Close())
}

// seekBack seeks back, and reads packets of both tracks: the table of samples that ffmpeg makes of fragments is in order only
// if each has one run of every track.
func seekBack(t *testing.T, path string, most int) {
	t.Helper()
	out, diag := run(t, "ffprobe", "-v", "verbose", "-read_intervals", "10800%+#150,3600%+#150,7200%+#150",
		"-show_entries", "packet=stream_index,pts_time", "-of", "csv=p=0", path)
	seen := map[string]int{}
	for line := range strings.Lines(string(out)) {
		stream, at, ok := strings.Cut(strings.TrimRight(line, ",\n"), ",")
		require.True(t, ok)
		seconds, err := strconv.ParseFloat(at, 64)
		require.NoError(t, err)
		for _, hour := range []float64{1, 2, 3} {
			if seconds > hour*3600-13 && seconds < hour*3600+13 {
				seen[fmt.Sprint(stream, " at hour ", hour)]++
			}
		}
	}
	require.Len(t, seen, 6, "pictures and sound of all three: %v", seen)
	m := regexp.MustCompile(`Statistics: (\d+) bytes read`).FindSubmatch(diag)
	require.NotNil(t, m, "%s", diag)
	read, err := strconv.Atoi(string(m[1]))
	require.NoError(t, err)
	t.Logf("forth and back: %d bytes", read)
	require.Less(t, read, 3*most)
}
