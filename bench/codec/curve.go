package main

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"os"
	"os/exec"
	"slices"
)

// point is what an encoder makes of a file with one setting.
type point struct {
	kbps float64
	psnr float64 // of luma, dB, over all frames together
	cpu  float64 // processor seconds for a second of video
}

// curve is an encoder's points.
type curve []point

// cpu is the mean over the points.
func (c curve) cpu() (mean float64) {
	for _, p := range c {
		mean += p.cpu / float64(len(c))
	}
	return mean
}

// rising sorts two curves by quality and gives the range that both reach.
func rising(a, b curve) (ra, rb curve, lo, hi float64) {
	byPSNR := func(p, q point) int { return cmp.Compare(p.psnr, q.psnr) }
	a, b = slices.SortedFunc(slices.Values(a), byPSNR), slices.SortedFunc(slices.Values(b), byPSNR)
	return a, b, max(a[0].psnr, b[0].psnr), min(a[len(a)-1].psnr, b[len(b)-1].psnr)
}

// cpuRatio is the processor time of b by that of a for the same quality: the mean, over the quality that both reach, of the
// distance of the straight lines between the points of each, as logarithm of time by PSNR.
func cpuRatio(a, b curve) float64 {
	a, b, lo, hi := rising(a, b)
	if lo >= hi {
		return math.NaN()
	}
	const steps = 1000
	sum := 0.0
	for i := range steps {
		x := lo + (hi-lo)*(float64(i)+0.5)/steps
		sum += b.logCPU(x) - a.logCPU(x)
	}
	return math.Exp(sum / steps)
}

// logCPU is the logarithm of the processor time at a PSNR, between the rising points.
func (c curve) logCPU(x float64) float64 {
	i := 1
	for i < len(c)-1 && c[i].psnr < x {
		i++
	}
	p, q := c[i-1], c[i]
	return math.Log(p.cpu) + (math.Log(q.cpu)-math.Log(p.cpu))*(x-p.psnr)/(q.psnr-p.psnr)
}

// bdRate is the Bjøntegaard difference in rate of b against a in per cent (VCEG-M33): the mean distance, over the
// quality that both reach, of the polynomials through the points of each, as logarithm of rate by PSNR.
func bdRate(a, b curve) float64 {
	a, b, lo, hi := rising(a, b)
	if lo >= hi {
		return math.NaN()
	}
	const steps = 1000
	sum := 0.0
	for i := range steps {
		x := lo + (hi-lo)*(float64(i)+0.5)/steps
		sum += b.logRate(x) - a.logRate(x)
	}
	return 100 * (math.Exp(sum/steps) - 1)
}

// logRate is the polynomial through the points at a PSNR (Lagrange).
func (c curve) logRate(x float64) (y float64) {
	for i := range c {
		t := math.Log(c[i].kbps)
		for j := range c {
			if i != j {
				t *= (x - c[j].psnr) / (c[i].psnr - c[j].psnr)
			}
		}
		y += t
	}
	return y
}

// decodedPSNR has ffmpeg decode a stream and compares it with a y4m file. It gives the length in seconds too.
func decodedPSNR(source, stream string) (psnr, seconds float64, err error) {
	var squares float64
	frames, size, rate := 0, 0, 0
	err = decodeBeside(source, stream, func(want, got *image.YCbCr, frameRate int) {
		squares += lumaError(want, got)
		frames++
		size, rate = want.Rect.Dx()*want.Rect.Dy(), frameRate
	})
	if err != nil {
		return 0, 0, err
	}
	return 10 * math.Log10(255*255*float64(frames)*float64(size)/max(squares, 1)), float64(frames) / float64(rate), nil
}

// decodeBeside has ffmpeg decode a stream and calls f with each frame of a y4m file and the one decoded.
func decodeBeside(source, stream string, f func(want, got *image.YCbCr, frameRate int)) (err error) {
	in, err := os.Open(source)
	if err != nil {
		return err
	}
	defer in.Close()
	y, err := newY4MReader(in)
	if err != nil {
		return err
	}
	cmd := exec.Command("ffmpeg", "-v", "error", "-threads", "1", "-f", "h264", "-i", stream,
		"-fps_mode", "passthrough", "-f", "yuv4mpegpipe", "-pix_fmt", "yuv420p", "-")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() {
		_, _ = io.Copy(io.Discard, pipe)
		err = errors.Join(err, cmd.Wait())
	}()
	decoded, err := newY4MReader(pipe)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		want, err := y.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		got, err := decoded.next()
		if err != nil {
			return fmt.Errorf("frame %d of %s: %w", n, stream, err)
		}
		f(want, got, y.frameRate)
	}
}
