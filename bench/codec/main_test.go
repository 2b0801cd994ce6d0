package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

func command(args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = run(args, &out, &err)
	return status, out.String(), err.String()
}

// gradient writes a y4m file of a moving gradient.
func gradient(t *testing.T, width, height, frames int) string {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "YUV4MPEG2 W%d H%d F8:1 Ip A1:1 C420jpeg\n", width, height)
	for n := range frames {
		b.WriteString("FRAME\n")
		for y := range height {
			for x := range width {
				b.WriteByte(byte(16 + (x+y+3*n)%220))
			}
		}
		b.Write(bytes.Repeat([]byte{100}, (width+1)/2*((height+1)/2)))
		b.Write(bytes.Repeat([]byte{150}, (width+1)/2*((height+1)/2)))
	}
	path := filepath.Join(t.TempDir(), "gradient.y4m")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	return path
}

// TestRoundTrip encodes video, decodes what was made, and finds in it the quality that the encoder says it has.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	in := gradient(t, 96, 64, 10)
	out := filepath.Join(t.TempDir(), "out.264")
	status, stdout, stderr := command("encode", "-qp", "24", "-stats", "-o", out, in)
	require.Equal(t, exitOK, status, stderr)
	var s encodeStats
	require.NoError(t, json.Unmarshal([]byte(stdout), &s))
	require.Equal(t, 10, s.Frames)
	info, err := os.Stat(out)
	require.NoError(t, err)
	require.Equal(t, info.Size(), s.Bytes)
	require.Greater(t, *s.PSNRY, 35.0)

	back := filepath.Join(t.TempDir(), "back.y4m")
	status, stdout, stderr = command("decode", "-md5", "-o", back, out)
	require.Equal(t, exitOK, status, stderr)
	require.Len(t, strings.TrimSpace(stdout), 32)
	squares := 0.0
	want, got := openY4M(t, in), openY4M(t, back)
	for range 10 {
		a, err := want.next()
		require.NoError(t, err)
		b, err := got.next()
		require.NoError(t, err)
		squares += lumaError(a, b)
	}
	require.InDelta(t, *s.PSNRY, 10*math.Log10(255*255*10*96*64/squares), 0.001)
}

func openY4M(t *testing.T, path string) *y4mReader {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	y, err := newY4MReader(f)
	require.NoError(t, err)
	return y
}

func TestEncodeMP4(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "out.mp4")
	status, _, stderr := command("encode", "-bitrate", "100k", "-o", out, gradient(t, 64, 48, 20))
	require.Equal(t, exitOK, status, stderr)
	f, err := os.Open(out)
	require.NoError(t, err)
	defer f.Close()
	r, err := mux.Probe(f)
	require.NoError(t, err)
	require.Empty(t, r.Problems)
	require.Equal(t, 20, r.Tracks[0].Samples)
	require.InDelta(t, 2.5, r.Duration.Seconds(), 1e-9)
}

func TestEncodeAudio(t *testing.T) {
	t.Parallel()
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00data\xff\xff\xff\xff")
	for i := range 5000 {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(8000*math.Sin(float64(i)/5))))
	}
	in := filepath.Join(t.TempDir(), "in.wav")
	require.NoError(t, os.WriteFile(in, b, 0o600))
	out := filepath.Join(t.TempDir(), "out.aac")
	status, stdout, stderr := command("encode", "-stats", "-bitrate", "32k", "-o", out, in)
	require.Equal(t, exitOK, status, stderr)
	require.Contains(t, stdout, `"frames":5,`, "priming and four full frames")
	stream, err := os.ReadFile(out)
	require.NoError(t, err)
	require.Equal(t, []byte{0xff, 0xf1}, stream[:2])
}

func TestDecodeVP8(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := command("decode", "-md5", "../../codec/vp8/testdata/altref-66x50.ivf")
	require.Equal(t, exitOK, status, stderr)
	require.Len(t, strings.TrimSpace(stdout), 32)
}

func TestExtract(t *testing.T) {
	t.Parallel()
	for call, name := range map[string]string{"h264": "a.264", "layers": "a.ivf"} {
		out := filepath.Join(t.TempDir(), name)
		status, _, stderr := command("extract", "../../testdata/calls/"+call, "8:acs:demo_A", out)
		require.Equal(t, exitOK, status, stderr)
		status, stdout, stderr := command("decode", "-md5", out)
		require.Equal(t, exitOK, status, stderr)
		require.Empty(t, stderr)
		require.Len(t, strings.TrimSpace(stdout), 32)
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	y4m := gradient(t, 64, 48, 1)
	text := filepath.Join(t.TempDir(), "text.ivf")
	require.NoError(t, os.WriteFile(text, []byte("text"), 0o600))
	tests := []struct {
		args   []string
		status int
		want   string
	}{
		{nil, exitUsage, "usage: codec decode"},
		{[]string{"transcode"}, exitUsage, "usage: codec encode"},
		{[]string{"decode"}, exitUsage, "usage"},
		{[]string{"decode", "a", "b"}, exitUsage, "usage"},
		{[]string{"decode", "no.ivf"}, exitWork, "no.ivf"},
		{[]string{"decode", "main.go"}, exitWork, "no decoder for files named *.go"},
		{[]string{"decode", text}, exitWork, "no IVF file"},
		{[]string{"encode", y4m}, exitUsage, "usage"},
		{[]string{"encode", "-bitrate", "fast", "-o", "x.264", y4m}, exitUsage, "1000k"},
		{[]string{"encode", "-o", filepath.Join(t.TempDir(), "x.mp3"), y4m}, exitWork, "can't make *.mp3 of *.y4m"},
		{[]string{"encode", "-qp", "99", "-o", filepath.Join(t.TempDir(), "x.264"), y4m}, exitWork, "h264"},
		{[]string{"extract", "a"}, exitUsage, "usage"},
		{[]string{"extract", "../../testdata/calls/h264", "nobody", "x"}, exitWork, "no video of participant nobody"},
		{[]string{"compare"}, exitUsage, "usage"},
	}
	for _, tt := range tests {
		status, _, stderr := command(tt.args...)
		require.Equal(t, tt.status, status, "%v: %s", tt.args, stderr)
		require.Contains(t, stderr, tt.want, "%v", tt.args)
	}
}

func FuzzY4M(f *testing.F) {
	f.Add([]byte("YUV4MPEG2 W2 H2 F8:1 C420\nFRAME\nabcdef"))
	f.Fuzz(func(t *testing.T, b []byte) {
		y, err := newY4MReader(bytes.NewReader(b))
		if err != nil {
			return
		}
		total := 0
		for total <= len(b) {
			pic, err := y.next()
			if err != nil {
				break
			}
			total += len(pic.Y) + len(pic.Cb) + len(pic.Cr)
		}
		require.LessOrEqual(t, total, len(b))
	})
}
