package decode

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/bits"
	"github.com/callrec/callrec/codec/h264/internal/cavlc"
	"github.com/callrec/callrec/codec/h264/internal/nal"
)

// TestCAVLCRoundTrip reads blocks that the encoder's writer wrote, with every class of nC and number of coefficients.
func TestCAVLCRoundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	d := &Decoder{}
	for range 5000 {
		size := []int{4, 15, 16}[r.IntN(3)]
		nC := r.IntN(17)
		if size == 4 {
			nC = cavlc.ChromaDC
		}
		levels := make([]int16, size)
		total := 0
		sparse := 1 + r.IntN(6)
		for i := range levels {
			if r.IntN(sparse) == 0 {
				span := 1 << (1 + r.IntN(11))
				levels[i] = int16(r.IntN(2*span+1) - span)
			}
			if levels[i] != 0 {
				total++
			}
		}
		var w bits.Writer
		w.Reserve(1 << 10)
		cavlc.WriteBlock(&w, levels, total, nC)
		w.Put(0x5a, 8)
		d.r = nal.NewReader(append([]byte{}, w.Finish()...))
		var coef [16]int32
		scan := make([]uint8, size)
		for i := range scan {
			scan[i] = uint8(i)
		}
		require.Equal(t, total, d.cavlcBlock(coef[:], scan, onesTable[:], shiftNone, nC))
		require.NoError(t, d.bad)
		for i, v := range levels {
			require.EqualValues(t, v, coef[i])
		}
		require.EqualValues(t, 0x5a, d.r.Bits(8), "all was read and no more")
	}
}

func TestRecoveryPoint(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		payload []byte
		want    bool
	}{
		{"exact at once", []byte{6, 1, 0x84, 0x80}, true},
		{"after two frames", []byte{6, 1, 0x64, 0x80}, false},
		{"behind another message", []byte{5, 3, 1, 2, 3, 6, 1, 0x84, 0x80}, true},
		{"long type and size", append(append([]byte{255, 5, 255, 0}, make([]byte, 255)...), 6, 1, 0x80, 0x80), true},
		{"other", []byte{1, 1, 0x80, 0x80}, false},
		{"cut off", []byte{6, 9, 0x80}, false},
		{"endless", []byte{255, 255, 255}, false},
		{"empty", nil, false},
	} {
		require.Equal(t, c.want, recoveryPoint(c.payload), c.name)
	}
}
