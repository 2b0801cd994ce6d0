//go:build ffmpeg

package ffmpeg_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/ffmpeg"
)

// delimited splits a byte stream of H.265 before each access unit delimiter.
func delimited(stream []byte) (units [][]byte) {
	delimiter := []byte{0, 0, 0, 1, 35 << 1, 1}
	for len(stream) > 0 {
		n := bytes.Index(stream[1:], delimiter) + 1
		if n == 0 {
			n = len(stream)
		}
		units, stream = append(units, stream[:n]), stream[n:]
	}
	return units
}

// TestDroppable leaves out what is said not to matter; all else has to come out the same. The streams are made by
//
//	ffmpeg -f lavfi -i testsrc2=s=64x64:r=15 -frames:v 24 -pix_fmt yuv420p OPTIONS FILE
//
// with -c:v libx265 -x265-params temporal-layers=1:bframes=3:b-pyramid=1:keyint=12:aud=1:crf=35, and with -c:v libsvtav1
// -preset 10 -svtav1-params pred-struct=1:hierarchical-levels=3 -qp 50 -g 12.
func TestDroppable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		codec string
		units [][]byte
	}{
		{"H265", delimited(readFile(t, "testdata/sublayers-64x64.h265"))},
		{"AV1", ivfFrames(t, readFile(t, "testdata/layers-64x64-av1.ivf"))},
	}
	for _, tt := range tests {
		t.Run(tt.codec, func(t *testing.T) {
			t.Parallel()
			require.Len(t, tt.units, 24)
			all, _ := picturesOf(t, tt.codec, tt.units, false)
			some, dropped := picturesOf(t, tt.codec, tt.units, true)
			require.Len(t, all, len(tt.units))
			require.Greater(t, dropped, len(tt.units)/4)
			require.Len(t, some, len(all)-dropped)
			for pts, picture := range some {
				require.Equal(t, all[pts], picture, "picture %d", pts)
			}
		})
	}
}

// picturesOf returns the MD5 of the pictures by their PTS, and how many units were left out.
func picturesOf(t *testing.T, name string, units [][]byte, leaveOut bool) (pictures map[int64]string, dropped int) {
	t.Helper()
	d, err := ffmpeg.NewFileDecoder(codec.VideoFormat{Name: name})
	require.NoError(t, err)
	defer d.Close()
	pictures = map[int64]string{}
	add := func(list []codec.Picture) {
		for _, p := range list {
			pictures[p.PTS] = sum(p)
		}
	}
	require.False(t, d.Droppable(units[1]), "before anything is known")
	for i, au := range units {
		if leaveOut && d.Droppable(au) {
			dropped++
			continue
		}
		list, err := d.Decode(au, int64(i))
		require.NoError(t, err, "access unit %d", i)
		add(list)
	}
	add(d.Flush())
	require.False(t, d.Droppable(units[1]), "after a reset")
	return pictures, dropped
}

// Whatever the bytes, asking does no harm, and what can't be read is not left out.
func FuzzDroppable(f *testing.F) {
	for _, au := range delimited(readFile(f, "testdata/sublayers-64x64.h265"))[:3] {
		f.Add(au, au)
	}
	for _, au := range ivfFrames(f, readFile(f, "testdata/layers-64x64-av1.ivf"))[:3] {
		f.Add(au, au)
	}
	f.Fuzz(func(t *testing.T, before, au []byte) {
		for _, name := range []string{"h265", "av1"} {
			require.False(t, ffmpeg.Droppable(name, nil, au))
			ffmpeg.Droppable(name, before, au)
			require.False(t, ffmpeg.Droppable(name, before, nil))
		}
	})
}
