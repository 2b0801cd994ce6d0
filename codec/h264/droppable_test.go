package h264_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

func TestDroppable(t *testing.T) {
	t.Parallel()
	unit := func(nals ...[]byte) (au []byte) {
		for _, n := range nals {
			au = append(append(au, 0, 0, 0, 1), n...)
		}
		return au
	}
	// A slice header begins with first_mb_in_slice and slice_type: "1" and "00110" are 0 and P.
	p, second := []byte{0x01, 0b1_00110_11, 0x80}, []byte{0x01, 0b00101_1_11, 0x80} // at 4, P
	sei, delimiter := []byte{0x06, 5, 1, 0, 0x80}, []byte{0x09, 0xf0}
	tests := []struct {
		name string
		au   []byte
		want bool
	}{
		{"P slice that is no reference", unit(p), true},
		{"two of them", unit(delimiter, sei, p, second), true},
		{"a reference", unit([]byte{0x21, 0b1_00110_11, 0x80}), false},
		{"one of two is a reference", unit(p, []byte{0x41, 0b00101_1_11, 0x80}), false},
		{"B slice", unit([]byte{0x01, 0b1_010_1111, 0x80}), false},
		{"IDR", unit([]byte{0x65, 0b1_0001000, 0x80}), false},
		{"with a parameter set", unit([]byte{0x68, 0xce, 0x80}, p), false},
		{"no slice", unit(delimiter), false},
		{"cut", unit([]byte{0x01}), false},
		{"zeros", unit([]byte{0x01, 0, 0, 0x80}), false},
		{"nothing", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, h264.Droppable(tt.au)) })
	}
}

// TestDroppableStreams leaves out what is said not to matter of the streams in CALLREC_VECTORS that have such; all else has
// to come out the same.
func TestDroppableStreams(t *testing.T) {
	t.Parallel()
	root := os.Getenv("CALLREC_VECTORS")
	if root == "" {
		t.Skip("CALLREC_VECTORS does not say where the conformance streams are")
	}
	for name, least := range map[string]int{"NRF_MW_E.264": 66, "Static.264": 5, "test_vd_1d.264": 4} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream, err := os.ReadFile(filepath.Join(root, "h264", name))
			require.NoError(t, err)
			all, _ := picturesOf(t, stream, false)
			some, dropped := picturesOf(t, stream, true)
			require.GreaterOrEqual(t, dropped, least)
			require.Len(t, some, len(all)-dropped)
			for pts, picture := range some {
				require.Equal(t, all[pts], picture, "picture %d", pts)
			}
		})
	}
}

// picturesOf returns the pictures' samples by their PTS, and how many access units were left out.
func picturesOf(t *testing.T, stream []byte, leaveOut bool) (pictures map[int64]string, dropped int) {
	t.Helper()
	d, err := h264.NewDecoder(h264.DecoderConfig{})
	require.NoError(t, err)
	pictures = map[int64]string{}
	add := func(list []codec.Picture) {
		for _, p := range list {
			pictures[p.PTS] = string(p.Image.Y) + string(p.Image.Cb) + string(p.Image.Cr)
		}
	}
	n := int64(0)
	for au := range h264.AccessUnits(stream) {
		if n++; leaveOut && d.Droppable(au) {
			dropped++
			continue
		}
		list, err := d.Decode(au, n)
		require.NoError(t, err)
		add(list)
		add(d.Flush())
	}
	return pictures, dropped
}
