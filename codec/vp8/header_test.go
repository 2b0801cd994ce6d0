package vp8_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/vp8"
)

func TestParseHeader(t *testing.T) {
	t.Parallel()
	layers := readIVF(t, testdata("layers-320x180.ivf"))
	webrtc := readIVF(t, testdata("webrtc-640x360.ivf"))
	odd := readIVF(t, testdata("keyframes-99x75.ivf"))
	altref := readIVF(t, testdata("altref-66x50.ivf"))
	tests := []struct {
		name string
		au   []byte
		want vp8.Header
	}{
		{"keyframe", webrtc[0], vp8.Header{
			Keyframe: true, ShowFrame: true, FirstPartitionSize: 936, Width: 640, Height: 360,
			UpdatesLast: true, UpdatesGolden: true, UpdatesAltRef: true,
			UpdatesProbabilities: true, UpdatesSegments: true, UpdatesFilter: true,
		}},
		{"odd keyframe", odd[0], vp8.Header{
			Keyframe: true, ShowFrame: true, FirstPartitionSize: 204, Width: 99, Height: 75,
			UpdatesLast: true, UpdatesGolden: true, UpdatesAltRef: true, UpdatesProbabilities: true, UpdatesFilter: true,
		}},
		{"highest layer", layers[1], vp8.Header{ShowFrame: true, FirstPartitionSize: 117, UpdatesFilter: true}},
		{"middle layer", layers[2], vp8.Header{
			ShowFrame: true, FirstPartitionSize: 109, UpdatesGolden: true, UpdatesFilter: true,
		}},
		{"lowest layer", layers[4], vp8.Header{
			ShowFrame: true, FirstPartitionSize: 211, UpdatesLast: true, UpdatesSegments: true, UpdatesFilter: true,
		}},
		{"hidden", altref[1], vp8.Header{FirstPartitionSize: 67, UpdatesAltRef: true, UpdatesProbabilities: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := vp8.ParseHeader(test.au)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

// TestParseHeaderFields has a header of which every field is known.
func TestParseHeaderFields(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		write func(w *boolWriter)
		want  vp8.Header
	}{
		{"nothing", func(w *boolWriter) {
			w.literal(1+1+6+3+1+2+7+5, 0) // no segments, no filter, no deltas, one partition, quantizer
			w.literal(2+4+2+1+1, 0)       // refresh, copy, sign bias, probabilities, last
		}, vp8.Header{}},
		{"everything", func(w *boolWriter) {
			w.literal(4, 0b1110) // segments: enabled, map, data, not absolute
			for range 4 {
				w.optional(7, -127)
			}
			for range 4 {
				w.optional(6, 63)
			}
			for range 3 {
				w.flag(true)
				w.literal(8, 77)
			}
			w.literal(1+6+3, 1<<9|63<<3|7) // simple filter
			w.literal(2, 3)                // deltas
			for range 8 {
				w.optional(6, -63)
			}
			w.literal(2, 3) // eight partitions
			w.literal(7, 127)
			for range 5 {
				w.optional(4, -15)
			}
			w.literal(6, 0b111111) // refresh both, both biases, probabilities, last
		}, vp8.Header{
			UpdatesLast: true, UpdatesGolden: true, UpdatesAltRef: true,
			UpdatesProbabilities: true, UpdatesSegments: true, UpdatesFilter: true,
		}},
		{"copies", func(w *boolWriter) {
			w.literal(1+1+6+3+1+2+7+5, 0)
			w.literal(2, 0)      // refresh
			w.literal(4, 0b0110) // golden from last, altref from golden
			w.literal(4, 0)
		}, vp8.Header{UpdatesGolden: true, UpdatesAltRef: true}},
		{"copy to golden", func(w *boolWriter) {
			w.literal(1+1+6+3+1+2+7+5, 0)
			w.literal(2, 0)
			w.literal(4, 0b1000)
			w.literal(4, 0)
		}, vp8.Header{UpdatesGolden: true}},
		{"segment data only", func(w *boolWriter) {
			w.literal(4, 0b1010)
			w.literal(8, 0)
			w.literal(1+6+3+1+2+7+5, 0)
			w.literal(2+4+2+1+1, 0)
		}, vp8.Header{UpdatesSegments: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newBoolWriter()
			test.write(w)
			first := w.flush()
			tag := 1 | 2<<1 | 1<<4 | len(first)<<5
			got, err := vp8.ParseHeader(append([]byte{byte(tag), byte(tag >> 8), byte(tag >> 16)}, first...))
			require.NoError(t, err)
			test.want.Version = 2
			test.want.ShowFrame = true
			test.want.FirstPartitionSize = len(first)
			require.Equal(t, test.want, got)
		})
	}
}
