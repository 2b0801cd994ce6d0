package mux_test

import (
	"bytes"
	"fmt"

	"github.com/callrec/callrec/mux"
)

func Example() {
	var file bytes.Buffer
	w, err := mux.NewWriter(&file, mux.Config{
		Timescale: 16000,
		Video: &mux.VideoConfig{
			Width: 1920, Height: 1080, FrameDuration: 2000, // 8 pictures/s
			SPS: []byte{0x67, 0x42, 0xc0, 0x28, 0x95, 0xa0}, PPS: [][]byte{{0x68, 0xce, 0x3c, 0x80}},
		},
		Audio: &mux.AudioConfig{
			Config: []byte{0x14, 0x08}, SampleRate: 16000, Channels: 1, FrameDuration: 1024, PreRoll: 1024,
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	const limit = 4096 // the most that the file may have
	second := mux.Fragment{
		Video: []mux.Sample{{Data: []byte{0, 0, 0, 2, 0x65, 0x88}, Sync: true}},
		Audio: []mux.Sample{{Data: []byte{0x01, 0x40, 0x20}}, {Data: []byte{0x01, 0x40, 0x20}}},
	}
	for w.Written()+w.FragmentSize(1, 2, 12)+w.TrailerSize(1) <= limit {
		if err := w.WriteFragment(second); err != nil {
			fmt.Println(err)
			return
		}
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
		return
	}

	report, err := mux.Probe(bytes.NewReader(file.Bytes()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(file.Len() <= limit, len(report.Fragments), "fragments,", report.Duration, report.Problems)
	for _, t := range report.Tracks {
		fmt.Println(t.Kind, t.Codec, t.Samples, "samples")
	}
	// Output:
	// true 13 fragments, 1.625s []
	// video avc1.42c028 13 samples
	// audio mp4a.40.2 26 samples
}
