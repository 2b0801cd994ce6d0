package inputs_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/bench/inputs"
)

func TestMakeRefuses(t *testing.T) {
	t.Parallel()
	good := inputs.Spec{Participants: 1, Width: 640, Height: 360, Codec: inputs.VP8, Length: time.Second}
	tests := []struct {
		name   string
		change func(*inputs.Spec)
	}{
		{"nobody", func(s *inputs.Spec) { s.Participants = 0 }},
		{"a crowd", func(s *inputs.Spec) { s.Participants = inputs.MaxParticipants + 1 }},
		{"odd", func(s *inputs.Spec) { s.Width = 641 }},
		{"too high", func(s *inputs.Spec) { s.Height = 1082 }},
		{"no codec", func(s *inputs.Spec) { s.Codec = "VP9" }},
		{"layers", func(s *inputs.Spec) { s.Codec, s.Layers = inputs.H264, true }},
		{"half a second", func(s *inputs.Spec) { s.Length = time.Second / 2 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := good
			tt.change(&s)
			_, err := inputs.Maker{Cache: t.TempDir()}.Make(t.Context(), s)
			require.ErrorIs(t, err, inputs.ErrSpec)
			require.NotEqual(t, good.Name(), s.Name())
		})
	}
}

// page is an Ogg page (RFC 3533 section 6) of these lacing values.
func page(lacing []byte, body string) []byte {
	b := append([]byte("OggS"), make([]byte, 22)...)
	b = append(b, byte(len(lacing)))
	return append(append(b, lacing...), body...)
}

func TestReadStream(t *testing.T) {
	t.Parallel()
	long := string(bytes.Repeat([]byte{7}, 300))
	ogg := bytes.Join([][]byte{
		page([]byte{4}, "head"), page([]byte{4}, "tags"),
		page([]byte{2, 255}, "ab"+long[:255]), page([]byte{45, 1}, long[255:]+"c"), // a packet over two pages
	}, nil)
	ivf := append([]byte("DKIF"), make([]byte, 28)...)
	ivf = append(ivf, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'x', 'y', 'z')
	tests := []struct {
		name string
		data []byte
		want []string
	}{
		{"a.ogg", ogg, []string{"ab", long, "c"}},
		{"cut.ogg", ogg[:len(ogg)-1], nil},
		{"b.ivf", ivf, []string{"xyz"}},
		{"cut.ivf", ivf[:len(ivf)-1], nil},
		{"short.ivf", ivf[:9], nil},
		{"other.bin", ivf, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), tt.name)
			require.NoError(t, os.WriteFile(path, tt.data, 0o600))
			units, err := inputs.ReadStream(path)
			if tt.want == nil {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			var got []string
			for _, u := range units {
				got = append(got, string(u))
			}
			require.Equal(t, tt.want, got)
		})
	}
}
