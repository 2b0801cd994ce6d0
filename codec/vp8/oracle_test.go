//go:build oracle

package vp8_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOracleRandomStreams compares with libvpx on streams that use everything the format has.
func TestOracleRandomStreams(t *testing.T) {
	t.Parallel()
	for _, test := range randomStreams {
		s := newRandomStream(test.seed, test.width, test.height, test.version)
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "random.ivf")
			require.NoError(t, os.WriteFile(path, writeIVF(s.width, s.height, s.frames(30)), 0o600))
			compareWithFFmpeg(t, path, "libvpx")
		})
	}
}

// TestOracleEncodedStreams compares with libvpx and ffmpeg's own decoder on streams that an encoder made.
func TestOracleEncodedStreams(t *testing.T) {
	t.Parallel()
	const (
		noise = "mandelbrot=s=%s:rate=15:start_scale=0.3,noise=alls=15:allf=t"
		still = "testsrc2=s=%s:rate=15"
		zoom  = "mandelbrot=s=%s:rate=15"
	)
	tests := []struct {
		name, source, size, options string
	}{
		{"plain", zoom, "176x144", "-b:v 200k"},
		{"odd size", noise, "175x143", "-b:v 150k"},
		{"one macroblock", noise, "16x16", "-b:v 20k"},
		{"smaller than a macroblock", noise, "9x5", "-b:v 20k"},
		{"wide", zoom, "401x17", "-b:v 100k"},
		{"tall", zoom, "18x301", "-b:v 100k"},
		{"partitions", noise, "320x176", "-slices 8 -b:v 400k"},
		{"altref", zoom, "160x120", "-auto-alt-ref 1 -lag-in-frames 16 -arnr-maxframes 7 -arnr-strength 5 -b:v 100k"},
		{"error resilient", still, "160x120", "-error-resilient default+partitions -slices 2 -b:v 100k"},
		{"realtime", noise, "320x180", "-deadline realtime -cpu-used 8 -static-thresh 100 -b:v 200k"},
		{"best", zoom, "96x96", "-deadline best -b:v 100k"},
		{"lowest quality", noise, "176x144", "-qmin 63 -qmax 63 -b:v 10k"},
		{"highest quality", noise, "176x144", "-qmin 0 -qmax 0 -b:v 10000k"},
		{"sharpness", zoom, "176x144", "-sharpness 7 -b:v 60k"},
		{"version 1", zoom, "176x144", "-profile:v 1 -b:v 100k"},
		{"version 2", zoom, "176x144", "-profile:v 2 -b:v 100k"},
		{"version 3", zoom, "176x144", "-profile:v 3 -b:v 100k"},
		{"version 3, odd size", noise, "101x67", "-profile:v 3 -b:v 50k"},
		{"temporal layers", zoom, "176x144", "-error-resilient default -deadline realtime -cpu-used 5 -b:v 100k -ts-parameters " +
			"ts_number_layers=3:ts_target_bitrate=40,60,100:ts_rate_decimator=4,2,1:ts_periodicity=4:ts_layer_id=0,2,1,2:" +
			"ts_layering_mode=3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, "encoded.ivf")
			for _, pass := range []string{"1", "2"} {
				args := []string{"-v", "error", "-y", "-f", "lavfi", "-i", strings.ReplaceAll(test.source, "%s", test.size)}
				args = append(args, "-frames:v", "40", "-threads", "1", "-c:v", "libvpx", "-g", "25")
				args = append(args, strings.Fields(test.options)...)
				if strings.Contains(test.options, "alt-ref") {
					args = append(args, "-pass", pass, "-passlogfile", filepath.Join(dir, "pass"))
				}
				out, err := exec.Command("ffmpeg", append(args, path)...).CombinedOutput()
				require.NoError(t, err, "%s", out)
			}
			compareWithFFmpeg(t, path, "libvpx")
			compareWithFFmpeg(t, path, "vp8")
		})
	}
}

// compareWithFFmpeg requires that one of ffmpeg's decoders makes the same pictures of an IVF file.
func compareWithFFmpeg(t *testing.T, path, decoder string) {
	t.Helper()
	d := newDecoder(t)
	var got [][]byte
	for i, frame := range readIVF(t, path) {
		pics, err := d.Decode(frame, int64(i))
		require.NoError(t, err, "frame %d", i)
		for _, pic := range pics {
			got = append(got, appendI420(nil, pic.Image))
		}
	}
	want, err := exec.Command("ffmpeg", "-v", "error", "-threads", "1", "-c:v", decoder, "-i", path,
		"-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-").Output()
	require.NoError(t, err)
	require.Len(t, want, len(got)*len(got[0]), "%s: number of pictures", decoder)
	for i, pic := range got {
		require.True(t, bytes.Equal(want[i*len(pic):][:len(pic)], pic), "%s: picture %d differs", decoder, i)
	}
}
