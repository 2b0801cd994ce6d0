package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
	"github.com/callrec/callrec/mux"
)

const encodeUsage = "usage: codec encode [-bitrate 1000k | -qp N] [-interval N] [-speed live] [-slices N] [-stats] -o FILE.264|FILE.mp4 FILE.y4m\n" +
	"       codec encode [-bitrate 48k] [-stats] -o FILE.aac FILE.wav"

// encodeFlags are what encode is called with.
type encodeFlags struct {
	in, out string
	bitrate bitrate
	qp      int

	interval int  // of IDR pictures, 0: the encoder's default
	stats    bool // measure
	profile  string
	speed    speed
	slices   int
}

// encodeStats is what -stats prints.
type encodeStats struct {
	Frames     int      `json:"frames"`
	CPUSeconds float64  `json:"cpuSeconds"` // of the encoder alone, user and system
	Seconds    float64  `json:"seconds"`    // that it took
	Bytes      int64    `json:"bytes"`
	PSNRY      *float64 `json:"psnrY,omitempty"` // dB, of all frames together; video only
}

// bitrate is a flag of bits per second, such as 1000k.
type bitrate int

func (b *bitrate) String() string { return strconv.Itoa(int(*b)) }

func (b *bitrate) Set(s string) error {
	unit := 1
	for suffix, u := range map[string]int{"k": 1000, "K": 1000, "M": 1000000} {
		if rest, ok := strings.CutSuffix(s, suffix); ok {
			s, unit = rest, u
		}
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > math.MaxInt32/unit {
		return errors.New("want bits per second, such as 1000k")
	}
	*b = bitrate(n * unit)
	return nil
}

// encodeCommand encodes a file with the project's encoders.
func encodeCommand(args []string, stdout, stderr io.Writer) int {
	var e encodeFlags
	flags := flag.NewFlagSet("encode", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Var(&e.bitrate, "bitrate", "average `rate` in bit/s, such as 1000k")
	flags.IntVar(&e.qp, "qp", 0, "fixed quantizer, 1 to 51, instead of a rate")
	flags.IntVar(&e.interval, "interval", 0, "`pictures` from IDR to IDR, four seconds if not given")
	flags.Var(&e.speed, "speed", "`speed` of the H.264 encoder: live, fast or best")
	flags.IntVar(&e.slices, "slices", 1, "slices of a picture, 1 to 8, coded at once")
	flags.BoolVar(&e.stats, "stats", false, "print one JSON line of figures")
	flags.StringVar(&e.out, "o", "", "`file` to write")
	flags.StringVar(&e.profile, "cpuprofile", "", "`file` for a CPU profile")
	if flags.Parse(args) != nil {
		return exitUsage
	}
	if flags.NArg() != 1 || e.out == "" {
		fmt.Fprintln(stderr, encodeUsage)
		return exitUsage
	}
	e.in = flags.Arg(0)
	s, err := e.run()
	if err == nil && e.stats {
		err = json.NewEncoder(stdout).Encode(s)
	}
	if err != nil {
		fmt.Fprintf(stderr, "codec encode: %s: %v\n", e.in, err)
		return exitWork
	}
	return exitOK
}

func (e *encodeFlags) run() (s encodeStats, err error) {
	in, err := os.Open(e.in)
	if err != nil {
		return s, err
	}
	defer in.Close()
	out, err := os.Create(e.out)
	if err != nil {
		return s, err
	}
	if e.profile != "" {
		f, err := os.Create(e.profile)
		if err != nil {
			return s, err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return s, err
		}
		defer pprof.StopCPUProfile()
	}
	counted := &counter{w: bufio.NewWriterSize(out, 1<<20)}
	defer func() {
		err = errors.Join(err, counted.w.Flush(), out.Close())
	}()
	switch from, to := strings.ToLower(filepath.Ext(e.in)), strings.ToLower(filepath.Ext(e.out)); {
	case from == ".y4m" && (to == ".264" || to == ".h264" || to == ".mp4"):
		s, err = e.video(in, counted, to == ".mp4")
	case from == ".wav" && to == ".aac":
		s, err = e.audio(in, counted)
	default:
		err = fmt.Errorf("can't make *%s of *%s", to, from)
	}
	s.Bytes = counted.n
	return s, err
}

// counter counts the bytes that are written.
type counter struct {
	w *bufio.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// videoSink takes encoded pictures.
type videoSink interface {
	add(au []byte, key bool) error
	close() error
}

func (e *encodeFlags) video(r io.Reader, w io.Writer, mp4 bool) (s encodeStats, err error) {
	y, err := newY4MReader(r)
	if err != nil {
		return s, err
	}
	cfg := h264.EncoderConfig{
		Width: y.width, Height: y.height, FrameRate: y.frameRate, QP: e.qp, KeyframeInterval: e.interval,
		Speed: h264.Speed(e.speed), Slices: e.slices,
	}
	if e.bitrate != 0 {
		cfg.Bitrate, cfg.MaxBitrate = int(e.bitrate), int(e.bitrate)*10/9 // as the default's proportion
	}
	enc, err := h264.NewEncoder(cfg)
	if err != nil {
		return s, err
	}
	sink, err := newVideoSink(w, enc, y, mp4)
	if err != nil {
		return s, err
	}
	var au []byte
	var squares float64
	var changes damageFinder
	for {
		pic, err := y.next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return s, err
		}
		before, begin := cpuSeconds(), time.Now()
		var info codec.EncodedPicture
		var opt codec.VideoEncodeOptions
		opt.Damage, opt.DamageKnown = changes.find(pic)
		au, info, err = enc.Encode(au[:0], pic, opt)
		s.CPUSeconds += cpuSeconds() - before
		s.Seconds += time.Since(begin).Seconds()
		if err != nil {
			return s, err
		}
		if e.stats {
			squares += lumaError(pic, enc.Reconstruction())
		}
		s.Frames++
		if err := sink.add(au, info.Keyframe); err != nil {
			return s, err
		}
	}
	psnr := math.Inf(1)
	if samples := float64(s.Frames * y.width * y.height); squares > 0 {
		psnr = 10 * math.Log10(255*255*samples/squares)
	}
	psnr = min(math.Round(psnr*1000)/1000, 999) // JSON has no infinity
	s.PSNRY = &psnr
	return s, sink.close()
}

// lumaError is the sum of squared differences of the luma samples.
func lumaError(a, b *image.YCbCr) float64 {
	sum := 0
	for y := range a.Rect.Dy() {
		p, q := a.Y[y*a.YStride:][:a.Rect.Dx()], b.Y[y*b.YStride:]
		for x, v := range p {
			d := int(v) - int(q[x])
			sum += d * d
		}
	}
	return float64(sum)
}

func newVideoSink(w io.Writer, enc *h264.Encoder, y *y4mReader, mp4 bool) (videoSink, error) {
	sps, pps := enc.ParameterSets()
	if !mp4 {
		return &annexB{w: w, sets: append([][]byte{sps}, pps...)}, nil
	}
	m, err := mux.NewWriter(w, mux.Config{Timescale: uint32(y.frameRate) * 1000, Video: &mux.VideoConfig{
		Width: y.width, Height: y.height, SPS: sps, PPS: pps, FrameDuration: 1000,
	}})
	return &mp4Sink{m: m, perFragment: 2 * y.frameRate}, err
}

// annexB writes a byte stream with start codes (ITU-T H.264 annex B), with the parameter sets before every keyframe.
type annexB struct {
	w    io.Writer
	sets [][]byte
	buf  []byte
}

func (a *annexB) add(au []byte, key bool) error {
	a.buf = a.buf[:0]
	if key {
		for _, set := range a.sets {
			a.buf = append(append(a.buf, 0, 0, 0, 1), set...)
		}
	}
	for len(au) > 4 {
		size := int(au[0])<<24 | int(au[1])<<16 | int(au[2])<<8 | int(au[3])
		a.buf = append(append(a.buf, 0, 0, 0, 1), au[4:4+size]...)
		au = au[4+size:]
	}
	_, err := a.w.Write(a.buf)
	return err
}

func (a *annexB) close() error { return nil }

// mp4Sink gathers fragments of two seconds.
type mp4Sink struct {
	m           *mux.Writer
	perFragment int
	pending     []mux.Sample
}

func (s *mp4Sink) add(au []byte, key bool) error {
	s.pending = append(s.pending, mux.Sample{Data: append([]byte{}, au...), Sync: key})
	if len(s.pending) < s.perFragment {
		return nil
	}
	return s.flush()
}

func (s *mp4Sink) flush() error {
	err := s.m.WriteFragment(mux.Fragment{Video: s.pending})
	s.pending = s.pending[:0]
	return err
}

func (s *mp4Sink) close() error { return errors.Join(s.flush(), s.m.Close()) }
