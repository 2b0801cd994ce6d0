package aac_test

import (
	"bytes"
	"crypto/md5"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite testdata/golden.txt")

// The encoder's output is the same on every machine. The signals are made of integers, so they are too.
func TestGolden(t *testing.T) {
	var got bytes.Buffer
	for _, c := range []struct{ rate, bitrate int }{
		{8000, 16000},
		{11025, 24000},
		{12000, 24000},
		{16000, 16000},
		{16000, 24000},
		{16000, 48000},
		{16000, 96000},
		{22050, 48000},
		{24000, 48000},
		{32000, 64000},
		{44100, 64000},
		{48000, 128000},
	} {
		sum := md5.New()
		for _, pcm := range [][]int16{speechLike(24*1024, 9), whiteNoise(4*1024, 20000), square(4*1024, 90)} {
			for _, au := range encode(t, newEncoder(t, c.rate, c.bitrate), pcm) {
				sum.Write(au)
			}
		}
		fmt.Fprintf(&got, "%d Hz %d bit/s %x\n", c.rate, c.bitrate, sum.Sum(nil))
	}
	path := filepath.Join("testdata", "golden.txt")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String(), "if the change is meant: go test ./codec/aac -run TestGolden -update")
}
