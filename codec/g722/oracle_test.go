//go:build oracle

package g722_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os/exec"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/g722"
)

func ffmpeg(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("ffmpeg", append([]string{"-v", "error", "-nostdin"}, args...)...)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	require.NoError(t, err)
	return out
}

// TestAgainstFFmpeg decodes speech-like sound and random codes, which visit every corner of the adaptation, and wants
// the samples of ffmpeg's decoder, which is bit-exact with the standard's.
func TestAgainstFFmpeg(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	random := make([]byte, 40000)
	for i := range random {
		random[i] = byte(rnd.Uint32())
	}
	const source = "aevalsrc=0.9*sin(2*PI*t*(150+40*sin(5*t)))*(1+sin(2*PI*3*t))/2+0.1*sin(2*PI*t*5700):s=16000:d=5"
	for name, stream := range map[string][]byte{
		"random": random,
		"tones":  ffmpeg(t, nil, "-f", "lavfi", "-i", source, "-f", "g722", "-"),
		"noise":  ffmpeg(t, nil, "-f", "lavfi", "-i", "anoisesrc=r=16000:d=5:a=1", "-f", "g722", "-"),
	} {
		raw := ffmpeg(t, stream, "-f", "g722", "-i", "-", "-f", "s16le", "-")
		want := make([]int16, len(raw)/2)
		require.NoError(t, binary.Read(bytes.NewReader(raw), binary.LittleEndian, want))
		d, err := g722.NewDecoder(codec.AudioFormat{})
		require.NoError(t, err)
		var got []int16
		for part := range slices.Chunk(stream, 160) {
			got, err = d.Decode(got, part)
			require.NoError(t, err)
		}
		require.Len(t, got, len(want), name)
		for i := range want {
			require.Equal(t, want[i], got[i], "%s: sample %d", name, i)
		}
	}
}
