package main

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	h264Stream = "../../codec/h264/testdata/decoder/high-82x50.264"
	h264Sum    = "334c2f3e9d2ed4fbe5ac8bcc8325a58e"
	vp8Stream  = "../../codec/vp8/testdata/keyframes-99x75.ivf"
)

// runWith runs the command and gives its exit status and output.
func runWith(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = run(args, &out, &errs)
	return status, out.String(), errs.String()
}

func TestDecodeSum(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := runWith("decode", "-md5", h264Stream)
	require.Zero(t, status, stderr)
	require.Equal(t, h264Sum+"\n", stdout)
	require.Empty(t, stderr)

	status, stdout, stderr = runWith("decode", "-md5", vp8Stream)
	require.Zero(t, status, stderr)
	require.Regexp(t, `^[0-9a-f]{32}\n$`, stdout)
}

func TestDecodeToFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "out.y4m")
	status, stdout, stderr := runWith("decode", "-o", file, h264Stream)
	require.Zero(t, status, stderr)
	require.Empty(t, stdout)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	const header = "YUV4MPEG2 W82 H50 F25:1 Ip A1:1 C420jpeg\n"
	const frame = 82*50 + 2*41*25
	require.True(t, bytes.HasPrefix(data, []byte(header)))
	require.Len(t, data, len(header)+10*(len("FRAME\n")+frame))
	h := md5.New()
	for rest := data[len(header):]; len(rest) > 0; rest = rest[frame:] {
		require.Equal(t, "FRAME\n", string(rest[:6]))
		rest = rest[6:]
		h.Write(rest[:frame])
	}
	require.Equal(t, h264Sum, hex.EncodeToString(h.Sum(nil)))
}

func TestDecodeGoesOnAfterDamage(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../codec/h264/testdata/decoder/baseline-64x48.264")
	require.NoError(t, err)
	data[len(data)/5] ^= 0xff
	file := filepath.Join(t.TempDir(), "spoiled.264")
	require.NoError(t, os.WriteFile(file, data, 0o600))
	status, stdout, stderr := runWith("decode", "-md5", file)
	require.Zero(t, status)
	require.Len(t, stdout, 33)
	require.Contains(t, stderr, "access unit")
}

func TestFailures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, content string) string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		return file
	}
	for _, c := range []struct {
		name   string
		args   []string
		status int
	}{
		{"no command", nil, exitUsage},
		{"unknown command", []string{"transmogrify"}, exitUsage},
		{"no file", []string{"decode"}, exitUsage},
		{"unknown flag", []string{"decode", "-x", "y"}, exitUsage},
		{"missing file", []string{"decode", filepath.Join(dir, "none.264")}, exitWork},
		{"unknown kind", []string{"decode", write("a.mov", "")}, exitWork},
		{"empty", []string{"decode", write("a.264", "")}, exitWork},
		{"noise", []string{"decode", "-md5", write("b.264", "\x00\x00\x01\x65noise\x00\x00\x01\x41")}, exitWork},
		{"no IVF", []string{"decode", write("a.ivf", "RIFF")}, exitWork},
		{"no VP8", []string{"decode", write("b.ivf", "DKIF\x00\x00\x20\x00AV01"+string(make([]byte, 40)))}, exitWork},
		{"no place to write to", []string{"decode", "-o", filepath.Join(dir, "no", "where.y4m"), h264Stream}, exitWork},
	} {
		status, stdout, stderr := runWith(c.args...)
		require.Equal(t, c.status, status, c.name)
		require.Empty(t, stdout, c.name)
		require.NotEmpty(t, stderr, c.name)
	}
}
