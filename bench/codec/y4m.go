package main

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"io"
	"strconv"
	"strings"
)

// y4mReader reads 8-bit 4:2:0 frames of a YUV4MPEG2 file.
type y4mReader struct {
	r             *bufio.Reader
	width, height int
	frameRate     int             // per second, to the nearest whole number
	pictures      [2]*image.YCbCr // that take turns
	turn          int
}

const (
	maxY4MLine = 1024 // bytes of a line of text in the file
	maxWidth   = 4096 // what the encoder takes
	maxHeight  = 2304
)

func newY4MReader(r io.Reader) (*y4mReader, error) {
	y := &y4mReader{r: bufio.NewReaderSize(r, 2*maxY4MLine), frameRate: 25}
	line, err := y.line()
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(line)
	if len(fields) == 0 || fields[0] != "YUV4MPEG2" {
		return nil, errors.New("no YUV4MPEG2 file")
	}
	for _, f := range fields[1:] {
		if err := y.parameter(f[0], f[1:]); err != nil {
			return nil, err
		}
	}
	if y.width < 1 || y.width > maxWidth || y.height < 1 || y.height > maxHeight {
		return nil, fmt.Errorf("size %dx%d", y.width, y.height)
	}
	for i := range y.pictures {
		y.pictures[i] = image.NewYCbCr(image.Rect(0, 0, y.width, y.height), image.YCbCrSubsampleRatio420)
	}
	return y, nil
}

func (y *y4mReader) line() (string, error) {
	b, err := y.r.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	if len(b) > maxY4MLine {
		return "", fmt.Errorf("a line of %d bytes", len(b))
	}
	return string(b[:len(b)-1]), nil
}

func (y *y4mReader) parameter(tag byte, value string) (err error) {
	switch tag {
	case 'W':
		y.width, err = strconv.Atoi(value)
	case 'H':
		y.height, err = strconv.Atoi(value)
	case 'F':
		var n, d int
		if _, err = fmt.Sscanf(value, "%d:%d", &n, &d); err == nil && (n < 1 || d < 1) {
			err = fmt.Errorf("frame rate %q", value)
		}
		if err == nil {
			y.frameRate = max((n+d/2)/d, 1)
		}
	case 'C':
		if !strings.HasPrefix(value, "420") || strings.HasPrefix(value, "420p1") {
			err = fmt.Errorf("sample format %q is not 8-bit 4:2:0", value)
		}
	case 'I':
		if value != "p" && value != "?" {
			err = errors.New("interlaced frames")
		}
	}
	return err
}

// next returns the next frame, valid until the call after the following one, or io.EOF.
func (y *y4mReader) next() (*image.YCbCr, error) {
	line, err := y.line()
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(line, "FRAME") {
		return nil, fmt.Errorf("%q in place of a frame", line)
	}
	y.turn ^= 1
	picture := y.pictures[y.turn]
	for _, plane := range [][]byte{picture.Y, picture.Cb, picture.Cr} {
		if _, err := io.ReadFull(y.r, plane); err != nil {
			return nil, fmt.Errorf("frame is cut off: %w", err)
		}
	}
	return picture, nil
}
