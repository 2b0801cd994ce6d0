//go:build oracle

package g711_test

import (
	"bytes"
	"encoding/binary"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/g711"
)

func TestAgainstFFmpeg(t *testing.T) {
	t.Parallel()
	var codes [256]byte
	for i := range codes {
		codes[i] = byte(i)
	}
	for format, law := range map[string]g711.Law{"mulaw": g711.PCMU, "alaw": g711.PCMA} {
		cmd := exec.Command("ffmpeg", "-v", "error", "-f", format, "-ar", "8000", "-ac", "1", "-i", "-", "-f", "s16le", "-")
		cmd.Stdin = bytes.NewReader(codes[:])
		raw, err := cmd.Output()
		require.NoError(t, err)
		var want [256]int16
		require.NoError(t, binary.Read(bytes.NewReader(raw), binary.LittleEndian, &want))
		require.Equal(t, want, expand(t, law), format)
	}
}
