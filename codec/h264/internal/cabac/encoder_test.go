package cabac_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/cabac"
)

// bin is one thing to code: a context below NumContexts, or one of the kinds below.
type bin struct{ ctx, v int }

const (
	bypass = cabac.NumContexts + iota
	proceed
	rawSamples
)

// randomBins makes bins that are mostly like each other in each context, so that long runs of ones arise, which carries
// run through.
func randomBins(r *rand.Rand, n int) []bin {
	list := make([]bin, n)
	skew := 1 + r.IntN(40)
	for i := range list {
		b := bin{r.IntN(12), 0}
		if r.IntN(skew) == 0 {
			b.v = 1
		}
		switch r.IntN(12) {
		case 0:
			b = bin{bypass, r.IntN(2)}
		case 1:
			b.ctx = proceed
		case 2:
			if r.IntN(30) == 0 {
				b.ctx = rawSamples
			}
		}
		list[i] = b
	}
	return list
}

func code(e *cabac.Encoder, list []bin) {
	for _, b := range list {
		e.Reserve(16)
		switch b.ctx {
		case bypass:
			e.Bypass(b.v)
		case proceed:
			e.Terminate(false)
		case rawSamples:
			e.Terminate(true)
			e.Raw([]byte{1, 0xff, 3})
		default:
			e.Bin(b.ctx, b.v)
		}
	}
}

// TestEncoder has the decoder read what was coded, with parts in between that were coded and taken back.
func TestEncoder(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	var e cabac.Encoder
	var d cabac.Decoder
	for n := range 400 {
		list := randomBins(r, 1+r.IntN(500))
		e.Contexts.Init(n%4, n%52)
		d.Contexts.Init(n%4, n%52)
		e.Reset([]byte{0x42})
		for rest := list; len(rest) > 0; {
			var m cabac.Mark
			e.Save(&m)
			code(&e, randomBins(r, r.IntN(60)))
			e.Rewind(&m)
			k := min(1+r.IntN(100), len(rest))
			code(&e, rest[:k])
			rest = rest[k:]
		}
		bits := e.Len()
		e.Reserve(16)
		e.Terminate(true)
		data := e.Finish()
		require.InDelta(t, 8*len(data), bits, 24)
		require.NotZero(t, data[len(data)-1], "the stop bit")
		require.EqualValues(t, 0x42, data[0])
		d.Reset(data, 1)
		for _, b := range list {
			switch b.ctx {
			case bypass:
				require.Equal(t, b.v, d.Bypass())
			case proceed:
				require.False(t, d.Terminate())
			case rawSamples:
				require.True(t, d.Terminate())
				require.Equal(t, []byte{1, 0xff, 3}, d.Raw(3))
			default:
				require.Equal(t, b.v, d.Bin(b.ctx))
			}
		}
		require.True(t, d.Terminate())
		require.False(t, d.Overrun())
		require.Equal(t, d.Contexts, e.Contexts)
	}
}
