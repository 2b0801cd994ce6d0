//go:build oracle

package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The tests in this file let ffmpeg and a browser judge what callrec writes: go test -tags oracle ./cmd/callrec, with
// ffmpeg, ffprobe and chromium on the PATH.

// output runs a command and returns what it prints, on both streams.
func output(t *testing.T, name string, args ...string) (stdout, stderr []byte) {
	t.Helper()
	var out, err bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &err
	require.NoError(t, cmd.Run(), "%s %v: %s", name, args, err.Bytes())
	return out.Bytes(), err.Bytes()
}

// replayed runs a replay and returns its report.
func replayed(t *testing.T, call string, flags ...string) report {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args := append([]string{"replay", "--json", "-o", t.TempDir()}, flags...)
	require.Equal(t, exitGood, run(append(args, "../../testdata/calls/"+call), &stdout, &stderr), stderr.String())
	var r report
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &r))
	return r
}

// probed is what ffprobe says of a file.
type probed struct {
	Streams []struct {
		CodecType     string `json:"codec_type"`
		CodecName     string `json:"codec_name"`
		Profile       string `json:"profile"`
		Level         int    `json:"level"`
		Width, Height int
		PixFmt        string `json:"pix_fmt"`
		SAR           string `json:"sample_aspect_ratio"`
		ColorSpace    string `json:"color_space"`
		ColorRange    string `json:"color_range"`
		AvgFrameRate  string `json:"avg_frame_rate"`
		RFrameRate    string `json:"r_frame_rate"`
		SampleRate    string `json:"sample_rate"`
		Channels      int
		Duration      string
		NbReadFrames  string `json:"nb_read_frames"`
	}
	Format struct{ Duration string }
}

func probeWithFFprobe(t *testing.T, path string) probed {
	t.Helper()
	out, _ := output(t, "ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", "-count_frames", path)
	var p probed
	require.NoError(t, json.Unmarshal(out, &p))
	return p
}

func seconds(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return v
}

// judge holds every chunk of a recording against the format that is promised.
func judge(t *testing.T, r report) {
	t.Helper()
	total := 0.0
	for _, c := range r.Chunks {
		path := filepath.Join(r.Directory, c.File)
		p := probeWithFFprobe(t, path)
		require.Len(t, p.Streams, 2, path)
		video, audio := p.Streams[0], p.Streams[1]
		require.Equal(t, "h264", video.CodecName)
		require.Equal(t, [2]int{1920, 1080}, [2]int{video.Width, video.Height})
		require.Equal(t, "8/1", video.AvgFrameRate)
		require.Equal(t, "8/1", video.RFrameRate)
		require.Equal(t, "yuv420p", video.PixFmt)
		require.Equal(t, "1:1", video.SAR)
		require.Equal(t, "bt709", video.ColorSpace)
		require.Equal(t, "tv", video.ColorRange)
		require.GreaterOrEqual(t, video.Level, 40)
		require.LessOrEqual(t, video.Level, 42)
		require.Equal(t, "aac", audio.CodecName)
		require.Equal(t, "LC", audio.Profile)
		require.Equal(t, "16000", audio.SampleRate)
		require.Equal(t, 1, audio.Channels)

		frames := seconds(t, video.NbReadFrames)
		require.InDelta(t, float64(c.DurationMS)/125, frames, 0.5, "%s: every frame can be decoded", path)
		require.InDelta(t, frames/8, seconds(t, video.Duration), 1e-6)
		require.InDelta(t, seconds(t, video.Duration), seconds(t, audio.Duration), 0.064+0.125, path)
		// ffprobe counts the pre-roll, one AAC frame, and the sound goes on to the end of another
		require.InDelta(t, float64(c.DurationMS)/1000, seconds(t, p.Format.Duration), 0.064+0.064+1e-3, path)
		total += frames / 8

		_, stderr := output(t, "ffmpeg", "-v", "warning", "-i", path, "-f", "null", "-")
		require.Empty(t, string(stderr), path)
	}
	require.InDelta(t, float64(r.DurationMS)/1000, total, 0.0625)
}

func TestFFmpegTakesEveryChunk(t *testing.T) {
	t.Parallel()
	tests := []struct {
		call     string
		flags    []string
		chunks   int // at least
		duration float64
	}{
		{"three-party", nil, 1, 20.032},
		{"telephony", nil, 1, 8.124},
		{"three-party", []string{"--max-chunk-size", "300KiB", "--pause", "5s-8s"}, 3, 17.032},
		{"three-party", []string{"--max-chunk-duration", "3s", "--start", "2s", "--duration", "10s"}, 4, 10},
		{"mute", nil, 1, 12.009},
		{"vp9", nil, 1, 8.021},
	}
	for _, tt := range tests {
		t.Run(strings.Join(append([]string{tt.call}, tt.flags...), " "), func(t *testing.T) {
			t.Parallel()
			r := replayed(t, tt.call, tt.flags...)
			require.GreaterOrEqual(t, len(r.Chunks), tt.chunks)
			require.InDelta(t, tt.duration, float64(r.DurationMS)/1000, 1e-6)
			judge(t, r)
		})
	}
}

