package h264_test

import (
	"os"
	"testing"
)

// BenchmarkDecode decodes the stream that CALLREC_H264 names, or a small one, over and over; the unit is a frame.
func BenchmarkDecode(b *testing.B) {
	name := os.Getenv("CALLREC_H264")
	if name == "" {
		name = "testdata/decoder/high-82x50.264"
	}
	stream, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	units := accessUnits(stream)
	d := newDecoder(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if _, err := d.Decode(units[n%len(units)], 0); err != nil {
			b.Fatal(err)
		}
		n++
	}
}
