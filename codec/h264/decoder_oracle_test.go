//go:build oracle

package h264_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264"
)

// frameSums gives the MD5 of each frame ffmpeg decodes from a file, in output order.
func frameSums(t *testing.T, file string) []string {
	t.Helper()
	cmd := exec.Command("ffmpeg", "-v", "error", "-flags", "+bitexact", "-i", file, "-fps_mode", "passthrough",
		"-pix_fmt", "yuv420p", "-f", "framemd5", "-")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	require.Empty(t, stderr.String())
	var sums []string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Split(strings.TrimSpace(line), ","); len(fields) > 1 && line[0] != '#' {
			sums = append(sums, strings.TrimSpace(fields[len(fields)-1]))
		}
	}
	return sums
}

// ownSums is frameSums with the decoder under test.
func ownSums(t *testing.T, stream []byte) []string {
	t.Helper()
	d, err := h264.NewDecoder(h264.DecoderConfig{})
	require.NoError(t, err)
	var sums []string
	n := 0
	for au := range h264.AccessUnits(stream) {
		pics, err := d.Decode(au, int64(n))
		require.NoError(t, err, "access unit %d", n)
		n++
		for _, p := range pics {
			sums = append(sums, frameSum(p.Image))
		}
	}
	for _, p := range d.Flush() {
		sums = append(sums, frameSum(p.Image))
	}
	return sums
}

func TestDecoderRandomSyntaxAgainstFFmpeg(t *testing.T) {
	dir := t.TempDir()
	for seed := range uint64(200) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			stream := newRandomStream(seed).generate(24)
			file := filepath.Join(dir, fmt.Sprintf("%d.264", seed))
			require.NoError(t, os.WriteFile(file, stream, 0o600))
			require.Equal(t, frameSums(t, file), ownSums(t, stream))
		})
	}
}

var _ = md5.New
var _ = hex.EncodeToString
