package main

import (
	"fmt"
	"slices"

	"github.com/callrec/callrec/codec/h264"
)

// speed is a flag of the H.264 encoder's speed.
type speed h264.Speed

// speedNames are by h264.Speed.
var speedNames = [...]string{h264.SpeedLive: "live", h264.SpeedFast: "fast", h264.SpeedBest: "best"}

func (s *speed) String() string { return speedNames[*s] }

// Set is for the flag package.
func (s *speed) Set(name string) error {
	i := slices.Index(speedNames[:], name)
	if i < 0 {
		return fmt.Errorf("want one of %v", speedNames)
	}
	*s = speed(i)
	return nil
}
