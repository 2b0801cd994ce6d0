package decode

import "github.com/callrec/callrec/codec/h264/internal/params"

// scan4Table and scan8Table are the frame scans.
var (
	scan4Table = params.ZigZag4
	scan8Table = params.ZigZag8
	// chromaDCTable is the order of chroma DC levels.
	chromaDCTable = [4]uint8{0, 1, 2, 3}
)

// interleavedTable holds every fourth position of the 8x8 scan.
var interleavedTable = buildInterleaved()

func buildInterleaved() (t [4][16]uint8) {
	for i := range t {
		for k := range t[i] {
			t[i][k] = params.ZigZag8[4*k+i]
		}
	}
	return t
}
