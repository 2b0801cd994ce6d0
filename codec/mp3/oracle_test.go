//go:build oracle

package mp3_test

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

func ffmpeg(tb testing.TB, args ...string) []byte {
	tb.Helper()
	cmd := exec.Command("ffmpeg", append([]string{"-v", "error", "-nostdin", "-y"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(tb, err, stderr.String())
	return out
}

// TestAgainstFFmpeg compares with ffmpeg's decoder and rate converter over sampling rates, channels and bit rate modes.
func TestAgainstFFmpeg(t *testing.T) {
	t.Parallel()
	const source = "aevalsrc=0.3*sin(2*PI*t*440)*(1+sin(2*PI*3*t))/2+0.1*sin(2*PI*t*1700)|0.2*sin(2*PI*t*700):s=%d:d=2"
	for _, rate := range []int{16000, 22050, 24000, 32000, 44100, 48000} {
		for _, mode := range [][]string{{"-ac", "1", "-b:a", "48k"}, {"-ac", "2", "-b:a", "64k"}, {"-ac", "2", "-q:a", "4"}} {
			t.Run(fmt.Sprint(rate, mode), func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "a.mp3")
				args := append([]string{"-f", "lavfi", "-i", fmt.Sprintf(source, rate), "-c:a", "libmp3lame"}, mode...)
				ffmpeg(t, append(args, file)...)
				data, err := os.ReadFile(file)
				require.NoError(t, err)
				got := decode(t, data)

				raw := ffmpeg(t, "-i", file, "-ac", "1", "-ar", "16000", "-af", "aresample=filter_size=128", "-f", "s16le", "-")
				want := make([]int16, len(raw)/2)
				require.NoError(t, binary.Read(bytes.NewReader(raw), binary.LittleEndian, want))
				require.InDelta(t, len(want), len(got), 2)
				var signal, noise float64
				for i := range min(len(want), len(got)) - 100 {
					a, b := float64(want[i]), float64(got[i])
					signal, noise = signal+a*a, noise+(a-b)*(a-b)
				}
				require.Greater(t, 10*math.Log10(signal/noise), 45.0, "SNR in dB")
			})
		}
	}
}
