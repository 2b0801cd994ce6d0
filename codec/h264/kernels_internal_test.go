package h264

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/transform"
)

// TestQuantizer wants each level to be the coefficient over the step, rounded as told, and the step to be the decoder's:
// a scaled coefficient stands for 16, 25 or 20 64ths of itself before scaling, by kind of position.
func TestQuantizer(t *testing.T) {
	norm := [3]int{16, 25, 20}
	r := rand.New(rand.NewPCG(5, 5))
	for qp := range 52 {
		q := &quantizers[qp]
		for range 200 {
			var c [16]int32
			var levels [16]int16
			for i := range c {
				c[i] = int32(r.IntN(1<<(2+r.IntN(13)))) * int32(1-2*r.IntN(2))
			}
			before := c
			marks := transform.Quantize(&levels, &c, &q.intra4)
			set := uint32(0)
			for k, i := range transform.ZigZag {
				l := int(levels[k])
				require.Equal(t, int32(l)*transform.Scale[qp][i], c[i])
				if l != 0 {
					set |= 1 << k
				}
				if l == 2063 || l == -2063 {
					continue
				}
				// |coefficient - level*step| is at most two thirds of a step, plus the reciprocal's error.
				step := float64(int(transform.Scale[qp][i])*norm[transform.PositionKind(int(i))]) / 64
				off := (float64(before[i]) - float64(l)*step) / step
				require.InDelta(t, 0, off, 0.67+0.002*float64(max(l, -l)), "QP %d position %d: %d", qp, i, before[i])
			}
			require.Equal(t, set, marks.Set())
		}
	}
}

// TestZeroSAD wants no inter level where the shortcut assumes none.
func TestZeroSAD(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 5))
	var zero [16]byte
	for qp := range 52 {
		q := &quantizers[qp]
		for n := range 300 {
			var d [16]byte
			for left := q.zeroSAD; left > 0; {
				v := min(left, 1+r.IntN(1+q.zeroSAD/(1+n%4)))
				i := r.IntN(16)
				if int(d[i])+v > 255 {
					break
				}
				d[i] += byte(v)
				left -= v
			}
			var c [16]int32
			var levels [16]int16
			transform.Forward(&c, d[:], 4, zero[:], 4)
			require.Zero(t, transform.Quantize(&levels, &c, &q.inter4), "QP %d: %v", qp, d)
		}
	}
}

func TestQPDelta(t *testing.T) {
	for from := range 52 {
		for to := range 52 {
			d := qpDelta(to - from)
			require.GreaterOrEqual(t, d, -26)
			require.LessOrEqual(t, d, 25)
			require.Equal(t, to, (from+d+52)%52) // clause 7.4.5
		}
	}
}

// worthByHand walks through the levels of a block that are not zero.
func worthByHand(m transform.Marks, from int) (score int) {
	zeros := 0
	for k := from; k < 16; k++ {
		switch {
		case m.Set()>>k&1 == 0:
			zeros++
			continue
		case m.Large()>>k&1 != 0:
			return worthMost
		case zeros == 0:
			score += 3
		case zeros <= 2:
			score += 2
		case zeros <= 5:
			score++
		}
		zeros = 0
	}
	return score
}

func TestWorth(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 6))
	for n := range 20000 {
		var marks [4]transform.Marks
		want, from := 0, n&1
		for i := range marks {
			set := uint32(r.IntN(1<<16)>>from<<from) & r.Uint32() & r.Uint32()
			if r.IntN(8) == 0 {
				set |= set & r.Uint32() << 16
			}
			marks[i] = transform.Marks(set)
			want += worthByHand(marks[i], from)
		}
		got := worth(marks[0], marks[1], marks[2], marks[3], from)
		if large := marks[0] | marks[1] | marks[2] | marks[3]; large.Large() == 0 {
			require.Equal(t, want, got)
		} else {
			require.Equal(t, worthMost, got)
		}
	}
}

func TestWorth8(t *testing.T) {
	require.Equal(t, 0, worth8(transform.Marks8{}))
	require.Equal(t, worthMost, worth8(transform.Marks8{Set: 1, Large: 1}))
	for zeros, want := range map[int]int{0: 3, 3: 3, 4: 2, 11: 2, 12: 1, 23: 1, 24: 0, 63: 0} {
		require.Equal(t, want, worth8(transform.Marks8{Set: 1 << zeros}), "%d zeros at the start", zeros)
		if zeros < 63 {
			require.Equal(t, 3+want, worth8(transform.Marks8{Set: 1 | 2<<zeros}), "%d zeros in between", zeros)
		}
	}
}
