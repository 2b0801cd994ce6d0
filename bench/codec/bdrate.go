package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
)

const bdrateUsage = "usage: codec bdrate [-n RUNS] [-qp 22,27,32,37] [-peers superfast,...] [-interval N] [-speed live] [-crop DIR] FILE.y4m..."

// defaultPeers are x264's presets and OpenH264.
const defaultPeers = "superfast,veryfast,medium,openh264"

// bdrateFlags are what bdrate is called with.
type bdrateFlags struct {
	qps      []int
	runs     int
	peers    []string
	interval int
	crop     string
	speed    speed
	dir      string // for what is encoded
}

// bdrateCommand encodes files with the project's H.264 encoder and with others at several fixed quantizers, and prints
// how many bits the project's takes for the same PSNR of luma, and how much processor time.
func bdrateCommand(args []string, stdout, stderr io.Writer) int {
	var b bdrateFlags
	flags := flag.NewFlagSet("bdrate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	qps := flags.String("qp", "22,27,32,37", "four or more `quantizers`")
	peers := flags.String("peers", defaultPeers, "`names` of x264 presets, and openh264, which is GStreamer's")
	flags.IntVar(&b.runs, "n", 3, "`runs` of each encoder, by turns: the median of the processor time counts")
	flags.IntVar(&b.interval, "interval", 32, "pictures from IDR to IDR")
	flags.Var(&b.speed, "speed", "the project's encoder's `speed`: live, fast or best")
	flags.StringVar(&b.crop, "crop", "", "`folder` for PNG crops beside the first peer's at the same size")
	if flags.Parse(args) != nil {
		return exitUsage
	}
	var err error
	for q := range strings.SplitSeq(*qps, ",") {
		n, e := strconv.Atoi(q)
		err = errors.Join(err, e)
		b.qps = append(b.qps, n)
	}
	b.peers = strings.Split(*peers, ",")
	if err != nil || flags.NArg() == 0 || len(b.qps) < 4 || b.runs < 1 {
		fmt.Fprintln(stderr, bdrateUsage)
		return exitUsage
	}
	if err := b.run(flags.Args(), stdout); err != nil {
		fmt.Fprintf(stderr, "codec bdrate: %v\n", err)
		return exitWork
	}
	return exitOK
}

func (b *bdrateFlags) run(files []string, stdout io.Writer) (err error) {
	if b.dir, err = os.MkdirTemp("", "bdrate"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	t := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "file\tencoder\tkbit/s, dB at each QP\tCPU s per s\tcallrec: bits\tCPU\tCPU, same dB\t\n")
	for _, file := range files {
		if err := b.file(t, file); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return t.Flush()
}

// file measures one file and prints a line for each encoder.
func (b *bdrateFlags) file(w io.Writer, file string) error {
	curves := make(map[string]curve)
	list := append([]string{"callrec"}, b.peers...)
	for _, qp := range b.qps {
		seconds, err := b.encode(list, file, qp)
		if err != nil {
			return err
		}
		for _, name := range list {
			p, err := b.measure(file, b.stream(name, qp), median(seconds[name]))
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			curves[name] = append(curves[name], p)
		}
	}
	ours := curves["callrec"]
	base := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	for _, name := range list {
		c := curves[name]
		points := make([]string, len(c))
		for i, p := range c {
			points[i] = fmt.Sprintf("%.0f %.2f", p.kbps, p.psnr)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.3f\t", base, name, strings.Join(points, ", "), c.cpu())
		if name != "callrec" {
			fmt.Fprintf(w, "%+.1f %%\t%.2fx\t%.2fx", bdRate(c, ours), ours.cpu()/c.cpu(), cpuRatio(c, ours))
		} else {
			fmt.Fprint(w, "\t\t")
		}
		fmt.Fprint(w, "\t\n")
	}
	if b.crop != "" {
		return b.crops(file, base, curves)
	}
	return nil
}

// encode encodes a file at a quantizer with all encoders, by turns, so that other load meets them alike, and returns the
// processor time of each run.
func (b *bdrateFlags) encode(list []string, file string, qp int) (map[string][]float64, error) {
	seconds := make(map[string][]float64)
	for range b.runs {
		for _, name := range list {
			command, args, err := b.command(name, file, b.stream(name, qp), qp)
			if err != nil {
				return nil, err
			}
			cpu, err := processSeconds(command, args...)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			seconds[name] = append(seconds[name], cpu)
		}
	}
	return seconds, nil
}

// measure has ffmpeg decode a stream and compares it with the file that it was made of in so much processor time.
func (b *bdrateFlags) measure(file, stream string, cpu float64) (point, error) {
	info, err := os.Stat(stream)
	if err != nil {
		return point{}, err
	}
	psnr, seconds, err := decodedPSNR(file, stream)
	if err != nil {
		return point{}, err
	}
	return point{kbps: float64(info.Size()) * 8 / 1000 / seconds, psnr: psnr, cpu: cpu / seconds}, nil
}

// stream is the file that holds what an encoder makes at a quantizer.
func (b *bdrateFlags) stream(name string, qp int) string {
	return filepath.Join(b.dir, fmt.Sprintf("%s-%d.264", name, qp))
}

// command is the one that encodes with one thread.
func (b *bdrateFlags) command(name, file, out string, qp int) (string, []string, error) {
	q, interval := strconv.Itoa(qp), strconv.Itoa(b.interval)
	switch name {
	case "callrec":
		self, err := os.Executable()
		return self, []string{"encode", "-qp", q, "-interval", interval, "-speed", b.speed.String(), "-o", out, file}, err
	case "openh264":
		return "gst-launch-1.0", []string{
			"-q", "filesrc", "location=" + file, "!", "y4mdec", "!",
			"openh264enc", "rate-control=bitrate", "bitrate=100000000", "qp-min=" + q, "qp-max=" + q,
			"gop-size=" + interval, "multi-thread=1", "adaptive-quantization=false", "background-detection=false",
			"scene-change-detection=false", "!",
			"h264parse", "!", "video/x-h264,stream-format=byte-stream,alignment=nal", "!", "filesink", "location=" + out,
		}, nil
	}
	preset, tune, tuned := strings.Cut(name, "+") // superfast+zerolatency
	args := []string{
		"-v", "error", "-y", "-threads", "1", "-i", file, "-c:v", "libx264", "-preset", preset,
		"-qp", q, "-g", interval, "-threads", "1",
	}
	if tuned {
		args = append(args, "-tune", tune)
	}
	return "ffmpeg", append(args, "-f", "h264", out), nil
}
