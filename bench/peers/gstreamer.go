package peers

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"

	"github.com/callrec/callrec/bench/inputs"
	"github.com/callrec/callrec/bench/measure"
)

// GStreamer is a pipeline around its compositor, run by gst-launch-1.0.
type GStreamer struct{}

const gstLaunch = "gst-launch-1.0"

// elements are the parts that the pipelines need, with the Debian package of each.
func elements() [][2]string {
	return [][2]string{
		{"compositor", "gstreamer1.0-plugins-base"},
		{"opusdec", "gstreamer1.0-plugins-base"},
		{"audiomixer", "gstreamer1.0-plugins-base"},
		{"matroskademux", "gstreamer1.0-plugins-good"},
		{"vp8dec", "gstreamer1.0-plugins-good"},
		{"y4menc", "gstreamer1.0-plugins-good"},
		{"mp4mux", "gstreamer1.0-plugins-good"},
		{"voaacenc", "gstreamer1.0-plugins-bad"},
		{"x264enc", "gstreamer1.0-plugins-ugly"},
		{"avdec_h264", "gstreamer1.0-libav"},
	}
}

// Name implements Peer.
func (GStreamer) Name() string { return "gstreamer" }

// Version implements Peer.
func (GStreamer) Version(ctx context.Context) (string, error) {
	if _, err := exec.LookPath(gstLaunch); err != nil {
		return "", fmt.Errorf("%w: GStreamer (Debian and Ubuntu: apt-get install gstreamer1.0-tools gstreamer1.0-plugins-base "+
			"gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav)", ErrMissing)
	}
	for _, e := range elements() {
		if exec.CommandContext(ctx, "gst-inspect-1.0", "--exists", e[0]).Run() != nil {
			return "", fmt.Errorf("%w: GStreamer's %s (Debian and Ubuntu: apt-get install %s)", ErrMissing, e[0], e[1])
		}
	}
	return version(ctx, 1, gstLaunch, "--version")
}

// Record implements Peer.
func (g GStreamer) Record(j Job) measure.Command {
	threads := 0
	if j.OneThread {
		threads = 1
	}
	args := append(g.picture(j), "!", "x264enc", "speed-preset="+j.Preset, "pass=qual",
		fmt.Sprintf("quantizer=%d", int(j.RateFactor)), fmt.Sprintf("option-string=crf=%.2f", j.RateFactor),
		"key-int-max="+strconv.Itoa(keyframeInterval), "threads="+strconv.Itoa(threads), "!", "h264parse", "!",
		"mp4mux", "name=m", "fragment-duration=2000", "!", "filesink", "location="+j.Out)
	args = append(args, "audiomixer", "name=a", "!", "audio/x-raw,rate=16000,channels=1", "!",
		"voaacenc", "bitrate="+audioBitrate, "!", "aacparse", "!", "m.")
	for i, file := range j.Call.Media {
		args = append(args, g.source(j, i, file)...)
		// The sound waits in a queue without bounds: libx264 keeps so many pictures back that a bounded one, full,
		// would stop the demultiplexer before the muxer has its first picture.
		args = append(args, fmt.Sprintf("d%d.audio_0", i), "!", "queue", "max-size-time=0", "max-size-buffers=0", "max-size-bytes=0", "!",
			"opusdec", "!", "audioconvert", "!", "audioresample", "!", "audio/x-raw,rate=16000,channels=1", "!", "a.")
	}
	return g.command(j, args)
}

// Compose implements Peer.
func (g GStreamer) Compose(j Job) measure.Command {
	sink := []string{"filesink", "location=" + j.Out}
	if j.Out == "-" {
		sink = []string{"fdsink", "fd=1"}
	}
	args := g.picture(j)
	if j.Seconds > 0 {
		args = append(args, "!", "identity", fmt.Sprintf("eos-after=%d", j.Seconds*frameRate+1))
	}
	args = append(append(args, "!", "y4menc", "!"), sink...)
	for i, file := range j.Call.Media {
		args = append(args, g.source(j, i, file)...)
	}
	return g.command(j, args)
}

func (GStreamer) command(j Job, pipeline []string) measure.Command {
	c := measure.Command{Name: gstLaunch, Args: append([]string{"-q"}, pipeline...)}
	if j.OneThread {
		c.Processors = 1
	}
	return c
}

// picture is the pipeline up to the canvas.
func (GStreamer) picture(j Job) []string {
	args := []string{"compositor", "name=c", "background=black"}
	if j.OneThread {
		args = append(args, "max-threads=1")
	}
	for i, r := range j.Tiles {
		size := r.Size()
		args = append(args,
			fmt.Sprintf("sink_%d::xpos=%d", i, r.Min.X), fmt.Sprintf("sink_%d::ypos=%d", i, r.Min.Y),
			fmt.Sprintf("sink_%d::width=%d", i, size.X), fmt.Sprintf("sink_%d::height=%d", i, size.Y))
	}
	return append(args, "!", fmt.Sprintf("video/x-raw,format=I420,width=%d,height=%d,framerate=%d/1", j.Canvas.X, j.Canvas.Y, frameRate))
}

// source is the pipeline of one participant's camera, and the demultiplexer d0, d1, … of their file.
func (GStreamer) source(j Job, i int, file string) []string {
	decoder := []string{"vp8dec"}
	if j.OneThread {
		decoder = append(decoder, "threads=1")
	}
	if j.Call.Spec.Codec == inputs.H264 {
		decoder = []string{"h264parse", "!", "avdec_h264"}
		if j.OneThread {
			decoder = append(decoder, "max-threads=1")
		}
	}
	args := []string{"filesrc", "location=" + file, "!", "matroskademux", fmt.Sprintf("name=d%d", i), fmt.Sprintf("d%d.video_0", i), "!", "queue", "!"}
	args = append(args, decoder...)
	return append(args, strings.Fields(fmt.Sprintf("! videorate ! video/x-raw,framerate=%d/1 ! c.sink_%d", frameRate, i))...)
}
