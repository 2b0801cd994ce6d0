package opus

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
)

type panicking struct{}

func (panicking) DecodeToInt16([]byte, []int16) (int, error) {
	panic("index out of range")
}

type wrongLength struct{}

func (wrongLength) DecodeToInt16([]byte, []int16) (int, error) {
	return 3, nil
}

func TestLibraryFailures(t *testing.T) {
	t.Parallel()
	payload := []byte{31 << 3, 0xff, 0xfe} // CELT, 20 ms: silence
	d, err := NewDecoder(codec.AudioFormat{Name: "opus"})
	require.NoError(t, err)

	d.lib = panicking{}
	out, err := d.Decode([]int16{1}, payload)
	require.ErrorIs(t, err, ErrPanic)
	require.ErrorContains(t, err, "index out of range")
	require.Equal(t, []int16{1}, out)

	out, err = d.Decode([]int16{1}, payload)
	require.NoError(t, err, "restarted")
	require.Len(t, out, 1+320)

	d.lib = wrongLength{}
	_, err = d.Decode(nil, payload)
	require.ErrorIs(t, err, ErrMalformed)
}
