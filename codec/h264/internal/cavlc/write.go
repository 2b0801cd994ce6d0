package cavlc

import (
	"slices"

	"github.com/callrec/callrec/codec/h264/internal/bits"
)

// MaxLevel is the largest magnitude of a coefficient level that level_prefix 15, the largest of the Baseline profile,
// can carry with any suffix length (clause 9.2.2.1): an escaped levelCode reaches 30+4095, two per magnitude.
const MaxLevel = 2063

// ChromaDC is the nC of a chroma DC block.
const ChromaDC = -1

// WriteBlock appends residual_block_cavlc (clause 7.3.5.3.2) for the levels in scan order: 16 of them, 15 for AC blocks,
// 4 for chroma DC. total is how many of them are not zero; their magnitudes are at most MaxLevel.
func WriteBlock(w *bits.Writer, levels []int16, total, nC int) {
	if total == 0 {
		writeToken(w, 0, 0, nC)
		return
	}
	// Collect levels and the zeros before each, from the highest frequency down.
	var level [16]int32
	var run [16]uint8
	n, zeros, totalZeros := 0, 0, 0
	for i, l := range slices.Backward(levels) {
		if l != 0 {
			if n > 0 {
				run[(n-1)&15] = uint8(zeros)
				totalZeros += zeros
			}
			level[n&15] = int32(l)
			n++
			zeros = 0
			if n == total {
				totalZeros += i
				break
			}
			continue
		}
		zeros++
	}
	ones := 0
	signs := uint32(0)
	for ones < total && ones < 3 && (level[ones] == 1 || level[ones] == -1) {
		signs = signs<<1 | uint32(level[ones])>>31
		ones++
	}
	writeToken(w, ones, total, nC)
	if ones > 0 {
		w.Put(signs, uint(ones))
	}
	writeLevels(w, level[:total], ones)
	if total == len(levels) {
		return
	}
	if nC == ChromaDC {
		w.Put(uint32(ChromaDCZerosBits[total-1][totalZeros]), uint(ChromaDCZerosLen[total-1][totalZeros]))
	} else {
		w.Put(uint32(TotalZerosBits[total-1][totalZeros]), uint(TotalZerosLen[total-1][totalZeros]))
	}
	for i := 0; i < total-1 && totalZeros > 0; i++ {
		row := min(totalZeros, 7) - 1
		w.Put(uint32(RunBeforeBits[row][run[i]]), uint(RunBeforeLen[row][run[i]]))
		totalZeros -= int(run[i])
	}
}

func writeToken(w *bits.Writer, ones, total, nC int) {
	switch {
	case nC == ChromaDC:
		w.Put(uint32(ChromaDCTokenBits[ones][total]), uint(ChromaDCTokenLen[ones][total]))
	case nC >= 8:
		code := uint32(3) // no coefficients
		if total > 0 {
			code = uint32(total-1)<<2 | uint32(ones)
		}
		w.Put(code, 6)
	default:
		class := min(nC>>1, 2)
		w.Put(uint32(CoeffTokenBits[class][ones][total]), uint(CoeffTokenLen[class][ones][total]))
	}
}

// writeLevels writes the levels after the trailing ones: the inverse of clause 9.2.2.1.
func writeLevels(w *bits.Writer, level []int32, ones int) {
	suffixLen := uint(0)
	if len(level) > 10 && ones < 3 {
		suffixLen = 1
	}
	for i := ones; i < len(level); i++ {
		l := level[i]
		code, mag := uint32(2*l-2), l
		if l < 0 {
			code, mag = uint32(-2*l-1), -l
		}
		if i == ones && ones < 3 {
			code -= 2 // a magnitude of one would have been a trailing one
		}
		switch {
		case suffixLen == 0 && code < 14:
			w.Put(1, uint(code)+1)
		case suffixLen == 0 && code < 30:
			w.Put(1<<4|(code-14), 19)
		case suffixLen == 0:
			w.Put(1<<12|(code-30), 28)
		case code < 15<<suffixLen:
			w.Put(1<<suffixLen|code&(1<<suffixLen-1), uint(code>>suffixLen)+1+suffixLen)
		default:
			w.Put(1<<12|(code-15<<suffixLen), 28)
		}
		if suffixLen == 0 {
			suffixLen = 1
		}
		if mag > 3<<(suffixLen-1) && suffixLen < 6 {
			suffixLen++
		}
	}
}
