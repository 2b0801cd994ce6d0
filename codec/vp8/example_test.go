package vp8_test

import (
	"encoding/binary"
	"fmt"
	"log"
	"os"

	"github.com/callrec/callrec/codec/vp8"
)

func ExampleDecoder_Decode() {
	d, err := vp8.NewDecoder(vp8.DecoderConfig{MaxWidth: 1920, MaxHeight: 1080})
	if err != nil {
		log.Fatal(err)
	}
	file, err := os.ReadFile("testdata/webrtc-640x360.ivf")
	if err != nil {
		log.Fatal(err)
	}
	for file = file[32:]; len(file) > 12; { // IVF: each frame follows 12 bytes of size and time
		size := binary.LittleEndian.Uint32(file)
		pts := int64(binary.LittleEndian.Uint64(file[4:]))
		pics, err := d.Decode(file[12:12+size], pts)
		if err != nil {
			log.Fatal(err)
		}
		for _, pic := range pics {
			if pic.PTS%8 == 0 {
				fmt.Println(pic.PTS, pic.Image.Rect.Size(), "luma at the center:", pic.Image.YCbCrAt(320, 180).Y)
			}
		}
		file = file[12+size:]
	}
	// Output:
	// 0 (640,360) luma at the center: 139
	// 8 (640,360) luma at the center: 139
	// 16 (640,360) luma at the center: 139
	// 24 (640,360) luma at the center: 138
}

func ExampleParseHeader() {
	file, err := os.ReadFile("testdata/webrtc-640x360.ivf")
	if err != nil {
		log.Fatal(err)
	}
	size := binary.LittleEndian.Uint32(file[32:])
	h, err := vp8.ParseHeader(file[44 : 44+size])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(h.Keyframe, h.Width, h.Height)
	// Output: true 640 360
}
