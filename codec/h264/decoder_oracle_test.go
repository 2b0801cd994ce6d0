//go:build oracle

package h264_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264"
)

// ffmpeg runs ffmpeg and gives what it writes to its standard output. It must have nothing to complain about.
func ffmpeg(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("ffmpeg", append([]string{"-nostdin", "-v", "error", "-y"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	require.Empty(t, stderr.String())
	return out
}

// frameSums gives the MD5 of each frame ffmpeg decodes from a file, in output order.
func frameSums(t *testing.T, file string) []string {
	t.Helper()
	out := ffmpeg(t, "-flags", "+bitexact", "-i", file, "-fps_mode", "passthrough", "-f", "framemd5", "-")
	var sums []string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Split(strings.TrimSpace(line), ","); len(fields) > 1 && line[0] != '#' {
			sums = append(sums, strings.TrimSpace(fields[len(fields)-1]))
		}
	}
	require.NotEmpty(t, sums)
	return sums
}

// requireSame decodes a file with both decoders.
func requireSame(t *testing.T, file string) {
	t.Helper()
	stream, err := os.ReadFile(file)
	require.NoError(t, err)
	d, err := h264.NewDecoder(h264.DecoderConfig{})
	require.NoError(t, err)
	sums, damage := decodeDamaged(d, stream)
	require.NoError(t, damage)
	require.Equal(t, frameSums(t, file), sums)
}

func TestDecoderOracleRandomSyntax(t *testing.T) {
	dir := t.TempDir()
	for seed := range uint64(80) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			file := filepath.Join(dir, fmt.Sprintf("%d.264", seed))
			require.NoError(t, os.WriteFile(file, newRandomStream(seed).generate(24), 0o600))
			requireSame(t, file)
		})
	}
}

// Sources of pictures: detail with noise, one that fades in and out for weighted prediction, and fast motion.
const (
	sourceDetail = "testsrc2=s=%s:r=25,noise=alls=8:allf=t+u"
	sourceFade   = "testsrc2=s=%s:r=25,noise=alls=5:allf=t,fade=in:0:12,fade=out:14:12"
	sourceScroll = "mandelbrot=s=%s:r=25:end_scale=0.1,scroll=h=0.07:v=0.05"
)

func TestDecoderOracleX264(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name, source, size, options string
		profile                     string // default high
	}{
		{name: "baseline", options: "qp=30", profile: "baseline"},
		{name: "baseline crop refs", options: "ref=6:me=umh", size: "178x146", profile: "baseline"},
		{name: "baseline slices", options: "slices=8:qp=24", profile: "baseline"},
		{name: "main no B", options: "bframes=0:ref=2", profile: "main"},
		{name: "main B", options: "bframes=1:b-adapt=0", profile: "main"},
		{name: "main CAVLC B", options: "bframes=3:b-adapt=0:cabac=0:direct=auto", profile: "main"},
		{name: "pyramid", options: "bframes=3:b-adapt=0:b-pyramid=normal:ref=4"},
		{name: "strict pyramid", options: "bframes=3:b-adapt=0:b-pyramid=strict:ref=4"},
		{name: "spatial", options: "bframes=3:b-adapt=0:direct=spatial:weightb=0", source: sourceScroll},
		{name: "temporal", options: "bframes=3:b-adapt=0:direct=temporal:weightb=1:ref=5", source: sourceScroll},
		{name: "temporal CAVLC", options: "bframes=3:b-adapt=0:direct=temporal:cabac=0:8x8dct=0", source: sourceScroll},
		{name: "weightp 0", options: "weightp=0:bframes=0", source: sourceFade},
		{name: "weightp 1", options: "weightp=1:bframes=0", source: sourceFade},
		{name: "weightp 2", options: "weightp=2:bframes=2:ref=4", source: sourceFade},
		{name: "weightp 2 CAVLC", options: "weightp=2:bframes=2:ref=4:cabac=0", source: sourceFade},
		{name: "no 8x8", options: "8x8dct=0"},
		{name: "8x8 CAVLC", options: "8x8dct=1:cabac=0:qp=18"},
		{name: "jvt matrices", options: "cqm=jvt:qp=20"},
		{name: "jvt matrices CAVLC", options: "cqm=jvt:qp=14:cabac=0"},
		{
			name: "custom matrices",
			options: "cqm4iy=6,13,20,28,13,20,28,32,20,28,32,37,28,32,37,42:" +
				"cqm4p=10,14,20,24,14,20,24,27,20,24,27,30,24,27,30,34:qp=18",
		},
		{name: "slices", options: "slices=4:bframes=2"},
		{name: "slice bytes", options: "slice-max-size=200"},
		{name: "slice macroblocks", options: "slice-max-mbs=7:bframes=2"},
		{name: "deblock up", options: "deblock=3,-3"},
		{name: "deblock down", options: "deblock=-6,6:qp=40"},
		{name: "no deblock", options: "no-deblock=1"},
		{name: "qp 1", options: "qp=1"},
		{name: "qp 51", options: "qp=51"},
		{name: "adaptive quantization", options: "aq-mode=2:aq-strength=2:crf=28"},
		{name: "constrained intra", options: "constrained-intra=1:bframes=2:qp=34", source: sourceScroll},
		{name: "constrained intra CAVLC", options: "constrained-intra=1:bframes=0:qp=30:cabac=0", source: sourceScroll},
		{name: "intra refresh", options: "intra-refresh=1:keyint=12"},
		{name: "open GOP", options: "open-gop=1:keyint=8:min-keyint=1:bframes=3:b-adapt=0"},
		{name: "short GOP", options: "keyint=4:min-keyint=1:bframes=2"},
		{name: "chroma offset", options: "chroma-qp-offset=8:qp=30"},
		{name: "many references", options: "partitions=all:me=umh:ref=16:bframes=8:b-adapt=0", source: sourceScroll},
		{name: "frames of an interlaced sequence", options: "fake-interlaced=1"},
		{name: "odd size", options: "bframes=2", size: "162x90"},
		{name: "one macroblock", options: "bframes=2:b-adapt=0", size: "16x16"},
		{name: "narrow", options: "bframes=2:b-adapt=0", size: "16x160"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(dir, strings.ReplaceAll(c.name, " ", "-")+".264")
			source, size, profile := c.source, c.size, c.profile
			if source == "" {
				source = sourceDetail
			}
			if size == "" {
				size = "176x144"
			}
			if profile == "" {
				profile = "high"
			}
			ffmpeg(t, "-f", "lavfi", "-i", fmt.Sprintf(source, size), "-frames:v", "26", "-pix_fmt", "yuv420p",
				"-c:v", "libx264", "-threads", "1", "-profile:v", profile, "-x264-params", c.options, file)
			requireSame(t, file)
		})
	}
}

func TestDecoderOracleMonochrome(t *testing.T) {
	file := filepath.Join(t.TempDir(), "gray.264")
	ffmpeg(t, "-f", "lavfi", "-i", fmt.Sprintf(sourceDetail, "98x66"), "-frames:v", "12", "-pix_fmt", "gray",
		"-c:v", "libx264", "-threads", "1", "-x264-params", "bframes=2", file)
	requireSame(t, file)
}
