package bits_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/bits"
)

// finish ends the payload and gives its bits, without the trailing ones.
func finish(w *bits.Writer) string {
	var s strings.Builder
	for _, b := range w.Finish() {
		fmt.Fprintf(&s, "%08b", b)
	}
	return s.String()[:strings.LastIndexByte(s.String(), '1')]
}

func TestCodes(t *testing.T) {
	ue := map[uint32]string{0: "1", 1: "010", 2: "011", 3: "00100", 6: "00111", 7: "0001000", 254: "000000011111111"}
	se := map[int]string{0: "1", 1: "010", -1: "011", 2: "00100", -2: "00101", 3: "00110", -3: "00111"}
	var w bits.Writer
	for v, want := range ue {
		w.Reset()
		w.Reserve(16)
		w.UE(v)
		require.Equal(t, want, finish(&w), v)
		require.Equal(t, len(want), bits.UELen(v))
	}
	for v, want := range se {
		w.Reset()
		w.Reserve(16)
		w.SE(v)
		require.Equal(t, want, finish(&w), v)
		require.Equal(t, len(want), bits.SELen(v))
	}
}

// TestPut compares with a string of digits, and takes back what was put since a mark now and then.
func TestPut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var w bits.Writer
	for range 300 {
		w.Reset()
		var want strings.Builder
		for range r.IntN(60) {
			n := uint(1 + r.IntN(32))
			v := r.Uint32() >> (32 - n)
			w.Reserve(8)
			if r.IntN(5) == 0 {
				mark := w.Mark()
				w.Put(v, n)
				w.Put(v, n)
				w.Rewind(mark)
			}
			w.Put(v, n)
			fmt.Fprintf(&want, "%0*b", int(n), v)
			require.Equal(t, want.Len(), w.Len())
		}
		w.Reserve(8)
		require.Equal(t, want.String(), finish(&w))
	}
}

func TestAppendNAL(t *testing.T) {
	for _, c := range []struct{ rbsp, want []byte }{
		{[]byte{1, 2}, []byte{9, 0x65, 1, 2}},
		{[]byte{0, 0, 0, 0, 0, 3, 0x80}, []byte{9, 0x65, 0, 0, 3, 0, 0, 3, 0, 3, 0x80}},
		{[]byte{0, 0, 4, 0, 0, 2}, []byte{9, 0x65, 0, 0, 4, 0, 0, 3, 2}},
		{[]byte{0, 1, 0, 0, 1, 0, 0, 3}, []byte{9, 0x65, 0, 1, 0, 0, 3, 1, 0, 0, 3, 3}},
	} {
		require.Equal(t, c.want, bits.AppendNAL([]byte{9}, 0x65, c.rbsp))
	}
}

// TestAppendNALRandom compares with what clause 7.4.1 says byte by byte.
func TestAppendNALRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		rbsp := make([]byte, r.IntN(60))
		want := []byte{0x65}
		zeros := 0
		for i := range rbsp {
			rbsp[i] = byte(r.IntN(6) * r.IntN(2))
			if zeros == 2 && rbsp[i] <= 3 {
				want = append(want, 3)
				zeros = 0
			}
			want = append(want, rbsp[i])
			zeros++
			if rbsp[i] != 0 {
				zeros = 0
			}
		}
		require.Equal(t, want, bits.AppendNAL(nil, 0x65, rbsp))
	}
}
