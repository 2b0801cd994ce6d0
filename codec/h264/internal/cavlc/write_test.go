package cavlc_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/bits"
	"github.com/callrec/callrec/codec/h264/internal/cavlc"
)

// reader takes codes from a string of digits.
type reader struct{ s string }

func (r *reader) bits(n int) (v int) {
	for _, c := range r.s[:n] {
		v = 2*v + int(c-'0')
	}
	r.s = r.s[n:]
	return v
}

// code finds which of the codes, given by length and value, comes next; a length of zero is no code.
func (r *reader) code(t *testing.T, lens, values []uint8) int {
	t.Helper()
	for i, n := range lens {
		if n != 0 && strings.HasPrefix(r.s, fmt.Sprintf("%0*b", int(n), values[i])) {
			r.s = r.s[n:]
			return i
		}
	}
	t.Fatalf("no code at %.20s", r.s)
	return 0
}

// token reads coeff_token.
func (r *reader) token(t *testing.T, nC int) (total, ones int) {
	t.Helper()
	if nC >= 8 {
		v := r.bits(6)
		if v == 3 {
			return 0, 0
		}
		return v>>2 + 1, v & 3
	}
	var lens, values []uint8
	width := 17
	for ones := range 4 {
		if nC == cavlc.ChromaDC {
			width = 5
			lens = append(lens, cavlc.ChromaDCTokenLen[ones][:]...)
			values = append(values, cavlc.ChromaDCTokenBits[ones][:]...)
			continue
		}
		class := min(nC/2, 2)
		lens = append(lens, cavlc.CoeffTokenLen[class][ones][:]...)
		values = append(values, cavlc.CoeffTokenBits[class][ones][:]...)
	}
	i := r.code(t, lens, values)
	return i % width, i / width
}

// levels follows clause 9.2.2.
func (r *reader) levels(total, ones int) (level []int) {
	suffixLength := 0
	if total > 10 && ones < 3 {
		suffixLength = 1
	}
	for i := range total {
		if i < ones {
			level = append(level, 1-2*r.bits(1))
			continue
		}
		prefix := strings.IndexByte(r.s, '1')
		r.bits(prefix + 1)
		code := min(15, prefix) << suffixLength
		size := suffixLength
		switch {
		case prefix == 14 && suffixLength == 0:
			size = 4
		case prefix >= 15:
			size = prefix - 3
		}
		code += r.bits(size)
		if prefix >= 15 && suffixLength == 0 {
			code += 15
		}
		if i == ones && ones < 3 {
			code += 2
		}
		v := (code + 2) >> 1
		if code%2 != 0 {
			v = (-code - 1) >> 1
		}
		level = append(level, v)
		suffixLength = max(suffixLength, 1)
		if max(v, -v) > 3<<(suffixLength-1) && suffixLength < 6 {
			suffixLength++
		}
	}
	return level
}

// block reads residual_block_cavlc (clause 7.3.5.3.2).
func (r *reader) block(t *testing.T, size, nC int) []int16 {
	t.Helper()
	out := make([]int16, size)
	total, ones := r.token(t, nC)
	if total == 0 {
		return out
	}
	level := r.levels(total, ones)
	left := 0
	switch {
	case total == size:
	case nC == cavlc.ChromaDC:
		left = r.code(t, cavlc.ChromaDCZerosLen[total-1][:], cavlc.ChromaDCZerosBits[total-1][:])
	default:
		left = r.code(t, cavlc.TotalZerosLen[total-1][:], cavlc.TotalZerosBits[total-1][:])
	}
	at := total + left - 1
	for i, v := range level {
		out[at] = int16(v)
		run := 0
		if left > 0 && i < total-1 {
			row := min(left, 7) - 1
			run = r.code(t, cavlc.RunBeforeLen[row][:], cavlc.RunBeforeBits[row][:])
		}
		left -= run
		at -= 1 + run
	}
	return out
}

// digits writes a block.
func digits(levels []int16, nC int) string {
	var w bits.Writer
	w.Reserve(256)
	total := 0
	for _, l := range levels {
		if l != 0 {
			total++
		}
	}
	cavlc.WriteBlock(&w, levels, total, nC)
	n := w.Len()
	var s strings.Builder
	for _, b := range w.Finish() {
		fmt.Fprintf(&s, "%08b", b)
	}
	return s.String()[:n]
}

// TestWriteBlock has blocks whose codes were put together by hand from the tables of clause 9.2.
func TestWriteBlock(t *testing.T) {
	for _, c := range []struct {
		levels []int16
		nC     int
		want   string
	}{
		// Five levels, three trailing ones: token 0000100, signs 0 1 1, level 1 (suffixLength 0) 1, level 3
		// (suffixLength 1) 0010, three zeros 111, runs 1 0 0 1 as 10 1 1 01.
		{[]int16{0, 3, 0, 1, -1, -1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}, 0, "0000100" + "011" + "1" + "0010" + "111" + "10" + "1" + "1" + "01"},
		{make([]int16, 16), 0, "1"},
		{make([]int16, 16), 3, "11"},
		{make([]int16, 16), 8, "000011"},
		{make([]int16, 4), cavlc.ChromaDC, "01"},
		{[]int16{-1, 0, 0, 0}, cavlc.ChromaDC, "1" + "1" + "1"},
	} {
		require.Equal(t, c.want, digits(c.levels, c.nC), c.levels)
	}
}

func TestReadsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	for n := range 20000 {
		size, nC := []int{16, 15, 4}[n%3], r.IntN(18)
		if size == 4 {
			nC = cavlc.ChromaDC
		}
		levels := make([]int16, size)
		limit := []int{1, 2, 5, 20, 100, 1000, cavlc.MaxLevel}[r.IntN(7)]
		zeros := r.IntN(8)
		for i := range levels {
			if r.IntN(8) >= zeros {
				levels[i] = int16(r.IntN(2*limit+1) - limit)
			}
			if r.IntN(20) == 0 {
				levels[i] = int16(limit * (1 - 2*r.IntN(2)))
			}
		}
		in := reader{digits(levels, nC)}
		require.Equal(t, levels, in.block(t, size, nC))
		require.Empty(t, in.s)
	}
}
