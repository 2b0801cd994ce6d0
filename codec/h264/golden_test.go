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

var update = flag.Bool("update", false, "write testdata/encoder.golden anew")

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
		e, err := h264.NewEncoder(h264.EncoderConfig{Width: w, Height: h, QP: c.qp, MaxBitrate: 100_000, KeyframeInterval: 7})
		require.NoError(t, err)
		sps, pps := e.ParameterSets()
		sum := md5.New()
		sum.Write(sps)
		for _, set := range pps {
			sum.Write(set)
		}
		size := 0
		for n := range 12 {
			opt := codec.VideoEncodeOptions{DamageKnown: n%4 == 3, Damage: []image.Rectangle{image.Rect(3, 3, 50, 40)}}
			au, _, err := e.Encode(nil, c.s(n), opt)
			require.NoError(t, err)
			sum.Write(au)
			sum.Write(tight(nil, e.Reconstruction()))
			size += len(au)
		}
		fmt.Fprintf(&got, "%s-qp%d %d %x\n", c.name, c.qp, size, sum.Sum(nil))
	}
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}
