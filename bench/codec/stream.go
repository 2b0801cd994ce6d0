package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
	"github.com/callrec/callrec/codec/vp8"
)

// maxSide bounds the pictures that are decoded.
const maxSide = 16384

// stream is an elementary stream with its decoder.
type stream struct {
	decoder codec.VideoDecoder
	flush   func() []codec.Picture // nil if the decoder holds nothing back
	units   iter.Seq[[]byte]
	rate    string // frames per second as "numerator:denominator"
}

// openStream finds the codec of a file by its name.
func openStream(name string, data []byte) (*stream, error) {
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".ivf":
		return openIVF(data)
	case ".264", ".h264", ".jsv", ".26l", ".avc", ".jvt", ".bit", ".bits":
		d, err := h264.NewDecoder(h264.DecoderConfig{MaxWidth: maxSide, MaxHeight: maxSide})
		if err != nil {
			return nil, err
		}
		return &stream{decoder: d, flush: d.Flush, units: h264.AccessUnits(data), rate: "25:1"}, nil
	default:
		return nil, fmt.Errorf("no decoder for files named *%s", ext)
	}
}

// The layout of IVF: a file header of 32 bytes, whose size is at 6, codec at 8, time base at 16 and 20, then frames with
// a header of 12 bytes that begins with the size.
const (
	ivfHeader      = 32
	ivfFrameHeader = 12
)

func openIVF(data []byte) (*stream, error) {
	if len(data) < ivfHeader || string(data[:4]) != "DKIF" {
		return nil, errors.New("no IVF file")
	}
	if fourCC := string(data[8:12]); fourCC != "VP80" {
		return nil, fmt.Errorf("no decoder for %q", fourCC)
	}
	d, err := vp8.NewDecoder(vp8.DecoderConfig{MaxWidth: maxSide, MaxHeight: maxSide})
	if err != nil {
		return nil, err
	}
	rate := fmt.Sprintf("%d:%d", binary.LittleEndian.Uint32(data[16:]), binary.LittleEndian.Uint32(data[20:]))
	body := data[min(len(data), int(binary.LittleEndian.Uint16(data[6:]))):]
	units := func(yield func([]byte) bool) {
		for rest := body; len(rest) >= ivfFrameHeader; {
			size := int(binary.LittleEndian.Uint32(rest))
			rest = rest[ivfFrameHeader:]
			size = min(size, len(rest)) // the last frame may be cut off
			if !yield(rest[:size]) {
				return
			}
			rest = rest[size:]
		}
	}
	return &stream{decoder: d, units: units, rate: rate}, nil
}
