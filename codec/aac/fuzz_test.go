package aac_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/aac"
)

// Whatever the samples, rate and bit rate: access units stay within their limits and parse to the last bit.
func FuzzEncode(f *testing.F) {
	bytesOf := func(pcm []int16) []byte {
		var out []byte
		for _, s := range pcm {
			out = binary.LittleEndian.AppendUint16(out, uint16(s))
		}
		return out
	}
	f.Add([]byte(nil), uint8(3), uint32(32000))
	f.Add(bytesOf(square(3000, 2)), uint8(0), uint32(112000))
	f.Add(bytesOf(whiteNoise(5000, 32767)), uint8(8), uint32(0))
	f.Add(bytesOf(castanets(6000, 2100, 3000)), uint8(5), uint32(8000))
	f.Add(bytesOf(speechLike(8000, 11)), uint8(3), uint32(0))
	f.Fuzz(func(t *testing.T, data []byte, rateIndex uint8, extra uint32) {
		rate := aac.SampleRates[int(rateIndex)%len(aac.SampleRates)]
		bitrate := 16000 + int(extra%112001)
		e := newEncoder(t, rate, bitrate)
		pcm := make([]int16, min(len(data), 1<<15)/2)
		for i := range pcm {
			pcm[i] = int16(binary.LittleEndian.Uint16(data[2*i:]))
		}
		d := newDecoder(e.Config())
		units := encode(t, e, pcm)
		for i, au := range units {
			require.LessOrEqual(t, len(au), 768)
			_, err := d.parse(au)
			require.NoError(t, err, "access unit %d", i)
		}
		budget := float64(len(units)) * float64(bitrate) * 1024 / float64(rate)
		require.LessOrEqual(t, float64(totalBits(units)), budget+6144)
	})
}
