//go:build oracle

package opus_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// oggPackets takes an Ogg file of one stream apart into its packets (RFC 3533), without the two headers of Opus.
func oggPackets(tb testing.TB, b []byte) [][]byte {
	tb.Helper()
	var packets [][]byte
	var packet []byte
	for len(b) > 0 {
		require.Equal(tb, "OggS", string(b[:4]))
		segments := b[27 : 27+int(b[26])]
		b = b[27+len(segments):]
		for _, n := range segments {
			packet = append(packet, b[:n]...)
			b = b[n:]
			if n < 255 {
				packets, packet = append(packets, packet), nil
			}
		}
	}
	return packets[2:]
}

func ffmpeg(tb testing.TB, args ...string) []byte {
	tb.Helper()
	cmd := exec.Command("ffmpeg", append([]string{"-v", "error", "-nostdin", "-y"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(tb, err, stderr.String())
	return out
}

// TestAgainstLibopus compares with libopus over the bandwidths, modes, frame sizes and channels an encoder can choose.
func TestAgainstLibopus(t *testing.T) {
	t.Parallel()
	const source = "aevalsrc=0.3*sin(2*PI*t*(150+40*sin(5*t)))*(1+sin(2*PI*3*t))/2+0.1*sin(2*PI*t*1700)+0.1*sin(2*PI*t*417)|0.2*sin(2*PI*t*230)+0.1*sin(2*PI*t*2900):s=48000:d=2"
	for _, row := range []struct {
		application string
		bitrate     string
		frame       string
		channels    string
		cutoff      string
	}{
		{"voip", "8k", "20", "1", "4000"},    // SILK narrowband
		{"voip", "12k", "60", "1", "6000"},   // SILK medium band
		{"voip", "20k", "10", "1", "8000"},   // SILK wideband
		{"voip", "20k", "40", "2", "8000"},   // SILK wideband, stereo
		{"voip", "28k", "20", "1", "12000"},  // hybrid
		{"voip", "40k", "20", "2", "20000"},  // hybrid or CELT, stereo
		{"lowdelay", "32k", "2.5", "1", "0"}, // CELT
		{"lowdelay", "48k", "5", "2", "0"},
		{"audio", "96k", "20", "2", "0"},
		{"audio", "64k", "10", "1", "0"},
	} {
		t.Run(fmt.Sprintf("%s %s %s ms %s channels", row.application, row.bitrate, row.frame, row.channels), func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "a.opus")
			ffmpeg(t, "-f", "lavfi", "-i", source, "-ac", row.channels, "-c:a", "libopus", "-application", row.application,
				"-b:a", row.bitrate, "-frame_duration", row.frame, "-cutoff", row.cutoff, file)
			data, err := os.ReadFile(file)
			require.NoError(t, err)

			d := newDecoder(t)
			var pcm []int16
			modes := map[byte]int{}
			for _, p := range oggPackets(t, data) {
				modes[p[0]>>3]++
				pcm, err = d.Decode(pcm, p)
				require.NoError(t, err)
			}
			t.Logf("configurations: %v", modes)

			raw := ffmpeg(t, "-c:a", "libopus", "-i", file, "-ac", "1", "-af", "aresample=16000:filter_size=128,aresample=48000:filter_size=128", "-f", "s16le", "-")
			want := make([]int16, len(raw)/2)
			require.NoError(t, binary.Read(bytes.NewReader(raw), binary.LittleEndian, want))
			quality := snr(want, pcm)
			t.Logf("%.1f dB", quality)
			require.Greater(t, quality, 30.0, "SNR in dB")
		})
	}
}

// snr compares 1 s of a signal at 16 kHz with a reference at 48 kHz, at the alignment and gain that suit them best: the
// decoders' rate converters differ in delay by fractions of a sample, and the file's pre-skip is cut from one of them.
func snr(want, got []int16) float64 {
	best := math.Inf(-1)
	got = got[8000 : 8000+16000]
	for start := 3*8000 - 1200; start < 3*8000+300; start++ {
		var xy, xx, yy float64
		for i, x := range got {
			a, b := float64(want[start+3*i]), float64(x)
			xy, xx, yy = xy+a*b, xx+a*a, yy+b*b
		}
		best = max(best, 10*math.Log10(yy/(yy-xy*xy/xx)))
	}
	return best
}