// TestSeamsAreExact compares the chunks of a split recording, one after another with their edit lists applied, with the
// unsplit one: the same number of frames, the same samples.
func TestSeamsAreExact(t *testing.T) {
	t.Parallel()
	whole := replayed(t, "three-party", "--max-chunk-size", "0")
	split := replayed(t, "three-party", "--max-chunk-size", "300KiB")
	require.Len(t, whole.Chunks, 1)
	require.Greater(t, len(split.Chunks), 2)
	require.Equal(t, whole.DurationMS, split.DurationMS)
	a, b := sound(t, whole), sound(t, split)
	require.Equal(t, len(a), len(b))
	require.True(t, bytes.Equal(a, b), "not a sample is lost, repeated or changed at a seam")
}

// TestMarksInTheFile decodes a recording and finds the participants' colors and tones in it.
func TestMarksInTheFile(t *testing.T) {
	t.Parallel()
	r := replayed(t, "three-party")
	path := filepath.Join(r.Directory, r.Chunks[0].File)

	// at 4.5 s A and B share the canvas, side by side: a point of each border, as RGB
	for _, tt := range []struct {
		crop string
		want [3]float64
	}{
		{"4:4:480:284", [3]float64{255, 0, 0}},  // top of the left tile
		{"4:4:1440:284", [3]float64{0, 255, 0}}, // top of the right tile
	} {
		out, _ := output(t, "ffmpeg", "-v", "error", "-ss", "4.5", "-i", path, "-frames:v", "1",
			"-vf", "scale=in_color_matrix=bt709,format=rgb24,crop="+tt.crop, "-f", "rawvideo", "-")
		require.Len(t, out, 48)
		for c, want := range tt.want {
			mean := 0.0
			for i := c; i < len(out); i += 3 {
				mean += float64(out[i]) / 16
			}
			require.InDelta(t, want, mean, 70, "%s component %d", tt.crop, c)
		}
	}

	out, _ := output(t, "ffmpeg", "-v", "error", "-copyts", "-i", path, "-af", "atrim=start=0", "-f", "s16le", "-")
	samples := make([]float64, len(out)/2)
	for i := range samples {
		samples[i] = float64(int16(uint16(out[2*i]) | uint16(out[2*i+1])<<8))
	}
	level := func(from, to int, hz float64) float64 {
		var re, im float64
		x := samples[from*16000 : to*16000]
		for i, s := range x {
			w := 1 - math.Cos(2*math.Pi*float64(i)/float64(len(x)))
			re += w * s * math.Cos(2*math.Pi*hz*float64(i)/16000)
			im += w * s * math.Sin(2*math.Pi*hz*float64(i)/16000)
		}
		return 20 * math.Log10(2*math.Hypot(re, im)/float64(len(x))/32768+1e-9)
	}
	require.InDelta(t, -30, level(1, 3, 430), 3)
	require.Less(t, level(1, 3, 620), -42.0)
	require.InDelta(t, -30, level(8, 14, 620), 3)
	require.InDelta(t, -30, level(8, 14, 910), 3)
	require.Less(t, level(16, 19, 620), -42.0)
}

// TestPacketTimes checks where the sound of every chunk begins.
func TestPacketTimes(t *testing.T) {
	t.Parallel()
	r := replayed(t, "three-party", "--max-chunk-duration", "3s")
	for i, c := range r.Chunks {
		out, _ := output(t, "ffprobe", "-v", "error", "-select_streams", "a", "-show_entries", "packet=pts", "-of", "csv=p=0",
			filepath.Join(r.Directory, c.File))
		lines := strings.Fields(string(out))
		require.Greater(t, len(lines), 2)
		first, err := strconv.Atoi(strings.Trim(lines[0], ","))
		require.NoError(t, err)
		second, err := strconv.Atoi(strings.Trim(lines[1], ","))
		require.NoError(t, err)
		require.Equal(t, -1024, first, "the pre-roll lies before the presentation")
		cut := i * 3 * 16000
		require.Equal(t, (cut+1023)/1024*1024-cut, second, "chunk %d: the first access unit at or after the cut", i)
	}
}
