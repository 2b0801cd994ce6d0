package vp8_test

import (
	"testing"

	"github.com/callrec/callrec/codec/vp8"
)

// BenchmarkDecode decodes a stream per operation; bytes are samples.
func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{"webrtc-640x360.ivf", "keyframes-99x75.ivf"} {
		b.Run(name, func(b *testing.B) {
			frames := readIVF(b, testdata(name))
			d := newDecoder(b)
			size := 0
			for _, frame := range frames {
				pics, err := d.Decode(frame, 0)
				if err != nil {
					b.Fatal(err)
				}
				for _, pic := range pics {
					size += len(appendI420(nil, pic.Image))
				}
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for _, frame := range frames {
					if _, err := d.Decode(frame, 0); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(frames)), "ns/frame")
		})
	}
}

func BenchmarkParseHeader(b *testing.B) {
	frame := readIVF(b, testdata("webrtc-640x360.ivf"))[1]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := vp8.ParseHeader(frame); err != nil {
			b.Fatal(err)
		}
	}
}
