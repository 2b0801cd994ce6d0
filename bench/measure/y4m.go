package measure

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"io"
	"strconv"
	"strings"
)

// Y4M reads 8-bit 4:2:0 pictures of a YUV4MPEG2 stream.
type Y4M struct {
	r       *bufio.Reader
	picture *image.YCbCr
}

var errY4M = errors.New("measure: no YUV4MPEG2 stream of 4:2:0 pictures")

const maxY4MSide = 8192

// NewY4M reads the stream's header.
func NewY4M(r io.Reader) (*Y4M, error) {
	y := &Y4M{r: bufio.NewReaderSize(r, 1<<20)}
	line, err := y.r.ReadString('\n')
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(line)
	if len(fields) == 0 || fields[0] != "YUV4MPEG2" {
		return nil, errY4M
	}
	var width, height int
	for _, f := range fields[1:] {
		switch f[0] {
		case 'W':
			width, err = strconv.Atoi(f[1:])
		case 'H':
			height, err = strconv.Atoi(f[1:])
		case 'C':
			if !strings.HasPrefix(f, "C420") {
				err = errY4M
			}
		}
		if err != nil {
			return nil, err
		}
	}
	if min(width, height) < 1 || max(width, height) > maxY4MSide {
		return nil, fmt.Errorf("%w: %dx%d", errY4M, width, height)
	}
	y.picture = image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
	return y, nil
}

// Next returns the next picture, valid until the following call, or io.EOF.
func (y *Y4M) Next() (*image.YCbCr, error) {
	if _, err := y.r.ReadSlice('\n'); err != nil {
		return nil, err
	}
	for _, plane := range [][]byte{y.picture.Y, y.picture.Cb, y.picture.Cr} {
		if _, err := io.ReadFull(y.r, plane); err != nil {
			return nil, fmt.Errorf("measure: picture is cut off: %w", err)
		}
	}
	return y.picture, nil
}

// Y4MHeader begins a stream of 4:2:0 pictures of a size and a whole number per second.
func Y4MHeader(size image.Point, rate int) string {
	return fmt.Sprintf("YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420jpeg\n", size.X, size.Y, rate)
}

// WriteY4M writes one picture of a stream.
func WriteY4M(w io.Writer, m *image.YCbCr) error {
	if _, err := io.WriteString(w, "FRAME\n"); err != nil {
		return err
	}
	size := m.Rect.Size()
	planes := []struct {
		samples       []byte
		stride        int
		width, height int
	}{
		{m.Y, m.YStride, size.X, size.Y},
		{m.Cb, m.CStride, (size.X + 1) / 2, (size.Y + 1) / 2},
		{m.Cr, m.CStride, (size.X + 1) / 2, (size.Y + 1) / 2},
	}
	for _, p := range planes {
		for y := range p.height {
			if _, err := w.Write(p.samples[y*p.stride:][:p.width]); err != nil {
				return err
			}
		}
	}
	return nil
}
