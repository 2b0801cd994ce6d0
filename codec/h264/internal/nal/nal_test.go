package nal_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/bits"
	"github.com/callrec/callrec/codec/h264/internal/nal"
)

func TestNext(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		stream []byte
		want   [][]byte
	}{
		{"empty", nil, nil},
		{"no start code", []byte{1, 2, 3}, nil},
		{"three and four byte start codes", []byte{0, 0, 1, 9, 8, 0, 0, 0, 1, 7}, [][]byte{{9, 8}, {7}}},
		{"leading and trailing zeros", []byte{0, 0, 0, 0, 0, 1, 5, 6, 0, 0, 0}, [][]byte{{5, 6}}},
		{"empty units", []byte{0, 0, 1, 0, 0, 1, 0, 0, 1, 4}, [][]byte{{4}}},
		{"only a start code", []byte{0, 0, 1}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got [][]byte
			for rest := c.stream; ; {
				var unit []byte
				if unit, rest = nal.Next(rest); len(unit) == 0 {
					break
				}
				got = append(got, unit)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestPayloadUndoesEscaping(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		payload := make([]byte, r.IntN(40))
		for i := range payload {
			payload[i] = byte(r.IntN(4)) // plenty to escape
		}
		unit := bits.AppendNAL(nil, 0x65, payload)
		require.Equal(t, payload, append([]byte{}, nal.AppendPayload(nil, unit)...))
	}
	require.Empty(t, nal.AppendPayload(nil, nil))
}

func TestReaderRoundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	for range 50 {
		var w bits.Writer
		w.Reserve(1 << 12)
		var want []int
		for range 100 {
			switch v := r.IntN(1 << r.IntN(15)); r.IntN(3) {
			case 0:
				w.UE(uint32(v))
				want = append(want, 0, v)
			case 1:
				w.SE(v - 1<<13)
				want = append(want, 1, v-1<<13)
			default:
				w.Put(uint32(v), 20)
				want = append(want, 2, v)
			}
		}
		rd := nal.NewReader(append([]byte{}, w.Finish()...))
		for i := 0; i < len(want); i += 2 {
			require.True(t, rd.MoreData())
			switch want[i] {
			case 0:
				require.Equal(t, want[i+1], int(rd.UE()))
			case 1:
				require.Equal(t, want[i+1], int(rd.SE()))
			default:
				require.Equal(t, want[i+1], int(rd.Bits(20)))
			}
		}
		require.False(t, rd.MoreData())
		require.False(t, rd.Overrun())
		rd.Skip(1)
		require.True(t, rd.Overrun())
	}
}

func TestReaderPastTheEnd(t *testing.T) {
	t.Parallel()
	rd := nal.NewReader([]byte{0, 0, 0, 0, 0, 0, 0, 0})
	require.EqualValues(t, math.MaxUint32, rd.UE(), "no code begins with 32 zeros")
	require.True(t, rd.Overrun())
	for range 100 {
		rd.UE()
		rd.Bits(32)
	}
	require.Zero(t, rd.Peek())
	require.Nil(t, rd.Bytes(1))
}

func TestReaderBytes(t *testing.T) {
	t.Parallel()
	rd := nal.NewReader([]byte{0xa0, 1, 2, 3, 0x80})
	require.EqualValues(t, 5, rd.Bits(3))
	rd.Align()
	require.Equal(t, []byte{1, 2}, rd.Bytes(2))
	require.Nil(t, rd.Bytes(3))
	require.EqualValues(t, 3, rd.Bits(8))
}
