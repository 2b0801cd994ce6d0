package h264_test

import (
	"bytes"
	"crypto/md5"
	"flag"
	"fmt"
	"image"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

var update = flag.Bool("update", false, "write testdata/*.golden anew")

// TestGolden pins the bytes of small sequences: the output is the same on every machine.
func TestGolden(t *testing.T) {
	const w, h, file = 98, 66, "testdata/encoder.golden"
	var got bytes.Buffer
	for _, c := range []struct {
		name string
		s    source
		qp   int
	}{
		{"noise", noise(w, h), 0},
		{"noise", noise(w, h), 12},
		{"extremes", extremes(w, h), 1},
		{"camera", camera(w, h, 12, 3), 0},
		{"camera", camera(w, h, 12, 3), 30},
		{"clean", camera(w, h, 0, 3), 40},
		{"text", text(w, h), 24},
		{"still", still(camera(w, h, 8, 3)), 0},
		{"cuts", cuts(3, camera(w, h, 8, 3), text(w, h), noise(w, h)), 0},
	} {
		cfg := h264.EncoderConfig{Width: w, Height: h, QP: c.qp, MaxBitrate: 100_000, KeyframeInterval: 7}
		size, sum := digest(t, cfg, c.s)
		fmt.Fprintf(&got, "%s-qp%d %d %x\n", c.name, c.qp, size, sum)
	}
	requireGolden(t, file, got.String())
}

// TestGoldenSlices is TestGolden for pictures of several slices.
func TestGoldenSlices(t *testing.T) {
	const w, h = 66, 258
	var got bytes.Buffer
	for _, slices := range []int{2, 4} {
		size, sum := digest(t, h264.EncoderConfig{
			Width: w, Height: h, MaxBitrate: 400_000, KeyframeInterval: 7, Slices: slices,
		}, cuts(3, camera(w, h, 8, 3), text(w, h), noise(w, h)))
		fmt.Fprintf(&got, "%d %d %x\n", slices, size, sum)
	}
	requireGolden(t, "testdata/slices.golden", got.String())
}

// digest encodes twelve pictures of a scene and sums up what comes out and what it is decoded to.
func digest(t *testing.T, cfg h264.EncoderConfig, s source) (size int, sum []byte) {
	t.Helper()
	e, err := h264.NewEncoder(cfg)
	require.NoError(t, err)
	sps, pps := e.ParameterSets()
	hash := md5.New()
	hash.Write(sps)
	for _, set := range pps {
		hash.Write(set)
	}
	for n := range 12 {
		opt := codec.VideoEncodeOptions{DamageKnown: n%4 == 3, Damage: []image.Rectangle{image.Rect(3, 3, 50, 40)}}
		au, _, err := e.Encode(nil, s(n), opt)
		require.NoError(t, err)
		hash.Write(au)
		hash.Write(tight(nil, e.Reconstruction()))
		size += len(au)
	}
	return size, hash.Sum(nil)
}

// requireGolden wants what is in the file, or with -update writes it.
func requireGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
