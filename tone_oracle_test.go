//go:build oracle

package callrec_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/metadata"
)

// opusTone is seconds of 1 kHz at -12 dBFS as libopus encodes it at 64 kbit/s, in packets of 20 ms.
func opusTone(t *testing.T, seconds string) (packets [][]byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tone.opus")
	out, err := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "aevalsrc=0.25*sin(2*PI*1000*t):s=48000:d="+seconds,
		"-c:a", "libopus", "-b:a", "64k", file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	var packet []byte
	for len(b) > 0 { // RFC 3533 pages
		segments := b[27 : 27+int(b[26])]
		b = b[27+len(segments):]
		for _, n := range segments {
			packet, b = append(packet, b[:n]...), b[n:]
			if n < 255 {
				packets, packet = append(packets, packet), nil
			}
		}
	}
	return packets[2:]
}

// TestToneEndToEnd sends a kilohertz through Opus, mixer, AAC, chunks and a pause, and looks for it in the files, which
// ffmpeg decodes: it has its level, and neither seams nor the pause, which lasts a whole number of periods, can be told
// from the codecs' own noise.
func TestToneEndToEnd(t *testing.T) {
	t.Parallel()
	const from, to = 5030 * time.Millisecond, 6 * time.Second
	rec, dir := recording(t, func(c *callrec.Config) { c.MaxChunkDuration = 2 * time.Second })
	s := newSpeaker(t, rec, "a", callrec.Track{SSRC: 7, PayloadType: 111, Codec: "opus", ClockRate: 48000, Channels: 2})
	pause, resume := once(from, rec.Pause), once(to, rec.Resume)
	for _, p := range opusTone(t, "9") {
		require.NoError(t, pause(s.at))
		require.NoError(t, resume(s.at))
		s.send("a", 111, p)
		s.pass(960)
	}
	result, err := rec.Stop(s.at, metadata.SessionCallEnded)
	require.NoError(t, err)
	require.Len(t, result.Chunks, 4)
	var pcm []float64
	for _, c := range result.Chunks {
		raw, err := exec.Command("ffmpeg", "-v", "error", "-copyts", "-i", filepath.Join(dir, c.File),
			"-af", "atrim=start=0", "-f", "s16le", "-").Output()
		require.NoError(t, err)
		part := make([]int16, len(raw)/2)
		require.NoError(t, binary.Read(bytes.NewReader(raw), binary.LittleEndian, part))
		for _, v := range part {
			pcm = append(pcm, float64(v))
		}
	}

	// Where the codecs settle and where the call ends is not part of it.
	const second = callrec.SampleRate
	first, last := 5*second/4, len(pcm)-second/4
	var sin, cos float64
	n := (last - first) / 16 * 16
	for i := first; i < first+n; i++ {
		y, x := math.Sincos(2 * math.Pi * 1000 * float64(i) / second)
		sin, cos = sin+2*pcm[i]*y/float64(n), cos+2*pcm[i]*x/float64(n)
	}
	level := 20 * math.Log10(math.Hypot(sin, cos)/32768)
	require.InDelta(t, -12.04, level, 0.5, "level in dBFS")

	cut := sampleCount(from)
	noise, most := 0.0, 0.0 // RMS and largest of what is not the tone
	for i := first; i < last; i++ {
		if i > cut-100 && i < cut+100 {
			continue // the fades at the pause
		}
		y, x := math.Sincos(2 * math.Pi * 1000 * float64(i) / second)
		d := math.Abs(pcm[i] - sin*y - cos*x)
		noise, most = noise+d*d/float64(last-first), max(most, d)
	}
	noise = math.Sqrt(noise)
	t.Logf("level %.2f dBFS, noise %.1f dBFS, largest deviation %.1f dBFS", level, 20*math.Log10(noise/32768), 20*math.Log10(most/32768))
	require.Less(t, 20*math.Log10(noise/32768), -60.0)
	require.Less(t, most, 6*noise, "no sample stands out, at no seam")

	// Through the fades the sound bends no more than the tone does by itself, give or take the codec's noise.
	const turn = 2 * math.Pi * 1000 / second
	bend := 8192 * turn * turn
	for i := cut - 100; i < cut+100; i++ {
		require.Less(t, math.Abs(pcm[i-1]-2*pcm[i]+pcm[i+1]), bend*1.1, "sample %+d at the pause", i-cut)
	}
}
