//go:build oracle

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/bench/nmr"
)

// TestAACAgainstFFmpeg: at the bit rate that ffmpeg's encoder really has, noise is better masked and the segmental
// signal-to-noise ratio is higher, on speech and on music.
func TestAACAgainstFFmpeg(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	spoken, err := espeak(dir)
	require.NoError(t, err)
	c := aacComparison{meter: nmr.NewMeter(16000), dir: dir}
	peer := aacPeers()[0]
	for _, s := range []sound{spoken, {"music", music(8)}} {
		in, out := filepath.Join(dir, "in.wav"), filepath.Join(dir, "out.aac")
		require.NoError(t, os.WriteFile(in, wav(s.pcm), 0o600))
		for _, bitrate := range []int{32000, 48000, 64000} {
			require.NoError(t, runQuietly(peer.command(in, out, bitrate)))
			theirs, err := os.ReadFile(out)
			require.NoError(t, err)
			theirNMR, theirSNR, err := c.measure(s.pcm, out)
			require.NoError(t, err)
			ours, err := encodeBelow(s.pcm, adtsRate(theirs))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(out, ours, 0o600))
			ourNMR, ourSNR, err := c.measure(s.pcm, out)
			require.NoError(t, err)
			t.Logf("%s %d: NMR %.2f dB, ours %.2f dB; SNR %.2f dB, ours %.2f dB", s.name, bitrate, theirNMR, ourNMR, theirSNR, ourSNR)
			require.Less(t, ourNMR, theirNMR, s.name)
			require.Greater(t, ourSNR, theirSNR, s.name)
		}
	}
}
