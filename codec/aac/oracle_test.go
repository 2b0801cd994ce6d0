//go:build oracle

package aac_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/aac"
)

// ffmpeg runs ffmpeg from stdin to stdout and requires it to have nothing to say.
func ffmpeg(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("ffmpeg", append([]string{"-v", "warning", "-nostdin"}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &stdout, &stderr
	require.NoError(t, cmd.Run(), stderr.String())
	require.Empty(t, stderr.String(), strings.Join(args, " "))
	return stdout.Bytes()
}

// decodeADTS decodes an .aac file with one of ffmpeg's decoders and drops the priming access unit.
func decodeADTS(t *testing.T, file []byte, decoder string) []float64 {
	t.Helper()
	raw := ffmpeg(t, file, "-f", "aac", "-c:a", decoder, "-i", "pipe:", "-f", "s16le", "-ac", "1", "pipe:")
	out := make([]float64, len(raw)/2)
	for i := range out {
		out[i] = float64(int16(binary.LittleEndian.Uint16(raw[2*i:])))
	}
	return out[1024:]
}

func adtsFile(t *testing.T, e *aac.Encoder, units [][]byte) []byte {
	t.Helper()
	var file []byte
	for _, au := range units {
		var err error
		file, err = aac.AppendADTS(file, e.Config(), au)
		require.NoError(t, err)
	}
	return file
}

// ffmpeg's two decoders take everything without a word and agree with the test's own, sample by sample.
func TestFFmpegDecodes(t *testing.T) {
	const n = 12 * 1024
	in := slices.Concat(
		speechLike(2*n, 21), whiteNoise(n, 30000), square(n, 41), castanets(n, 2000, 3800, 7000, 9400), make([]int16, n),
		chirp(n, 50, 7900, 30000), whiteNoise(n, 1),
	)
	for _, rate := range aac.SampleRates {
		for _, bitrate := range []int{16000, 24000, 48000, 128000} {
			e := newEncoder(t, rate, bitrate)
			units := encode(t, e, in)
			file := adtsFile(t, e, units)
			own, _ := decode(t, e, units)
			for _, decoder := range []string{"aac", "aac_fixed"} {
				name := fmt.Sprintf("%d Hz, %d bit/s, %s", rate, bitrate, decoder)
				got := decodeADTS(t, file, decoder)
				require.Len(t, got, len(own), name)
				requireSame(t, own, got, decoder, name)
			}
		}
	}
}

// requireSame compares the test's own decoder with ffmpeg's, which rounds and clips. aac_fixed counts in 32-bit integers
// and is that much less precise where it is loud.
func requireSame(t *testing.T, own, got []float64, decoder, name string) {
	t.Helper()
	tolerance := map[string]float64{"aac": 1, "aac_fixed": 16}[decoder]
	worst := 0.0
	for i, w := range own {
		worst = max(worst, math.Abs(min(32767, max(-32768, w))-got[i]))
	}
	require.LessOrEqual(t, worst, tolerance, name)
}

// On speech the encoder is at least as good as ffmpeg's own at the bit rate that one really has.
func TestAgainstFFmpegEncoder(t *testing.T) {
	const n = 150 * 1024
	in := speechLike(n, 22)
	raw := make([]byte, 0, 2*len(in))
	for _, s := range in {
		raw = binary.LittleEndian.AppendUint16(raw, uint16(s))
	}
	for _, bitrate := range []int{24000, 32000, 48000, 64000} {
		theirs := ffmpeg(t, raw, "-f", "s16le", "-ar", "16000", "-ch_layout", "mono", "-i", "pipe:",
			"-c:a", "aac", "-b:a", strconv.Itoa(bitrate), "-f", "adts", "pipe:")
		theirRate := measured(theirs)
		e := newEncoder(t, 16000, theirRate)
		units := encode(t, e, in)
		ourRate := totalBits(units) * 16000 / (1024 * len(units))
		ours, _ := decode(t, e, units)
		a, b := segmentalSNR(in, ours), segmentalSNR(in, decodeADTS(t, theirs, "aac"))
		t.Logf("ffmpeg: %d bit/s, segmental SNR %.2f dB; this encoder: %d bit/s, %.2f dB", theirRate, b, ourRate, a)
		require.LessOrEqual(t, ourRate, theirRate+theirRate/100)
		require.Greater(t, a, b)
	}
}

// measured is the bit rate of the access units of an .aac file of 16 kHz.
func measured(file []byte) int {
	bits, frames := 0, 0
	for len(file) >= aac.ADTSHeaderSize {
		length := int(file[3]&3)<<11 | int(file[4])<<3 | int(file[5])>>5
		bits += 8 * (length - aac.ADTSHeaderSize)
		frames++
		file = file[length:]
	}
	return bits * 16000 / (1024 * frames)
}
