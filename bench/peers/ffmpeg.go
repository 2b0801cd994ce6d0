package peers

import (
	"context"
	"fmt"
	"image"
	"os/exec"
	"strconv"
	"strings"

	"github.com/callrec/callrec/bench/measure"
)

// FFmpeg is the command-line program of that name.
type FFmpeg struct{}

// Name implements Peer.
func (FFmpeg) Name() string { return "ffmpeg" }

// Version implements Peer.
func (FFmpeg) Version(ctx context.Context) (string, error) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		return "", fmt.Errorf("%w: ffmpeg (Debian and Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg)", ErrMissing)
	}
	line, err := version(ctx, 0, "ffmpeg", "-version")
	name, _, _ := strings.Cut(line, " Copyright")
	return name, err
}

// Record implements Peer.
func (f FFmpeg) Record(j Job) measure.Command {
	args := append(f.sources(j), "-filter_complex", f.Canvas(j, fps)+";"+f.sound(j), "-map", "[v]", "-map", "[a]")
	args = append(args, X264(j.Encoding)...)
	args = append(args, "-c:a", "aac", "-ar", "16000", "-ac", "1", "-b:a", audioBitrate)
	args = append(args, FragmentedMP4()...)
	return measure.Command{Name: "ffmpeg", Args: append(args, j.Out)}
}

// Compose implements Peer.
func (f FFmpeg) Compose(j Job) measure.Command {
	args := append(f.sources(j), "-filter_complex", f.Canvas(j, fps), "-map", "[v]")
	return measure.Command{Name: "ffmpeg", Args: append(args, "-f", "yuv4mpegpipe", j.Out)}
}

// Quiet are the arguments that ffmpeg is always called with.
func Quiet() []string { return []string{"-nostdin", "-v", "error", "-y"} }

// X264 are ffmpeg's arguments for encoding with libx264.
func X264(e Encoding) []string {
	args := []string{
		"-c:v", "libx264", "-preset", e.Preset, "-crf", strconv.FormatFloat(e.RateFactor, 'f', 2, 64),
		"-g", strconv.Itoa(keyframeInterval), "-pix_fmt", "yuv420p",
	}
	if e.OneThread {
		args = append(args, "-threads", "1")
	}
	return args
}

// FragmentedMP4 are ffmpeg's arguments for files like a recording's.
func FragmentedMP4() []string {
	return []string{"-movflags", "frag_keyframe+empty_moov+default_base_moof", "-frag_duration", "2000000", "-f", "mp4"}
}

func (FFmpeg) sources(j Job) []string {
	args := Quiet()
	if j.OneThread {
		args = append(args, "-filter_threads", "1", "-filter_complex_threads", "1")
	}
	for _, file := range j.Call.Media {
		if j.OneThread {
			args = append(args, "-threads", "1")
		}
		if j.Seconds > 0 {
			args = append(args, "-t", strconv.Itoa(j.Seconds))
		}
		args = append(args, "-i", file)
	}
	return args
}

// fps thins pictures out before anything is done to them.
const fps = "fps=8,"

// Canvas is the filter graph from the inputs' pictures to [v]. Each picture goes through the filters of first, which end in
// a comma, before it is scaled.
func (FFmpeg) Canvas(j Job, first string) string {
	n := len(j.Tiles)
	chains, labels, places := make([]string, 0, n), make([]string, 0, n), make([]string, 0, n)
	for i, r := range j.Tiles {
		size := r.Size()
		chains = append(chains, fmt.Sprintf(
			"[%d:v]%sscale=%d:%d:force_original_aspect_ratio=decrease,pad=%d:%d:-1:-1,setsar=1[v%d]",
			i, first, size.X, size.Y, size.X, size.Y, i))
		labels = append(labels, fmt.Sprintf("[v%d]", i))
		places = append(places, fmt.Sprintf("%d_%d", r.Min.X-j.Tiles[0].Min.X, r.Min.Y-j.Tiles[0].Min.Y))
	}
	stack := strings.Join(labels, "")
	if len(labels) > 1 {
		stack += fmt.Sprintf("xstack=inputs=%d:layout=%s:fill=black,", len(labels), strings.Join(places, "|"))
	}
	return strings.Join(chains, ";") + ";" + stack + pad(j.Canvas, j.Tiles[0].Min) + ",format=yuv420p[v]"
}

func pad(canvas, corner image.Point) string {
	return fmt.Sprintf("pad=%d:%d:%d:%d", canvas.X, canvas.Y, corner.X, corner.Y)
}

// sound is the filter graph from the inputs' sound to [a].
func (FFmpeg) sound(j Job) string {
	var inputs strings.Builder
	for i := range j.Call.Media {
		fmt.Fprintf(&inputs, "[%d:a]", i)
	}
	if len(j.Call.Media) == 1 {
		return inputs.String() + "aresample=16000[a]"
	}
	return fmt.Sprintf("%samix=inputs=%d:normalize=0,aresample=16000[a]", inputs.String(), len(j.Call.Media))
}
