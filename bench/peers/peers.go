// Package peers makes the command lines with which other programs do what a recording does: ffmpeg and GStreamer.
//
// Both get the participants' streams as Matroska files and do the least that gives the same recording: pictures are
// brought to 8 per second before they are scaled to the same tiles at the same places, encoded by libx264 at a constant
// rate factor with a keyframe every four seconds at most; sound becomes AAC at 16 kHz in one channel. Unlike callrec they
// write no names on the tiles and have no clocks to follow.
package peers

import (
	"context"
	"errors"
	"image"
	"os/exec"
	"strings"

	"github.com/callrec/callrec/bench/inputs"
	"github.com/callrec/callrec/bench/measure"
)

// ErrMissing is wrapped by the errors of a program that is not installed.
var ErrMissing = errors.New("peers: not installed")

// The format of a recording.
const (
	frameRate        = 8
	keyframeInterval = 4 * frameRate
	audioBitrate     = "48000"
)

// Job is a recording that a peer is to make.
type Job struct {
	Call   *inputs.Call
	Canvas image.Point
	Tiles  []image.Rectangle // one for each participant, in order, of the pictures' shape
	Encoding
	Seconds int    // of the call; 0 means all
	Out     string // MP4 file, overwritten
}

// Encoding says how libx264 encodes.
type Encoding struct {
	Preset     string  // such as superfast
	RateFactor float64 // crf
	OneThread  bool    // instead of what the program does by default
}

// Peer is a program that can do a recording's work.
type Peer interface {
	// Name is short and in lower case.
	Name() string
	// Version is what the program calls itself. Its errors wrap ErrMissing and say how the program is installed.
	Version(ctx context.Context) (string, error)
	// Record is the command that makes a recording.
	Record(j Job) measure.Command
	// Compose is the command that writes what Record would encode as YUV4MPEG2, to the file j.Out or, if that is "-",
	// to its standard output.
	Compose(j Job) measure.Command
}

// All returns all peers.
func All() []Peer { return []Peer{FFmpeg{}, GStreamer{}} }

// version runs a command and returns the line of its output with the number n.
func version(ctx context.Context, n int, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return "", err
	}
	lines := strings.Split(string(out), "\n")
	return strings.TrimSpace(lines[min(n, len(lines)-1)]), nil
}
