package aac_test

import (
	"fmt"

	"github.com/callrec/callrec/codec/aac"
)

// One second of silence becomes an .aac file.
func Example() {
	encoder, err := aac.NewEncoder(aac.EncoderConfig{SampleRate: 16000, Bitrate: 48000})
	if err != nil {
		fmt.Println(err)
		return
	}
	pcm := make([]int16, 16*encoder.FrameSize())
	var file, au []byte
	for ; len(pcm) > 0; pcm = pcm[encoder.FrameSize():] {
		var ready bool
		au, ready, err = encoder.Encode(au[:0], pcm[:encoder.FrameSize()])
		if err != nil {
			fmt.Println(err)
			return
		}
		if !ready {
			continue
		}
		if file, err = aac.AppendADTS(file, encoder.Config(), au); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("config % x, %d bytes\n", encoder.Config(), len(file))
	// Output: config 14 08, 165 bytes
}
