package aac_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/aac"
)

// A complete prefix code divides the numbers of 20 bits among its codewords without gap or overlap.
func TestCodebooksAreCompletePrefixCodes(t *testing.T) {
	t.Parallel()
	sizes := []int{121, 81, 81, 81, 81, 81, 81, 64, 64, 169, 169, 289}
	for number, size := range sizes {
		codes := aac.Codebook(number)
		require.Len(t, codes, size, "codebook %d", number)
		const width = 20
		slices.SortFunc(codes, func(a, b aac.Code) int {
			return cmp.Compare(a.Bits<<(width-a.Len), b.Bits<<(width-b.Len))
		})
		next := uint32(0)
		for _, c := range codes {
			require.Equal(t, next, c.Bits<<(width-c.Len), "codebook %d, code %x of %d bits", number, c.Bits, c.Len)
			next += 1 << (width - c.Len)
		}
		require.Equal(t, uint32(1<<width), next, "codebook %d", number)
	}
}

// The most likely value of each codebook, all zeros, has the shortest code but in codebooks made for larger values.
func TestCodebookIndexOrder(t *testing.T) {
	t.Parallel()
	for number, zero := range map[int]int{0: 60, 1: 40, 2: 40, 3: 0, 5: 40, 6: 40, 7: 0, 9: 0} {
		codes := aac.Codebook(number)
		for i, c := range codes {
			require.LessOrEqual(t, codes[zero].Len, c.Len, "codebook %d, index %d", number, i)
		}
	}
}

func TestBandTables(t *testing.T) {
	t.Parallel()
	for index := 3; index <= 11; index++ {
		long, short, tns := aac.BandOffsets(index)
		for _, bands := range []struct {
			offsets []int
			end     int
		}{{long, 1024}, {short, 128}} {
			require.Zero(t, bands.offsets[0])
			require.Equal(t, bands.end, bands.offsets[len(bands.offsets)-1])
			for i := range len(bands.offsets) - 1 {
				width := bands.offsets[i+1] - bands.offsets[i]
				require.Positive(t, width)
				require.Zero(t, width%4, "codebooks take four values at a time")
			}
		}
		require.Less(t, tns, len(long))
	}
}
