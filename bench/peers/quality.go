package peers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"

	"github.com/callrec/callrec/bench/measure"
)

// Compare compares the pictures of an MP4 file with what they were made of: the pictures of a YUV4MPEG2 file, or what a
// command writes to its standard output. limit, if not 0, is the number of pictures to compare.
func Compare(ctx context.Context, source Source, mp4 string, limit int, ssim bool) (q measure.Quality, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	want, closeWant, err := source.open(ctx)
	if err != nil {
		return q, err
	}
	defer func() { err = errors.Join(err, closeWant()) }()
	decode := measure.Command{Name: "ffmpeg", Args: append(Quiet(), "-i", mp4, "-map", "0:v", "-fps_mode", "passthrough", "-f", "yuv4mpegpipe", "-")}
	got, closeGot, err := Source{Command: &decode}.open(ctx)
	if err != nil {
		return q, err
	}
	defer func() { err = errors.Join(err, closeGot()) }()
	for limit == 0 || q.Frames() < limit {
		a, err := want.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return q, err
		}
		b, err := got.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return q, err
		}
		if a.Rect.Size() != b.Rect.Size() {
			return q, fmt.Errorf("peers: %s: pictures of %v made of %v", mp4, b.Rect.Size(), a.Rect.Size())
		}
		q.Add(a, b, ssim)
	}
	if q.Frames() == 0 {
		return q, fmt.Errorf("peers: %s: no pictures to compare", mp4)
	}
	return q, nil
}

// Source is where pictures come from: a YUV4MPEG2 file, or the standard output of a command.
type Source struct {
	File    string
	Command *measure.Command
}

// open starts reading. close ends it, wherever it is.
func (s Source) open(ctx context.Context) (y *measure.Y4M, closeSource func() error, err error) {
	var r io.ReadCloser
	if s.Command == nil {
		if r, err = os.Open(s.File); err != nil {
			return nil, nil, err
		}
		closeSource = r.Close
	} else {
		cmd := exec.CommandContext(ctx, s.Command.Name, s.Command.Args...)
		if r, err = cmd.StdoutPipe(); err != nil {
			return nil, nil, err
		}
		if err := cmd.Start(); err != nil {
			return nil, nil, err
		}
		closeSource = func() error {
			// What is left in the pipe is not wanted; the command may complain of that.
			err := r.Close()
			_ = cmd.Wait()
			return err
		}
	}
	if y, err = measure.NewY4M(r); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("peers: %+v: %w", s, err), closeSource())
	}
	return y, closeSource, nil
}

// Match looks for the rate factor at which libx264 encodes pictures to a PSNR of luma, within tolerance dB. It begins
// with a guess and follows the line through the last two attempts, which is nearly straight, within 1 to 51. It returns
// the best it found, after at most eight attempts.
func Match(ctx context.Context, source, scratch string, e Encoding, target, tolerance float64) (factor, psnr float64, err error) {
	const attempts = 8
	slope := -0.7 // dB for each step of the rate factor, to begin with
	best := math.Inf(1)
	try := e.RateFactor
	var lastFactor, lastPSNR float64
	for n := range attempts {
		e.RateFactor = try
		got, err := psnrOf(ctx, source, scratch, e)
		if err != nil {
			return 0, 0, err
		}
		if d := math.Abs(got - target); d < best {
			best, factor, psnr = d, try, got
		}
		if best <= tolerance {
			break
		}
		if n > 0 && try != lastFactor {
			if s := (got - lastPSNR) / (try - lastFactor); s < -0.1 {
				slope = s
			}
		}
		lastFactor, lastPSNR = try, got
		try = min(max(try+(target-got)/slope, 1), 51)
	}
	return factor, psnr, nil
}

// psnrOf encodes a YUV4MPEG2 file with libx264 and returns the PSNR of luma.
func psnrOf(ctx context.Context, source, scratch string, e Encoding) (float64, error) {
	args := append(Quiet(), "-i", source)
	args = append(append(args, X264(e)...), scratch)
	if out, err := exec.CommandContext(ctx, "ffmpeg", args...).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("peers: ffmpeg %v: %w: %s", args, err, out)
	}
	q, err := Compare(ctx, Source{File: source}, scratch, 0, false)
	return q.PSNR(), err
}
