package vp8

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// specBoolReader is the decoder of RFC 6386 7.3: two bytes ahead, one bit at a time, zeros after the end.
type specBoolReader struct {
	data       []byte
	value, rng uint32
	bits       int
}

func newSpecBoolReader(data []byte) *specBoolReader {
	r := &specBoolReader{data: data, rng: 255}
	r.value = r.next()<<8 | r.next()
	return r
}

func (r *specBoolReader) next() uint32 {
	if len(r.data) == 0 {
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return uint32(b)
}

func (r *specBoolReader) bit(prob uint8) bool {
	split := 1 + ((r.rng-1)*uint32(prob))>>8
	bit := r.value >= split<<8
	if bit {
		r.rng -= split
		r.value -= split << 8
	} else {
		r.rng = split
	}
	for r.rng < 128 {
		r.value <<= 1
		r.rng <<= 1
		if r.bits++; r.bits == 8 {
			r.bits = 0
			r.value |= r.next()
		}
	}
	return bit
}

// randomPartition makes n bytes that an encoder could have written: it cannot start with 255, which would lie beyond the
// range the decoder begins with.
func randomPartition(rnd *rand.Rand, n int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(rnd.Uint32())
	}
	if n > 0 {
		data[0] = byte(rnd.IntN(255))
	}
	return data
}

// TestBoolReader reads random data of all lengths, far beyond their end.
func TestBoolReader(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 7))
	for size := range 200 {
		data := randomPartition(rnd, size)
		var r boolReader
		r.reset(data)
		want := newSpecBoolReader(data)
		sharp := rnd.IntN(2) == 0
		for i := range 8*size + 500 {
			prob := uint8(rnd.Uint32())
			if sharp { // improbable decisions take the most bits
				prob = []uint8{0, 1, 254, 255}[rnd.IntN(4)]
			}
			require.Equal(t, want.bit(prob), r.bit(prob), "size %d, decision %d", size, i)
		}
	}
}

// TestReadBlock compares with a decoder that walks the token tree of RFC 6386 13.2 decision by decision.
func TestReadBlock(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 7))
	longest := 0
	for range 3000 {
		data := randomPartition(rnd, rnd.IntN(60))
		var probs [8][3][11]uint8
		for i := range probs {
			for j := range probs[i] {
				for k := range probs[i][j] {
					probs[i][j][k] = uint8(rnd.Uint32()) | 1
				}
				probs[i][j][0] /= 4
			}
		}
		dq := [2]int32{int32(1 + rnd.IntN(157)), int32(1 + rnd.IntN(284))}
		var r boolReader
		r.reset(data)
		spec := newSpecBoolReader(data)
		for range 10 {
			first, ctx := rnd.IntN(2), uint8(rnd.IntN(3))
			var got [16]int16
			end := readBlock(&r, &probs, ctx, first, &dq, &got)
			want, wantEnd := specReadBlock(spec, &probs, ctx, first, dq)
			require.Equal(t, wantEnd, end)
			require.Equal(t, want, got)
			longest = max(longest, end)
		}
		require.Equal(t, spec.bit(200), r.bit(200))
	}
	require.Equal(t, 16, longest)
}

// specTree is the token tree of RFC 6386 13.2: a positive entry is the next node, others are minus the token.
var specTree = [22]int{-11, 2, 0, 4, -1, 6, 8, 12, -2, 10, -3, -4, 14, 16, -5, -6, 18, 20, -7, -8, -9, -10}

func specReadBlock(r *specBoolReader, probs *[8][3][11]uint8, ctx uint8, first int, dq [2]int32) (out [16]int16, end int) {
	const endOfBlock = 11
	extra := [11][]uint8{
		5: {159}, 6: {165, 145}, 7: {173, 148, 140}, 8: {176, 155, 140, 135}, 9: {180, 157, 141, 134, 130},
		10: {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129},
	}
	base := [11]int32{0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67}
	afterZero := false
	for i := first; i < 16; i++ {
		p := &probs[bands[i]][ctx]
		node := 0
		if afterZero {
			node = 2 // there is no end of block after a zero
		}
		token := -1
		for token < 0 {
			next := specTree[node]
			if r.bit(p[node/2]) {
				next = specTree[node+1]
			}
			if next <= 0 {
				token = -next
			}
			node = next
		}
		if token == endOfBlock {
			if i == first {
				return out, 0
			}
			return out, i
		}
		v := int32(0)
		for _, prob := range extra[token] {
			v <<= 1
			if r.bit(prob) {
				v++
			}
		}
		v += base[token]
		if v != 0 && r.bit(128) {
			v = -v
		}
		out[zigzag[i]] = int16(v * dq[min(i, 1)])
		ctx = uint8(min(max(v, -v), 2))
		afterZero = token == 0
	}
	return out, 16
}
