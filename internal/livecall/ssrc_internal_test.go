package livecall

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShift(t *testing.T) {
	t.Parallel()
	rtp := []byte{0x80, 111, 0, 1, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff, 42}
	shiftRTP(rtp, 2)
	require.Equal(t, []byte{0x80, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 42}, rtp)
	report := append([]byte{0x80, 200, 0, 6, 0, 0, 0, 5}, make([]byte, 20)...)
	bye := []byte{0x81, 203, 0, 1, 0, 0, 0, 5}
	feedback := []byte{0x81, 206, 0, 2, 0, 0, 0, 5, 0, 0, 0, 9}
	compound := bytes.Join([][]byte{report, feedback, bye}, nil)
	shiftRTCP(compound, 1)
	require.Equal(t, byte(6), compound[7])
	require.Equal(t, feedback, compound[len(report):len(report)+len(feedback)], "about others")
	require.Equal(t, byte(6), compound[len(compound)-1])
	for n := range len(compound) { // cut off anywhere
		shiftRTCP(append([]byte{}, compound[:n]...), 1)
		shiftRTP(append([]byte{}, rtp[:min(n, len(rtp))]...), 1)
	}
}

func FuzzShift(f *testing.F) {
	f.Add([]byte{0x80, 200, 0, 1, 0, 0, 0, 5}, uint32(1))
	f.Fuzz(func(t *testing.T, packet []byte, by uint32) {
		same := bytes.Clone(packet)
		shiftRTCP(same, by)
		shiftRTCP(same, -by)
		require.Equal(t, packet, same)
		shiftRTP(same, by)
		shiftRTP(same, -by)
		require.Equal(t, packet, same)
	})
}
