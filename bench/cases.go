package main

import (
	"fmt"

	"github.com/callrec/callrec/bench/inputs"
	"github.com/callrec/callrec/bench/peers"
)

// wholeCase is a call to record, and whom to compare with.
type wholeCase struct {
	name       string
	spec       inputs.Spec
	contenders []contender
	few        bool // belongs to the short runs
}

// contender is a peer with settings.
type contender struct {
	peer     string
	encoding peers.Encoding
}

func (c contender) name() string {
	threads := "default threads"
	if c.encoding.OneThread {
		threads = "one thread"
	}
	return fmt.Sprintf("%s, %s, %s", c.peer, c.encoding.Preset, threads)
}

const (
	superfast = "superfast"
	veryfast  = "veryfast"
	seed      = 1
)

// standard is the comparison that every case has.
func standard() []contender {
	return []contender{{"ffmpeg", peers.Encoding{Preset: superfast, OneThread: true}}}
}

// withGStreamer adds GStreamer to the standard.
func withGStreamer() []contender {
	return append(standard(), contender{"gstreamer", peers.Encoding{Preset: superfast, OneThread: true}})
}

// everybody is all that can be compared with.
func everybody() []contender {
	return append(withGStreamer(),
		contender{"ffmpeg", peers.Encoding{Preset: superfast}},
		contender{"ffmpeg", peers.Encoding{Preset: veryfast, OneThread: true}},
		contender{"ffmpeg", peers.Encoding{Preset: veryfast}},
		contender{"gstreamer", peers.Encoding{Preset: superfast}},
	)
}

// smokeCase is the one case of the shortest runs.
const smokeCase = "whole/vp8-360p-1"

// wholeCases are the calls that are recorded whole. The first is the one that matters most.
func (s *suite) wholeCases() []wholeCase {
	call := func(codec string, n, width, height int) inputs.Spec {
		return inputs.Spec{Participants: s.people(n), Width: width, Height: height, Codec: codec, Length: s.duration, Seed: seed}
	}
	most := everybody()
	if s.few {
		most = withGStreamer()
	}
	layered := call(inputs.VP8, 9, 640, 360)
	layered.Layers = true
	return []wholeCase{
		{"whole/vp8-360p-9", call(inputs.VP8, 9, 640, 360), most, true},
		{smokeCase, call(inputs.VP8, 1, 640, 360), standard(), true},
		{"whole/vp8-360p-4", call(inputs.VP8, 4, 640, 360), standard(), false},
		{"whole/vp8-360p-16", call(inputs.VP8, 16, 640, 360), standard(), false},
		{"whole/vp8-180p-9", call(inputs.VP8, 9, 320, 180), standard(), false},
		{"whole/vp8-720p-9", call(inputs.VP8, 9, 1280, 720), withGStreamer(), false},
		{"whole/h264-360p-9", call(inputs.H264, 9, 640, 360), withGStreamer(), false},
		{"whole/layers-360p-9", layered, standard(), false},
	}
}

// title says what a call is like.
func title(s inputs.Spec) string {
	codec := s.Codec
	if s.Codec == inputs.H264 {
		codec = "H.264"
	}
	if s.Layers {
		codec += " in three temporal layers"
	}
	who := "participants"
	if s.Participants == 1 {
		who = "participant"
	}
	return fmt.Sprintf("%d %s, %s %dx%d", s.Participants, who, codec, s.Width, s.Height)
}
