//go:build amd64 && !purego

package transform

import "github.com/callrec/callrec/codec/h264/internal/params"

// scanOf8 is the scan position of each raster index.
var scanOf8 = buildScanOf8()

func buildScanOf8() (scan [64]uint8) {
	for k, i := range params.ZigZag8 {
		scan[i] = uint8(k)
	}
	return scan
}
