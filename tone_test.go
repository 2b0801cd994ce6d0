package callrec_test

import (
	"math"
	"time"

	"github.com/callrec/callrec"
)

func sampleCount(d time.Duration) int { return int(d * callrec.SampleRate / time.Second) }

// tone is the level of a sine of a frequency in a stretch of sound, in dB of full scale, by Goertzel's algorithm with a
// Hann window.
func tone(pcm []int16, from, length time.Duration, frequency float64) float64 {
	x := pcm[sampleCount(from):sampleCount(from+length)]
	var re, im, weight float64
	for i, s := range x {
		w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(len(x)))
		phase := 2 * math.Pi * frequency * float64(i) / callrec.SampleRate
		re += w * float64(s) * math.Cos(phase)
		im += w * float64(s) * math.Sin(phase)
		weight += w
	}
	// ffmpeg's sine, by which the pilots were made, is at -18 dBFS before its gain: levels are of the peak
	return 20 * math.Log10(2*math.Hypot(re, im)/weight/32768+1e-9)
}
