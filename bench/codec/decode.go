package main

import (
	"bufio"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"hash"
	"image"
	"io"
	"os"

	"github.com/callrec/callrec/codec"
)

const decodeUsage = "usage: codec decode [-md5] [-o FILE.y4m] FILE"

// decodeCommand decodes an elementary stream. After damage it goes on with the next picture that can be decoded.
func decodeCommand(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("decode", flag.ContinueOnError)
	flags.SetOutput(stderr)
	sum := flags.Bool("md5", false, "print the MD5 of all decoded frames")
	out := flags.String("o", "", "write the frames to this y4m `file`")
	if flags.Parse(args) != nil {
		return exitUsage
	}
	if flags.NArg() != 1 {
		fmt.Fprintln(stderr, decodeUsage)
		return exitUsage
	}
	frames, err := decodeFile(flags.Arg(0), *sum, *out, stdout, stderr)
	if err == nil && frames == 0 {
		err = errors.New("no frame decoded")
	}
	if err != nil {
		fmt.Fprintf(stderr, "codec decode: %s: %v\n", flags.Arg(0), err)
		return exitWork
	}
	return exitOK
}

// decodeFile decodes one file to the sinks that are wanted and gives the number of frames.
func decodeFile(name string, sum bool, out string, stdout, stderr io.Writer) (frames int, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	s, err := openStream(name, data)
	if err != nil {
		return 0, err
	}
	var sinks []sink
	var digest *digest
	if sum {
		digest = newDigest()
		sinks = append(sinks, digest)
	}
	if out != "" {
		f, err := os.Create(out)
		if err != nil {
			return 0, err
		}
		w := bufio.NewWriterSize(f, 1<<20)
		sinks = append(sinks, &y4m{w: w, rate: s.rate})
		defer func() { err = errors.Join(err, w.Flush(), f.Close()) }()
	}
	frames, err = decodeStream(s, sinks, stderr)
	if digest != nil && frames > 0 {
		fmt.Fprintln(stdout, digest)
	}
	return frames, err
}

// decodeStream gives all frames of the stream to the sinks. Damage is reported and not an error.
func decodeStream(s *stream, sinks []sink, stderr io.Writer) (frames int, err error) {
	show := func(pics []codec.Picture) error {
		for _, p := range pics {
			frames++
			for _, k := range sinks {
				if err := k.frame(p.Image); err != nil {
					return err
				}
			}
		}
		return nil
	}
	units := 0
	for au := range s.units {
		pics, damage := s.decoder.Decode(au, int64(units))
		if damage != nil {
			fmt.Fprintf(stderr, "access unit %d: %v\n", units, damage)
		}
		units++
		if err := show(pics); err != nil {
			return frames, err
		}
	}
	if s.flush != nil {
		err = show(s.flush())
	}
	return frames, err
}

// sink takes the decoded frames in output order.
type sink interface {
	frame(*image.YCbCr) error
}

// digest is the MD5 of all frames.
type digest struct{ h hash.Hash }

func newDigest() *digest { return &digest{md5.New()} }

func (d *digest) frame(m *image.YCbCr) error { return writePlanes(d.h, m) }

func (d *digest) String() string { return hex.EncodeToString(d.h.Sum(nil)) }

// writePlanes writes a 4:2:0 frame as Y, U and V without stride.
func writePlanes(w io.Writer, m *image.YCbCr) error {
	width, height := m.Rect.Dx(), m.Rect.Dy()
	cw, ch := (width+1)/2, (height+1)/2
	if err := writePlane(w, m.Y, m.YStride, width, height); err != nil {
		return err
	}
	if err := writePlane(w, m.Cb, m.CStride, cw, ch); err != nil {
		return err
	}
	return writePlane(w, m.Cr, m.CStride, cw, ch)
}

func writePlane(w io.Writer, pix []byte, stride, width, height int) error {
	for y := range height {
		if _, err := w.Write(pix[y*stride:][:width]); err != nil {
			return err
		}
	}
	return nil
}

// y4m writes frames in the YUV4MPEG2 format. All have to be of the first one's size.
type y4m struct {
	w    io.Writer
	rate string // frames per second as "numerator:denominator"
	size image.Point
}

func (y *y4m) frame(m *image.YCbCr) error {
	size := m.Rect.Size()
	if y.size == (image.Point{}) {
		y.size = size
		if _, err := fmt.Fprintf(y.w, "YUV4MPEG2 W%d H%d F%s Ip A1:1 C420jpeg\n", size.X, size.Y, y.rate); err != nil {
			return err
		}
	}
	if size != y.size {
		return fmt.Errorf("frame of %v in a y4m file of %v", size, y.size)
	}
	if _, err := io.WriteString(y.w, "FRAME\n"); err != nil {
		return err
	}
	return writePlanes(y.w, m)
}
