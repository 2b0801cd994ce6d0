package decode

import "github.com/callrec/callrec/codec/h264/internal/cavlc"

// The codes of coeff_token have at most three bits behind their first one bit, so tokenTable is indexed by class of nC,
// number of leading zeros and those three bits. An entry holds length<<8 | total_coeff<<2 | trailing ones; 0 is no code.
var tokenTable = buildTokens()

// token makes an entry.
func token(length uint8, total, ones int) uint16 {
	return uint16(length)<<8 | uint16(total)<<2 | uint16(ones)
}

func buildTokens() (t [3][16 * 8]uint16) {
	for class := range t {
		for ones := range 4 {
			for total := ones; total <= 16; total++ {
				length := cavlc.CoeffTokenLen[class][ones][total]
				if length != 0 {
					spread(t[class][:], length, cavlc.CoeffTokenBits[class][ones][total], token(length, total, ones))
				}
			}
		}
	}
	return t
}

// spread enters a code of the given length into a table by leading zeros and the next three bits.
func spread(t []uint16, length, bits uint8, entry uint16) {
	behind := 0 // bits behind the first one
	for bits>>(behind+1) != 0 {
		behind++
	}
	zeros := int(length) - behind - 1
	first := int(bits) << (3 - behind) & 7
	for i := range 1 << (3 - behind) {
		t[zeros*8+first+i] = entry
	}
}

// chromaTokenTable is coeff_token of chroma DC blocks by the next 8 bits.
var chromaTokenTable = buildChromaTokens()

func buildChromaTokens() (t [256]uint16) {
	for ones := range 4 {
		for total := ones; total <= 4; total++ {
			if n := cavlc.ChromaDCTokenLen[ones][total]; n != 0 {
				enter(t[:], 8, n, cavlc.ChromaDCTokenBits[ones][total], token(n, total, ones))
			}
		}
	}
	return t
}

// enter sets all entries of a table indexed by the next width bits that begin with a code.
func enter[T uint8 | uint16](t []T, width int, length, bits uint8, entry T) {
	free := width - int(length)
	for i := range 1 << free {
		t[int(bits)<<free|i] = entry
	}
}

// zerosTable is total_zeros by total_coeff-1 and the next 9 bits, chromaZerosTable that of chroma DC by the next 3 bits,
// runTable is run_before by min(zeros left, 7)-1 and the next 3 bits; longer codes of the last row count leading zeros.
// Entries hold value<<4 | length; 0 is no code.
var (
	zerosTable       = buildZeros()
	chromaZerosTable = buildChromaZeros()
	runTable         = buildRuns()
)

func buildZeros() (t [15][512]uint8) {
	for i := range t {
		for v := range 16 - i {
			n := cavlc.TotalZerosLen[i][v]
			enter(t[i][:], 9, n, cavlc.TotalZerosBits[i][v], uint8(v)<<4|n)
		}
	}
	return t
}

func buildChromaZeros() (t [3][8]uint8) {
	for i := range t {
		for v := range 4 - i {
			n := cavlc.ChromaDCZerosLen[i][v]
			enter(t[i][:], 3, n, cavlc.ChromaDCZerosBits[i][v], uint8(v)<<4|n)
		}
	}
	return t
}

func buildRuns() (t [7][8]uint8) {
	for i := range t {
		for v := range min(i+2, 7) {
			n := cavlc.RunBeforeLen[i][v]
			enter(t[i][:], 3, n, cavlc.RunBeforeBits[i][v], uint8(v)<<4|n)
		}
	}
	return t
}

// cbpIntraTable and cbpInterTable are coded_block_pattern by codeNum (table 9-4).
var (
	cbpIntraTable = invert(cavlc.CBPIntra)
	cbpInterTable = invert(cavlc.CBPInter)
)

func invert(codes [48]uint8) (t [48]uint8) {
	for cbp, code := range codes {
		t[code] = uint8(cbp)
	}
	return t
}

// The same for monochrome pictures.
var (
	cbpIntraGrayTable = [16]uint8{15, 0, 7, 11, 13, 14, 3, 5, 10, 12, 1, 2, 4, 8, 6, 9}
	cbpInterGrayTable = [16]uint8{0, 1, 2, 4, 8, 3, 5, 10, 12, 15, 7, 11, 13, 14, 6, 9}
)
