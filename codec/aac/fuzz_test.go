package aac_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/aac"
)

// Whatever the samples, rate and bit rate: access units stay within their limits and parse to the last bit.
func FuzzEncode(f *testing.F) {
	f.Add([]byte(nil), uint8(3), uint32(32000))
	f.Add([]byte{1, 255, 0, 255, 1, 255, 0, 255}, uint8(0), uint32(112000))
	f.Add([]byte{0, 255, 0, 255, 0, 255, 0, 255}, uint8(8), uint32(0))
	f.Add([]byte{3, 0, 0, 200, 0, 200, 0, 10, 3, 0, 0, 100, 0, 200, 0, 20, 3, 0, 0, 255}, uint8(5), uint32(8000))
	f.Add([]byte{2, 100, 77, 255, 0, 10, 0, 90, 1, 60, 200, 100, 2, 1, 3, 200}, uint8(3), uint32(0))
	f.Fuzz(func(t *testing.T, recipe []byte, rateIndex uint8, extra uint32) {
		rate := aac.SampleRates[int(rateIndex)%len(aac.SampleRates)]
		bitrate := 16000 + int(extra%112001)
		e := newEncoder(t, rate, bitrate)
		d := newDecoder(e.Config())
		units := encode(t, e, cook(recipe))
		for i, au := range units {
			require.LessOrEqual(t, len(au), 768)
			_, err := d.parse(au)
			require.NoError(t, err, "access unit %d", i)
		}
		budget := float64(len(units)) * float64(bitrate) * 1024 / float64(rate)
		require.LessOrEqual(t, float64(totalBits(units)), budget+6144)
	})
}

// cook makes a signal of segments, each of four bytes: its kind, amplitude, period, and length in units of 16 samples.
func cook(recipe []byte) []int16 {
	rng := rand.New(rand.NewPCG(1, 1))
	var pcm []int16
	for ; len(recipe) >= 4 && len(pcm) < 1<<15; recipe = recipe[4:] {
		amplitude, period := int(recipe[1])*32767/255, int(recipe[2])+2
		for i := range int(recipe[3]) * 16 {
			var v int
			switch recipe[0] % 4 {
			case 0:
				v = rng.IntN(2*amplitude+1) - amplitude
			case 1:
				v = amplitude
				if i%period >= period/2 {
					v = -amplitude - 1
				}
			case 2:
				v = amplitude * (2*(i%period) - period) / period
			default: // a constant
				v = amplitude
			}
			pcm = append(pcm, int16(v))
		}
	}
	return pcm
}
