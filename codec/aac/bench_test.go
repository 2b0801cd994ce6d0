package aac_test

import (
	"testing"
)

func BenchmarkEncode(b *testing.B) {
	for _, c := range []struct {
		name string
		pcm  []int16
	}{
		{"speech", speechLike(60*1024, 10)},
		{"noise", whiteNoise(60*1024, 8000)},
		{"silence", make([]int16, 60*1024)},
	} {
		b.Run(c.name, func(b *testing.B) {
			e := newEncoder(b, 16000, 48000)
			dst := make([]byte, 0, 768)
			b.ReportAllocs()
			b.SetBytes(2 * 1024)
			frame := 0
			for b.Loop() {
				if _, _, err := e.Encode(dst, c.pcm[frame*1024:(frame+1)*1024]); err != nil {
					b.Fatal(err)
				}
				frame = (frame + 1) % 60
			}
		})
	}
}
