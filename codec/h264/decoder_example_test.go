package h264_test

import (
	"fmt"
	"os"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

func ExampleDecoder() {
	stream, err := os.ReadFile("testdata/decoder/high-82x50.264")
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := h264.NewDecoder(h264.DecoderConfig{MaxWidth: 1920, MaxHeight: 1088})
	if err != nil {
		fmt.Println(err)
		return
	}
	show := func(pics []codec.Picture) {
		for _, p := range pics {
			fmt.Print(p.PTS, " ", p.Image.Rect.Size(), " ")
		}
	}
	pts := int64(0)
	for au := range h264.AccessUnits(stream) {
		pics, err := d.Decode(au, pts)
		if err != nil {
			fmt.Println(err)
		}
		show(pics)
		pts += 3000
	}
	show(d.Flush())
	// Output:
	// 0 (82,50) 9000 (82,50) 6000 (82,50) 12000 (82,50) 3000 (82,50) 21000 (82,50) 18000 (82,50) 24000 (82,50) 15000 (82,50) 27000 (82,50)
}
