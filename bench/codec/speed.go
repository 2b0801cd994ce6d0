package main

import (
	"errors"

	"github.com/callrec/callrec/codec/h264"
)

// speed is a flag of the H.264 encoder's speed.
type speed h264.Speed

func (s *speed) String() string {
	switch h264.Speed(*s) {
	case h264.SpeedFast:
		return "fast"
	case h264.SpeedBest:
		return "best"
	default:
		return "live"
	}
}

// Set is for the flag package.
func (s *speed) Set(name string) error {
	for _, v := range []h264.Speed{h264.SpeedLive, h264.SpeedFast, h264.SpeedBest} {
		if *s = speed(v); s.String() == name {
			return nil
		}
	}
	*s = speed(h264.SpeedLive)
	return errors.New("want live, fast or best")
}
