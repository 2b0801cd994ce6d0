// Package inputs makes the calls that the benchmarks record: from the committed captures and a generator with a seed, so
// that everybody gets the same. Cameras are the captures' pictures, mirrored, cropped, shifted in time and with the noise
// of a camera, encoded by ffmpeg's libvpx or libx264 with the settings of a browser; voices are the captures' speech, in
// turns. What is made is kept in a cache folder.
//
// A call comes in two forms with the same access units: as a capture (RTP and RTCP), which the recorder takes, and as one
// Matroska file for each participant, which other programs take.
package inputs

import (
	"errors"
	"fmt"
	"time"
)

// ErrSpec is wrapped by the errors of a call that can't be made.
var ErrSpec = errors.New("inputs: bad call")

// Codecs of the cameras, by their RTP encoding names.
const (
	VP8  = "VP8"
	H264 = "H264"
)

const (
	// CameraRate is the number of pictures per second that a camera gives.
	CameraRate = 30
	// MaxParticipants bounds a call.
	MaxParticipants = 49
	maxLength       = 10 * time.Minute
	version         = 4 // of the generator: a change of what it makes needs another one
)

// Spec describes a call in which everybody stays from beginning to end.
type Spec struct {
	Participants  int // 1 to MaxParticipants
	Width, Height int // of the cameras in luma samples, even, up to 1920 by 1080
	Codec         string
	Layers        bool          // VP8 in three temporal layers, as to a conference server
	Length        time.Duration // whole seconds up to ten minutes
	Seed          uint64
}

// Name is short, the same for equal calls and different for others.
func (s Spec) Name() string { return fmt.Sprintf("%d-%s", s.Participants, s.cameraName()) }

func (s Spec) cameraName() string {
	layers := ""
	if s.Layers {
		layers = "-layers"
	}
	return fmt.Sprintf("%s-%dx%d%s-%ds-seed%d-v%d", s.Codec, s.Width, s.Height, layers, int(s.Length.Seconds()), s.Seed, version)
}

func (s Spec) check() error {
	switch {
	case s.Participants < 1 || s.Participants > MaxParticipants:
		return fmt.Errorf("%w: %d participants, want 1 to %d", ErrSpec, s.Participants, MaxParticipants)
	case s.Width < 32 || s.Width > 1920 || s.Height < 32 || s.Height > 1080 || s.Width%2 != 0 || s.Height%2 != 0:
		return fmt.Errorf("%w: cameras of %dx%d", ErrSpec, s.Width, s.Height)
	case s.Codec != VP8 && s.Codec != H264:
		return fmt.Errorf("%w: codec %q", ErrSpec, s.Codec)
	case s.Layers && s.Codec != VP8:
		return fmt.Errorf("%w: temporal layers are made for VP8 only", ErrSpec)
	case s.Length < time.Second || s.Length > maxLength || s.Length%time.Second != 0:
		return fmt.Errorf("%w: length %v, want whole seconds up to %v", ErrSpec, s.Length, maxLength)
	}
	return nil
}

// frames is the number of pictures that each camera gives.
func (s Spec) frames() int { return int(s.Length/time.Second) * CameraRate }

// kbits is the bit rate of a camera as a browser would settle on: 0.7 Mbit/s at 640x360, growing a little slower than the
// number of samples.
func (s Spec) kbits() int {
	k := 700
	for area := s.Width * s.Height; area > 640*360*3/2; area /= 4 {
		k = k * 5 / 2
	}
	for area := s.Width * s.Height; area < 640*360*2/3; area *= 4 {
		k = k * 2 / 5
	}
	return k
}
