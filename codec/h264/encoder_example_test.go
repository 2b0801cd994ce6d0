package h264_test

import (
	"fmt"
	"image"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

func ExampleEncoder() {
	e, err := h264.NewEncoder(h264.EncoderConfig{Width: 640, Height: 360, FrameRate: 8, MaxBitrate: 500_000})
	if err != nil {
		fmt.Println(err)
		return
	}
	sps, pps := e.ParameterSets()
	fmt.Printf("avc1.%X, %d picture parameter sets\n", sps[1:4], len(pps))

	canvas := image.NewYCbCr(image.Rect(0, 0, 640, 360), image.YCbCrSubsampleRatio420)
	var au []byte
	for n := range 3 {
		au, info, err := e.Encode(au[:0], canvas, codec.VideoEncodeOptions{DamageKnown: n > 0})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("keyframe:", info.Keyframe, "a few bytes:", len(au) < 20)
	}
	// Output:
	// avc1.640016, 2 picture parameter sets
	// keyframe: true a few bytes: false
	// keyframe: false a few bytes: true
	// keyframe: false a few bytes: true
}
