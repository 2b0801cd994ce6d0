// Command compose measures what it costs to compose nine cameras of 640x360 on a canvas of 1920x1080 with the tiler, and
// with ffmpeg's scale and xstack filters on the same pictures: processor seconds of whole processes, which read the
// pictures from the same files, in alternating runs.
//
//	go run ./bench/compose [-frames 160] [-runs 5]
package main

import (
	"errors"
	"flag"
	"fmt"
	"image"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/callrec/callrec/tiler"
)

const (
	cameras = 9
	width   = 640
	height  = 360
	bytes   = width * height * 3 / 2 // of a picture
)

func main() {
	frames := flag.Int("frames", 160, "pictures of each camera")
	runs := flag.Int("runs", 5, "runs of each candidate, of which the median counts")
	work := flag.String("work", "", "for its own use: compose the pictures in this folder, and nothing else")
	labels := flag.Bool("labels", false, "with -work: write names")
	matrix := flag.Bool("bt601", false, "with -work: the pictures are BT.601")
	flag.Parse()
	err := errors.New("unexpected arguments")
	switch {
	case flag.NArg() > 0:
	case *work != "":
		err = compose(*work, *labels, *matrix)
	default:
		err = compare(*frames, *runs, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "compose:", err)
		os.Exit(1)
	}
}

// candidate is one way to do the work.
type candidate struct {
	name    string
	command func(dir string) *exec.Cmd
	against []string // names of the candidates that it is compared with
	seconds []float64
}

func candidates() ([]*candidate, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	own := func(flags ...string) func(string) *exec.Cmd {
		return func(dir string) *exec.Cmd { return exec.Command(self, append(flags, "-work", dir)...) }
	}
	const same, converted, area = "ffmpeg scale,xstack", "ffmpeg scale with color matrix,xstack", "ffmpeg scale=flags=area,xstack"
	return []*candidate{
		{name: "tiler", command: own(), against: []string{same, area}},
		{name: "tiler, names", command: own("-labels"), against: []string{same, area}},
		{name: "tiler, names, BT.601 to BT.709", command: own("-labels", "-bt601"), against: []string{same, converted}},
		{name: same, command: ffmpeg("")},
		{name: area, command: ffmpeg(":flags=area")},
		{name: converted, command: ffmpeg(":in_color_matrix=bt601:out_color_matrix=bt709")},
	}, nil
}

// compare lets all candidates do the work in turn and prints what they took.
func compare(frames, runs int, w io.Writer) error {
	dir, err := os.MkdirTemp("", "compose")
	if err != nil {
		return err
	}
	return errors.Join(race(dir, frames, runs, w), os.RemoveAll(dir))
}

// race is compare, with the pictures in a folder.
func race(dir string, frames, runs int, w io.Writer) error {
	if err := film(dir, frames); err != nil {
		return err
	}
	list, err := candidates()
	if err != nil {
		return err
	}
	for range runs {
		for _, c := range list {
			cmd := c.command(dir)
			out, err := cmd.CombinedOutput()
			if err != nil {
				return fmt.Errorf("%s: %w: %s", c.name, err, out)
			}
			used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			c.seconds = append(c.seconds, used.Seconds())
		}
	}
	medians := map[string]float64{}
	for _, c := range list {
		slices.Sort(c.seconds)
		medians[c.name] = c.seconds[len(c.seconds)/2]
		fmt.Fprintf(w, "%-40s %6.2f ms per canvas\n", c.name, medians[c.name]*1000/float64(frames))
	}
	for _, c := range list {
		for _, other := range c.against {
			fmt.Fprintf(w, "%s: %.2f times %s\n", c.name, medians[c.name]/medians[other], other)
		}
	}
	return nil
}

func cameraFile(dir string, camera int) string {
	return filepath.Join(dir, fmt.Sprintf("camera-%d.yuv", camera))
}

// film writes the pictures: a moving scene with the noise of a camera.
func film(dir string, frames int) error {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]int8, 1<<16)
	for i := range noise {
		noise[i] = int8(r.IntN(13) - 6)
	}
	for c := range cameras {
		f, err := os.Create(cameraFile(dir, c))
		if err != nil {
			return err
		}
		picture := make([]byte, bytes)
		for k := range frames {
			offset := r.IntN(1 << 15)
			for i := range picture[:width*height] {
				x, y := i%width, i/width
				v := 60 + (x*(c+2)/8+y/3+2*k)%120 + int(noise[(i+offset)&(1<<16-1)])
				picture[i] = uint8(v)
			}
			for i := range picture[width*height:] {
				picture[width*height+i] = uint8(128 + (i/320+c*9+k)%24 + int(noise[(i+offset)&(1<<16-1)])/2)
			}
			if _, err := f.Write(picture); err != nil {
				return errors.Join(err, f.Close())
			}
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// compose is the tiler's part.
func compose(dir string, labels, bt601 bool) error {
	t, err := tiler.New(tiler.Config{})
	if err != nil {
		return err
	}
	tiles := make([]tiler.Tile, cameras)
	files := make([]*os.File, cameras)
	for i := range tiles {
		if files[i], err = os.Open(cameraFile(dir, i)); err != nil {
			return err
		}
		tiles[i] = tiler.Tile{
			ID:      fmt.Sprint(i),
			Picture: image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420),
			Color:   tiler.Color{BT709: !bt601},
		}
		if labels {
			tiles[i].Name = fmt.Sprintf("Participant number %d", i)
		}
	}
	for {
		for i, f := range files {
			p := tiles[i].Picture
			for _, plane := range [][]uint8{p.Y, p.Cb, p.Cr} {
				switch _, err := io.ReadFull(f, plane); {
				case errors.Is(err, io.EOF):
					return nil
				case err != nil:
					return err
				}
			}
			tiles[i].Serial++
		}
		t.Compose(tiles)
	}
}

// ffmpeg does the same with filters: the tiles have the size and the places of the tiler's grid.
func ffmpeg(flags string) func(dir string) *exec.Cmd {
	rects := tiler.Grid{}.Arrange(nil, image.Pt(1920, 1080), make([]tiler.Subject, cameras))
	return func(dir string) *exec.Cmd {
		args := append(make([]string, 0, 16*cameras), "-hide_banner", "-loglevel", "error", "-nostdin")
		var graph, inputs strings.Builder
		places := make([]string, cameras)
		for i, r := range rects {
			args = append(args, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", fmt.Sprintf("%dx%d", width, height),
				"-framerate", "8", "-threads", "1", "-i", cameraFile(dir, i))
			fmt.Fprintf(&graph, "[%d:v]scale=%d:%d%s[t%d];", i, r.Dx(), r.Dy(), flags, i)
			fmt.Fprintf(&inputs, "[t%d]", i)
			places[i] = fmt.Sprintf("%d_%d", r.Min.X, r.Min.Y)
		}
		fmt.Fprintf(&graph, "%sxstack=inputs=%d:layout=%s:fill=black[out]", &inputs, cameras, strings.Join(places, "|"))
		args = append(args, "-filter_complex_threads", "1", "-filter_complex", graph.String(), "-map", "[out]", "-f", "null", "-")
		return exec.Command("ffmpeg", args...)
	}
}
