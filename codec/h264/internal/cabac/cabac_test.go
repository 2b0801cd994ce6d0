package cabac_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/cabac"
)

// encoder is the arithmetic encoder of clause 9.3.4.2 for bins of equal probabilities and terminating ones, and for
// contexts that the decoder under test keeps: an encoder needs the same states, so the test mirrors them.
type encoder struct {
	low, rng    uint32
	outstanding int
	first       bool
	bits        []byte
}

func newEncoder() *encoder { return &encoder{rng: 510, first: true} }

func (e *encoder) put(b byte) {
	if e.first {
		e.first = false
	} else {
		e.bits = append(e.bits, b)
	}
	for ; e.outstanding > 0; e.outstanding-- {
		e.bits = append(e.bits, 1-b)
	}
}

func (e *encoder) renorm() {
	for e.rng < 256 {
		e.shift()
		e.rng <<= 1
	}
}

func (e *encoder) shift() {
	switch {
	case e.low < 256:
		e.put(0)
	case e.low >= 512:
		e.low -= 512
		e.put(1)
	default:
		e.low -= 256
		e.outstanding++
	}
	e.low <<= 1
}

func (e *encoder) bypass(bin int) {
	e.low <<= 1
	if bin != 0 {
		e.low += e.rng
	}
	switch {
	case e.low >= 1024:
		e.put(1)
		e.low -= 1024
	case e.low < 512:
		e.put(0)
	default:
		e.low -= 512
		e.outstanding++
	}
}

func (e *encoder) terminate(end bool) {
	e.rng -= 2
	if !end {
		e.renorm()
		return
	}
	e.low += e.rng
	e.rng = 2
	e.renorm()
	e.put(byte(e.low >> 9 & 1))
	e.bits = append(e.bits, byte(e.low>>8&1), 1)
}

func (e *encoder) bytes() []byte {
	out := make([]byte, (len(e.bits)+7)/8)
	for i, b := range e.bits {
		out[i/8] |= b << (7 - i%8)
	}
	return out
}

func TestBypassAndTerminate(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	for range 100 {
		e := newEncoder()
		n := 1 + r.IntN(300)
		want := make([]int, n)
		for i := range want {
			want[i] = r.IntN(2)
			e.bypass(want[i])
			e.terminate(i == n-1)
		}
		data := e.bytes()
		raw := []byte{1, 2, 3, 4}
		var d cabac.Decoder
		d.Reset(append(append([]byte{0xff}, data...), raw...), 1)
		for i := range want {
			require.Equal(t, want[i], d.Bypass())
			require.Equal(t, i == n-1, d.Terminate())
		}
		require.False(t, d.Overrun())
		require.Equal(t, raw, d.Raw(4), "raw samples follow at the next byte")
		require.Nil(t, d.Raw(1))
	}
}

func TestInitContexts(t *testing.T) {
	t.Parallel()
	var d cabac.Decoder
	d.Contexts.Init(0, 26)
	// Table 9-12: m = 20, n = -15 for context 0: 20*26>>4 - 15 = 17, below 64: the less probable symbol is 1.
	require.EqualValues(t, (63-17)<<1, d.Contexts[0])
	// m = 3, n = 74 for context 2: 78, so state 14 with the more probable symbol 1.
	require.EqualValues(t, 14<<1|1, d.Contexts[2])
}

func TestAdaptation(t *testing.T) {
	t.Parallel()
	// An offset of zero is always in the lower part of the range: the more probable symbol, whose state climbs to 62.
	var d cabac.Decoder
	d.Reset(make([]byte, 100), 0)
	d.Contexts[5] = 0<<1 | 1
	for i := range 100 {
		require.Equal(t, 1, d.Bin(5))
		require.EqualValues(t, min(i+1, 62)<<1|1, d.Contexts[5])
	}
}

func TestOverrun(t *testing.T) {
	t.Parallel()
	var d cabac.Decoder
	d.Reset([]byte{0x12, 0x34}, 0)
	for range 7 {
		d.Bypass()
		require.False(t, d.Overrun())
	}
	d.Bypass()
	require.True(t, d.Overrun())
}
